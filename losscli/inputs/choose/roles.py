"""The roles of a table's columns: labels, predictions, weights, ids; by request, else by name, else by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError
from losscli.inputs.cells import FLAGS_HINT, are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.both_tables import is_data, outputs_of_both, place_in
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
from losscli.inputs.choose.id_columns import ids_of, named_ids, the_id
from losscli.inputs.choose.label_columns import is_share, labels_of
from losscli.inputs.choose.label_order import paired_labels
from losscli.inputs.choose.prediction_columns import (
    forecast_of,
    prediction_words,
    predictions_of,
    refuse_duplicates,
    role_of,
)
from losscli.inputs.choose.told_columns import FLAGS, counters, label_kind, left_alone, spoken
from losscli.inputs.choose.two_readings import (
    refuse_confidence,
    refuse_coordinates,
    refuse_same_values,
    refuse_several_models,
    refuse_shared_label,
)
from losscli.inputs.model import extra_role, is_baseline
from losscli.inputs.numbers import looks_numeric
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.inputs.read_options import ReadOptions


Choice = tuple[Selection, tuple[Decision, ...]]


def choose_both(
    columns: Columns, options: ReadOptions, key: tuple[int, ...] = (), other: Columns | None = None
) -> Choice:
    """Roles in one table that holds predictions and labels.

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
    paired, more = paired_labels(columns, labels, columns, predictions, options)
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
        other: The table of the labels, if they are in another one.
        apart: Some labels, if they are elsewhere but not in a table; empty if they are in one.

    Raises:
        InputError: The prediction columns can't be told from the rest, or their names are not unique.
        UsageError: A column that was asked for isn't there, or is asked for twice.
    """
    decisions: list[Decision] = []
    weights = weight_column(columns, options)
    if weights is not None:
        decisions.append(Decision("sample weights", spoken(columns, (weights,)), "given"))
    extras = extra_columns(columns, options)
    decisions += [_extra_decision(columns, name, chosen, options) for name, chosen in extras.items()]
    grouped = handed_through(columns, options)
    apart_from = [i for i in grouped if columns.names is None or not known.prediction_prefix(columns.names[i])]
    used = {*taken, *key, *apart_from, weights, *(column for chosen in extras.values() for column in chosen)} - {None}
    seen = columns.seen(taken[0]) if len(taken) == 1 else apart or _seen_in(other, options, columns)
    if options.pred is not None:
        predictions, reason, noted = _asked_predictions(columns, options.pred, taken, extras), "given", False
        ids = ids_of(columns, options, other, {*used, *predictions}, keyed=bool(key))
        decisions += counters(columns, predictions)
    else:
        ids = ids_of(columns, options, other, used, keyed=bool(key))
        rest = [i for i in range(len(columns.kinds)) if i not in used and i not in ids]
        predictions, reason, noted = outputs_of_both(columns, rest, None if taken else other, options)
        if taken:
            predictions, reason = forecast_of(columns, taken, rest), "named after the labels"
        if not predictions:
            predictions, reason = predictions_of(columns, rest, options, seen, decisions, apart=apart is not None)
            refuse_shared_label(columns, predictions, rest, other)
            refuse_several_models(columns, predictions, seen)
        refuse_confidence(columns, predictions, rest)
    refuse_duplicates(columns, predictions)
    chosen_id, reason_of_id = the_id(columns, options, ids, key)
    if chosen_id is not None:
        decisions.insert(0, Decision("ids", spoken(columns, (chosen_id,)), reason_of_id))
    decisions.insert(0, Decision("predictions", spoken(columns, predictions), reason, note=noted))
    words = _predicted_words(columns, predictions, extras) if options.raw_labels else ()
    if words == predictions and {*seen} <= {"0", "1"} and are_flags(columns.seen(predictions[0])):
        decisions.append(Decision("prediction values", FLAGS, "read as 1 and 0, as the labels are", note=True))
    out = {*used, *predictions, *ids, chosen_id}
    decisions += [_id_not_used(columns, i, ids[i]) for i in ids if i != chosen_id]
    decisions += left_alone(columns, [i for i in range(len(columns.kinds)) if i not in out], decisions)
    selection = Selection(
        predictions, words=words, weights=weights, ids=chosen_id, key=key, extras=extras, others=grouped
    )
    return selection, tuple(decisions)


def _extra_decision(columns: Columns, name: str, chosen: tuple[int, ...], options: ReadOptions) -> Decision:
    asked = options.extras[name].strip()
    by_number = is_number(asked) and asked not in (columns.names or ())
    reason = f"given by its number; {asked}.0 would be the value" if by_number else "given"
    return Decision("against" if is_baseline(extra_role(name)) else name, spoken(columns, chosen), reason)


def _asked_predictions(
    columns: Columns, pred: str, labels: tuple[int, ...], extras: Mapping[str, tuple[int, ...]]
) -> tuple[int, ...]:
    """The columns of ``--pred``, none of which may have another role."""
    predictions = find_columns(columns, pred, "--pred")
    _refuse_overlap(columns, predictions, labels, "label")
    for name, chosen in extras.items():
        if not is_baseline(extra_role(name)):  # baselines may share columns with the predictions
            _refuse_overlap(columns, predictions, chosen, name)
    return predictions


def _predicted_words(
    columns: Columns, predictions: tuple[int, ...], extras: Mapping[str, tuple[int, ...]]
) -> tuple[int, ...]:
    """The columns of predictions, and of baselines in the same table, that hold words."""
    compared = (chosen for name, chosen in extras.items() if is_baseline(extra_role(name)))
    return tuple(i for chosen in (predictions, *compared) for i in prediction_words(columns, chosen))


def _id_not_used(columns: Columns, column: int, reason: str) -> Decision:
    """The decision on a further id, noted if only its values suggest that it is an id."""
    noted = columns.kinds[column] == "number" and reason not in ("given", "by its name")
    noted = noted and not columns.look(column).counts
    return Decision("not used", f"column {columns.called(column)}", f"an id: {reason}", note=noted)


def _seen_in(other: Columns | None, options: ReadOptions, columns: Columns) -> list[str]:
    """Some labels of another table, if its label column is clear; else words for predicted classes to match."""
    if other is None:
        return []
    if options.label is not None:
        found = find_columns(other, options.label, "--label")
    else:
        ids = ids_of(other, replace(options, pred=None, id=None), columns)
        found, _ = labels_of(other, ids, options, alone=True, beside=None)
    if len(found) != 1:
        found = tuple(i for i in found if not is_share(other, i))
    if len(found) != 1 and options.decided:
        words = [i for i in range(len(other.kinds)) if other.holds_words(i) and not is_share(other, i)]
        rest = [i for i in words if not is_data(other, i, columns)]
        numbers = any(kind == "number" and not is_share(columns, i) for i, kind in enumerate(columns.kinds))
        rest = rest or ([] if numbers else words)
        return [word for i in (*rest, *(i for i in found if other.look(i).flags)) for word in other.seen(i)]
    return other.seen(found[0]) if len(found) == 1 else []


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
        alone: It holds only labels, weights, ids and the key of rows.
        key: As in `Keys`.
        beside: The table of the predictions and its selection, if it is another one.

    Raises:
        InputError: No column or several could be the labels.
        UsageError: A column that was asked for isn't there.
    """
    extras = {} if alone else extra_columns(columns, options)
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
            ids = {i: why for i, why in ids.items() if beside is None or not _is_output(columns, i, *beside)}
            if len({*ids, *key}) == len(columns.kinds):
                _free_label(columns, ids)
        pred = find_columns(columns, options.pred, "--pred") if options.pred is not None and not alone else ()
        taken = {*(column for chosen in extras.values() for column in chosen), *key, *ids, *pred}
        others = {i for i in grouped if role_of(columns, i) != "label"}
        labels, reason = labels_of(columns, taken | others, options, alone=alone, beside=beside)
        if not labels and others:  # rows may be picked by a column named like labels
            labels, reason = labels_of(columns, taken, options, alone=alone, beside=beside)
        if not labels:
            what = f"no column has a usual label name (label, y, target ...); {columns.listed()}"
            raise InputError(what, columns.source, "--label COLUMN, or LABELS as the second argument")
    words = _words_of(columns, labels)
    kind, because = label_kind(columns, labels, words)
    decisions = [
        Decision("labels", spoken(columns, labels), reason),
        Decision("label values", kind, because, note=kind == FLAGS),
    ]
    if alone:
        weights = [i for i in range(len(columns.kinds)) if role_of(columns, i) == "weight"]
        out = {*labels, *key, *ids, *weights, *grouped}
        decisions += left_alone(columns, [i for i in range(len(columns.kinds)) if i not in out], decisions)
    chosen_labels = Selection(labels=labels, words=words, key=key, others=grouped if alone else ())
    if beside is not None:
        refuse_same_values(columns, labels, *beside)
        chosen_labels, more = paired_labels(columns, chosen_labels, *beside, options)
        decisions += more
    return chosen_labels, tuple(decisions)


