"""Is what a library hands over read as what it is, or refused in a sentence of Python?"""

from __future__ import annotations

import decimal
import enum
import io
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import losscli

if TYPE_CHECKING:
    from collections.abc import Callable

P = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]
VALUE = 1.176939193690798
COLUMNS: dict[str, list[Any]] = {"p_a": [0.05, 0.1], "p_b": [0.95, 0.8], "p_c": [0.0, 0.1], "y": ["b", "c"]}


class Tensor:
    """As torch's: nothing but its own methods may be asked of it while it is on a graph, or of a type of its own."""

    def __init__(self, values: Any, dtype: str = "torch.float64", *, attached: bool = True) -> None:
        self.values = np.asarray(values)
        self.dtype = dtype
        self.attached = attached

    def detach(self) -> Tensor:
        return Tensor(self.values, self.dtype, attached=False)

    def cpu(self) -> Tensor:
        return self

    def float(self) -> Tensor:
        return Tensor(self.values.astype(np.float32), "torch.float32", attached=self.attached)

    def numpy(self) -> Any:
        if self.attached or self.dtype == "torch.bfloat16":
            raise RuntimeError("Can't call numpy()")
        return self.values

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.numpy()


class Sparse:
    def toarray(self) -> Any:
        return np.asarray(P)


class Places(dict[Any, Any]):
    """As scipy's sparse arrays that are a mapping of places to values."""

    def toarray(self) -> Any:
        return np.asarray(P)


class Dense:
    """As other sparse arrays."""

    def todense(self) -> Any:
        return np.asarray(P)


class Listed:
    """As TensorFlow's sparse tensors."""

    indices = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]  # noqa: RUF012
    values = (0.05, 0.95, 0.1, 0.8, 0.1)
    dense_shape = (2, 3)


class Index(tuple[Any, ...]):
    def equals(self, other: object) -> bool:
        return self == other


class RangeIndex(Index):
    """As pandas' of rows that nobody named."""

    start, step = 0, 1


class Named:
    """As a series of pandas."""

    iloc = None

    def __init__(self, values: Any, index: Any) -> None:
        self.values = np.asarray(values)
        self.index = RangeIndex(range(len(values))) if index is None else Index(index)

    def to_numpy(self) -> Any:
        return self.values


class Word(str, enum.Enum):  # noqa: UP042 - whose text is its name
    B, C = "b", "c"


class Series:
    """As pandas' and polars'."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    def to_numpy(self) -> Any:
        return self.values


class Frame:
    """As polars'."""

    columns = tuple(COLUMNS)

    def get_column(self, name: str) -> Series:
        return Series(COLUMNS[name])


class Relation:
    """As DuckDB's."""

    def fetchnumpy(self) -> Any:
        return {name: np.ma.masked_array(np.asarray(values), False) for name, values in COLUMNS.items()}


class Hub:
    """As a data set of Hugging Face."""

    column_names = tuple(COLUMNS)

    def with_format(self, name: str) -> Any:
        assert name == "arrow"
        return _Sliced()

    def __len__(self) -> int:
        return 2


class _Sliced:
    def __getitem__(self, rows: slice) -> Any:
        assert rows == slice(None)
        return Frame()


class Stream:
    """As one of them that is read row by row."""

    column_names = tuple(COLUMNS)
    with_format = None


class Foreign:
    def __dataframe__(self, **_: Any) -> None:
        raise ValueError("not today")


@pytest.mark.parametrize(
    "given",
    [
        P,
        tuple(map(tuple, P)),
        np.asarray(P),
        np.asarray(P, order="F"),
        Tensor(P),
        [Tensor(row) for row in P],
        Sparse(),
        np.ma.masked_array(P, False),
        [[decimal.Decimal(str(one)) for one in row] for row in P],
        np.asarray(P)[:, ::-1][:, ::-1],
        np.array([np.array(row) for row in P], dtype=object),
        Places(),
        Dense(),
        Listed(),
        np.asarray(P).astype(">f8"),
        np.asarray(P).astype(np.longdouble),
        np.asarray(P).view(np.matrix),
    ],
    ids=lambda given: type(given).__name__,
)
def test_an_array_of_any_library_is_an_array(given: Any) -> None:
    assert losscli.evaluate("ce", given, [1, 2]).value == VALUE
    assert losscli.evaluate("ce", given, Series([1, 2])).value == VALUE


def test_what_is_read_once_is_read() -> None:
    assert losscli.evaluate("ce", (row for row in P), iter([1, 2])).value == VALUE
    assert losscli.evaluate("ce", (iter(row) for row in P), iter([1, 2])).value == VALUE
    assert losscli.evaluate("ce", {"a": P[0], "b": P[1]}.values(), map(int, "12")).value == VALUE
    assert losscli.evaluate("ce", {name: iter(column) for name, column in COLUMNS.items()}, label="y").value == VALUE


