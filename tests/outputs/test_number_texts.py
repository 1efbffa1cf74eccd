"""Are numbers written together the text that `repr` gives, and lines of them what `csv.writer` writes?"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.core.shown_rows import Bulk
from losscli.outputs.number_texts import count_texts, float_texts
from losscli.outputs.text_lines import lines_of
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 5
EDGES = [0.0, -0.0, 0.5, 1.0, 1e-4, 9.999e-5, 1e-99, 1e-100, 123456.0, 1234567.5, 1e12, 1e13, 1e15, 1e16, 1e17, 1e22]
FURTHEST = [np.inf, -np.inf, np.nan, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308]


def texts(found: Any) -> list[str]:
    return [bytes(row).replace(b"\0", b"").decode() for row in found]


def numbers(kind: str) -> Any:
    random = np.random.default_rng(SEED)
    size = 20_000
    neighbours = [np.nextafter(10.0**k, to) for k in range(-110, 30) for to in (0.0, np.inf)]
    made: dict[str, Callable[[], Any]] = {
        "edges": lambda: np.array([*EDGES, *FURTHEST, *(-np.array(EDGES))]),
        "losses": lambda: random.exponential(size=size),
        "small": lambda: np.exp(-30.0 * random.random(size)),
        "of any size": lambda: np.exp(60.0 * random.normal(size=size)) * random.choice([-1, 1], size),
        "any bits": lambda: random.integers(0, 2**64, size, dtype=np.uint64).view(np.float64),
        "few digits": lambda: np.round(1e4 * random.random(size), 3),
        "whole": lambda: random.integers(-(10**14), 10**14, size).astype(float),
        "halves": lambda: random.integers(1, 2**53, size) / 2.0 ** random.integers(0, 60, size),
        "single": lambda: random.random(size).astype(np.float32).astype(float),
        "powers of two": lambda: 2.0 ** np.arange(-340, 60),
        "beside powers of ten": lambda: np.array(neighbours),
    }
    return made[kind]()


@pytest.mark.parametrize(
    "kind",
    [
        *("edges", "losses", "small", "of any size", "any bits", "few digits"),
        *("whole", "halves", "single", "powers of two", "beside powers of ten"),
    ],
)
def test_floats_are_written_as_repr_writes_them(kind: str) -> None:
    values = numbers(kind)
    with np.errstate(all="ignore"):
        found = texts(float_texts(values))
    assert found == [repr(value) for value in values.tolist()]


@pytest.mark.parametrize("most", [0, 9, 10, 99_999_999, 100_000_000, 9_999_999_999_999_999])
def test_counts_are_written_with_all_their_digits(most: int) -> None:
    values = [0, 1, 7, 10, 12_345_678, 100_000_001, most]
    kept = [value for value in values if value <= most]
    found = count_texts(np.array(kept, np.int64))
    assert found is not None
    assert texts(found) == [str(value) for value in kept]


def test_what_is_no_count_is_left_to_others() -> None:
    assert count_texts(np.array([-1])) is None
    assert count_texts(np.array([10**16])) is None
    assert count_texts(np.array([], np.int64)) is not None


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_lines_are_those_of_the_csv_module(delimiter: str) -> None:
    words = ["a", "", "with, comma", 'a "quote"', "a\ttab", "\ud800", "café", "-1", " blank ", "x;y", "#"]
    fields: list[Any] = [
        range(1, 12),
        [0.5 * i for i in range(11)],
        [None if i % 3 else -1e-9 * i for i in range(11)],
        [None] * 11,
        words,
        list(range(90, 101)),
    ]
    stream = io.StringIO()
    safe = [printable(word) for word in words]
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(
        zip(*[safe if field is words else field for field in fields], strict=True)
    )
    assert lines_of(fields, delimiter) == stream.getvalue()


@pytest.mark.parametrize("names", [("a", "b", "é, x"), ("a", "x" * 1000, 'q"'), tuple(map(str, range(1000)))])
def test_arrays_are_written_as_their_values_are(names: tuple[str, ...]) -> None:
    columns = [
        Bulk(np.array([0.1, np.nan, -np.inf, 1e300, 5e-324, -0.0, 1e16, 2.5])),
        Bulk(np.array([0.1, 1, 2, 3, 4, 5, 6, np.inf], np.float32)),
        Bulk(np.arange(8, dtype=np.int32)),
        Bulk(np.array([0, 2, 0, 2, 0, 2, 2, 2]), names),
    ]
    written = lines_of([*columns], ",")
    assert (written is None) is (len(names[1]) > 100)
    assert written in (None, lines_of([[*column] for column in columns], ","))
    assert lines_of([Bulk(np.zeros(0))], ",") == ""


@pytest.mark.parametrize("odd", [[[1.0, 2.0]], ["x" * 1000], [True], [1, 1.0], [10**30], [-1]])
def test_other_values_are_left_to_the_csv_module(odd: list[Any]) -> None:
    assert lines_of([odd * 3], ",") is None
