"""Records in which one field holds the scores of all classes by name: each class becomes a column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.inputs.choose import usual_names as known
from losscli.text import quoted, some_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from losscli.inputs.json.record_groups import Group
    from losscli.inputs.read_options import ReadOptions


_NAMES = frozenset((*known.LABELS, "name", "category", "tag", "intent", "class_name", "display_name", "displayname"))
_LISTED = frozenset((*known.CLASSES, "labels", "names", "categories", "display_names", "displaynames"))
_SCORED = frozenset((*known.SCORES, "confidence", "confidences", "confidencescore", "cats"))
_VECTOR = frozenset(("values", "type", "vectorType", "length"))


def scored_fields(record: Mapping[str, Any], options: ReadOptions) -> tuple[str, str | None]:
    """The path of the field with the scores of all classes, empty if there is none; and labels that name each class."""
    asked = None if options.pred is None else options.pred.removesuffix(".*")
    nested = {key: value for key, value in record.items() if isinstance(value, dict)}
    paths = [*record, *(f"{key}.{inner}" for key, value in nested.items() for inner in value)]
    found = [path for path in paths if path == asked or (asked is None and _is_score(path.rpartition(".")[2]))]
    scores = {path: scores for path in found if (scores := _scores(record, path)) is not None}
    if len(scores) != 1:
        return "", None
    [(path, classes)] = scores.items()
    others = [key for key in record if key not in (path, _classes_beside(record, path))]
    named = [key for key in others if known.key(key) in known.LABELS] if options.label is None else [options.label]
    return path, next((key for key in named if key in others and _of_each(record[key], classes)), None)


def _of_each(label: Any, classes: Collection[str]) -> bool:
    """Whether a label covers all classes: an object with one entry each, or a list of those that apply."""
    if isinstance(label, dict):
        return {*label} == {*classes}
    return isinstance(label, list) and all(isinstance(name, str) and name in classes for name in label)


def _is_score(key: str) -> bool:
    return known.key(key) in _SCORED or known.prediction_prefix(key) is not None


def spread(groups: Iterator[Group], field: str, labels: str | None) -> Iterator[Group]:
    """The records with ``field.class`` for each class in place of the field, and so of the labels.

    Raises:
        InputError: A label is none of the classes.
    """
    for places, records in groups:
        pairs = zip(places, records, strict=True)
        yield places, [_spread(record, field, labels, place) for place, record in pairs]


def _spread(record: Any, field: str, labels: str | None, place: str) -> Any:
    scores = _scores(record, field) if isinstance(record, dict) else None
    if scores is None:
        return record
    outer, _, inner = field.rpartition(".")
    beside = _classes_beside(record, field)
    rest = {key: value for key, value in record.items() if key not in (field, beside, labels)}
    if outer and field not in record:
        rest |= {f"{outer}.{key}": value for key, value in rest.pop(outer).items() if key != inner}
    told = record.get(labels) if labels is not None else {}
    if isinstance(told, list):
        other = next((name for name in told if name not in scores), None)
        if other is not None:
            raise InputError(f"{labels} holds {quoted(str(other))}; the classes are {some_names([*scores])}", place)
        told = {name: int(name in told) for name in scores}
    if not isinstance(told, dict):
        raise InputError(f"{labels} is {quoted(str(told))}, where others name classes", place)
    return {
        **rest,
        **{f"{field}.{name}": score for name, score in scores.items()},
        **{f"{labels}.{name}": label for name, label in told.items()},
    }


def _scores(record: Mapping[str, Any], field: str) -> dict[str, Any] | None:
    """Scores by class: an object of numbers, a list of labels with scores, or a list next to one of classes."""
    outer, _, inner = field.rpartition(".")
    nested = record.get(outer) if outer and field not in record else None
    record, field = (nested, inner) if isinstance(nested, dict) else (record, field)
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


def object_in(text: Any) -> dict[str, Any] | None:
    """The object of numbers that a text holds, as JSON or Python writes it; None if it is none."""
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        from ast import literal_eval

        if "\\" in text:  # which Python may warn of
            return None
        try:
            found = literal_eval(text.strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            return None
    numbers = isinstance(found, dict) and all(type(value) in (int, float) for value in found.values())
    return {str(key): value for key, value in found.items()} if numbers else None


def written_objects(groups: Iterator[Group], fields: Sequence[str]) -> Iterator[Group]:
    """The records with objects in place of the texts that hold them.

    Raises:
        InputError: A text holds none.
    """
    for places, records in groups:
        found = []
        for place, one in zip(places, records, strict=True):
            objects = {key: object_in(one.get(key)) for key in fields} if isinstance(one, dict) else {}
            bad = next((key for key, value in objects.items() if value is None), None)
            if bad is not None:
                raise InputError(f"{quoted(str(one.get(bad)))} is not an object of numbers", f"{place}, column {bad}")
            found.append({**one, **objects} if objects else one)
        yield places, found