@pytest.mark.parametrize(
    "labels",
    [
        ["b", "c"],
        np.array(["b", "c"]),
        np.array([b"b", b"c"]),
        np.array([b"b", b"c"], dtype=object),
        [Word.B, Word.C],
        *([np.array(["b", "c"], np.dtypes.StringDType())] if hasattr(np.dtypes, "StringDType") else []),
    ],
    ids=lambda given: f"{type(given).__name__} {getattr(given, 'dtype', '')}",
)
def test_texts_are_texts(labels: Any) -> None:
    assert losscli.evaluate("ce", P, labels, classes=["a", "b", "c"]).value == VALUE
    assert losscli.evaluate("ce", {**COLUMNS, "y": labels}, label="y").value == VALUE


def test_rows_that_name_their_values_are_a_table() -> None:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]
    assert losscli.evaluate("ce", rows, label="y").value == VALUE
    rows[1] = {name: value for name, value in rows[1].items() if name != "y"}
    assert losscli.evaluate("ce", rows, label="y", nan="skip").value == losscli.evaluate("ce", P[:1], [1]).value


def test_rows_that_pandas_would_pair_otherwise_are_refused() -> None:
    def value(mine: Any, yours: Any, **more: Any) -> float | None:
        return losscli.evaluate("mse", Named([1.0, 2.0], mine), Named([1.0, 4.0], yours), **more).value

    assert value(None, None) == value([7, 8], [7, 8]) == value(None, [9, 3]) == value([9, 3], None) == 2.0
    what = "predictions and labels have other indexes: row 1 is {} here and {} there; try: .loc"
    for mine, yours, first in (([7, 8], [8, 7], (7, 8)), (None, [1, 0], (0, 1)), (["a", "b"], ["c", "d"], ("a", "c"))):
        with pytest.raises(losscli.InputError, match=what.format(*first)):
            value(mine, yours)
    with pytest.raises(losscli.InputError, match="predictions and sample_weight have other indexes"):
        value([7, 8], [7, 8], sample_weight=Named([1, 2], [8, 7]))
    with pytest.raises(losscli.InputError, match="column p and column y have other indexes"):
        losscli.evaluate("mse", {"p": Named([1, 2], [3, 4]), "y": Named([1, 2], [4, 3])}, label="y")


def test_small_floats_are_read_as_floats() -> None:
    assert losscli.evaluate("mse", Tensor([1.0, 2.0], "torch.bfloat16"), [1, 4]).value == 2.0
    assert losscli.evaluate("mse", np.array([1, 2], np.float16), [1, 4]).value == 2.0


@pytest.mark.parametrize("given", [COLUMNS, Frame(), Relation(), Hub()], ids=lambda given: type(given).__name__)
def test_a_table_of_any_library_is_a_table(given: Any) -> None:
    assert losscli.evaluate("ce", given, label="y").value == VALUE
    assert losscli.evaluate("ce", given, "y").value == VALUE
    assert losscli.evaluate("ce", given, label="y", pred=["p_a", "p_b", "p_c"]).value == VALUE
    assert losscli.evaluate("ce", given, label="y", sample_weight=[1, 1]).value == VALUE
    assert losscli.evaluate("ce", {name: COLUMNS[name] for name in ("p_a", "p_b", "p_c")}, ["b", "c"]).value == VALUE
    report = losscli.evaluate("ce", given, label="y", like="exact")
    assert report.class_names == ("a", "b", "c")


def test_what_exports_arrow_is_a_table() -> None:
    pa = pytest.importorskip("pyarrow")

    class Exporting:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return pa.table(COLUMNS).__arrow_c_stream__(requested_schema)

    assert losscli.evaluate("ce", Exporting(), label="y").value == VALUE
    dataset = pytest.importorskip("pyarrow.dataset").dataset(pa.table(COLUMNS))
    assert losscli.evaluate("ce", dataset, label="y").value == VALUE
    assert losscli.evaluate("ce", dataset.scanner(), label="y").value == VALUE


def test_names_of_several_levels_are_joined() -> None:
    """As ``"_".join`` does for a MultiIndex of pandas."""
    given = {("p", "a"): P[0][:2], ("p", "b"): P[1][:2], ("y", ""): [0, 1], (None, 3): [1, 1]}
    assert losscli.evaluate("ce", given, label="y", pred=["p_a", "p_b"]).class_names == ("a", "b")
    with pytest.raises(losscli.UsageError, match="columns: p_a, p_b, y, None_3"):
        losscli.evaluate("ce", given, label="z")


class Batches:
    """As a DataLoader's or a data set's of TensorFlow."""

    def __iter__(self) -> Any:
        return iter([P])


