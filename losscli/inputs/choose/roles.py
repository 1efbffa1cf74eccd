"""Who is who in a table: labels, predictions, weights, ids; by request, else by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError, quoted
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import (
    Columns,
    Selection,
    extra_columns,
    find_columns,
    is_number,
    option_of,
    refuse_text,
    weight_column,
)
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.options import ReadOptions

Choice = tuple[Selection, tuple[Decision, ...]]


def choose_both(columns: Columns, options: ReadOptions) -> Choice:
    """Roles in one table that holds predictions and labels.

    Raises:
        InputError: No label column, several, or predictions that can't be told from the rest.
        UsageError: A column that was asked for isn't there.
    """
    labels, label_decisions = choose_labels(columns, options, alone=False)
    predictions, decisions = choose_predictions(columns, options, taken=labels.labels)
    both = replace(predictions, labels=labels.labels, words=(*predictions.words, *labels.words))
    return both, (*decisions, *label_decisions)


def choose_predictions(
    columns: Columns, options: ReadOptions, taken: tuple[int, ...] = (), key: tuple[int, ...] = ()
) -> Choice:
    """Predictions, extras, weights and ids; ``taken`` are the label columns of the same table, ``key`` as in `Keys`.

    Raises:
        InputError: The prediction columns can't be told from the rest, or their names are not unique.
        UsageError: A column that was asked for isn't there, or is asked for twice.
    """
    decisions: list[Decision] = []
    ids, reason = (key[0], "rows are paired by it") if key and options.id is None else _ids(columns, options)
    if ids is not None:
        decisions.append(Decision("ids", _spoken(columns, (ids,)), reason))
    weights = weight_column(columns, options)
    if weights is not None:
        decisions.append(Decision("sample weights", _spoken(columns, (weights,)), "given"))
    extras = extra_columns(columns, options)
    for name, chosen in extras.items():
        asked = options.extras[name].strip()
        by_number = is_number(asked) and asked not in (columns.names or ())
        reason = f"given by its number; {asked}.0 would be the value" if by_number else "given"
        decisions.append(Decision(name, _spoken(columns, chosen), reason))
    if options.pred is not None:
        predictions, reason = find_columns(columns, options.pred, "--pred"), "given"
        _refuse_overlap(columns, predictions, taken, "label")
        for name, chosen in extras.items():
            _refuse_overlap(columns, predictions, chosen, name)
    else:
        used = {*taken, *key, ids, weights, *(column for chosen in extras.values() for column in chosen)}
        predictions, reason = _predictions(columns, _left_for_predictions(columns, used, decisions, options), options)
    _refuse_duplicates(columns, predictions)
    decisions.insert(0, Decision("predictions", _spoken(columns, predictions), reason))
    words = _prediction_words(columns, predictions) if options.raw_labels else ()
    return Selection(predictions, words=words, weights=weights, ids=ids, key=key, extras=extras), tuple(decisions)


def choose_labels(columns: Columns, options: ReadOptions, *, alone: bool, key: tuple[int, ...] = ()) -> Choice:
    """The label columns; ``alone`` if the table holds nothing but labels, weights, ids and the key of rows.

    Raises:
        InputError: No column or several could be the labels.
        UsageError: A column that was asked for isn't there.
    """
    extras = {} if alone else extra_columns(columns, options)
    if options.label is not None:
        labels, reason = find_columns(columns, options.label, "--label"), "given"
        for name, chosen in extras.items():
            _refuse_overlap(columns, chosen, labels, "label", name)
    else:
        labels, reason = _labels_by_name(columns, [column for chosen in extras.values() for column in chosen])
        if not labels and alone:
            labels, reason = _all_labels(columns, options, key)
        if not labels:
            hint = "--label COLUMN, or LABELS as the second argument"
            raise InputError(f"no column is named as labels are; {columns.listed()}", columns.source, hint)
    text = [i for i in labels if columns.kinds[i] in ("text", "mixed")]
    if text and len(labels) > 1:
        what = f"column {columns.called(text[0])} is text, so these can't be one-hot labels; {columns.listed()}"
        raise InputError(what, columns.source, "--label with one column, or with columns of numbers")
    decision = Decision("labels", _spoken(columns, labels), reason)
    kind = Decision("label values", *_label_kind(columns, labels))
    return Selection(labels=labels, words=tuple(text), key=key), (decision, kind)


def choose_extra(columns: Columns, name: str) -> Choice:
    """The columns of a table that holds nothing but an extra and ids.

    Raises:
        InputError: A column holds text.
    """
    every = tuple(range(len(columns.kinds)))
    chosen = tuple(i for i in every if _role_of(columns, i) != "id") or every
    refuse_text(columns, chosen, option_of(name))
    reason = "all columns" if chosen == every else "all columns but ids"
    decision = Decision(name, f"{_spoken(columns, chosen)} of {columns.source}", reason)
    return Selection(extras={name: chosen}), (decision,)


def choose_rows(columns: Columns, options: ReadOptions) -> Choice:
    """Numbers to transform and all other columns to hand through.

    Raises:
        InputError: No column holds numbers, or the names of those that do are not unique.
        UsageError: A column that was asked for isn't there.
    """
    if options.pred is not None:
        predictions, reason = find_columns(columns, options.pred, "--pred"), "given"
    else:
        ids, _ = _ids(columns, options)
        labels = find_columns(columns, options.label, "--label") if options.label else ()
        named = {i for i in range(len(columns.kinds)) if _role_of(columns, i) in ("label", "weight")}
        rest = [i for i in range(len(columns.kinds)) if i not in {ids, *labels, *named}]
        numbers = [i for i in rest if columns.kinds[i] != "text"]
        if not numbers:
            raise InputError(f"no column holds numbers; {columns.listed()}", columns.source)
        predictions, reason = _predictions(columns, numbers, options)
    _refuse_duplicates(columns, predictions)
    others = tuple(i for i in range(len(columns.kinds)) if i not in predictions)
    decision = Decision("predictions", _spoken(columns, predictions), reason)
    return Selection(predictions, others=others), (decision,)


def _labels_by_name(columns: Columns, taken: Sequence[int]) -> tuple[tuple[int, ...], str]:
    found = [i for i in range(len(columns.kinds)) if _role_of(columns, i) == "label" and i not in taken]
    if len(found) > 1:
        names = ", ".join(f"{columns.called(i)} (column {i + 1})" for i in found)
        raise InputError(f"several columns could be the labels: {names}", columns.source, "--label with one of them")
    return tuple(found), "by its name"


def _all_labels(columns: Columns, options: ReadOptions, key: tuple[int, ...]) -> tuple[tuple[int, ...], str]:
    ids, _ = _ids(columns, options)
    out = {ids, *key, *(i for i in range(len(columns.kinds)) if _role_of(columns, i) == "weight")}
    labels = tuple(i for i in range(len(columns.kinds)) if i not in out)
    if len(labels) == 1:
        return labels, "the only column" if len(columns.kinds) == 1 else "the only column left"
    return labels, "all columns but ids and weights" if len(labels) < len(columns.kinds) else "all columns"


def _ids(columns: Columns, options: ReadOptions) -> tuple[int | None, str]:
    if options.id is not None:
        found = find_columns(columns, options.id, "--id")
        if len(found) > 1:
            raise UsageError("--id names several columns", columns.source)
        return found[0], "given"
    found = tuple(i for i in range(len(columns.kinds)) if _role_of(columns, i) == "id")
    # A column of its own is never an id: then there would be nothing to compute with.
    return (found[0], "by its name") if found and len(columns.kinds) > 1 else (None, "")


def _role_of(columns: Columns, column: int) -> str | None:
    """The role that a column's name gives it, if it has one of the usual names."""
    if columns.names is None:
        return None
    name = known.key(columns.names[column])
    roles = (("label", known.LABELS), ("weight", known.WEIGHTS), ("id", known.IDS))
    return next((role for role, usual in roles if name in usual), None)


