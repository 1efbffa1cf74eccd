"""Do the input's rows come out as they went in, byte for byte, each with its loss behind?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.shell import losscli as shell

DIGITS = Path(__file__).parents[2] / "examples" / "digits.csv"
NAN = ["--nan", "skip"]
BCE = ["bce", "-", "-p", "p", "-y", "y"]
A, B = "1.6094379124341003", "0.6931471805599453"  # of 0.2 and 0.5, which should have been 1


@pytest.mark.parametrize(
    ("text", "out", "more"),
    [
        ("p,y\n0.2,1\n0.5,1\n", f"p,y,loss\n0.2,1,{A}\n0.5,1,{B}\n", []),
        ("p,y\r\n0.2,1\r\n0.5,1", f"p,y,loss\r\n0.2,1,{A}\r\n0.5,1,{B}\r\n", []),
        ("p,y\r0.2,1\r", f"p,y,loss\r0.2,1,{A}\r", []),
        ('p,"t ""x""",y\n0.2,"a, ""b""",1\n', f'p,"t ""x""",y,loss\n0.2,"a, ""b""",1,{A}\n', []),
        ('p,"n\nm",y\n0.2,"a\n\nb",1\n0.5, c ,1\n', f'p,"n\nm",y,loss\n0.2,"a\n\nb",1,{A}\n0.5, c ,1,{B}\n', []),
        # Excel: line feeds within fields, and both characters at the end of rows.
        ('p,t,y\r\n0.2,"a\nb",1\r\n0.5,c,1\r\n', f'p,t,y,loss\r\n0.2,"a\nb",1,{A}\r\n0.5,c,1,{B}\r\n', []),
        ("p\ty\n0.2\t1\n", f"p\ty\tloss\n0.2\t1\t{A}\n", []),
        ("p;y\n0.2;1\n", f"p;y;loss\n0.2;1;{A}\n", []),
        ("p,y\n\n0.2,1\n\n\n0.5,1\n\n", f"p,y,loss\n0.2,1,{A}\n0.5,1,{B}\n", []),
        ("# c\np,y\n0.2,1\n# d\n0.5,1\n", f"p,y,loss\n0.2,1,{A}\n0.5,1,{B}\n", ["--comment", "#"]),
        ("title\np,y\n0.2,1\n", f"p,y,loss\n0.2,1,{A}\n", ["--skip", "1"]),
        ("p,y\n0.2,1\n0.5,1\n", f"p,y,loss\n0.2,1,{A}\n", ["--limit", "1"]),
        ("p,y\n0.2,1\n,1\nnan,1\n", f"p,y,loss\n0.2,1,{A}\n,1,\nnan,1,\n", NAN),
        ("é,p,y\n€,0.2,1\n", f"é,p,y,loss\n€,0.2,1,{A}\n", []),
        ("p,y\n+.20,1\n5e-1,1\n", f"p,y,loss\n+.20,1,{A}\n5e-1,1,{B}\n", []),
        ('{"p": 0.2, "y": 1}\n{"y": 1, "p": 0.5}\n', f'{{"p": 0.2, "y": 1, @{A}}}\n{{"y": 1, "p": 0.5, @{B}}}\n', []),
        ('{"p":0.2,"y":1}\r\n\r\n{"p":0.5,"y":1} ', f'{{"p":0.2,"y":1,@{A}}}\r\n{{"p":0.5,"y":1,@{B}}}\r\n', []),
        ('{"p":0.2,"y":1}\n{"p":null,"y":1}\n', f'{{"p":0.2,"y":1,@{A}}}\n{{"p":null,"y":1,@null}}\n', NAN),
    ],
)  # fmt: skip
def test_rows_are_handed_on(text: str, out: str, more: list[str]) -> None:
    result = shell(*BCE, "--append", *more, stdin=text.encode())
    out = out.replace("@", '"loss": ' if '": ' in out else '"loss":')
    assert (result.out, result.status) == (out, 0), result.err


def test_without_a_header() -> None:
    result = shell("bce", "-", "-p", "1", "-y", "2", "--no-header", "--append", stdin="0.2,1\n0.5,1\n")
    assert result.out == f"0.2,1,{A}\n0.5,1,{B}\n"
    result = shell(
        "bce", "-", "-p", "1", "-y", "2", "--no-header", "--append", "--nan", "skip", stdin="0.2   1\nnan 1\n"
    )
    assert result.out == f"0.2   1 {A}\nnan 1 nan\n"


@pytest.mark.parametrize("given", [["--append", "ce"], ["--append=ce"]])
def test_the_name_of_the_column(given: list[str]) -> None:
    assert shell(*BCE, *given, stdin="p,y\n0.2,1\n").out == f"p,y,ce\n0.2,1,{A}\n"
    assert shell(*BCE, '--append=a,"b"', stdin="p,y\n0.2,1\n").out == f'p,y,"a,""b"""\n0.2,1,{A}\n'


