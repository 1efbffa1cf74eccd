"""Records in which one field holds the scores of all classes by name: each class becomes a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.inputs.choose import usual_names as known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from losscli.inputs.json.record_groups import Group


_NAMES = frozenset((*known.LABELS, "name", "category", "tag", "intent", "class_name", "display_name", "displayname"))
_LISTED = frozenset((*known.CLASSES, "labels", "names", "categories", "display_names", "displaynames"))
_SCORED = frozenset((*known.SCORES, "confidence", "confidences", "confidencescore", "cats"))
_VECTOR = frozenset(("values", "type", "vectorType", "length"))


def scored_field(record: Mapping[str, Any], pred: str | None) -> str | None:
    """The field with the scores of all classes; ``pred`` is what was asked for, such as ``probs.*``."""
    named = [key for key in record if _is_score(key) and _scores(record, key) is not None]
    if len(named) != 1 or pred not in (None, f"{named[0]}.*"):
        return None
    return named[0]


def _is_score(key: str) -> bool:
    return known.key(key) in _SCORED or known.prediction_prefix(key) is not None


def spread(groups: Iterator[Group], field: str) -> Iterator[Group]:
    """The records with ``field.class`` for each class in place of the field."""
    for places, records in groups:
        yield places, [_spread(record, field) for record in records]


def _spread(record: Any, field: str) -> Any:
    scores = _scores(record, field) if isinstance(record, dict) else None
    if scores is None:
        return record
    beside = _classes_beside(record, field)
    rest = {key: value for key, value in record.items() if key not in (field, beside)}
    return {**rest, **{f"{field}.{name}": score for name, score in scores.items()}}


def _scores(record: Mapping[str, Any], field: str) -> dict[str, Any] | None:
    """Scores by class: an object of numbers, a list of labels with scores, or a list next to one of classes."""
    value = record.get(field)
    beside = _classes_beside(record, field)
    if beside is not None:
        scores = dict(zip(map(str, record[beside]), value, strict=True)) if isinstance(value, list) else None
    else:
        scores = labelled(value) if isinstance(value, list) else _numbered(value)
    if not isinstance(scores, dict) or len(scores) < 2:
        return None
    return scores if all(type(score) in (int, float) for score in scores.values()) else None


def _numbered(value: Any) -> Any:
    """An object unchanged, but a Spark vector as an object by class number."""
    if isinstance(value, dict) and isinstance(value.get("values"), list) and {*value} <= _VECTOR:
        return {str(i): score for i, score in enumerate(value["values"])}
    return value


def _classes_beside(record: Mapping[str, Any], field: str) -> str | None:
    """The field of a record that lists the classes of another field's scores."""
    scores = record.get(field)
    if not isinstance(scores, list) or not all(type(score) in (int, float) for score in scores):
        return None
    for key, names in record.items():
        if known.key(key) in _LISTED and isinstance(names, list) and len(names) == len(scores):
            texts = all(isinstance(name, str) for name in names)
            return key if texts and len(set(names)) == len(names) else None
    return None


def labelled(value: Any) -> dict[str, Any] | None:
    """Each label with its score, as classifiers list them for a sample; None if it is not such a list."""
    if (
        not isinstance(value, list)
        or len(value) < 2
        or not all(isinstance(one, dict) and len(one) == 2 for one in value)
    ):
        return None
    keys = [*value[0]]
    score = next((key for key in keys if known.key(key) in _SCORED or known.prediction_prefix(key)), "")
    name = next((key for key in keys if known.key(key) in _NAMES and key != score), "")
    if any({*one} != {name, score} for one in value):
        return None
    return {str(one[name]): one[score] for one in value}