def test_a_column_without_a_role_may_hold_anything() -> None:
    when = np.array(["2020-01-01", "2021-01-01"], "M8[D]")
    assert losscli.evaluate("mse", {"p": [0.5, 1], "y": [1, 1], "when": when}, label="y", pred="p").value == 0.125
    with pytest.raises(losscli.InputError, match="column when holds text, not numbers: 2020-01-01"):
        losscli.evaluate("mse", {"p": [0.5, 1], "y": [1, 1], "when": when}, label="y", pred="when")


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "duckdb"])
def test_a_real_library_is_read(library: str) -> None:
    module = pytest.importorskip(library)
    if library == "duckdb":
        values = ", ".join(str(row) for row in zip(*COLUMNS.values(), strict=True))
        given = module.sql(f"select * from (values {values}) as t({', '.join(COLUMNS)})")
    else:
        given = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "table"}[library]
        given = getattr(module, given)(COLUMNS)
    assert losscli.evaluate("ce", given, label="y").value == VALUE
    assert losscli.check(given, label="y").passed


def test_a_path_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("p_a,p_b,p_c,y\n0.05,0.95,0,b\n0.1,0.8,0.1,c\n")
    (tmp_path / "y.csv").write_text("label\nb\nc\n")
    assert losscli.evaluate("ce", tmp_path / "t.csv").value == VALUE
    assert losscli.evaluate("ce", str(tmp_path / "t.csv"), label="y").value == VALUE
    assert losscli.evaluate("ce", tmp_path / "t.csv", tmp_path / "y.csv", pred="p_*").value == VALUE
    assert losscli.evaluate("ce", tmp_path / "t.csv", ["b", "c"], pred="p_*").value == VALUE