def test_the_next_argument_is_no_name() -> None:
    out = shell("ce", "--append", str(DIGITS), "-y", "label").out.splitlines()
    assert out[0] == DIGITS.read_text().splitlines()[0] + ",loss"


def test_all_columns_and_all_rows(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert shell("ce", str(DIGITS), "-y", "label", "--append", "-o", str(target)).status == 0
    lines = [line.rpartition(",") for line in target.read_text().splitlines()]
    assert "".join(f"{before}\n" for before, _, _ in lines) == DIGITS.read_text()
    values = json.loads(shell("ce", str(DIGITS), "-y", "label", "-f", "json").out)["per_sample"]
    assert [float(loss) for _, _, loss in lines[1:]] == values


def test_ignored_labels_have_no_loss() -> None:
    text = "a,b,y\n.5,.5,0\n.5,.5,7\n"
    result = shell("ce", "-", "-p", "a,b", "-y", "y", "--ignore-index", "7", "--append", stdin=text)
    assert result.out == f"a,b,y,loss\n.5,.5,0,{B}\n.5,.5,7,\n"
    result = shell("nn.CrossEntropyLoss", "-", "-p", "a,b", "-y", "y", "--ignore-index", "7", "--append", stdin=text)
    assert result.out == f"a,b,y,loss\n.5,.5,0,{B}\n.5,.5,7,\n"


def test_labels_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("p\n0.2\n0.5\n")
    assert shell("bce", str(tmp_path / "p.csv"), "1,1", "--append").out == f"p,loss\n0.2,{A}\n0.5,{B}\n"


def test_rows_without_a_value_of_their_own(tmp_path: Path) -> None:
    done = shell("ndcg", "-", "--append", stdin="p,label\n0,3\n2,2\n")
    assert (done.status, done.out) == (2, "")
    assert "--append: 1 value of 2 rows, which have none of their own" in done.err


def test_rows_are_those_of_the_predictions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text("p\n0.2\n0.5\n")
    Path("y.csv").write_text("label,z\n1,u\n1,v\n")
    Path("y.ndjson").write_text('{"label": 1}\n{"label": 1}\n')
    for more in (["y.csv"], ["y.ndjson"], ["y.csv", "--sample-weight", "w.csv"]):
        Path("w.csv").write_text("w\n1\n1\n")
        done = shell("bce", "p.csv", *more, "--append")
        assert done.out == f"p,loss\n0.2,{A}\n0.5,{B}\n", (more, done.err)


def test_several_files(tmp_path: Path) -> None:
    for name, p in (("a", 0.2), ("b", 0.5)):
        (tmp_path / f"{name}.csv").write_text(f"p,y\n{p},1\n")
    pattern = str(tmp_path / "*.csv")
    assert shell("bce", pattern, "-p", "p", "-y", "y", "--append").out == f"p,y,loss\n0.2,1,{A}\n0.5,1,{B}\n"
    (tmp_path / "b.csv").write_text("y,p\n1,0.5\n")
    result = shell("bce", pattern, "-p", "p", "-y", "y", "--append")
    assert result.status == 3
    assert "--append: the columns are in another order than in" in result.err


def test_rows_of_a_loss_that_needs_all_of_them(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{"a": 0.9, "b": 0.1, "c": 1, "d": 0}, {"a": 0.2, "b": 0.8, "c": 1, "d": 0}]
    names = ["-p", "a,b", "-y", "c,d", "--append"]
    behind = [{**row, "loss": loss} for row, loss in zip(rows, (1.0, 0.0), strict=True)]
    for name in ("a", "b"):
        (tmp_path / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
        table = pa.Table.from_pylist(rows).append_column("g", pa.array([name, None]).dictionary_encode())
        parquet.write_table(table, tmp_path / f"{name}.parquet", row_group_size=1)
    lines = shell("keras.metrics.CategoricalAccuracy", str(tmp_path / "*.ndjson"), *names).out.splitlines()
    assert [json.loads(line) for line in lines] == behind * 2
    out = tmp_path / "out.parquet"
    done = shell("keras.metrics.CategoricalAccuracy", str(tmp_path / "*.parquet"), *names, "-o", str(out))
    assert done.status == 0, done.err
    found = parquet.read_table(out)
    assert found.drop_columns("g").to_pylist() == behind * 2
    assert found["g"].to_pylist() == ["a", None, "b", None]


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_typed_columns_keep_their_types(name: str, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {
        "s": pa.array(["u", None, "v"]).dictionary_encode(),
        "p": pa.array([0.2, 0.5, 0.25], pa.float32()),
        "y": pa.array([1, 1, 0], pa.int8()),
        "l": [[1], [2, 3], []],
    }
    table = pa.table(columns).replace_schema_metadata({"k": "v"})
    path, out = tmp_path / name, tmp_path / f"out-{name}"
    if name.endswith("parquet"):
        parquet.write_table(table, path, row_group_size=2)
    else:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    result = shell("bce", str(path), "-p", "p", "-y", "y", "--append", "ce", "-o", str(out))
    assert result.status == 0, result.err
    found = parquet.read_table(out) if name.endswith("parquet") else pa.ipc.open_file(out).read_all()
    assert found.drop_columns("ce").equals(table)
    assert found.schema.metadata[b"k"] == b"v"
    values = json.loads(shell("bce", str(path), "-p", "p", "-y", "y", "-f", "json").out)["per_sample"]
    assert found["ce"].to_pylist() == values


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([*BCE, "--append", "y"], "--append y: there is a column of that name"),
        (
            ["bce", "0.2,0.5", "1,1", "--append"],
            "--append: PREDICTIONS are not lines of a table that could get another",
        ),
        (["rmse", "-", "-p", "p", "-y", "y", "--append"], "--append: root-mean-squared-error has no value for"),
        ([*BCE, "--append", "-f", "json"], "--append writes rows as they are, and these are no json"),
        ([*BCE, "--append", "-q"], "--append and -q exclude each other"),
        ([*BCE, "--append", "--worst", "3"], "--append and --worst exclude each other"),
        ([*BCE, "--append", "--compare"], "--append and --compare exclude each other"),
        ([*BCE, "--append", "--join", "p"], "--append and --join exclude each other"),
        ([*BCE, "--append", "--by", "p"], "--append and --by exclude each other"),
    ],
)
def test_what_cannot_be_is_refused(args: list[str], message: str) -> None:
    result = shell(*args, stdin="p,y\n0.2,1\n")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"Error: {message}")


