"""Are records what dataclasses would be?"""

from __future__ import annotations

import copy
import pickle
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


@pytest.mark.parametrize("earlier", [0, 20])
@pytest.mark.parametrize(
    ("make", "values", "named"),
    [
        (Point, (), {}),
        (Point, (1.0,), {"z": 1}),
        (Point, (), {"z": 1}),
        (Point, (1.0, 2.0, [], "", 5), {}),
        (Named, ("a",), {}),
    ],
)
def test_a_wrong_call_is_an_error_however_many_were_made(make: Any, values: Any, named: Any, earlier: int) -> None:
    make = _again(make)
    for _ in range(earlier):
        make(**({"x": 1.0} if "x" in make._fields else {"name": "a"}))
    with pytest.raises(TypeError, match=r"missing|unexpected|positional"):
        make(*values, **named)


def test_the_first_and_the_many_are_alike() -> None:
    points = _again(Point)
    made = [points(float(i), note="n") for i in range(20)]
    assert [point.x for point in made] == [*map(float, range(20))]
    assert {point.y for point in made} == {2.0}
    assert {point.note for point in made} == {"n"}
    assert len({id(point.labels) for point in made}) == 20
    assert repr(made[0]).replace("x=0.0", "x=19.0") == repr(made[-1])


def test_an_unknown_change_is_an_error() -> None:
    with pytest.raises(TypeError, match="z"):
        replace(Point(1.0), z=1)


def _again(cls: Any) -> Any:
    """The class of a record anew, of which none was made yet."""
    if cls is Named:

        @record(kw_only=True)
        class Anew:
            name: str
    else:

        @record
        class Anew:  # type: ignore[no-redef]
            x: float
            y: float = 2.0
            labels: list[str] = field(default_factory=list)
            note: str = field(default="", compare=False, repr=False)

    return Anew