def test_what_is_masked_is_missing() -> None:
    given = np.ma.masked_array([1.0, 9.0, 3.0], [False, True, False])
    with pytest.raises(losscli.InputError, match="NaN"):
        losscli.evaluate("mse", given, [1, 1, 1])
    assert losscli.evaluate("mse", given, [1, 1, 1], nan="skip").value == 2.0
    assert losscli.evaluate("mse", [1.0, None, 3.0], [1, 1, 1], nan="skip").value == 2.0
    labels = np.ma.masked_array([1, 1, 1], [False, True, False])
    assert losscli.evaluate("mse", [1.0, 9.0, 3.0], labels, nan="skip").value == 2.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: losscli.evaluate("ce", np.ones((1, 2)) * 1j, [0]), "InputError", "predictions holds complex numbers, neither numbers nor texts"),
        (lambda: losscli.evaluate("ce", P, np.array(["2020-01-01"] * 2, "M8[D]")), "InputError", "labels holds dates, neither numbers nor texts"),
        (lambda: losscli.evaluate("ce", [[0.5, 0.5], [1.0]], [0, 0]), "InputError", "predictions holds rows of different lengths"),
        (lambda: losscli.evaluate("ce", None, [0]), "InputError", "predictions is None"),
        (lambda: losscli.Evaluation("ce", label="y").update(None), "InputError", "predictions is None"),
        (lambda: losscli.evaluate("ce", P, [1]), "InputError", "2 rows of predictions but 1 of labels"),
        (lambda: losscli.evaluate("ce", P, [1, 2], sample_weight=[1]), "InputError", "1 sample weight for 2 rows"),
        (lambda: losscli.evaluate("ce", {"a": [1, 2], "b": [1]}, label="b"), "InputError", "predictions has columns of different lengths: a 2, b 1"),
        (lambda: losscli.evaluate("ce", P, [1, 2], label="y"), "UsageError", "label says how a table is read, and predictions is an array; try: leave out label"),
        (lambda: losscli.evaluate("ce", P, [1, 2], from_logit=True), "UsageError", "ce takes no argument from_logit; try: from_logits"),  # type: ignore[call-arg]
        (lambda: losscli.evaluate("ce", [[2.5, -1.0]], [0]), "InputError", "1 row holds values outside [0, 1]: they are not probabilities; at row 1: 2.5; try: from_logits=True if they are logits (the loss would be 0.02975042)"),
        (lambda: losscli.evaluate("bce", [0.5, 0.2], [-1, 1]), "InputError", "1 row of labels is not between 0 and 1; at row 1: -1; try: classes=[-1, 1] if they mean no and yes (the loss would be 1.151293)"),
        (lambda: losscli.evaluate("huber", [1], [2], delta="x"), "UsageError", "delta='x': a number"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("ce", P, [1, 2], clip="x"), "UsageError", "clip='x': a number"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("gaussian-nll", [1], [2]), "UsageError", "gaussian-nll also takes var; try: var=..."),
        (lambda: losscli.evaluate("ce", COLUMNS, label="z"), "UsageError", "label: no column 'z'; columns: p_a, p_b, p_c, y; at predictions"),
        (lambda: losscli.evaluate("ce", P), "InputError", "labels is missing; try: labels, right after predictions"),
        (lambda: losscli.evaluate("ce", [], []), "InputError", "there are no rows: predictions is empty"),
        (lambda: losscli.evaluate("ce", {"a": [1], "b": [0]}), "InputError", "no column has a usual label name (label, y, target ...); columns: a, b; at predictions; try: label=..., or labels right after predictions"),
        (lambda: losscli.evaluate(3, P, [1, 2]), "UsageError", 'loss is int, not a name; try: "cross-entropy"'),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("nope", P, [1, 2]), "UsageError", "unknown loss 'nope'; try: losscli losses, in a shell, lists them"),
        (lambda: losscli.evaluate("mse", [1], [2], clip=0.1), "UsageError", "mse takes no argument clip"),
        (lambda: losscli.evaluate("torch.nn.CrossEntropyLoss", P, [1, 2], like="keras"), "UsageError", "torch.nn.CrossEntropyLoss takes no argument like"),
        (lambda: losscli.evaluate("ce", P, [1, 2], nan="skipp"), "UsageError", "nan='skipp': one of error, skip, keep"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("ce", P, [1, 2], label_form="hot"), "UsageError", "label_form='hot': one of auto, sparse, one-hot, multi-hot, soft, binary"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("ce", P, [1, 2], classes=3), "UsageError", "classes=3: not names; try: names, in the order of the prediction columns"),
        (lambda: losscli.evaluate("ce", P, [1, 2], shift=-1), "UsageError", "shift=-1: predictions are for the label so many places later, 0 or more"),
        (lambda: losscli.evaluate("ce", [0.2, 0.8], [1], shift=1), "InputError", "nothing is left of rows that are shifted by 1; at row 1"),
        (lambda: losscli.evaluate("ce", P, [1, 2], temperature=0), "UsageError", "temperature=0: a number above 0"),
        (lambda: losscli.evaluate("ce", P, [1, 2], sample_weight=["w", "v"]), "InputError", "sample_weight holds words, not numbers"),
        (lambda: losscli.evaluate("max-error", [1, 2, 4], [1, 2, 3], ci=95), "UsageError", "ci: max-error has no interval in closed form: it is not a mean of one number per row; try: bootstrap=1000"),
        (lambda: losscli.evaluate("mse", [1], [1], seed=7), "UsageError", "seed is that of bootstrap; try: bootstrap=1000, seed=7"),
        (lambda: losscli.evaluate("mse", [1], [1], bootstrap=9, by=[1], against=[2]), "UsageError", "with by, bootstrap and against exclude each other; try: rows of one group alone"),
        (lambda: losscli.evaluate("ce", P, [1, 2], test="t"), "UsageError", "margin and test are about the difference to a baseline; try: against=..."),
        (lambda: losscli.Evaluation("ce", test="t"), "UsageError", "Evaluation takes no argument test; try: evaluate(..., test=...)"),
        (lambda: losscli.Evaluation("ce", margin=0.1), "UsageError", "Evaluation takes no argument margin; try: evaluate(..., margin=...)"),
        (lambda: losscli.check(P, [1, 2], by="label"), "UsageError", "check takes no argument by; try: evaluate(..., by=...)"),
        (lambda: losscli.check(["a", "b"], ["a", "b"], temperature=2), "UsageError", "temperature needs numbers, and the predictions are words"),
        (lambda: losscli.identify(1.2, P, [1, 2], samples=3), "UsageError", "identify counts the samples of predictions itself; try: leave out samples"),
        (lambda: losscli.identify(1.2, label="y"), "UsageError", "identify without predictions takes classes, samples and rows, not label"),
        (lambda: losscli.explain("ce", P, [1, 2], rows="1"), "UsageError", "rows='1': rows count from 1 upwards; try: rows=1 or rows=[1, 4]"),  # type: ignore[arg-type]
        (lambda: losscli.Evaluation("ce", against=P), "UsageError", "Evaluation takes no argument against; try: evaluate(..., against=...)"),  # type: ignore[call-arg]
        (lambda: losscli.Evaluation("ce").update(P, [1, 2]).update([[0.5, 0.5]], [1]), "InputError", "predictions of shape (N, 2) after others of shape (N, 3)"),
        (lambda: losscli.explain("ce", P, [1, 2], rows=3), "UsageError", "rows=3: there are only 2 rows"),
        (lambda: losscli.evaluate("ce", Batches(), [0]), "InputError", "predictions is a Batches, not an array; try: list(...), or Evaluation with update for each of its batches"),
        (lambda: losscli.evaluate("ce", io.StringIO("p,y"), label="y"), "InputError", "predictions is an open file; try: its path, or a table of any library"),
        (lambda: losscli.evaluate("ce", {(0.5, 0.5)}, [0]), "InputError", "predictions is a set, which has no order; try: a list"),
        (lambda: losscli.evaluate("mse", {"p": [1.0, 2.0], "y": 1}, label="y"), "InputError", "predictions, column y is one value, not one for each row"),
        (lambda: losscli.evaluate("mse", [{"a": 1}, 2], [1, 2]), "InputError", "predictions holds {'a': 1}, neither a number nor a text"),
        (lambda: losscli.evaluate("mse", [10**400], [1]), "InputError", f"predictions holds {'1' + '0' * 19}…{'0' * 19}, which is too large for a float64"),
        (lambda: losscli.evaluate("top-k-accuracy", P, [1, 2], k=0.5), "UsageError", "k=0.5: a whole number"),
        (lambda: losscli.evaluate("top-k-accuracy", P, [1, 2], k="2"), "UsageError", "k='2': a whole number"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("top-k-accuracy", P, [1, 2], k=True), "UsageError", "k=True: a whole number"),
        (lambda: losscli.evaluate("huber", [1], [2], delta=[1, 2]), "UsageError", "delta=[1, 2]: one number, not several"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("ce", P, [1, 2], from_logits="False"), "UsageError", "from_logits='False': True or False"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("ce", P, [1, 2], rescale=1), "UsageError", "rescale=1: True or False"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("ce", P, [1, 2], from_log_probs=3), "UsageError", "from_log_probs=3: True, or their base: e, 2, 10"),
        (lambda: losscli.evaluate("f1", [0], [1], average="macroo"), "UsageError", "average='macroo': one of binary, macro, micro, weighted, none; try: 'macro'"),
        (lambda: losscli.evaluate("ce", P, [1, 2], reduction=3), "UsageError", "reduction=3: a text"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("ce", P, [1, 2], like=1), "UsageError", "like=1: a text"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("ce", P, [1, 2], class_weight=2), "UsageError", "class_weight=2: one number for each class"),
        (lambda: losscli.evaluate("ce", P, [1, 2], from_log_probs=[1]), "UsageError", "from_log_probs=[1]: True, or their base: e, 2, 10"),  # type: ignore[arg-type]
        (lambda: losscli.check(P, [1, 2], strict=1), "UsageError", "strict=1: True or False"),  # type: ignore[arg-type]
        (lambda: losscli.compare("ce", P, [1, 2], frameworks=[3]), "UsageError", "frameworks=3: a text"),  # type: ignore[list-item]
        (lambda: losscli.explain("ce", P, [1, 2], rows=[0]), "UsageError", "rows=0: a whole number of at least 1"),
        (lambda: losscli.identify(0.5, rows=0.5), "UsageError", "rows=0.5: a whole number of at least 1"),  # type: ignore[arg-type]
        (lambda: losscli.identify(0.5, samples="9"), "UsageError", "samples='9': a number"),  # type: ignore[arg-type]
        (lambda: losscli.identify([0.5]), "UsageError", "value=[0.5]: a number"),  # type: ignore[arg-type]
        (lambda: losscli.evaluate("mse", [1], [2], labels=[1]), "UsageError", "mse takes no argument labels; try: they are given by their place"),  # type: ignore[misc]
        (lambda: losscli.evaluate("ce", P, [1, 2], weights=[1, 1]), "UsageError", "ce takes no argument weights; try: sample_weight or class_weight"),
        (lambda: losscli.evaluate("ce", P, [1, 2], logits=True), "UsageError", "ce takes no argument logits; try: from_logits"),  # type: ignore[call-arg]
        (lambda: losscli.evaluate("ce", P, [1, 2], y_true=[1, 2]), "UsageError", "ce takes no argument y_true; try: labels"),  # type: ignore[call-arg]
        (lambda: losscli.evaluate("ce", P, [1, 2], per=[1, 2]), "UsageError", "ce takes no argument per"),
        (lambda: losscli.evaluate("nll", [-1], per=[1], by=[1]), "UsageError", "per and by exclude each other; try: by shows the groups of which per is the mean"),
        (lambda: losscli.compare("nll", [-1], bytes=3), "UsageError", "compare takes no argument bytes; try: evaluate(..., bytes=...)"),
        (lambda: losscli.check(P, [1, 2], los="ce"), "UsageError", "check takes no argument los; try: loss"),  # type: ignore[call-arg]
        (lambda: losscli.compare("ce", P, [1, 2], framework="torch"), "UsageError", "ce takes no argument framework; try: frameworks"),  # type: ignore[call-arg]
        (lambda: losscli.thresholds([0.5], [1], threshold=0.5), "UsageError", "thresholds takes no argument threshold; try: at"),  # type: ignore[call-arg]
        (lambda: losscli.evaluate("preds.csv", P), "UsageError", "unknown loss 'preds.csv'; try: the loss comes before the data; check(predictions, labels) says which loss may be meant"),
        (lambda: losscli.evaluate("pytorch", P, [1, 2]), "UsageError", "unknown loss 'pytorch'; try: losscli losses --framework torch, in a shell, lists its calls"),
        (lambda: losscli.evaluate("exact", P, [1, 2]), "UsageError", "unknown loss 'exact'; try: evaluate(\"ce\", predictions, labels, like=\"exact\")"),
        (lambda: losscli.evaluate("label-smoothing", P, [1, 2]), "UsageError", "unknown loss 'label-smoothing'; try: evaluate(\"ce\", predictions, labels, label_smoothing=...): an argument of each loss"),
        (lambda: losscli.evaluate("mse", ["a", "b"], [1, 2]), "InputError", "the predictions are words; mean-squared-error takes numbers; try: evaluate(\"acc\", ...), which compares predicted classes with the labels"),
        (lambda: losscli.evaluate("ce", ["a", "b"], ["a", "b"]), "InputError", "the predictions are words; cross-entropy takes numbers; try: evaluate(\"acc\", ...), which compares predicted classes with the labels"),
        (lambda: losscli.Evaluation("ce").report(), "UsageError", "there are no rows yet; try: update(predictions, labels)"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_a_refusal_speaks_python(call: Callable[[], object], error: str, message: str) -> None:
    with pytest.raises(losscli.LossError) as raised:
        call()
    assert (type(raised.value).__name__, str(raised.value)) == (error, message)


def test_an_error_is_caught_as_python_s_own() -> None:
    with pytest.raises(ValueError, match="probabilities") as bad:
        losscli.evaluate("ce", [[2.5, -1.0]], [0])
    with pytest.raises(TypeError, match="no argument") as wrong:
        losscli.evaluate("ce", P, [1, 2], clipp=1)  # type: ignore[call-arg]
    assert isinstance(wrong.value, ValueError)
    for error in (bad.value, wrong.value):
        again = pickle.loads(pickle.dumps(error))
        assert isinstance(error, losscli.LossError)
        assert (type(again), str(again), again.hint) == (type(error), str(error), error.hint)
    with pytest.raises(
        AttributeError, match=r"no attribute 'mse'; evaluate\(\"mse\", predictions, labels\) computes it"
    ):
        losscli.mse  # type: ignore[attr-defined] # noqa: B018
    with pytest.raises(KeyError, match="'tourch' is none of exact, keras"):
        losscli.compare("ce", P, [1, 2])["tourch"]


def test_a_report_speaks_python() -> None:
    report = losscli.evaluate("dice_score", [0.5, 0.0], [0, 0])
    assert [note.message for note in report.notes] == ['dice_score: evaluate("dice", ...)']
    report = losscli.evaluate("ce", [[0.5, 0.5], [0.0, 1.0], [0.2, 0.1]], [0, 0, 1])
    said = [text for note in report.notes for text in (note.message, note.hint)]
    assert 'like="exact" clips nothing' in said
    assert not [text for text in said if "--" in text]
    assert [one.reason for one in report.decisions if "--" in one.reason] == []
    shown = str(losscli.calibrate([0.2, 0.9, 0.4], [0, 1, 1]))
    assert "temperature=" in shown
    for answer in (losscli.explain("focal", P, [1, 2]), losscli.compare("auc", [0.1, 0.9], [0, 1])):
        assert not re.search(r"(?<!-)--[a-z]", str(answer) + answer._repr_html_())


def test_a_report_goes_where_a_number_does() -> None:
    report = losscli.evaluate(
        "ce", {**COLUMNS, "y": ["<b>", "c"], "p_<b>": [0.95, 0.8]}, label="y", pred=["p_a", "p_<b>", "p_c"]
    )
    assert float(report) == VALUE
    assert f"{report:.3f}" == "1.177"
    assert losscli.evaluate("ce", P, [1, 2]) == losscli.evaluate("ce", np.asarray(P), (1, 2))
    shown = report._repr_html_()
    assert "1.176939" in shown
    assert "<b>" not in shown
    with pytest.raises(TypeError, match="no value"):
        float(losscli.evaluate("ce", P, [1, 2], reduction="none"))
    assert "<table>" in losscli.check(P, [1, 2])._repr_html_()
    assert str(losscli.explain("ce", P, [1, 2])).startswith("cross-entropy")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ["mean             1.176939     divided by N = 2", "perplexity       3.244428"]),
        ({"by": ["u", "v"]}, ["group   samples", "u             1"]),
        ({"against": {"old": [[0.2, 0.7, 0.1], [0.3, 0.5, 0.2]]}}, ["predictions against old", "verdict"]),
        ({"reduction": "sum", "like": "exact"}, ["sum              2.353878"]),
        ({"ci": True}, ["standard error", "95% interval"]),
    ],
    ids=str,
)
def test_a_report_prints_as_the_table_of_a_shell(options: dict[str, Any], words: list[str]) -> None:
    report = losscli.evaluate("ce", P, [1, 2], **options)
    assert "\n" not in repr(report)
    assert f"{report}" == str(report)
    for word in words:
        assert word in str(report)
        assert word.split("  ")[0] in report._repr_html_()
    assert not re.search(r"(?<![\w-])-(-[a-z]|[a-z]\b)", str(report))
    assert str(report).isascii()


