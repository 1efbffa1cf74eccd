"""The data that was given, with the arguments about reading it, apart from those of the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.python.allowed import CALLS_LABELS
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.python.asked import Asked

COLUMNS = ("label", "pred", "id", "join")
# How tables and files are read: the names in Python and in `ReadOptions`.
READING = {
    **{
        name: name
        for name in (*COLUMNS, "by", "delimiter", "header", "comment", "skip", "limit", "encoding", "memory_limit")
    },
    "na": "na",
    "input_format": "format",
    "where": "where",
    "join_missing": "drop",
}


@record
class Given:
    """The data that was given besides predictions and labels.

    Attributes:
        sample_weight: An array, or for a table the name of a column.
        extras: Further arrays that the loss takes, by its names for them.
        cluster: Which rows belong together: an array, or for a table the name of a column.
        against: Other predictions for the same rows, by name.
        reading: Arguments about how a table is read, by name.
        missing: Missing values are allowed.
    """

    predictions: Any
    labels: Any
    sample_weight: Any = None
    extras: Mapping[str, Any] = field(default_factory=dict)
    cluster: Any = None
    against: Mapping[str, Any] = field(default_factory=dict)
    shift: int = 0
    class_axis: int | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)
    missing: bool = False


def reading_and_rest(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split arguments into those about reading a table and those of the loss; the latter may be None."""
    rest = dict(options)
    if CALLS_LABELS in rest:
        rest["labels"] = rest.pop(CALLS_LABELS)
    arrays = () if isinstance(rest.get("where"), str) else ("where",)  # a call's own array, not a condition
    reading = {name: rest.pop(name) for name in READING if rest.get(name) is not None and name not in arrays}
    return reading, rest


def said_in(options: Mapping[str, Any]) -> list[str]:
    """The names of the arguments that are not None."""
    return [name for name, value in options.items() if value is not None]


def given_for(wanted: Asked, predictions: Any, labels: Any, sample_weight: Any, reading: Mapping[str, Any]) -> Given:
    """The data given for a computation."""
    counts = {name: value for name, value in wanted.counts.items() if name not in wanted.totals}
    reading = reading if wanted.per is None else {**reading, "by": wanted.per}
    return Given(
        predictions,
        labels,
        sample_weight,
        extras={**wanted.extras, **counts},
        **wanted.moved,
        reading=reading,
        missing=wanted.steps.settings.nan != "error",
    )
