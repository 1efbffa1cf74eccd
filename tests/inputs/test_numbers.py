"""Do numbers in text that is read many at a time become what ``float`` makes of them, to the last bit?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.inputs.delimited import fast_float
from losscli.inputs.delimited.fast_fixed import fixed_numbers
from losscli.inputs.delimited.fast_float import free_numbers
from losscli.inputs.numbers import parse_number

if TYPE_CHECKING:
    from collections.abc import Sequence


@st.composite
def shapes(draw: Any) -> str:
    """A field in which ``d`` stands for any digit."""
    whole = "d" * draw(st.integers(0, 10))
    fraction = "d" * draw(st.integers(0 if whole else 1, 16 - len(whole)))
    point = "." if fraction or draw(st.booleans()) else ""
    return str(draw(st.sampled_from(["", "-"])) + whole + point + fraction)


@st.composite
def texts(draw: Any) -> list[list[str]]:
    """Rows of fields that look alike; equal columns and others, few digits and many."""
    kinds = draw(st.lists(shapes(), min_size=1, max_size=3))
    columns = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6))
    digits = st.sampled_from(draw(st.sampled_from(["0", "9", "01", "0123456789"])))

    def field(shape: str) -> str:
        return "".join(draw(digits) if character == "d" else character for character in shape)

    return [[field(shape) for shape in columns] for _ in range(draw(st.integers(1, 5)))]


def joined(rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    return "".join(delimiter.join(row) + "\n" for row in rows).encode()


@given(texts(), st.sampled_from(",\t;|:"), st.data())
def test_lines_that_look_alike_are_what_float_says(rows: list[list[str]], delimiter: str, data: Any) -> None:
    columns = data.draw(st.lists(st.integers(0, len(rows[0]) - 1), min_size=1, unique=True))
    found = fixed_numbers(joined(rows, delimiter), delimiter, len(rows[0]), columns)
    expected = np.array([[float(row[column]) for column in columns] for row in rows])
    mantissas = [int(row[column].replace(".", "").replace("-", "")) for row in rows for column in columns]
    if found is None:
        assert max(mantissas) > 2**53
    else:
        assert (found.view(np.int64) == expected.view(np.int64)).all()


@given(st.lists(st.sampled_from([7, 42, 512, 9000]), min_size=1, max_size=30), st.data())
def test_lines_of_a_few_lengths_stay_in_order(labels: list[int], data: Any) -> None:
    shares = data.draw(st.lists(st.integers(0, 999), min_size=len(labels), max_size=len(labels)))
    rows = [[f"0.{share:03}", str(label)] for share, label in zip(shares, labels, strict=True)]
    found = fixed_numbers(joined(rows), ",", 2, [1, 0])
    assert found is not None
    assert found.tolist() == [[label, share / 1000] for share, label in zip(shares, labels, strict=True)]


def test_lines_of_many_lengths_are_left_to_others() -> None:
    assert fixed_numbers(joined([["1" * i] for i in range(1, 6)]), ",", 1, [0]) is None


@given(texts(), st.sampled_from(",\t;|:"), st.data())
def test_texts_beside_numbers_may_be_anything(rows: list[list[str]], delimiter: str, data: Any) -> None:
    """Before or behind them; where they begin and end is known, and a line with another number of fields is noticed."""
    words = st.text(st.characters(blacklist_characters=delimiter + '"\n\r\0', blacklist_categories=["Cs"]), max_size=20)
    beside = data.draw(st.integers(1, 2))
    others = [data.draw(st.lists(words, min_size=beside, max_size=beside)) for _ in rows]
    first = data.draw(st.booleans())
    lines = [other + row if first else row + other for row, other in zip(rows, others, strict=True)]
    width, numbers = len(lines[0]), len(rows[0])
    columns = [*range(beside, width)] if first else [*range(numbers)]
    spans: list[Any] = []
    text = joined(lines, delimiter)
    found = fixed_numbers(text, delimiter, width, columns, spans)
    if found is not None:
        expected = np.array([[float(field) for field in row] for row in rows])
        assert (found.view(np.int64) == expected.view(np.int64)).all()
        for column in range(width):
            start, stop = spans[0](column)
            cut = [text[a:b].decode() for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
            assert cut == [line[column] for line in lines]
    lines[data.draw(st.integers(0, len(lines) - 1))].insert(0 if first else width, "x")
    lines[data.draw(st.integers(0, len(lines) - 1))].pop(0 if first else -1)
    if any(len(line) != width for line in lines):
        assert fixed_numbers(joined(lines, delimiter), delimiter, width, columns) is None


def test_where_fields_are_is_not_said_of_lines_that_were_not_read() -> None:
    rows = [[f"0.{i % 90 + 10}", f"s{i // 600}", f"0.{i % 80 + 10}", "k" * (i % 7)] for i in range(9000)]
    spans: list[Any] = []
    assert fixed_numbers(joined(rows), ",", 4, [0, 2], spans) is None  # s9 and s10 are of other lengths
    assert not spans


def test_texts_of_any_length_do_not_make_numbers_slow() -> None:
    rows = [[f"{i:06}", f"0.{i:06}", "x" * (i % 40)] for i in range(500)]
    found = fixed_numbers(joined(rows), ",", 3, [0, 1])
    assert found is not None
    assert found.tolist() == [[i, float(f"0.{i:06}")] for i in range(500)]
    assert fixed_numbers(joined([row[::-1] for row in rows]), ",", 3, [2, 1]) is not None


@given(texts(), st.data())
def test_one_odd_character_is_left_to_others(rows: list[list[str]], data: Any) -> None:
    row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(rows[0]) - 1))
    text = rows[row][column]
    at = data.draw(st.integers(0, len(text) - 1))
    odd = data.draw(st.sampled_from("ex /:+_,\u0661\xa0"))
    rows[row][column] = text[:at] + odd + text[at + 1 :]
    assert fixed_numbers(joined(rows), ",", len(rows[0]), [column]) is None


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3\n",
        "1,2\n\n3\n",
        "1,2\n,,3\n",
        "1.5,2\n15.,2\n",
        "1,2\n1-2\n",
        "-,1\n-,2\n",
        ".,1\n.,2\n",
        ",\n,\n",
        "1.2.3,4\n",
        "--1,2\n",
    ],
)
def test_what_does_not_look_alike_is_left_to_others(text: str) -> None:
    assert fixed_numbers(text.encode(), ",", 2, [0, 1]) is None


DECIMALS = st.from_regex(r"-?([0-9]{1,8}(\.[0-9]{0,24})?|\.[0-9]{1,24})([eE][+-]?[0-9]{1,3})?", fullmatch=True)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64).map(repr) | DECIMALS


@given(st.integers(1, 4), st.sampled_from(",\t;|:"), st.data())
def test_numbers_of_any_length_are_what_float_says(width: int, delimiter: str, data: Any) -> None:
    rows = data.draw(st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=1, max_size=6))
    columns = tuple(data.draw(st.lists(st.integers(0, width - 1), min_size=1, unique=True)))
    wanted = [[row[column] for column in columns] for row in rows]
    found = free_numbers(joined(rows, delimiter), delimiter, width, columns)
    if found is None:
        values = [text for row in wanted for text in row]
        assert any(parse_number(text) is None or len(text.partition(".")[0].lstrip("-")) > 8 for text in values)
    else:
        expected = np.array([[float(text) for text in row] for row in wanted])
        assert (np.ascontiguousarray(found).view(np.int64) == expected.view(np.int64)).all()


@given(st.lists(st.text("0123456789.-+eE \u0661", min_size=0, max_size=6), min_size=2, max_size=8), st.integers(1, 3))
def test_what_is_read_is_made_of_numbers(fields: list[str], width: int) -> None:
    rows = [fields[i : i + width] for i in range(0, len(fields), width)]
    found = free_numbers(joined(rows), ",", width, tuple(range(width)))
    if found is not None:
        assert found.tolist() == [[parse_number(text) for text in row] for row in rows]


@pytest.mark.parametrize(
    "field",
    [
        *("", "-", ".", "e5", "1e", "1e+", "1ee2", "1e5.0", "1e-5-", "1-", "1-2", "--1", "+1", "1.2.3"),
        *("1_0", "0x1", "1 ", " 1", "nan", "inf"),
        *("123456789", "0.1234567890123456789012345", "1e400"),
    ],
)
def test_what_is_no_short_decimal_number_is_left_to_others(field: str) -> None:
    assert free_numbers(joined([["1", "2"], ["3", field], ["4", "5"]]), ",", 2, (0, 1)) is None
    assert free_numbers(joined([["1", "2"], ["3", field], ["4", "5"]]), ",", 2, (0,)) is not None


@pytest.mark.parametrize("text", ["1,2\n3\n", "1,2\n\n3,4\n", "1,2\n3,4,5\n6\n", "1\n2,3,4\n"])
def test_lines_with_other_fields_are_left_to_others(text: str) -> None:
    assert free_numbers(text.encode(), ",", 2, (0,)) is None


@pytest.mark.parametrize(
    "field",
    [
        "9.007199254740993e15",  # 2^53 + 1, in the middle between two floats
        "9.007199254740995e15",
        "-9.0071992547409951e15",
        "9.0071992547409929e15",
        "1.7976931348623157e308",
        "5e-324",
        "2.4e-324",
        "123e-271",
        "0e-400",
        "9000000.000000000001",
        "92233720.36854775808",  # 2^63 without the point
        "0.000009223372036854775808",
    ],
)
def test_numbers_at_the_edges_are_what_float_says(field: str) -> None:
    found = free_numbers(joined([["0.5", field]]), ",", 2, (1,))
    assert found is not None
    assert found.tolist() == [[float(field)]]


def test_only_what_lies_in_the_middle_is_asked_again() -> None:
    middle, doubtful = fast_float._scaled(np.array([2**53 + 1, 2**53 + 2], np.uint64), np.array([0, 0]))
    assert (middle[1], doubtful.tolist()) == (2.0**53 + 2, [True, False])
    mantissas = np.random.default_rng(0).integers(10**16, 10**17, 100_000).astype(np.uint64)
    assert not fast_float._scaled(mantissas, np.full(100_000, -17))[1].any()
