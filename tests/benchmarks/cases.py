"""What is measured, and how other tools do it. ``sys.argv[1:]`` are the files."""

from __future__ import annotations

from dataclasses import dataclass

# All clip to [1e-7, 1 - 1e-7] and divide by the row's sum, as losscli does; the number must come out the same.
DUCKDB = """
import sys, duckdb
columns = ", ".join(f"p_{i}" for i in range(10))
total = columns.replace(",", " +")
p = f"([{columns}])[label + 1] / ({total})"
sql = f"select avg(-ln(least(greatest({p}, 1e-7), 1 - 1e-7))) from '{sys.argv[1]}'"
print(duckdb.connect().execute(sql).fetchone()[0])
"""
POLARS = """
import sys
import polars as pl
columns = [f"p_{i}" for i in range(10)]
readers = {"parquet": pl.read_parquet, "ndjson": pl.read_ndjson}
read = readers.get(sys.argv[1].rpartition(".")[2], pl.read_csv)
own = pl.coalesce([pl.when(pl.col("label") == i).then(pl.col(f"p_{i}")) for i in range(10)])
p = (own / pl.sum_horizontal(columns)).clip(1e-7, 1 - 1e-7)
print(read(sys.argv[1]).select((-p.log()).mean()).item())
"""
PANDAS = """
import sys
import pandas as pd
from sklearn.metrics import log_loss
read = pd.read_parquet if sys.argv[1].endswith("parquet") else pd.read_csv
table = read(sys.argv[1])
x, y = table.iloc[:, :10].to_numpy(), table["label"]
print(log_loss(y, (x / x.sum(axis=1, keepdims=True)).clip(1e-7, 1 - 1e-7)))
"""
LOADTXT = """
import sys
import numpy as np
table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
x, y = table[:, :10], table[:, 10].astype(int)
p = x[np.arange(len(x)), y] / x.sum(axis=1)
print(-np.log(p.clip(1e-7, 1 - 1e-7)).mean())
"""
LOADTXT_ALONE = """
import sys
import numpy as np
np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
"""
NUMPY = """
import sys
import numpy as np
x, y = map(np.load, sys.argv[1:])
x = x.astype(np.result_type(x, np.float32), copy=False)
m = x.max(1, keepdims=True)
lse = np.log(np.exp(x - m).sum(1)) + m[:, 0]
print((lse - x[np.arange(len(x)), y]).mean())
"""
TORCH = """
import sys
import numpy as np, torch
x, y = (torch.from_numpy(np.load(file)) for file in sys.argv[1:])
print(torch.nn.functional.cross_entropy(x.float() if x.dtype is torch.float16 else x, y).item())
"""
# float16 in double precision, as losscli computes it
NUMPY_DOUBLE = NUMPY.replace("np.float32", "np.float64")
# What losscli itself does without the option: a ratio of more than one is what the option costs, below it.
QUIET = """
import sys
from losscli.cli import main
sys.argv[1:] = ["ce", *sys.argv[1:], "-q"]
main()
"""
# losscli as `pip install losscli` alone has it, without the packages of its extras.
WITHOUT_EXTRAS = """
import sys
sys.modules["pyarrow"] = sys.modules["isal"] = None
from losscli.cli import main
sys.argv[1:] = ["ce", *sys.argv[1:], "-q"]
main()
"""
DUCKDB_LISTS = """
import sys, duckdb
p = "scores[label + 1] / list_sum(scores)"
sql = f"select avg(-ln(least(greatest({p}, 1e-7), 1 - 1e-7))) from '{sys.argv[1]}'"
print(duckdb.connect().execute(sql).fetchone()[0])
"""
POLARS_LISTS = """
import sys
import polars as pl
p = (pl.col("scores").list.get(pl.col("label")) / pl.col("scores").list.sum()).clip(1e-7, 1 - 1e-7)
print(pl.read_ndjson(sys.argv[1]).select((-p.log()).mean()).item())
"""
IMPORTS = "import click, numpy, rich.table, rich.console"
TORCH_LINE = """
import torch
print(torch.nn.functional.cross_entropy(torch.tensor([[2.0, 1, 0], [0, 3, 1]]), torch.tensor([0, 2])).item())
"""
SKLEARN_LINE = """
from sklearn.metrics import log_loss
print(log_loss([0, 2], [[0.66524096, 0.24472847, 0.09003057], [0.04201007, 0.84379473, 0.1141952]], labels=[0, 1, 2]))
"""
KERAS_LINE = """
import keras, numpy as np
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
print(float(loss(np.array([0, 2]), np.array([[2.0, 1, 0], [0, 3, 1]]))))
"""
TO_PARQUET = """
import sys, duckdb
duckdb.connect().execute(f"copy (from '{sys.argv[1]}') to '{sys.argv[2]}' (format parquet)")
"""