def _left_for_predictions(
    columns: Columns, taken: set[int | None], decisions: list[Decision], options: ReadOptions
) -> list[int]:
    """Columns without another role; those that are named after one are left out, and that is noted."""
    rest = []
    for i in range(len(columns.kinds)):
        if i in taken:
            continue
        role = _role_of(columns, i)
        if role is None or (role == "label" and not options.labels):
            rest.append(i)
        else:
            decisions.append(Decision("not used", f"column {columns.called(i)}", f"named like a {role}"))
    return rest


def _predictions(columns: Columns, rest: Sequence[int], options: ReadOptions) -> tuple[tuple[int, ...], str]:
    if not rest:
        raise InputError(f"no column is left for the predictions; {columns.listed()}", columns.source, "--pred COLUMNS")
    lists = [i for i in rest if columns.kinds[i] == "list"]
    if len(lists) == 1:
        return tuple(lists), "the only field that holds a list"
    group, reason = _prefix_group(columns, lists or rest) if options.labels else ((), "")
    chosen = group or tuple(lists or rest)
    text = [i for i in chosen if columns.kinds[i] == "text"]
    if lists and len(chosen) > 1:
        raise InputError(f"several fields hold lists; {columns.listed()}", columns.source, "--pred with one of them")
    if text and not (options.raw_labels and len(chosen) == 1):
        called = ", ".join(columns.called(i) for i in text[:5])
        what = f"column {called} is text" if len(text) == 1 else f"columns {called} are text"
        if columns.types:
            what = ", ".join(f"column {columns.called(i)} is {columns.types[i]}" for i in text[:5])
        what = f"which columns are the predictions? {what}; {columns.listed()}"
        raise InputError(what, columns.source, "--pred COLUMNS, as in --pred 'p_*' or --pred 2-4; --label COLUMN")
    if group:
        return group, reason
    return chosen, "the only column left" if len(chosen) == 1 else "all the columns without another role"


