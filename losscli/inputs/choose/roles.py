"""The roles of a table's columns: labels, predictions, weights, ids; by request, else by name, else by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import UsageError
from losscli.inputs.cells import are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import (
    extra_columns,
    find_columns,
    is_number,
    option_of,
    refuse_text,
    weight_column,
)
from losscli.inputs.choose.columns import Columns, Found, Selection
from losscli.inputs.choose.id_columns import ids_of, named_ids, the_id
from losscli.inputs.choose.label_columns import grouped_by, labels_of, role_of, unless_grouped, words_of
from losscli.inputs.choose.label_order import paired_labels
from losscli.inputs.choose.prediction_columns import (
    forecast_of,
    in_given_order,
    prediction_words,
    predictions_of,
    refuse_duplicates,
)
from losscli.inputs.choose.told_columns import FLAGS, counters, left_alone, spoken, told_labels
from losscli.inputs.choose.two_readings import refuse_confidence, refuse_coordinates, refuse_several_models
from losscli.inputs.model import extra_role, is_baseline
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.inputs.read_options import ReadOptions

Choice = tuple[Selection, tuple[Decision, ...]]


def choose_both(columns: Columns, options: ReadOptions, key: tuple[int, ...]) -> Choice:
    """Roles in one table that holds predictions and labels.

    Raises:
        InputError: No label column, several, or predictions that can't be told from the rest.
        UsageError: A column that was asked for isn't there.
    """
    labels, label_decisions = _choose_labels(columns, options, key)
    seen = columns.seen(labels.labels[0]) if len(labels.labels) == 1 else []
    predictions, decisions = choose_predictions(columns, options, labels, None, seen)
    asked = options.pred is not None or options.label is not None
    if not asked and refuse_coordinates(columns, predictions.predictions, labels.labels):
        reason = "by its name; coordinates have no label"
        label_decisions = [replace(label_decisions[0], reason=reason, note=True), *label_decisions[1:]]
    paired, more = paired_labels(columns, labels, columns, predictions, options)
    both = replace(predictions, labels=paired.labels, words=(*predictions.words, *labels.words))
    return both, (*decisions, *label_decisions, *more)


def _choose_labels(columns: Columns, options: ReadOptions, key: tuple[int, ...]) -> tuple[Selection, list[Decision]]:
    """The labels in a table that holds predictions, too."""
    extras = extra_columns(columns, options)
    grouped = grouped_by(columns, options)
    if options.label is not None:
        found = Found(find_columns(columns, options.label, "--label"), "given")
        for name, chosen in extras.items():
            one = "baseline" if is_baseline(extra_role(name)) else name
            _refuse_overlap(columns, chosen, found.columns, "label", one)
    else:
        pred = find_columns(columns, options.pred, "--pred") if options.pred is not None else ()
        taken = {*(column for chosen in extras.values() for column in chosen), *key, *pred}
        found = unless_grouped(columns, grouped, lambda others: labels_of(columns, taken | others))
    words = words_of(columns, found.columns)
    return Selection(labels=found.columns, words=words, key=key), told_labels(columns, found, words)


def choose_predictions(
    columns: Columns, options: ReadOptions, taken: Selection, other: Columns | None, seen: Sequence[str]
) -> Choice:
    """Predictions, extras, weights and ids.

    Args:
        columns: The table.
        options: What was asked for.
        taken: The labels of the same table, and its key, as in `Keys`.
        other: The table of the labels, if they are in another one.
        seen: Some of the labels.

    Raises:
        InputError: The prediction columns can't be told from the rest, or their names are not unique.
        UsageError: A column that was asked for isn't there, or is asked for twice.
    """
    weights = weight_column(columns, options)
    extras, grouped = extra_columns(columns, options), grouped_by(columns, options)
    only_grouped = (i for i in grouped if columns.names is None or not known.prediction_prefix(columns.names[i]))
    used = {*taken.labels, *taken.key, *only_grouped, weights, *(i for some in extras.values() for i in some)} - {None}
    if options.pred is not None:
        asked = _asked_predictions(columns, options.pred, taken.labels, extras)
        found, used = Found(asked, "given", told=counters(columns, asked)), {*used, *asked}
        ids = ids_of(columns, options, other, used, keyed=bool(taken.key))
    else:
        ids = ids_of(columns, options, other, used, keyed=bool(taken.key))
        rest = [i for i in range(len(columns.kinds)) if i not in used and i not in ids]
        found = _unasked(columns, rest, options, taken.labels, other, seen)
    refuse_duplicates(columns, found.columns)
    found = in_given_order(columns, found, options.classes) if options.ordered else found
    words = _predicted_words(columns, found.columns, extras) if options.raw_labels else ()
    sample = the_id(columns, options, ids, taken.key)
    chosen = Selection(
        found.columns,
        words=words,
        weights=weights,
        extras=extras,
        ids=sample.columns[0] if sample else None,
        key=taken.key,
        others=grouped,
    )
    decisions = [
        Decision("predictions", spoken(columns, found.columns), found.reason, note=found.note),
        *([Decision("ids", spoken(columns, sample.columns), sample.reason)] if sample else []),
        *_asked_decisions(columns, chosen, options),
        *found.told,
    ]
    if words == found.columns and {*seen} <= {"0", "1"} and are_flags(columns.seen(found.columns[0])):
        decisions.append(Decision("prediction values", FLAGS, "read as 1 and 0, as the labels are", note=True))
    decisions += [_id_not_used(columns, i, ids[i]) for i in ids if i not in sample.columns]
    out = {*used, *found.columns, *ids, *sample.columns}
    decisions += left_alone(columns, [i for i in range(len(columns.kinds)) if i not in out], decisions)
    return chosen, tuple(decisions)


def _unasked(
    columns: Columns,
    rest: Sequence[int],
    options: ReadOptions,
    labels: tuple[int, ...],
    other: Columns | None,
    seen: Sequence[str],
) -> Found:
    """The predictions among columns without a role: by the names of the labels, else by the rest of the tables."""
    found = forecast_of(columns, labels, rest) if labels else Found()
    if other is not None:
        from losscli.inputs.choose.both_tables import outputs_of_both, refuse_shared_label

        found = outputs_of_both(columns, rest, other, options)
    if not found:
        found = predictions_of(columns, rest, options, seen, elsewhere=options.labels and not labels)
        if other is not None:
            refuse_shared_label(columns, found.columns, rest, other)
        refuse_several_models(columns, found.columns, seen)
    refuse_confidence(columns, found.columns, rest)
    return found


def _asked_decisions(columns: Columns, chosen: Selection, options: ReadOptions) -> Iterator[Decision]:
    """The decisions on weights and extras, which have a role by request only."""
    if chosen.weights is not None:
        yield Decision("sample weights", spoken(columns, (chosen.weights,)), "given")
    for name, found in chosen.extras.items():
        asked = options.extras[name].strip()
        by_number = is_number(asked) and asked not in (columns.names or ())
        reason = f"given by its number; {asked}.0 would be the value" if by_number else "given"
        yield Decision("against" if is_baseline(extra_role(name)) else name, spoken(columns, found), reason)


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
