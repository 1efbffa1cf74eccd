"""Is the same data the same in Parquet, Arrow, lists, zstd and safetensors? And what is refused, and how?"""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.errors import InputError, UsageError
from losscli.inputs import ReadOptions
from losscli.inputs.arrow.prefetch import ahead
from losscli.inputs.read_rows import read_rows
from tests.support.inputs_reading import error, got
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The extras are in the `test` extra. Where one has no wheel for this Python, its tests say so.
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: no wheel for this Python?")
pq = pytest.importorskip("pyarrow.parquet")

NAMES = ("cat", "dog", "bird")


def _table(rows: int, seed: int = 0) -> Any:
    """Probabilities, labels as words and numbers, weights and ids; values that CSV writes without loss."""
    generator = np.random.default_rng(seed)
    p = np.round(generator.dirichlet(np.ones(3), rows), 6)
    columns = {f"p_{name}": p[:, i] for i, name in enumerate(NAMES)}
    return pa.table(
        {
            "id": [f"r{i}" for i in range(rows)],
            **columns,
            "label": [NAMES[i] for i in generator.integers(0, 3, rows)],
            "w": np.round(generator.random(rows), 3),
        }
    )


def _csv(table: Any) -> bytes:
    lines = [",".join(table.column_names)]
    lines += [",".join(map(str, row.values())) for row in table.to_pylist()]
    return ("\n".join(lines) + "\n").encode()


