"""Are records what dataclasses would be?"""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import pytest

from losscli.record import field, record, replace


@record
class Point:
    x: float
    y: float = 2.0
    labels: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


@record(kw_only=True)
class Named:
    name: str


@record(frozen=False)
class Counter:
    count: int = 0


def test_fields_come_by_position_by_name_and_by_default() -> None:
    point = Point(1.0, labels=["a"])
    assert (point.x, point.y, point.labels, point.note) == (1.0, 2.0, ["a"], "")
    assert Point(1.0).labels is not Point(1.0).labels


def test_equal_fields_make_equal_records() -> None:
    assert Point(1.0) == Point(1.0, 2.0, note="no part of it")
    assert Point(1.0) != Point(2.0)
    other: object = (1.0, 2.0, [], "")
    assert Point(1.0) != other
    assert hash(Named(name="a")) == hash(Named(name="a"))
    assert repr(Point(1.0)) == "Point(x=1.0, y=2.0, labels=[])"


def test_what_changes_has_no_hash() -> None:
    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)


def test_a_copy_is_equal_and_another() -> None:
    point = Point(1.0, labels=["a"])
    assert replace(point, x=3.0) == Point(3.0, labels=["a"])
    for same in (copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert same == point
        assert same.labels is not point.labels


@pytest.mark.parametrize(
    ("make", "values", "named", "wrong"),
    [
        (Point, (), {}, "Point: missing or unknown: x"),
        (Point, (1.0,), {"z": 1}, "Point: missing or unknown: z"),
        (Point, (), {"z": 1}, "Point: missing or unknown: x, z"),
        (Point, (1.0, 2.0, [], "", 5), {}, "Point: missing or unknown: positional arguments"),
        (Named, ("a",), {}, "Named: missing or unknown: positional arguments"),
    ],
)
def test_a_wrong_call_is_an_error(make: Any, values: Any, named: Any, wrong: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(wrong)}$"):
        make(*values, **named)


def test_an_unknown_change_is_an_error() -> None:
    with pytest.raises(TypeError, match="missing or unknown: z"):
        replace(Point(1.0), z=1)