def _prefix_group(columns: Columns, rest: Sequence[int]) -> tuple[tuple[int, ...], str]:
    """The columns that share one of the usual prefixes, if there is one such group."""
    groups: dict[str, list[int]] = {}
    for i in rest if columns.names else ():
        prefix = known.prediction_prefix(columns.names[i]) if columns.names else None
        if prefix is not None:
            groups.setdefault(prefix, []).append(i)
    wide = {prefix: group for prefix, group in groups.items() if len(group) > 1}
    candidates = wide or groups
    if len(candidates) > 1:
        firsts = ", ".join(columns.called(group[0]) for group in candidates.values())
        what = f"which columns are the predictions, those like {firsts}? {columns.listed()}"
        raise InputError(what, columns.source, "--pred COLUMNS, as in --pred 'p_*'")
    for prefix, group in candidates.items():
        if len(group) < len(rest):
            return tuple(group), f"named like predictions ({prefix})"
    return (), ""


def _prediction_words(columns: Columns, predictions: tuple[int, ...]) -> tuple[int, ...]:
    """The prediction column, if it holds words."""
    text = [i for i in predictions if columns.kinds[i] in ("text", "mixed")]
    if text and len(predictions) > 1:
        what = f"column {columns.called(text[0])} is text, so it must be the only prediction; {columns.listed()}"
        raise InputError(what, columns.source, "--pred with one column, or with columns of numbers")
    return tuple(text)


def _refuse_overlap(
    columns: Columns, ours: Sequence[int], theirs: Sequence[int], other: str, one: str = "prediction"
) -> None:
    both = next((i for i in ours if i in theirs), None)
    if both is not None:
        what = f"column {columns.called(both)} can't be both {one} and {other}"
        hint = "--pred without the label column" if (one, other) == ("prediction", "label") else ""
        raise UsageError(what, columns.source, hint)


def _refuse_duplicates(columns: Columns, predictions: Sequence[int]) -> None:
    """Two prediction columns of one name would be two classes that can't be told apart."""
    if columns.names is None:
        return
    seen: dict[str, int] = {}
    for i in predictions:
        name = columns.names[i]
        if name in seen:
            what = f"prediction columns {seen[name] + 1} and {i + 1} are both named {quoted(name)}"
            raise InputError(what, columns.source, "rename one, or choose with --pred by number")
        seen[name] = i


def _label_kind(columns: Columns, labels: Sequence[int]) -> tuple[str, str]:
    kind, example = columns.kinds[labels[0]], columns.examples[labels[0]]
    if columns.types:
        spoken = {"list": "lists", "number": "numbers"}.get(kind, "text")
        return spoken, f"the type is {columns.types[labels[0]]}"
    if kind in ("text", "mixed"):
        return "text", f"for example {example}" if kind == "text" else f"not all are numbers: {example}"
    return ("lists", "the first is one") if kind == "list" else ("numbers", "the first rows hold nothing else")


def _spoken(columns: Columns, chosen: Sequence[int]) -> str:
    """Columns for a person: ``column 3 (label)``, ``columns 2-11 (p_0 … p_9)``."""
    numbers = [i + 1 for i in chosen]
    if len(chosen) == 1:
        name = f" ({columns.called(chosen[0])})" if columns.names else ""
        return f"column {numbers[0]}{name}"
    consecutive = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    text = f"{numbers[0]}-{numbers[-1]}" if consecutive else ", ".join(map(str, numbers))
    names = f" ({columns.called(chosen[0])} … {columns.called(chosen[-1])})" if columns.names else ""
    return f"columns {text}{names}"
