"""The numbers that a condition may name: of a result, of its groups and of a saved result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.core.intervals.difference import UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.groups.group import Group
    from losscli.core.intervals.difference import Difference
    from losscli.core.report import Report

    Value = float | bool | None

_SPREAD = ("sum", "mean", "std", "min", "median", "max", "count")
OWN = ("value", *_SPREAD, "samples", "accuracy", "perplexity", "skill")
INTERVAL = ("low", "high")
OF_GROUP = (
    "value", "mean", "std", "min", "max", "samples", "accuracy", "share_of_loss", "share_of_rows", "p_holm", *INTERVAL,
)  # fmt: skip
PAIRED = (
    "difference", "difference.low", "difference.high", "relative", "relative.low", "relative.high", "p", "better_rows",
)  # fmt: skip
VERDICTS = ("better", "worse")
GROUP, BASELINE = "group.", "baseline."

FLAGS = (*VERDICTS, *(GROUP + name for name in VERDICTS))
OF_BASELINES = {*PAIRED, *VERDICTS, *(GROUP + name for name in (*PAIRED, *VERDICTS))}

# Names that need an option; all others always have a meaning.
NEEDS = {
    **dict.fromkeys((*PAIRED, *VERDICTS), ("--against",)),
    **{BASELINE + name: ("--baseline",) for name in (*OWN, *INTERVAL)},
    **{GROUP + name: ("--by",) for name in OF_GROUP},
    **{GROUP + name: ("--by", "--against") for name in (*PAIRED, *VERDICTS)},
}
KNOWN = (*OWN, *INTERVAL, *(name for name in NEEDS if name not in FLAGS))


def numbers_of(report: Report) -> dict[str, Value]:
    """The numbers of a result, by name; None if missing."""
    baseline, interval = report.baseline, report.interval
    return {
        "value": report.value,
        **report.summary.to_dict(),
        "samples": report.samples,
        "accuracy": report.accuracy,
        "perplexity": report.perplexity,
        "skill": None if baseline is None else baseline.skill,
        "low": None if interval is None else interval.low,
        "high": None if interval is None else interval.high,
    }


def numbers_of_difference(one: Difference) -> dict[str, Value]:
    """The numbers of a difference to a baseline, and the verdict on it."""
    ends = (None, None) if one.interval is None else (one.interval.low, one.interval.high)
    low, high = one.relative_interval or (None, None)
    numbers = (one.difference, *ends, one.relative, low, high, one.p if one.p_holm is None else one.p_holm, one.wins)
    return dict(zip(PAIRED, numbers, strict=True)) | {
        name: None if one.verdict == UNDECIDED else one.verdict == name for name in VERDICTS
    }


def numbers_of_group(group: Group, baseline: int = 0) -> dict[str, Value]:
    """The numbers of a group, by their names in conditions; ``baseline`` is the index of the baseline."""
    found, interval = group.to_dict(), group.interval
    numbers = {name: found.get(name) for name in OF_GROUP if name not in INTERVAL}
    ends = {name: None if interval is None else getattr(interval, name) for name in INTERVAL}
    paired = numbers_of_difference(group.against[baseline]) if group.against else {}
    return {GROUP + name: number for name, number in (numbers | ends | paired).items()}


def numbers_of_document(document: Mapping[str, Any]) -> dict[str, Value]:
    """The numbers of a result saved as JSON."""
    inside = {name: document.get(name) or {} for name in ("summary", "interval", "baseline", "inputs")}
    found = {
        **{name: document.get(name) for name in ("value", "accuracy", "perplexity")},
        **{name: inside["summary"].get(name) for name in _SPREAD},
        **{name: inside["interval"].get(name) for name in INTERVAL},
        "skill": inside["baseline"].get("skill"),
        "samples": inside["inputs"].get("samples"),
    }
    return {BASELINE + name: number(value) for name, value in found.items()}


def number(value: Any) -> float | None:
    """A number of a JSON document, where non-finite numbers are strings."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return (
        {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.get(value) if isinstance(value, str) else None
    )