def _is_output(columns: Columns, column: int, other: Columns, predictions: Selection) -> bool:
    """Whether a column has the name of one of several prediction columns."""
    at = place_in(columns, column, other)
    return at in predictions.predictions and len(predictions.predictions) > 1


def _free_label(columns: Columns, ids: dict[int, str]) -> None:
    """Remove the only column with repeated values from ``ids``, if all columns of a table of labels are named so."""
    again = [i for i in ids if columns.rows and not columns.look(i).unique]
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
    _refuse_true_among_numbers(columns, labels)
    if not text and len(labels) == 1 and columns.kinds[labels[0]] == "number" and not columns.types:
        seen = {*columns.texts(labels[0])}
        least = 2**63 - 1 if columns.exact else 2**53
        if seen and all(t.isascii() and t.isdigit() for t in seen) and max(map(int, seen)) > least:
            return labels
    return tuple(text)


def _refuse_true_among_numbers(columns: Columns, labels: tuple[int, ...]) -> None:
    for i in labels:
        words = [text for text in columns.seen(i) if not looks_numeric(text)] if columns.kinds[i] == "mixed" else []
        if words and {word.lower() for word in words} <= {"true", "false"}:
            what = f"column {columns.called(i)} holds {words[0]} among numbers: {columns.examples[i]}"
            raise InputError(what, columns.source, FLAGS_HINT)


