"""Who is who in a table: labels, predictions, weights, ids; by request, else by name, else by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError
from losscli.inputs.cells import are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.class_columns import numbers_of, pairing
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
from losscli.inputs.choose.grouped import handed_through
from losscli.inputs.choose.id_columns import ids_of, look, named_ids, the_id
from losscli.inputs.choose.label_columns import labels_of, wide_pairs
from losscli.inputs.choose.prediction_columns import prediction_words, predictions_of, refuse_duplicates, role_of
from losscli.inputs.choose.two_readings import (
    refuse_confidence,
    refuse_coordinates,
    refuse_other_names,
    refuse_same_values,
    refuse_shared_label,
)
from losscli.inputs.model import extra_role, is_baseline
from losscli.record import replace
from losscli.text import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.read_options import ReadOptions

FLAGS = "true and false"  # words for 1 and 0

Choice = tuple[Selection, tuple[Decision, ...]]


def choose_both(
    columns: Columns, options: ReadOptions, key: tuple[int, ...] = (), other: Columns | None = None
) -> Choice:
    """Roles in one table that holds predictions and labels.

    Args:
        columns: The table.
        options: What was asked for.
        key: The columns that pair its rows with those of a baseline.
        other: Another table of the same rows.

    Raises:
        InputError: No label column, several, or predictions that can't be told from the rest.
        UsageError: A column that was asked for isn't there.
    """
    labels, label_decisions = choose_labels(columns, options, alone=False, key=key)
    predictions, decisions = choose_predictions(columns, options, taken=labels.labels, key=key, other=other)
    asked = options.pred is not None or options.label is not None
    if not asked and refuse_coordinates(columns, predictions.predictions, labels.labels):
        reason = "by its name; coordinates have no label"
        label_decisions = (replace(label_decisions[0], reason=reason, note=True), *label_decisions[1:])
    paired, more = paired_labels(columns, labels, columns, predictions)
    both = replace(predictions, labels=paired.labels, words=(*predictions.words, *labels.words))
    return both, (*decisions, *label_decisions, *more)


def choose_predictions(
    columns: Columns,
    options: ReadOptions,
    taken: tuple[int, ...] = (),
    key: tuple[int, ...] = (),
    other: Columns | None = None,
    apart: Sequence[str] | None = None,
) -> Choice:
    """Predictions, extras, weights and ids.

    Args:
        columns: The table.
        options: What was asked for.
        taken: The label columns of the same table.
        key: As in `Keys`.
        other: The table of the labels, if it is another one.
        apart: Some of the labels, if they are somewhere else and in no table; empty if they are in one.

    Raises:
        InputError: The prediction columns can't be told from the rest, or their names are not unique.
        UsageError: A column that was asked for isn't there, or is asked for twice.
    """
    decisions: list[Decision] = []
    weights = weight_column(columns, options)
    if weights is not None:
        decisions.append(Decision("sample weights", spoken(columns, (weights,)), "given"))
    extras = extra_columns(columns, options)
    for name, chosen in extras.items():
        asked = options.extras[name].strip()
        by_number = is_number(asked) and asked not in (columns.names or ())
        reason = f"given by its number; {asked}.0 would be the value" if by_number else "given"
        what = "against" if is_baseline(extra_role(name)) else name
        decisions.append(Decision(what, spoken(columns, chosen), reason))
    grouped = handed_through(columns, options)
    apart_from = [i for i in grouped if columns.names is None or not known.prediction_prefix(columns.names[i])]
    used = {*taken, *key, *apart_from, weights, *(column for chosen in extras.values() for column in chosen)} - {None}
    if options.pred is not None:
        predictions, reason = find_columns(columns, options.pred, "--pred"), "given"
        _refuse_overlap(columns, predictions, taken, "label")
        for name, chosen in extras.items():
            if not is_baseline(extra_role(name)):  # which may share columns with the predictions
                _refuse_overlap(columns, predictions, chosen, name)
        ids = ids_of(columns, options, other, {*used, *predictions}, keyed=bool(key))
        decisions += _counters(columns, predictions)
    else:
        ids = ids_of(columns, options, other, used, keyed=bool(key))
        rest = [i for i in range(len(columns.kinds)) if i not in used and i not in ids]
        seen = columns.texts(taken[0]) if len(taken) == 1 else apart or _seen_in(other, options)
        predictions, reason = predictions_of(columns, rest, options, seen, decisions, apart=apart is not None)
        refuse_shared_label(columns, predictions, rest, other)
        refuse_confidence(columns, predictions, rest)
    refuse_duplicates(columns, predictions)
    chosen_id, reason_of_id = the_id(columns, options, ids, key)
    if chosen_id is not None:
        decisions.insert(0, Decision("ids", spoken(columns, (chosen_id,)), reason_of_id))
    decisions.insert(0, Decision("predictions", spoken(columns, predictions), reason))
    words = prediction_words(columns, predictions) if options.raw_labels else ()
    for name, chosen in extras.items():
        words += prediction_words(columns, chosen) if options.raw_labels and is_baseline(extra_role(name)) else ()
    out = {*used, *predictions, *ids, chosen_id}
    decisions += [_id_not_used(columns, i, ids[i]) for i in ids if i != chosen_id]
    decisions += _left_alone(columns, [i for i in range(len(columns.kinds)) if i not in out], decisions)
    selection = Selection(
        predictions, words=words, weights=weights, ids=chosen_id, key=key, extras=extras, others=grouped
    )
    return selection, tuple(decisions)


def _id_not_used(columns: Columns, column: int, reason: str) -> Decision:
    """A further id; with a note where only its numbers say that it is one and no value."""
    noted = columns.kinds[column] == "number" and reason not in ("given", "by its name")
    noted = noted and not look(columns, column).counts
    return Decision("not used", f"column {columns.called(column)}", f"an id: {reason}", note=noted)


def _seen_in(other: Columns | None, options: ReadOptions) -> list[str]:
    """Some labels of another table, if it is plain which column holds them."""
    if other is None:
        return []
    if options.label is not None:
        found = find_columns(other, options.label, "--label")
    else:
        found, _ = labels_of(other, named_ids(other), alone=True, beside=None)
    return other.texts(found[0]) if len(found) == 1 else []


def choose_labels(
    columns: Columns,
    options: ReadOptions,
    *,
    alone: bool,
    key: tuple[int, ...] = (),
    beside: tuple[Columns, Selection] | None = None,
) -> Choice:
    """The label columns.

    Args:
        columns: The table.
        options: What was asked for.
        alone: It holds nothing but labels, weights, ids and the key of rows.
        key: As in `Keys`.
        beside: The table of the predictions and what was chosen there, if it is another one.

    Raises:
        InputError: No column or several could be the labels.
        UsageError: A column that was asked for isn't there.
    """
    extras = {} if alone else extra_columns(columns, options)
    taken = {column for chosen in extras.values() for column in chosen}
    decisions: list[Decision] = []
    ids: dict[int, str] = {}
    grouped = handed_through(columns, options)
    if options.label is not None:
        labels, reason = find_columns(columns, options.label, "--label"), "given"
        for name, chosen in extras.items():
            _refuse_overlap(columns, chosen, labels, "label", "baseline" if is_baseline(extra_role(name)) else name)
    else:
        if alone:
            asked = replace(options, pred=None, id=None)
            ids = ids_of(columns, asked, beside[0] if beside else None, key, keyed=bool(key))
            if len({*ids, *key}) == len(columns.kinds):
                _free_label(columns, ids)
        pred = find_columns(columns, options.pred, "--pred") if options.pred is not None and not alone else ()
        others = {i for i in grouped if role_of(columns, i) != "label"}
        taken_too = {*taken, *key, *ids, *pred}
        labels, reason = labels_of(columns, taken_too | others, alone=alone, beside=beside)
        if not labels and others:  # rows may be picked by their labels
            labels, reason = labels_of(columns, taken_too, alone=alone, beside=beside)
        if not labels:
            hint = "--label COLUMN, or LABELS as the second argument"
            what = f"no column has a usual label name (label, y, target ...); {columns.listed()}"
            raise InputError(what, columns.source, hint)
    words = _words_of(columns, labels)
    kind, because = _label_kind(columns, labels, words)
    decisions += [
        Decision("labels", spoken(columns, labels), reason),
        Decision("label values", kind, because, note=kind == FLAGS),
    ]
    if alone:
        weights = [i for i in range(len(columns.kinds)) if role_of(columns, i) == "weight"]
        out = {*labels, *key, *ids, *weights, *grouped}
        decisions += _left_alone(columns, [i for i in range(len(columns.kinds)) if i not in out], decisions)
    chosen_labels = Selection(labels=labels, words=words, key=key, others=grouped if alone else ())
    if beside is not None:
        refuse_same_values(columns, labels, *beside)
        chosen_labels, more = paired_labels(columns, chosen_labels, *beside)
        decisions += more
    return chosen_labels, tuple(decisions)


def _free_label(columns: Columns, ids: dict[int, str]) -> None:
    """Where all columns of a table of labels are named like ids, the one whose values come again holds the labels."""
    again = [i for i in ids if columns.rows and not look(columns, i).unique]
    if len(again) == 1:
        del ids[again[0]]


def _words_of(columns: Columns, labels: tuple[int, ...]) -> tuple[int, ...]:
    """The label columns to read as words: text, and class numbers of more digits than a float holds.

    Raises:
        InputError: One of several is text.
    """
    text = [i for i in labels if columns.kinds[i] in ("text", "mixed")]
    if len(text) == len(labels) > 1 and all(are_flags(columns.texts(i)) for i in labels):
        return labels
    if text and len(labels) > 1:
        what = f"column {columns.called(text[0])} is text, so these can't be one-hot labels; {columns.listed()}"
        raise InputError(what, columns.source, "--label with one column, or with columns of numbers")
    if not text and len(labels) == 1 and columns.kinds[labels[0]] == "number" and not columns.types:
        seen = columns.texts(labels[0])
        least = 2**63 - 1 if columns.exact else 2**53
        if seen and all(t.isascii() and t.isdigit() for t in seen) and max(map(int, seen)) > least:
            return labels
    return tuple(text)


def paired_labels(
    columns: Columns, labels: Selection, other: Columns, predictions: Selection
) -> tuple[Selection, tuple[Decision, ...]]:
    """Several label columns in the order of the prediction columns, if both have the same names.

    Raises:
        InputError: Some have the same names, and some have not.
    """
    ours = [other.names[i] for i in predictions.predictions] if other.names else []
    theirs = [columns.names[i] for i in labels.labels] if columns.names else []
    refuse_other_names(columns, labels.labels, ours)
    if len(ours) < 2 or len(ours) != len(theirs):
        return labels, ()
    order = pairing(theirs, ours)
    if order is None:
        where = f"{other.source} and {columns.source}"
        _refuse_overlapping_names(ours, theirs, where)
        _refuse_other_numbers(ours, theirs, where)
        value = f"columns {listed(theirs, 3)} for {listed(ours, 3)}"
        return labels, (Decision("label columns", value, "paired by position: their names are others", note=True),)
    if order == list(range(len(order))):
        return labels, ()
    value = f"columns {listed([columns.called(labels.labels[i]) for i in order])}"
    noted = Decision("label columns", value, "put in the order of the predictions, by their names", note=True)
    return replace(labels, labels=tuple(labels.labels[i] for i in order)), (noted,)


def _refuse_overlapping_names(ours: Sequence[str], theirs: Sequence[str], where: str) -> None:
    only, extra = wide_pairs(ours, theirs)
    if not only or len(only) == len(ours):
        return
    what = f"label columns {', '.join(map(quoted, extra[:5]))} are none of the predictions {', '.join(only[:5])}"
    raise InputError(what, where, "--label and --pred with the columns that belong together, in the same order")


def _refuse_other_numbers(ours: Sequence[str], theirs: Sequence[str], where: str) -> None:
    """Refuse numbered columns that another order of the numbers would pair in another way than their position does."""
    mine, other = numbers_of(ours), numbers_of(theirs)
    if mine is None or other is None:
        return
    ranks = [sorted(range(len(numbers)), key=numbers.__getitem__) for numbers in (mine, other)]
    if ranks[0] != ranks[1]:
        what = f"label columns {listed(theirs, 3)} and predictions {listed(ours, 3)} are numbered in another order"
        hint = "--label and --pred with the columns that belong together, in the same order"
        raise InputError(f"{what}: by position or by number?", where, hint)


def choose_extra(columns: Columns, name: str) -> Choice:
    """The columns of a table that holds nothing but an extra and ids.

    Raises:
        InputError: A column holds text.
    """
    every = tuple(range(len(columns.kinds)))
    ids = named_ids(columns)
    chosen = tuple(i for i in every if i not in ids) or every
    refuse_text(columns, chosen, option_of(name))
    reason = "all columns" if chosen == every else "all columns but ids"
    decision = Decision(name, f"{spoken(columns, chosen)} of {columns.source}", reason)
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
        labels = find_columns(columns, options.label, "--label") if options.label else ()
        named = {i for i in range(len(columns.kinds)) if role_of(columns, i) in ("label", "weight")}
        ids = ids_of(columns, options, None, {*labels, *named})
        rest = [i for i in range(len(columns.kinds)) if i not in {*ids, *labels, *named}]
        numbers = [i for i in rest if columns.kinds[i] != "text"]
        if not numbers:
            raise InputError(f"no column holds numbers; {columns.listed()}", columns.source)
        predictions, reason = predictions_of(columns, numbers, options, [], [], apart=False)
    refuse_duplicates(columns, predictions)
    others = tuple(sorted({*range(len(columns.kinds))} - {*predictions}))
    decision = Decision("predictions", spoken(columns, predictions), reason)
    return Selection(predictions, others=others), (decision,)


def holds_labels(columns: Columns, options: ReadOptions, other: Columns) -> bool:
    """Whether a table has labels by name, and other values that are the predictions, as another with its columns."""
    labels = [i for i in range(len(columns.kinds)) if role_of(columns, i) == "label"]
    names = columns.names or ()
    predicted = [i for i, name in enumerate(names) if i not in labels and known.prediction_prefix(name)]
    told = {*labels, *ids_of(columns, options, other)}
    values = [i for i, kind in enumerate(columns.kinds) if kind == "number" and i not in told]
    return len(labels) == 1 and bool(predicted or values)


def _counters(columns: Columns, predictions: Sequence[int]) -> list[Decision]:
    """Columns that were asked for as predictions and number the rows, beside others that don't."""
    looks = {i: look(columns, i) for i in predictions}
    counting = [i for i in predictions if columns.kinds[i] == "number" and looks[i].counts and not looks[i].flags]
    if len(predictions) < 2 or not counting or all(looks[i].whole for i in predictions):
        return []
    return [
        Decision("predictions", f"column {columns.called(i)}", "asked for, but it counts the rows", note=True)
        for i in counting
    ]