def test_a_printed_report_tells_its_notes() -> None:
    shown = str(losscli.evaluate("ce", [[0.0, 1.0]], [0]))
    assert "1 row was clipped to [1e-07, 1 - 1e-07]" in shown
    assert 'like="exact" clips nothing' in shown
    assert "rows=..., or more digits of the number" in str(losscli.identify(0.5, P, [1, 2], rows=1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"header": "x"}, "header='x': True or False"),
        ({"header": 1}, "header=1: True or False"),
        ({"limit": "x"}, "limit='x': a number"),
        ({"limit": 0}, "limit=0: a whole number of at least 1"),
        ({"skip": -1}, "skip=-1: a whole number of at least 0"),
        ({"delimiter": 3}, "delimiter=3: a text"),
        ({"delimiter": "ab"}, """'ab' can't be a delimiter; try: delimiter="," or delimiter=";" or delimiter="tab" or delimiter="space\""""),
        ({"encoding": 3}, "encoding=3: a text"),
        ({"comment": 4}, "comment=4: a text"),
        ({"comment": ""}, 'comment: an empty text begins every line; try: comment="#"'),
        ({"input_format": "xls"}, "input_format='xls': one of csv, tsv, json, ndjson, npy, npz, parquet, arrow, safetensors"),
        ({"memory_limit": "4X"}, """memory_limit='4X': bytes, or a text such as "512M" or "4G\""""),
        ({"memory_limit": -4}, "memory_limit=-4: a whole number of at least 0"),
        ({"pred": 3.5}, "pred=3.5: the name of a column, or several"),
        ({"label": b"y"}, "label=b'y': the name of a column, or several"),
        ({"join_missing": True}, "join_missing=True: one of error, drop"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_said_of_a_table_is_checked(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("p,y\n0.5,1\n0.25,0\n")
    for table in (tmp_path / "t.csv", {"p": [0.5, 0.25], "y": [1, 0]}):
        if isinstance(table, dict) and message.partition(":")[0] in ("'ab' can't be a delimiter; try", "comment"):
            continue  # nobody asks for the lines of a table in memory
        with pytest.raises(losscli.UsageError) as raised:
            losscli.evaluate("bce", table, **options)
        assert str(raised.value) == message


@pytest.mark.parametrize(
    "options",
    [
        {"memory_limit": "4G", "header": True, "skip": 0, "delimiter": ","},
        {"label": 2, "pred": np.int64(1)},
        {"label": ["y"], "pred": ("p",)},
        {"na": [-999]},
        {"na": -999.0},
        {"na": "x"},
    ],
    ids=str,
)
def test_what_can_be_said_of_a_table(options: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("p,y\n0.5,1\n0.25,0\n")
    assert (
        losscli.evaluate("bce", tmp_path / "t.csv", **options).value
        == losscli.evaluate("bce", [0.5, 0.25], [1, 0]).value
    )
    assert losscli.thresholds([[0.2, 0.8], [0.6, 0.4]], [1, 0], positive=1).auc == 1.0


RIVAL = {"p_a": [0.2, 0.3], "p_b": [0.7, 0.5], "p_c": [0.1, 0.2]}


def test_a_data_set_of_rows_one_by_one_is_refused() -> None:
    message = "Stream gives its rows one by one; try: list(...), or Evaluation with update for each of its batches"
    with pytest.raises(losscli.InputError, match=re.escape(message)):
        losscli.evaluate("ce", Stream(), label="y")


def test_what_arrow_refuses_is_refused() -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(losscli.InputError, match="a Foreign can't be read as a table: not today"):
        losscli.evaluate("ce", Foreign(), label="y")


@pytest.mark.parametrize("labels", [{"labels": [1, 2]}, {"labels": ["b", "c"]}, {"label": "y"}], ids=str)
@pytest.mark.parametrize(
    "against",
    [
        RIVAL,
        {name: RIVAL[name] for name in ("p_c", "p_a", "p_b")},
        {"b": RIVAL["p_b"], "c": RIVAL["p_c"], "a": RIVAL["p_a"]},
        {"p_c": RIVAL["p_c"], "y": ["b", "c"], "p_a": RIVAL["p_a"], "p_b": RIVAL["p_b"]},
    ],
    ids=",".join,
)
def test_a_table_is_compared_by_the_names_of_its_columns(against: dict[str, Any], labels: dict[str, Any]) -> None:
    columns = {**COLUMNS, "y": ["b", "c"]} if "label" in labels else {name: COLUMNS[name] for name in RIVAL}
    expected = losscli.evaluate("ce", P, [1, 2], against={"old": np.array([*RIVAL.values()]).T})
    found = losscli.evaluate("ce", columns, against={"old": against}, **labels)
    assert found.against[0].difference == expected.against[0].difference
    unnamed = losscli.evaluate("ce", P, [1, 2], against={"old": RIVAL})
    assert unnamed.against[0].difference == expected.against[0].difference


def test_an_array_stands_beside_a_table() -> None:
    columns = {"p": [0.9, 0.2], "q": [0.5, 0.5], "y": [1, 0]}
    expected = losscli.evaluate("bce", [0.9, 0.2], [1, 0], against={"q": [0.8, 0.3]}).against[0].difference
    for label in ("y", None):
        found = losscli.evaluate("bce", columns, against={"q": [0.8, 0.3]}, pred="p", label=label)
        assert found.against[0].difference == expected
    with pytest.raises(losscli.InputError, match="at predictions and q; try: rows are paired by position"):
        losscli.evaluate("bce", {"p": [0.9, 0.2], "y": [1, 0]}, label="y", against={"q": {"p": [0.8]}})


def test_an_argument_of_the_loss_is_none_of_a_difference() -> None:
    """``margin`` is both."""
    p, y = [0.5, 0.2], [1, -1]
    assert losscli.compare("hinge-embedding", p, y, margin=0.5).report.value == 0.4
    assert "0.5 - 0.2" in str(losscli.explain("hinge-embedding", p, y, rows=2, margin=0.5))
    assert losscli.check(p, y, loss="hinge-embedding", margin=0.5).report.value == 0.4  # type: ignore[union-attr]
    assert losscli.Evaluation("hinge-embedding", margin=0.5).update(p, y).value == 0.4
    with pytest.raises(losscli.UsageError, match="compare takes no argument margin"):
        losscli.compare("ce", P, [1, 2], margin=0.5)


@pytest.mark.parametrize("call", [losscli.evaluate, losscli.compare, losscli.explain], ids=lambda call: call.__name__)
def test_a_none_counts_as_not_said(call: Callable[..., Any]) -> None:
    assert call("ce", P, [1, 2], by=None, margin=None, test=None, per=None, like=None)
    assert losscli.Evaluation("ce", margin=None, test=None, per=None).update(P, [1, 2]).value == VALUE


SCRIPT = """
import losscli
import numpy as np

x, y = np.ones((2, 3)) / 3, [0, 1]
report: losscli.Report = losscli.evaluate("ce", x, y, from_logits=False, label_smoothing=0.1, sample_weight=y, ci=95)
value: float | None = report.value
number: float = float(report)
checked: losscli.CheckResult = losscli.check(x, y, loss="ce", strict=True, label="y")
compared: losscli.CompareResult = losscli.compare("ce", x, y, frameworks=["torch"])
explained: losscli.ExplainResult = losscli.explain("ce", x, y, rows=[1, 2])
found: losscli.IdentifyResult = losscli.identify(2.3026, classes=10)
counted: losscli.CalibrateResult = losscli.calibrate(x, y, n_bins=5, from_logits=True, sample_weight=y)
losscli.plot(counted, "a.svg")
gap: float = counted.ece + counted.calibration.overall.bins[0].forecast
cut: losscli.ThresholdsResult = losscli.thresholds(x, y, at=0.5, cost={"fp": 1.0, "fn": 5.0})
rate: float | None = cut["best F1"].recall
stream: losscli.Evaluation = losscli.Evaluation("torch.nn.HuberLoss", delta=1.5)
stream.update(x, y).report()
try:
    pass
except (losscli.InputError, losscli.UsageError, losscli.LossError) as error:
    print(error.what, error.hint)
"""
WRONG = {
    'losscli.evaluate("ce", x, y, from_logit=True)': "from_logit",
    'losscli.evaluate("ce", x, y, label_smoothing="a lot")': "label_smoothing",
    'losscli.evaluate("ce", x, y, reduction=3)': "reduction",
    'losscli.evaluate("ce", x, y, nan="skipp")': "nan",
    'losscli.evaluate("ce", x, y, label_form="one_hot")': "label_form",
    "losscli.evaluate(x, y)": "evaluate",
    "losscli.evaluat": "evaluat",
    "losscli.identify(1.0, x, y, from_logits=True)": "from_logits",
    "losscli.calibrate(x, y, bins=5)": "bins",
    "losscli.thresholds(x, y, att=0.5)": "att",
    'losscli.compare("ce", x, y, framework="torch")': "framework",
    'losscli.explain("ce", x, y, row=1)': "row",
    'losscli.Evaluation("ce", from_logit=True)': "from_logit",
    "counted.eec": "eec",
    "cut.points": "points",
    "losscli.check(x, y, strickt=True)": "strickt",
    "report.valeu": "valeu",
}


@pytest.mark.long
def test_a_user_is_typed_and_a_misspelt_name_is_an_error(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT + "".join(f"{line}\n" for line in WRONG))
    first = SCRIPT.count("\n") + 1
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(script)],
        capture_output=True, text=True, check=False, cwd=Path(losscli.__file__).parents[1],
    )  # fmt: skip
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert [int(line.split(":")[1]) for line in errors] == [*range(first, first + len(WRONG))], done.stdout
    for line, name in zip(errors, WRONG.values(), strict=True):
        assert name in line
