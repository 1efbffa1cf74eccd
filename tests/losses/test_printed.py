"""Do the commands give the numbers that documentation and discussions print, to the digits printed?"""

from __future__ import annotations

import json
import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.shell import losscli

PRINTED = json.loads((Path(__file__).parents[1] / "golden" / "printed.json").read_text())
NOISE = {"float64": 1e-14, "float32": 3e-7}


def agrees(value: float, printed: str, how: str) -> bool:
    """Whether a value is printed so; ``how`` says what became of the digits that are not shown."""
    if math.isnan(float(printed)):
        return math.isnan(value)
    if how in NOISE:
        return math.isclose(value, float(printed), rel_tol=NOISE[how])
    last = Decimal(printed)
    unit = Decimal(1).scaleb(int(last.as_tuple().exponent))
    if how == "rounded":
        half = abs(Decimal(value) - last) <= unit / 2
        return half or Decimal(value).quantize(unit, ROUND_HALF_EVEN) == last
    return Decimal(value).quantize(unit, ROUND_DOWN) == last


def numbers(command: list[str], path: str | None) -> list[float]:
    """What a command prints, or what its JSON document has at a path; ``1 - a.b`` is what a.b falls short of 1."""
    done = losscli(*command, *(("-q",) if path is None else ("-f", "json")))
    assert done.status == 0, done.err
    if path is None:
        return [float(line) for line in done.out.split()]
    found = json.loads(done.out)
    for key in path.removeprefix("1 - ").split("."):
        found = found[key]
    return [1.0 - found if path.startswith("1 - ") else found]


@pytest.mark.parametrize("case", PRINTED["cases"], ids=lambda case: case["source"][-60:])
def test_a_printed_number_comes_out(case: dict[str, Any]) -> None:
    values = numbers(case["command"], case.get("path"))
    assert len(values) == len(case["expected"])
    for value, printed in zip(values, case["expected"], strict=True):
        assert agrees(value, printed, case["how"]), f"{value!r} is not printed as {printed}"


def test_each_case_is_there_once() -> None:
    seen = [json.dumps([case["command"], case["expected"]]) for case in PRINTED["cases"]]
    assert len(set(seen)) > 110
    assert all(case["source"] for case in (*PRINTED["cases"], *PRINTED["left"]))
    assert all(case["reason"] for case in PRINTED["left"])


@pytest.mark.parametrize(
    ("value", "printed", "how", "same"),
    [
        (1.7309, "1.730", "truncated", True),
        (1.7309, "1.731", "truncated", False),
        (1.7309, "1.730", "rounded", False),
        (1.7309, "1.731", "rounded", True),
        (-1.7309, "-1.730", "truncated", True),
        (0.0600001, "0.060", "rounded", True),
        (5.5e-05, "5.5e-05", "rounded", True),
        (5.56e-05, "5.5e-05", "rounded", False),
        (math.nan, "nan", "rounded", True),
        (1.0, "nan", "rounded", False),
        (math.nan, "nan", "float64", True),
        (15.424948, "15.424948692321777", "float32", True),
        (15.4249, "15.424948692321777", "float32", False),
    ],
)
def test_digits_are_compared_as_they_were_cut(value: float, printed: str, how: str, same: bool) -> None:
    assert agrees(value, printed, how) is same