def _left_alone(columns: Columns, rest: Sequence[int], decisions: Sequence[Decision]) -> list[Decision]:
    """Columns that have no role, with a note that names them; of those named after a role, as what."""
    told = {one.value for one in decisions if one.what == "not used"}
    found: list[Decision] = []
    plain = []
    for i in rest:
        role = role_of(columns, i)
        if f"column {columns.called(i)}" in told:
            continue
        if role is not None:
            found.append(Decision("not used", f"column {columns.called(i)}", f"named like a {role}", note=True))
        else:
            plain.append(i)
    if plain:
        names = listed([columns.called(i) for i in plain], 8)
        word = "column" if len(plain) == 1 else "columns"
        found.append(Decision("not used", f"{word} {names}", "without a role", note=True))
    return found


def _refuse_overlap(
    columns: Columns, ours: Sequence[int], theirs: Sequence[int], other: str, one: str = "prediction"
) -> None:
    both = min({*ours} & {*theirs}, default=None)
    if both is not None:
        what = f"column {columns.called(both)} can't be both {one} and {other}"
        hint = "--pred without the label column" if (one, other) == ("prediction", "label") else ""
        raise UsageError(what, columns.source, hint)


def _label_kind(columns: Columns, labels: Sequence[int], words: Sequence[int]) -> tuple[str, str]:
    kind, example = columns.kinds[labels[0]], columns.examples[labels[0]]
    if len(labels) > 1 and kind != "list" and all(are_flags(columns.texts(i)) for i in labels):
        return FLAGS, "read as 1 and 0"
    if columns.types:
        said = {"list": "lists", "number": "numbers"}.get(kind, "text")
        return said, f"the type is {columns.types[labels[0]]}"
    if kind in ("text", "mixed"):
        return "text", f"for example {example}" if kind == "text" else f"not all are numbers: {example}"
    if words:
        return "text", "the numbers have more digits than a float holds"
    return ("lists", "the first is one") if kind == "list" else ("numbers", "the first rows are all numbers")


def spoken(columns: Columns, chosen: Sequence[int]) -> str:
    """Columns for a person: ``column 3 (label)``, ``columns 2-11 (p_0 … p_9)``."""
    numbers = [i + 1 for i in chosen]
    if len(chosen) == 1:
        name = f" ({columns.called(chosen[0])})" if columns.names else ""
        return f"column {numbers[0]}{name}"
    consecutive = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    text = f"{numbers[0]}-{numbers[-1]}" if consecutive else ", ".join(map(str, numbers))
    names = f" ({columns.called(chosen[0])} … {columns.called(chosen[-1])})" if columns.names else ""
    return f"columns {text}{names}"