@dataclass(frozen=True)
class Other:
    """Another tool's way: its packages, the first of which names its version, and its program."""

    name: str
    packages: tuple[str, ...]
    program: str


@dataclass(frozen=True)
class Case:
    """One job.

    Attributes:
        title: As in the table.
        files: What is read.
        options: Of losscli, after the files.
        others: Other tools.
        number: Whether all print one number, which must be the same.
        close: How far apart these may be, as a share.
    """

    title: str
    files: tuple[str, ...]
    options: tuple[str, ...]
    others: tuple[Other, ...]
    number: bool = True
    close: float = 1e-9


TABLES = (
    Other("DuckDB", ("duckdb",), DUCKDB),
    Other("Polars", ("polars",), POLARS),
    Other("pandas + scikit-learn", ("pandas", "scikit-learn"), PANDAS),
)
BARE = (Other("losscli, no extras", ("losscli",), WITHOUT_EXTRAS),)
RECORDS = (*BARE, *TABLES[:2])  # the third reads NDJSON with lines=True only
LISTS = (*BARE, Other("DuckDB", ("duckdb",), DUCKDB_LISTS), Other("Polars", ("polars",), POLARS_LISTS))
TEXTS = (Other("np.loadtxt, no loss", ("numpy",), LOADTXT_ALONE), Other("np.loadtxt + NumPy", ("numpy",), LOADTXT))
ARRAYS = (Other("NumPy", ("numpy",), NUMPY), Other("PyTorch", ("torch", "numpy"), TORCH))
LOGITS = ("--from-logits", "-q")
ALONE = (Other("losscli -q", ("losscli",), QUIET),)

CASES = {
    "csv": Case("CSV, 6 decimals", ("six.csv",), ("-q",), (*TEXTS, *TABLES)),
    "csv-all": Case("CSV, all digits", ("all.csv",), ("-q",), (*BARE, *TEXTS, *TABLES)),
    "npy": Case("NPY logits, 10 classes", ("logits.npy", "labels.npy"), LOGITS, ARRAYS),
    "npy-wide": Case("NPY logits, 1000 classes", ("wide.npy", "wide_labels.npy"), LOGITS, ARRAYS),
    "npy-half": Case(
        "NPY logits, float16, 50,257 classes",
        ("half.npy", "half_labels.npy"),
        LOGITS,
        (Other("NumPy, float64", ("numpy",), NUMPY_DOUBLE), *ARRAYS),
        close=1e-4,  # theirs is float32
    ),
    "csv-gz": Case("CSV.gz, 6 decimals", ("six.csv.gz",), ("-q",), (*BARE, *TABLES)),
    "ndjson": Case("NDJSON, 6 decimals", ("six.ndjson",), ("-q",), RECORDS),
    "ndjson-lists": Case("NDJSON, lists, all digits", ("lists.ndjson",), ("-q",), LISTS),
    "samples": Case("CSV, every row's loss (-f csv)", ("six.csv",), ("-f", "csv"), ALONE, number=False),
    "compare": Case("CSV, every convention (--compare)", ("six.csv",), ("--compare",), ALONE, number=False),
    "parquet": Case("Parquet of the CSV", ("six.parquet",), ("-q",), TABLES),
    "line": Case(
        "a one-liner",
        (),
        ("[[2,1,0],[0,3,1]]", "0,2", "--from-logits"),
        (
            Other("imports of click, NumPy, rich", ("numpy", "click", "rich"), IMPORTS),
            Other("scikit-learn", ("scikit-learn",), SKLEARN_LINE),
            Other("PyTorch", ("torch",), TORCH_LINE),
            Other("Keras", ("keras", "tensorflow"), KERAS_LINE),
        ),
    ),
}
