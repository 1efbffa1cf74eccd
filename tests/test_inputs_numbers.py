"""Do numbers in text that is read many at a time become what ``float`` makes of them, to the last bit?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.inputs.fixed import fixed_numbers

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