def choose_extra(columns: Columns, name: str) -> Choice:
    """The columns of a table that holds only an extra and ids."""
    every = tuple(range(len(columns.kinds)))
    ids = named_ids(columns)
    chosen = tuple(i for i in every if i not in ids) or every
    refuse_text(columns, chosen, option_of(name))
    reason = "all columns" if chosen == every else "all columns but ids"
    decision = Decision(name, f"{spoken(columns, chosen)} of {columns.source}", reason)
    return Selection(extras={name: chosen}), (decision,)


def holds_labels(columns: Columns, options: ReadOptions, other: Columns) -> bool:
    """Whether a table has labels by name, and other values that are predictions, like another with its columns."""
    labels = [i for i in range(len(columns.kinds)) if role_of(columns, i) == "label"]
    names = columns.names or ()
    predicted = [i for i, name in enumerate(names) if i not in labels and known.prediction_prefix(name)]
    told = {*labels, *ids_of(columns, options, other)}
    values = [i for i, kind in enumerate(columns.kinds) if kind == "number" and i not in told]
    return len(labels) == 1 and bool(predicted or values)


def _refuse_overlap(
    columns: Columns, ours: Sequence[int], theirs: Sequence[int], other: str, one: str = "prediction"
) -> None:
    both = min({*ours} & {*theirs}, default=None)
    if both is not None:
        what = f"column {columns.called(both)} can't be both {one} and {other}"
        hint = "--pred without the label column" if (one, other) == ("prediction", "label") else ""
        raise UsageError(what, columns.source, hint)