def _parquet(table: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def _parquet_without_groups() -> bytes:
    out = io.BytesIO()
    pq.ParquetWriter(out, _table(1).schema).close()
    data = out.getvalue()
    assert pq.ParquetFile(io.BytesIO(data)).metadata.num_row_groups == 0
    return data


def _arrow(table: Any, *, stream: bool = False, rows: int | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    kind = pa.ipc.new_stream if stream else pa.ipc.new_file
    with kind(out, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, rows)
    return out.getvalue()


def _listed(table: Any) -> Any:
    """The same with the probabilities as lists, beside the labels' numbers."""
    lists = pa.array(np.column_stack([table[f"p_{name}"] for name in NAMES]).tolist(), pa.list_(pa.float64()))
    return pa.table({"id": table["id"], "logits": lists, "label": table["label"], "w": table["w"]})


def _zstd(data: bytes) -> bytes:
    zstd = _zstd_module()
    packed: bytes = zstd.compress(data)
    return packed


def _zstd_module() -> Any:
    try:
        from compression import zstd
    except ImportError:
        zstd = pytest.importorskip("backports.zstd", reason="backports.zstd is not installed")
    return zstd


def _losscli(*args: str, stdin: bytes = b"", code: int = 0) -> subprocess.CompletedProcess[bytes]:
    run = subprocess.run([sys.executable, "-m", "losscli", *args], input=stdin, capture_output=True, check=False)
    assert run.returncode == code, run.stderr.decode()
    assert b"Traceback" not in run.stderr
    return run


def _forms(table: Any) -> dict[str, bytes]:
    return {
        "t.parquet": _parquet(table),
        "t1.parquet": _parquet(table, row_group_size=1),
        "t7.pq": _parquet(table, row_group_size=7, compression="zstd", use_dictionary=False),
        "t.arrow": _arrow(table),
        "t5.feather": _arrow(table, rows=5, compression="lz4"),
        "t.arrows": _arrow(table, stream=True, rows=4),
        "t.csv.zst": _zstd(_csv(table)),
        "t.parquet.zst": _zstd(_parquet(table)),
    }


def _report(*args: str, stdin: bytes = b"") -> tuple[str, list[str]]:
    """The JSON of a table, byte by byte but for how it was read; and what was decided, but for the format."""
    run = shell("ce", *args, "--sample-weight", "w", "-f", "json", stdin=stdin)
    assert run.status == 0, run.err
    before, _, rest = run.out.partition(', "decisions": ')
    decisions = json.loads(run.out)["decisions"]
    ours = ("compression", "format", "delimiter", "header", "label values")
    return before + rest.partition("]")[2], [d["value"] for d in decisions if d["what"] not in ours]


def test_every_form_gives_the_report_of_the_csv(tmp_path: Path) -> None:
    table = _table(23)
    (tmp_path / "t.csv").write_bytes(_csv(table))
    expected = _report(str(tmp_path / "t.csv"))
    assert '"count": 23' in expected[0]
    for name, data in _forms(table).items():
        (tmp_path / name).write_bytes(data)
        assert _report(str(tmp_path / name)) == expected, name
        assert _report(stdin=data) == expected, f"stdin: {name}"


def test_lists_are_rows_of_predictions(tmp_path: Path) -> None:
    table = _table(9)
    (tmp_path / "t.csv").write_bytes(_csv(table))
    expected = got(str(tmp_path / "t.csv"))
    fixed = _listed(table).set_column(1, "logits", _listed(table)["logits"].cast(pa.list_(pa.float64(), 3)))
    for name, listed in {"list": _listed(table), "fixed": fixed}.items():
        for data in (_parquet(listed, row_group_size=4), _arrow(listed, rows=2), _arrow(listed, stream=True)):
            found = got("-", stdin=data, sample_weight="w")
            np.testing.assert_array_equal(found.predictions, expected.predictions, name)
            assert found.labels.tolist() == expected.labels.tolist()
            assert found.ids == expected.ids


@pytest.mark.long
@given(st.integers(1, 40), st.integers(1, 17), st.integers(64, 4096), st.booleans())
def test_groups_batches_and_chunks_leave_no_trace(rows: int, size: int, chunk_bytes: int, stream: bool) -> None:
    table = _table(rows, seed=rows)
    expected = np.column_stack([table[f"p_{name}"] for name in NAMES])
    for data in (_parquet(table, row_group_size=size), _arrow(table, stream=stream, rows=size)):
        found = got("-", stdin=data, chunk_bytes=chunk_bytes, sample_weight="w")
        np.testing.assert_array_equal(found.predictions, expected)
        np.testing.assert_array_equal(found.weights, table["w"])
        assert found.labels.tolist() == table["label"].to_pylist()
        assert found.ids == table["id"].to_pylist()
        places = [batch.where(i, 1) for batch in found.batches for i in range(len(batch))]
        assert places == [f"stdin, row {i + 1}, column p_dog" for i in range(rows)]


def _one(labels: Any, predictions: Any = None) -> bytes:
    p = pa.array([0.25, 0.75, 0.5]) if predictions is None else predictions
    return _arrow(pa.table({"p_a": p, "p_b": pa.array([0.5, 0.5, 0.5]), "label": labels}))


LABELS: dict[str, tuple[Any, list[Any]]] = {
    "int64 beyond 2^53": (pa.array([2**53 + 1, 0, 1]), [2**53 + 1, 0, 1]),
    "uint8": (pa.array([255, 0, 1], pa.uint8()), [255, 0, 1]),
    "uint64 beyond int64": (pa.array([2**63, 0, 1], pa.uint64()), [2.0**63, 0.0, 1.0]),
    "bool": (pa.array([True, False, True]), [1, 0, 1]),
    "float32": (pa.array([0, 1, 1], pa.float32()), [0.0, 1.0, 1.0]),
    "string": (pa.array(["a", " b ", "b"]), ["a", "b", "b"]),
    "large_string": (pa.array(["a", "b", "é"], pa.large_string()), ["a", "b", "é"]),
    "string_view": (pa.array(["a", "b", "b"], pa.string_view()), ["a", "b", "b"]),
    "dictionary": (pa.array(["b", "a", "b"]).dictionary_encode(), ["b", "a", "b"]),
    "dictionary with an unused null": (
        pa.DictionaryArray.from_arrays(pa.array([0, 2, 0]), pa.array(["a", None, "b"])), ["a", "b", "a"],
    ),
    "dictionary of numbers": (pa.array([7, 9, 7]).dictionary_encode(), [7, 9, 7]),
}  # fmt: skip


@pytest.mark.parametrize("name", LABELS)
def test_labels_of_every_type(name: str) -> None:
    labels, expected = LABELS[name]
    assert got("-", stdin=_one(labels)).labels.tolist() == expected
    if name not in ("dictionary with an unused null", "string_view"):  # not every pyarrow writes these to Parquet
        table = pa.table({"p_a": [0.25, 0.75, 0.5], "p_b": [0.5, 0.5, 0.5], "label": labels})
        assert got("-", stdin=_parquet(table)).labels.tolist() == expected


PREDICTIONS: dict[str, tuple[Any, list[float]]] = {
    "float32": (pa.array([0.1, 0.5, 1], pa.float32()), [float(np.float32(0.1)), 0.5, 1.0]),
    "float16": (pa.array(np.array([0.1, 0.5, 1], np.float16)), [float(np.float16(0.1)), 0.5, 1.0]),
    "integers": (pa.array([0, 1, -3], pa.int8()), [0.0, 1.0, -3.0]),
    "bool": (pa.array([True, False, True]), [1.0, 0.0, 1.0]),
    # 0.3 is the float64 nearest to three tenths; 3 * 0.1 would be another.
    "decimal": (pa.array([decimal.Decimal(t) for t in ("0.3", "123456789.123456789", "-0.7")]),
                [0.3, 123456789.123456789, -0.7]),
    "NaN and infinities": (pa.array([np.nan, np.inf, -np.inf]), [np.nan, np.inf, -np.inf]),
    "dictionary": (pa.array([0.3, 0.7, 0.3]).dictionary_encode(), [0.3, 0.7, 0.3]),
}  # fmt: skip


@pytest.mark.parametrize("name", PREDICTIONS)
def test_predictions_of_every_type(name: str) -> None:
    predictions, expected = PREDICTIONS[name]
    found = got("-", stdin=_one(pa.array([0, 1, 1]), predictions))
    np.testing.assert_array_equal(found.predictions[:, 0], expected)
    found.predictions[:] = 0  # an array of its own


def test_nested_lists_keep_their_axes() -> None:
    nested = pa.array([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]])
    for kind in (nested.type, pa.list_(pa.list_(pa.int64(), 2), 3), pa.list_view(pa.large_list(pa.int64()))):
        lists = pa.array(nested.to_pylist(), kind)
        found = got("-", stdin=_arrow(pa.table({"x": lists, "label": [0, 1]})))
        assert found.predictions.tolist() == nested.to_pylist()
        assert found.batches[0].where(1, 2) == "stdin, row 2, column x[2]"


def test_columns_are_chosen_as_in_csv(tmp_path: Path) -> None:
    table = pa.table({"y": [1, 0], "a": [0.1, 0.2], "b": [0.3, 0.4], "n": [7, 8], "when": [1, 2]})
    path = tmp_path / "t.parquet"
    path.write_bytes(_parquet(table))
    for pred in ("a,b", "2-3", "[ab]"):
        found = got(str(path), pred=pred, id="n")
        assert found.predictions.tolist() == [[0.1, 0.3], [0.2, 0.4]]
        assert found.labels.tolist() == [1, 0]
        assert found.ids == ["7", "8"]
    assert got(str(path), pred="b,a").predictions.tolist() == [[0.3, 0.1], [0.4, 0.2]]
    assert got(str(path), label="when", pred="a").labels.tolist() == [1, 2]
    assert got(str(path), pred="a", extras={"k": "b"}).batches[0].extras["k"].tolist() == [0.3, 0.4]
    assert got(str(path), pred="a,b").classes == ("a", "b")
    assert got(str(path), str(path), pred="a", label="y").labels.tolist() == [1, 0]


def test_one_column_of_several_with_the_same_name() -> None:
    table = pa.Table.from_arrays([pa.array([1.0]), pa.array([2.0]), pa.array([0])], names=["x", "x", "label"])
    for data in (_parquet(table), _arrow(table), _arrow(table, stream=True)):
        assert got("-", stdin=data, pred="2").predictions.tolist() == [2.0]
        assert "both named 'x'" in error("-", stdin=data).what


def test_the_index_of_a_data_frame_is_no_prediction() -> None:
    table = pa.table({"p_a": [0.1], "p_b": [0.9], "label": [1], "__index_level_0__": [17]})
    found = got("-", stdin=_parquet(table), pred=None)
    assert found.predictions.tolist() == [[0.1, 0.9]]
    assert found.ids == ["17"]


def test_the_type_is_the_reason() -> None:
    found = got("-", stdin=_parquet(_table(2)))
    assert found.decided("label values") == "text: the type is string"
    assert found.decided("format") == "parquet: by its first bytes"


def test_transforms_hand_other_columns_through() -> None:
    when = dt.date(2024, 5, 1)
    table = pa.table({"a": [0.5, 1.0], "b": [2.0, 3.0], "when": [when, None], "ok": [True, None], "s": [" x", "y"]})
    rows = read_rows("-", ReadOptions(pred="a,b"), io.BytesIO(_parquet(table)))
    (batch,) = rows.batches
    assert batch.values.tolist() == [[0.5, 2.0], [1.0, 3.0]]
    assert [list(texts) for texts in batch.others] == [["2024-05-01", ""], ["true", ""], ["x", "y"]]
    listed = pa.table({"logits": [[0.0, 0.0]], "note": ["n"]})
    run = _losscli("softmax", "-f", "ndjson", stdin=_arrow(listed))
    assert json.loads(run.stdout) == {"logits": [0.5, 0.5], "note": "n"}


STAMPS = pa.array([0, 1, 2], pa.timestamp("us"))
REFUSED: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "null": (
        _one(pa.array([0, None, 1])), {},
        "a null where a value belongs; at stdin, row 2, column label; try: fill in or remove these rows; a null is not "
        "NaN, though pandas writes NaN as null",
    ),
    "nulls": (
        _one(pa.array([0, 1, 1]), pa.array([None, 0.5, None])), {},
        "2 nulls where values belong, in rows 1-3; at stdin, row 1, column p_a; stdin, row 3, column p_a; try: fill",
    ),
    "null type": (_one(pa.nulls(3)), {}, "3 nulls where values belong, in rows 1-3; at stdin, row 1, column label"),
    "null in a dictionary": (
        _one(pa.DictionaryArray.from_arrays(pa.array([0, 1, 0]), pa.array(["a", None]))), {},
        "a null where a value belongs; at stdin, row 2, column label",
    ),
    "null in a list": (
        _arrow(pa.table({"x": [[1.0, 2.0], [1.0, None]], "label": [0, 1]})), {},
        "a null in a list where a value belongs; at stdin, row 2, column x",
    ),
    "empty label": (_one(pa.array(["a", "b", " "])), {}, "an empty label; at stdin, row 3, column label"),
    "uneven lists": (
        _arrow(pa.table({"x": [[1.0, 2.0], [3.0]], "label": [0, 1]})), {},
        "a list of 1 values, the first has 2; at stdin, row 2, column x",
    ),
    "uneven lists in another batch": (
        _arrow(pa.table({"x": [[1.0, 2.0], [3.0]], "label": [0, 1]}), rows=1), {},
        "a list of the shape (1,), that of the first row is (2,); at stdin, row 2, column x",
    ),
    "uneven lists of lists": (
        _arrow(pa.table({"x": [[[1.0], [2.0]], [[3.0], []]], "label": [0, 1]})), {},
        "a list of 0 values, the first has 1; at stdin, row 2, column x",
    ),
    "empty lists": (
        _arrow(pa.table({"x": pa.array([[], []], pa.list_(pa.float64())), "label": [0, 1]})), {},
        "an empty list where values belong; at stdin, row 1, column x",
    ),
    "timestamps as predictions": (
        _one(pa.array([0, 1, 1]), STAMPS), {"pred": "p_a"},
        "column p_a holds timestamp[us], not numbers; at stdin",
    ),
    "timestamps alone": (
        _arrow(pa.table({"t": STAMPS[:1], "label": [1]})), {},
        "which columns are the predictions? column t is timestamp[us]; columns: t, label; at stdin",
    ),
    "timestamps as labels": (
        _one(STAMPS), {}, "column label holds timestamp[us], neither numbers nor text; at stdin",
    ),
    "text as predictions": (
        _one(pa.array([0, 1, 1]), pa.array(["0.1", "0.2", "0.3"])), {"pred": "p_a"},
        "column p_a holds string, not numbers; at stdin",
    ),
    "text as an extra": (
        _one(pa.array([0, 1, 1]), pa.array(["x", "y", "z"])), {"pred": "p_b", "extras": {"k": "p_a"}},
        "--k: column p_a is string; at stdin",
    ),
    "two columns of lists": (
        _arrow(pa.table({"x": [[1.0]], "z": [[1.0]], "label": [0]})), {"pred": "x,z"},
        "column x holds lists, so it must be the only one; columns: x, z, label; at stdin",
    ),
    "lists of text": (
        _arrow(pa.table({"x": [["a"]], "label": [0]})), {"pred": "x"},
        "column x holds list of string, not numbers; at stdin",
    ),
    "a name with control characters": (
        _arrow(pa.table({"p_\x1b[31m": pa.array([None], pa.float64()), "p_\n": [0.5], "label": [0]})), {},
        r"a null where a value belongs; at stdin, row 1, column p_\x1b[31m; try: fill",
    ),
    "no rows": (_parquet(_table(3).slice(0, 0)), {}, "no rows; at stdin"),
    "no row groups": (_parquet_without_groups(), {}, "no rows; at stdin"),
    "an Arrow file without rows": (_arrow(_table(3).slice(0, 0)), {}, "no rows; at stdin"),
    "a batch without rows": (_arrow(_table(3).slice(0, 0), stream=True), {}, "no rows; at stdin"),
    "no columns": (_parquet(pa.table({})), {}, "no column has a usual label name (label, y, target ...); columns: ;"),
    "no such column": (_parquet(_table(1)), {"label": "lable"}, "--label: no column 'lable'; columns: id, p_cat"),
    "text that is not UTF-8": (
        _arrow(pa.table({"x": [0.5], "label": pa.StringArray.from_buffers(
            1, pa.py_buffer(np.array([0, 1], np.int32)), pa.py_buffer(b"\xff"))})), {},
        "Arrow can't be read, the data is damaged or incomplete: Invalid UTF8 sequence",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    data, options, expected = REFUSED[name]
    assert str(error("-", stdin=data, **options)).startswith(expected)


def _damaged(data: bytes, seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(25):
        at = chance.randrange(len(data))
        yield data[:at]
        yield data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


@pytest.mark.parametrize("kind", ["parquet", "arrow", "arrows", "feather", "zst"])
def test_damage_is_an_input_error(kind: str, tmp_path: Path) -> None:
    """Truncated or with one bit changed: an error or, where the bit is one of a value, another value."""
    table = pa.concat_tables([_table(20), _table(20)])
    data = {
        "parquet": _parquet(table),
        "arrow": _arrow(table),
        "arrows": _arrow(table, stream=True),
        "feather": _arrow(table, compression="zstd"),
        "zst": _zstd(_csv(table)),
    }[kind]
    path = tmp_path / f"t.{kind}"
    refused = 0
    for damaged in _damaged(data, seed=1):
        path.write_bytes(damaged)
        for argument, stdin in ((str(path), None), ("-", damaged)):
            try:
                got(argument, stdin=stdin, format=None if kind == "zst" else {"parquet": "parquet"}.get(kind, "arrow"))
            except InputError:
                refused += 1
    assert refused > 25


def test_a_name_that_promises_too_much(tmp_path: Path) -> None:
    for name in ("t.parquet", "t.arrow", "t.arrows"):
        (tmp_path / name).write_bytes(b"a,b\n1,2\n")
        assert "can't be read, the data is damaged or incomplete" in error(str(tmp_path / name)).what
        (tmp_path / name).write_bytes(b"")
        assert "can't be read, the data is damaged or incomplete" in error(str(tmp_path / name)).what


def test_the_format_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "t.bin").write_bytes(_parquet(_table(2)))
    assert len(got(str(tmp_path / "t.bin"), format="parquet").labels) == 2
    assert "this is not text but Parquet" in error(str(tmp_path / "t.bin"), format="csv").what
    (tmp_path / "t.csv.gz").write_bytes(_arrow(_table(2), stream=True))
    assert len(got(str(tmp_path / "t.csv.gz"), format="arrow").labels) == 2


def test_zstd_that_ends_early_tells_how_far_it_went() -> None:
    text = b"a,label\n" + b"".join(b"0.%d,1\n" % i for i in range(100_000))
    raised = error("-", stdin=_zstd(text)[:-40])
    assert "the zstd data ends early, after " in raised.what
    assert isinstance(raised, InputError)


def test_zstd_of_several_frames() -> None:
    _zstd_module()
    assert got("-", stdin=_zstd(b"a,label\n1,0\n") + _zstd(b"0.5,1\n")).predictions.tolist() == [1.0, 0.5]


MISSING = [
    ("t.parquet", b"PAR1", "pyarrow", "reading Parquet needs pyarrow", "arrow"),
    ("t.arrow", b"ARROW1", "pyarrow", "reading Arrow needs pyarrow", "arrow"),
    ("t.csv.zst", b"\x28\xb5\x2f\xfd", "backports", "reading zstd needs backports.zstd", "zstd"),
    ("t.safetensors", b"", "safetensors", "reading safetensors needs safetensors", "safetensors"),
]


@pytest.mark.parametrize(("name", "data", "package", "what", "extra"), MISSING, ids=[m[0] for m in MISSING])
def test_a_missing_extra_is_named(
    name: str, data: bytes, package: str, what: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (
        package,
        "compression",
        "compression.zstd",
        *(m for m in sys.modules if m.startswith(f"{package}.")),
    ):
        monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / name).write_bytes(data)
    raised = error(str(tmp_path / name))
    assert isinstance(raised, UsageError)
    assert raised.what == what
    assert raised.hint == f"pip install 'losscli[{extra}]'"


def test_pyarrow_is_imported_for_its_files_only(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(_csv(_table(2)))
    (tmp_path / "t.parquet").write_bytes(_parquet(_table(2)))
    for name, expected in (("t.csv", False), ("t.parquet", True)):
        command = [sys.executable, "-X", "importtime", "-m", "losscli", "ce", str(tmp_path / name), "-q"]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        modules = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}
        assert ("pyarrow" in modules) is expected
        assert not modules & {"pandas", "pyarrow.dataset", "rich"}


def _tensors(tensors: dict[str, Any]) -> bytes:
    module = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    data: bytes = module.save(tensors)
    return data


def test_safetensors_are_arrays_as_in_npz(tmp_path: Path) -> None:
    logits = np.arange(24, dtype=np.float32).reshape(8, 3)
    labels = np.arange(8) % 3
    path = tmp_path / "t.safetensors"
    path.write_bytes(_tensors({"logits": logits, "labels": labels, "mask": np.array([True] * 8)}))
    for argument, stdin in ((str(path), None), ("-", path.read_bytes())):
        found = got(argument, stdin=stdin, chunk_bytes=40, format="safetensors")
        np.testing.assert_array_equal(found.predictions, logits)
        assert found.labels.tolist() == labels.tolist()
        assert "mask" in found.decided("not used")
    assert len(got(str(path), chunk_bytes=40).batches) == 4


def test_bfloat16_is_the_upper_half_of_a_float32(tmp_path: Path) -> None:
    pytest.importorskip("safetensors", reason="safetensors is not installed")
    exact = np.array([[1.5, -2.25], [0.1, 3e38], [-np.inf, -0.0]], np.float32)
    halves = (exact.view(np.uint32) >> 16).astype("<u2")
    header = b'{"pad":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},'
    header += b'"logits":{"dtype":"BF16","shape":[3,2],"data_offsets":[3,15]}}'
    data = len(header).to_bytes(8, "little") + header + b"pad" + halves.tobytes()
    (tmp_path / "t.safetensors").write_bytes(data)
    for argument, stdin in ((str(tmp_path / "t.safetensors"), None), ("-", data)):
        found = got(argument, "0,1,1", stdin=stdin, format="safetensors", pred="logits", chunk_bytes=4)
        np.testing.assert_array_equal(found.predictions, (halves.astype(np.uint32) << 16).view(np.float32))


def test_safetensors_that_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.safetensors"
    good = _tensors({"logits": np.ones((2, 2)), "labels": np.array([0, 1])})
    for data in (b"", good[:-1], good[:20], b"\xff" * 40):
        path.write_bytes(data)
        for argument, stdin in ((str(path), None), ("-", data)):
            raised = error(argument, stdin=stdin, format="safetensors")
            assert isinstance(raised, InputError)
            assert raised.what.startswith("not safetensors, or damaged: ")
    header = b'{"logits":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}'
    data = len(header).to_bytes(8, "little") + header + b"\0" * 2
    path.write_bytes(data)
    for argument, stdin in ((str(path), None), ("-", data)):
        raised = error(argument, "0,1", stdin=stdin, format="safetensors")
        assert raised.what == "a tensor of F8_E4M3, which NumPy does not know"
    for tensors, what in (({}, "a file without tensors"), ({"x": np.array(1.0)}, "a tensor without axes")):
        assert error("-", "0", stdin=_tensors(tensors), format="safetensors").what.startswith(what)


def test_without_a_thread_batches_are_read_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    assert [*ahead(iter(range(5)))] == [*range(5)]


def test_an_index_without_a_column_is_compared_with_one_that_has_it(tmp_path: Path) -> None:
    """Pandas writes an index that only counts as metadata, and as a column once the rows were shuffled."""

    def write(name: str, columns: dict[str, Any], index: Any) -> str:
        about = {"index_columns": [index], "columns": [], "pandas_version": "2.2"}
        pq.write_table(
            pa.table(columns).replace_schema_metadata({b"pandas": json.dumps(about).encode()}), tmp_path / name
        )
        return str(tmp_path / name)

    count, order = {"kind": "range", "name": None, "start": 0, "stop": 20, "step": 1}, [*range(10, 20), *range(10)]
    shuffled = {"y": [float(i) for i in order], "__index_level_0__": order}
    predictions = write("p.parquet", {"x": [i + 0.5 for i in range(20)]}, count)
    labels = write("y.parquet", shuffled, "__index_level_0__")
    (tmp_path / "y.csv").write_text(",y\n" + "".join(f"{i},{i}\n" for i in order))
    for other, key in ((labels, "__index_level_0__"), (str(tmp_path / "y.csv"), "__index_level_0__=1")):
        both = (predictions, other)
        refused = shell("mse", *both)
        assert (refused.status, refused.err.splitlines()[0]) == (
            3,
            f"Error: in row 1, {key} is '0' in one file and '10' in the other",
        )
        assert refused.err.endswith(f"try  --join {key}\n")
        joined = shell("mse", *both, "--join", key, "-q")
        assert (joined.out, joined.err) == ("0.25\n", "")
    assert shell("mse", labels, predictions, "--join", "__index_level_0__", "-q").out == "0.25\n"
    # A range that is not that of the rows, as after a filter, says nothing; nor does one beside no index.
    cut = write("q.parquet", {"x": [i + 0.5 for i in order]}, {**count, "stop": 30})
    assert shell("mse", cut, labels, "-q").out == "0.25\n"
    plain = write("z.parquet", {"y": shuffled["y"]}, {**count, "start": 100, "stop": 120})
    assert float(shell("mse", predictions, plain, "-q").out) == 100.25


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_fields_of_structs_are_columns(kind: str, tmp_path: Path) -> None:
    import pyarrow.feather

    plain = _table(300)
    scores = pa.StructArray.from_arrays([plain[f"p_{name}"].combine_chunks() for name in NAMES], NAMES)
    nested = pa.table({"id": plain["id"], "scores": scores, "label": plain["label"]})
    lists = pa.table({"id": plain["id"], "label": [[word] for word in plain["label"].to_pylist()]})
    for name, table in (("a", nested), ("b", plain), ("c", lists)):
        if kind == "parquet":
            pq.write_table(table, tmp_path / name, row_group_size=100)
        else:
            pyarrow.feather.write_feather(table, tmp_path / name)
    wanted = shell("ce", str(tmp_path / "b"), "-q").out
    for args in (("a",), ("a", "--jobs", "2"), ("a", "c"), ("b", "c", "--join", "id")):
        options = [str(tmp_path / word) if len(word) == 1 and word.isalpha() else word for word in args]
        assert shell("ce", *options, "-q").out == wanted
    assert shell("ce", str(tmp_path / "a"), "--append").status in (2, 3)
