"""Records in which one field holds the scores of all classes by name: a column for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.inputs.choose import usual_names as known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from losscli.inputs.json.record_groups import Group


def scored_field(record: Mapping[str, Any], pred: str | None) -> str | None:
    """The field with the scores of all classes; ``pred`` is what was asked for, such as ``probs.*``."""
    named = [key for key in record if known.key(key) in known.SCORES]
    if len(named) != 1 or pred not in (None, f"{named[0]}.*") or _scores(record[named[0]]) is None:
        return None
    return named[0]


def spread(groups: Iterator[Group], field: str) -> Iterator[Group]:
    """The records with ``field.class`` for each class instead of the field."""
    for places, records in groups:
        yield places, [_spread(record, field) for record in records]


def _spread(record: Any, field: str) -> Any:
    scores = _scores(record.get(field)) if isinstance(record, dict) else None
    if scores is None:
        return record
    rest = {key: value for key, value in record.items() if key != field}
    return {**rest, **{f"{field}.{name}": score for name, score in scores.items()}}


def _scores(value: Any) -> dict[str, Any] | None:
    """Scores by class: an object of numbers, or a list of labels with their scores."""
    scores = labelled(value) if isinstance(value, list) else value
    if not isinstance(scores, dict) or len(scores) < 2:
        return None
    return scores if all(type(score) in (int, float) for score in scores.values()) else None


def labelled(value: Any) -> dict[str, Any] | None:
    """Each label with its score, as classifiers' pipelines list them for a text; None if it is no such list."""
    several = isinstance(value, list) and len(value) > 1
    if not several or not all(isinstance(one, dict) and set(one) == {"label", "score"} for one in value):
        return None
    return {str(one["label"]): one["score"] for one in value}
