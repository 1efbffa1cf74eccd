"""Do numbers that pyarrow reads in text become what ``float`` makes of them, and does it leave all else to others?"""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losscli.inputs.delimited import arrow_float
from losscli.inputs.delimited.swar import places_of
from losscli.inputs.numbers import parse_number
from tests.inputs.test_numbers import NUMBERS, joined
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pyarrow", reason="pyarrow is not installed: no wheel for this Python?")


def read(text: bytes, delimiter: str, width: int, columns: tuple[int, ...]) -> Any:
    assert arrow_float._arrow() is not None
    return arrow_float.table(text, delimiter, width, columns)


@settings(max_examples=30)
@given(st.integers(1, 4), st.sampled_from(",\t;|:"), st.data())
def test_numbers_of_any_length_are_what_float_says(width: int, delimiter: str, data: Any) -> None:
    rows = data.draw(st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=1, max_size=6))
    columns = tuple(data.draw(st.lists(st.integers(0, width - 1), min_size=1, unique=True)))
    expected = np.array([[float(row[column]) for column in columns] for row in rows])
    found = read(joined(rows, delimiter), delimiter, width, columns)
    if found is None:
        assert not np.isfinite(expected).all() or any(
            parse_number(row[column]) is None for row in rows for column in columns
        )
    else:
        assert (np.ascontiguousarray(found).view(np.int64) == expected.view(np.int64)).all()


@given(
    st.lists(st.text("0123456789.-+eEinfaxX_ \u0661", min_size=0, max_size=6), min_size=2, max_size=8),
    st.integers(1, 3),
)
def test_what_is_read_is_made_of_numbers(fields: list[str], width: int) -> None:
    rows = [fields[i : i + width] for i in range(0, len(fields), width)]
    found = read(joined(rows), ",", width, tuple(range(width)))
    if found is not None:
        assert found.tolist() == [[parse_number(text) for text in row] for row in rows]


@pytest.mark.parametrize(
    "field",
    [
        *("9.007199254740993e15", "9007199254740993.00000000000000000000000000000000000000000001", "5e-324"),
        *("2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308", "1e-400", "-0", "1.", ".5"),
        *("0" * 400 + "1.5", "1." + "0" * 400 + "1", "123456789012345678901234567890e-30", "1e0000000000005"),
    ],
)
def test_numbers_at_the_edges_are_what_float_says(field: str) -> None:
    found = read(joined([["0.5", field], [field, "1"]]), ",", 2, (1, 0))
    assert found.view(np.int64).tolist() == np.array([[float(field), 0.5], [1, float(field)]]).view(np.int64).tolist()


@pytest.mark.parametrize(
    "field", ["", "-", ".", "e5", "1e", "nan", "inf", "1e400", "0x1", "1_0", " 1", "1 ", "1\v", "nan(1)"]
)
def test_what_is_no_finite_number_is_left_to_others(field: str) -> None:
    assert read(joined([["1", "2"], ["3", field], ["4", "5"]]), ",", 2, (0, 1)) is None
    assert read(joined([["1", "2"], ["3", field], ["4", "5"]]), ",", 2, (0,)) is not None


@pytest.mark.parametrize("text", ["1,2\n3\n", "1,2\n\n3,4\n", "1,2\n3,4,5\n6\n", "1\n2,3,4\n"])
def test_lines_with_other_fields_are_left_to_others(text: str) -> None:
    assert read(text.encode(), ",", 2, (0,)) is None


def test_a_file_gives_the_same_bits_however_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(3).dirichlet(np.ones(3), 20_000)
    lines = [
        "id,label,p_0,p_1,p_2",
        *(f"r{i},{i % 3}," + ",".join(map(repr, row)) for i, row in enumerate(rows.tolist())),
    ]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(lines) + "\n")
    seen = []
    for much, jobs in ((1 << 40, "1"), (1 << 16, "1"), (1 << 16, "2")):
        monkeypatch.setattr(arrow_float, "_MUCH", much)
        monkeypatch.setattr(arrow_float._Seen, "size", 0)
        seen.append(losscli("ce", str(file), "--jobs", jobs, "-f", "json").out)
    assert len({*seen}) == 1


def test_it_is_asked_once_there_is_much_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_float._Seen, "size", 0)
    assert not arrow_float.ready(arrow_float._MUCH)
    assert arrow_float.ready(1)


def test_without_pyarrow_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    arrow_float._arrow.cache_clear()
    monkeypatch.setattr(arrow_float, "importlib", importlib_without_pyarrow())
    assert not arrow_float.ready(2 * arrow_float._MUCH)
    arrow_float._arrow.cache_clear()


def importlib_without_pyarrow() -> Any:
    def import_module(name: str) -> Any:
        raise ModuleNotFoundError(name)

    return SimpleNamespace(import_module=import_module)


def test_another_name_of_the_same_function_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_module(name: str) -> Any:
        return SimpleNamespace() if name == "pyarrow._compute" else importlib.import_module(name)

    arrow_float._arrow.cache_clear()
    monkeypatch.setattr(arrow_float, "importlib", SimpleNamespace(import_module=import_module))
    assert read(b"1,2\n3,4.5\n", ",", 2, (0, 1)).tolist() == [[1.0, 2.0], [3.0, 4.5]]
    arrow_float._arrow.cache_clear()


@pytest.mark.parametrize("size", [1, 2, 3, 8, 1001])
def test_places_are_those_of_flatnonzero(size: int) -> None:
    for share in (0.0, 0.02, 0.3, 1.0):
        mask = np.random.default_rng(size).random(size) < share
        assert places_of(mask).tolist() == np.flatnonzero(mask).tolist()
        mask[1::2] = False  # never two in a pair
        assert places_of(mask).tolist() == np.flatnonzero(mask).tolist()
