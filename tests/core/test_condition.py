"""Is a condition read as it is meant, and is nothing else than a condition accepted?"""

from __future__ import annotations

import math

import pytest

from losscli.core.condition import condition
from losscli.errors import UsageError

NUMBERS = {
    "value": 0.4,
    "mean": math.nan,
    "accuracy": 0.93,
    "worse": False,
    "difference.high": None,
    "base.value": 0.39,
}
FLAGS = ("worse",)


def holds(text: str) -> bool | None:
    return condition(text, "--fail-if", NUMBERS, FLAGS).holds(NUMBERS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("value > 0.35", True),
        ("value>35%", True),
        ("accuracy < 95%", True),
        ("worse", False),
        ("not worse and value < 1", True),
        ("value > base.value * 1.01", True),
        ("0 < value < 0.3", False),
        ("abs(value - 1) >= .5", True),
        ("-value < 0", True),
        ("(value + 1) / 2 == 0.7", True),
        ("value < 1e999", True),
        ("value < 1" + "0" * 400, True),
        ("value > -1" + "0" * 400, True),
        ("value >\n  0.35", True),
    ],
)
def test_a_condition_over_known_numbers(text: str, expected: bool) -> None:
    assert holds(text) is expected


@pytest.mark.parametrize("text", ["mean > 1", "not mean > 1", "difference.high > 0", "value / 0 > 1", "0 < mean < 1"])
def test_what_hangs_on_a_missing_number_is_unknown(text: str) -> None:
    assert holds(text) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("mean > 1 or value > 0", True), ("mean > 1 and value < 0", False), ("1 < 0 < mean", False)]
)
def test_what_does_not_hang_on_it_is_known(text: str, expected: bool) -> None:
    assert holds(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "value",
        "value +",
        "9**9**9 > 1",
        "value % 3 > 1",
        "10 % 3 > 1",
        "value > 'a'",
        "value > True",
        "__import__('os').system('true')",
        "f(value) > 1",
        "abs(value, 2) > 1",
        "abs(x=value) > 1",
        "value if 1 else 2",
        "[value] > 1",
        "value := 3",
        "lambda: 1",
        "value is 1",
        "value[0] > 1",
        "~value > 1",
        "(" * 500,
        "-" * 900 + "1 > 0",
        "value > 1 or " * 200 + "value > 1",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a condition"):
        condition(text, "--fail-if", NUMBERS, FLAGS)


def test_an_unknown_name_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        condition("value > base.vlue", "--fail-if", ("value", "base.value"), FLAGS)
    assert caught.value.what == "--fail-if value > base.vlue: unknown name base.vlue"
    assert caught.value.hint == "one of value, base.value, worse"