@pytest.mark.parametrize(
    ("args", "err"),
    [
        (["-y", "1", "--append="], "Error: --append: a column has a name\n  try  --append NAME\n"),
        (
            ["--no-header", "-y", "1", "-p", "2", "--append", "e"],
            "Error: --append e: there is no header that could name a column\n  at   stdin\n  try  --append alone\n",
        ),
    ],
)
def test_a_name_that_names_nothing_is_refused(args: list[str], err: str) -> None:
    result = shell("mae", "-", *args, stdin="1,2\n3,5\n")
    assert (result.status, result.out, result.err) == (2, "", err)


def test_json_arrays_are_no_lines() -> None:
    result = shell(*BCE, "--append", stdin='[{"p": 0.2, "y": 1}]')
    assert result.status == 2
    assert "not lines of a table" in result.err


def test_a_variable_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLI_FORMAT", "json")
    assert shell(*BCE, "--append", stdin="p,y\n0.2,1\n").out == f"p,y,loss\n0.2,1,{A}\n"


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("p,q,y\n2,3,1\nnan,1,1\n2,1.5,1\n", "p,q,y,loss,against,difference\n2,3,1,1.0,2.0,-1.0\n"
         "nan,1,1,,0.0,\n2,1.5,1,1.0,0.5,0.5\n"),
        ('{"p": 2, "q": 3, "y": 1}\n{"p": null, "q": 1, "y": 1}\n',
         '{"p": 2, "q": 3, "y": 1, "loss": 1.0, "against": 2.0, "difference": -1.0}\n'
         '{"p": null, "q": 1, "y": 1, "loss": null, "against": 0.0, "difference": null}\n'),
    ],
)  # fmt: skip
def test_rows_are_handed_on_with_both_losses_and_their_difference(text: str, out: str) -> None:
    result = shell("mae", "-", "-p", "p", "-y", "y", "--against", "q", "--append", *NAN, stdin=text)
    assert (result.out, result.status) == (out, 0), result.err


def test_several_baselines_are_behind_one_another() -> None:
    text = "p,q,r,y\n2,3,4,1\n"
    result = shell("mae", "-", "-p", "p", "-y", "y", "--against", "q", "--against", "r", "--append", "l1", stdin=text)
    assert result.out == "p,q,r,y,l1,against,difference,against_2,difference_2\n2,3,4,1,1.0,2.0,-1.0,3.0,-2.0\n"


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        ("p,q,y\n2,3,1\n", "against", "--append against: there is a column of that name"),
        ("p,q,y,difference\n2,3,1,4\n", "loss", "--append adds a column difference beside --against, and there is one"),
    ],
)
def test_columns_of_those_names_are_refused(text: str, name: str, what: str) -> None:
    result = shell("mae", "-", "-p", "p", "-y", "y", "--against", "q", "--append", name, stdin=text)
    assert (result.out, result.status) == ("", 2)
    assert what in result.err


def test_rows_with_both_losses_in_parquet(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table({"p": [2.0, 4.0], "q": [3.0, 1.0], "y": [1.0, 1.0], "t": ["a", "b"]})
    parquet.write_table(table, tmp_path / "in.parquet")
    path = str(tmp_path / "out.parquet")
    args = ["mae", str(tmp_path / "in.parquet"), "-p", "p", "-y", "y", "--against", "q", "--append", "-o", path]
    assert shell(*args).status == 0
    found = parquet.read_table(path).to_pydict()
    assert found == {**table.to_pydict(), "loss": [1.0, 3.0], "against": [2.0, 0.0], "difference": [-1.0, 3.0]}
