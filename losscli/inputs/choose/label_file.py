"""The roles of the columns of LABELS, a table of its own, beside that of the predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.class_names import whole_number
from losscli.errors import InputError
from losscli.inputs.cells import are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.both_tables import is_data, place_in, refuse_same_values, tells_nothing
from losscli.inputs.choose.class_columns import class_columns, is_pair, pairing
from losscli.inputs.choose.column_spec import find_columns
from losscli.inputs.choose.columns import Found, Selection
from losscli.inputs.choose.id_columns import ids_of
from losscli.inputs.choose.label_columns import (
    ONE,
    by_name,
    by_values,
    each_name,
    grouped_by,
    is_share,
    refuse_several,
    role_of,
    sharing,
    unless_grouped,
    words_of,
)
from losscli.inputs.choose.label_order import paired_labels
from losscli.inputs.choose.told_columns import left_alone, told_labels
from losscli.inputs.numbers import looks_numeric, plain_numbers
from losscli.record import replace
from losscli.text import quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from losscli.core.batch import Decision
    from losscli.inputs.choose.columns import Columns, Kind
    from losscli.inputs.read_options import ReadOptions

    Predictions = tuple[Columns, Selection]  # the other table, and which of its columns are what


def choose_label_file(
    columns: Columns, options: ReadOptions, key: tuple[int, ...] = (), beside: Predictions | None = None
) -> tuple[Selection, tuple[Decision, ...]]:
    """Labels, and the columns to hand on, of a table without predictions; ``beside`` are those, if in a table.

    Raises:
        InputError: No column or several could be the labels.
        UsageError: A column that was asked for isn't there.
    """
    ids: dict[int, str] = {}
    grouped = grouped_by(columns, options)
    if options.label is not None:
        found = Found(find_columns(columns, options.label, "--label"), "given")
    else:
        ids = _ids_beside(columns, options, key, beside)
        taken = {*key, *ids}
        found = unless_grouped(columns, grouped, lambda others: _labels_of(columns, taken | others, options, beside))
    labels = found.columns
    words = words_of(columns, labels)
    decisions = told_labels(columns, found, words)
    weights = [i for i in range(len(columns.kinds)) if role_of(columns, i) == "weight"]
    out = {*labels, *key, *ids, *weights, *grouped}
    decisions += left_alone(columns, [i for i in range(len(columns.kinds)) if i not in out], decisions)
    selection = Selection(labels=labels, words=words, key=key, others=grouped)
    if beside is None:
        return selection, tuple(decisions)
    refuse_same_values(columns, labels, *beside)
    selection, more = paired_labels(columns, selection, *beside, options)
    return selection, (*decisions, *more)


def labels_seen(columns: Columns, options: ReadOptions, predictions: Columns) -> list[str]:
    """Some labels, if the column that holds them is clear; else words for predicted classes to match."""
    if options.label is not None:
        found = find_columns(columns, options.label, "--label")
    else:
        ids = ids_of(columns, replace(options, pred=None, id=None), predictions)
        found = _labels_of(columns, ids, options, None).columns
    if len(found) != 1:
        found = tuple(i for i in found if not is_share(columns, i))
    if len(found) != 1 and options.decided:
        words = [i for i in range(len(columns.kinds)) if columns.holds_words(i) and not is_share(columns, i)]
        rest = [i for i in words if not (is_data(columns, i, predictions) or tells_nothing(columns, i, predictions))]
        numbers = any(kind == "number" and not is_share(predictions, i) for i, kind in enumerate(predictions.kinds))
        rest = rest or ([] if numbers else words)
        return [word for i in (*rest, *(i for i in found if columns.look(i).flags)) for word in columns.seen(i)]
    scores = [i for i, kind in enumerate(predictions.kinds) if kind == "number"]
    if len(found) > 1:
        found = by_values(columns, found, predictions, scores).columns
    names = [predictions.names[i] for i in scores] if predictions.names else []
    return [*each_name(columns.seen(found[0]), names)] if len(found) == 1 else []


def _ids_beside(
    columns: Columns, options: ReadOptions, key: tuple[int, ...], beside: Predictions | None
) -> dict[int, str]:
    """The ids, and why; one column is left for the labels."""
    asked = replace(options, pred=None, id=None)
    ids = ids_of(columns, asked, beside[0] if beside else None, key, keyed=bool(key))
    ids = {i: why for i, why in ids.items() if beside is None or not _is_output(columns, i, *beside)}
    again = [i for i in ids if columns.rows and not columns.look(i).unique]
    if len({*ids, *key}) == len(columns.kinds) and len(again) == 1:
        del ids[again[0]]  # all are named like ids
    return ids


def _is_output(columns: Columns, column: int, other: Columns, predictions: Selection) -> bool:
    """Whether a column has the name of one of several prediction columns."""
    at = place_in(columns, column, other)
    return at in predictions.predictions and len(predictions.predictions) > 1


def _labels_of(columns: Columns, taken: Collection[int], options: ReadOptions, beside: Predictions | None) -> Found:
    """The labels among columns without a role.

    Raises:
        InputError: Several could be.
    """
    rest = [i for i in range(len(columns.kinds)) if i not in taken]
    free = [i for i in rest if columns.key(i) not in known.WEIGHTS]
    named = by_name(columns, free)
    found = Found() if beside is None else _like_predictions(columns, rest, named, options, beside)
    if found:
        return found
    refuse_several(columns, named)
    return Found(named, "by its name") if named else _all(columns, free, options, beside)


def _like_predictions(
    columns: Columns, rest: Sequence[int], named: tuple[int, ...], options: ReadOptions, beside: Predictions
) -> Found:
    """The labels that hold the predicted words, or have the names of the predictions.

    Raises:
        InputError: Others are called like labels.
    """
    words = _of_words(columns, named, *beside)
    if words:
        return Found(words, "its values are those of the predictions")
    weighed = [i for i in rest if columns.names is None or columns.names[i] != options.sample_weight]
    wide = _as_predictions(columns, weighed, *beside)
    if wide and named and not {*named} <= {*wide}:
        one, two = columns.called(named[0]), shortened(", ".join(map(columns.called, wide)))
        what = f"the labels may be column {one}, by its name, or {two}, as the predictions are called"
        hint = ONE if len(wide) == 1 else f"--label {quoted(one)}, or --label with the others"
        raise InputError(what, columns.source, hint)
    return Found(wide, "named like the predictions")


def _as_predictions(columns: Columns, free: Sequence[int], other: Columns, predictions: Selection) -> tuple[int, ...]:
    """Label columns with the names of the prediction columns, in this order."""
    if columns.names is None or other.names is None:
        return ()
    ours = [other.names[i] for i in predictions.predictions]
    if len(ours) == 1:
        return tuple(i for i in free if columns.key(i) == known.key(ours[0]))
    numbers = [i for i in free if columns.kinds[i] == "number"]
    order = pairing([columns.names[i] for i in numbers], ours) if len(numbers) >= len(ours) else None
    return () if order is None else tuple(sorted(numbers[i] for i in order))


def _of_words(columns: Columns, named: Sequence[int], other: Columns, predictions: Selection) -> tuple[int, ...]:
    """The one column that holds the predicted words, whatever its name; none if several do.

    Raises:
        InputError: Another one is called like labels.
    """
    chosen = predictions.predictions
    if len(chosen) != 1 or not other.holds_words(chosen[0]):
        return ()
    found = sharing(columns, range(len(columns.kinds)), other.seen(chosen[0]))
    if len(found) != 1 or found == [*named]:
        return ()
    if named:
        one, two = columns.called(named[0]), columns.called(found[0])
        what = f"the predictions are words of column {two}, and none of column {one}, which is named like labels"
        raise InputError(what, columns.source, f"--label {quoted(two)}")
    return tuple(found)


def _of_numbers(columns: Columns, free: Sequence[int], other: Columns, predictions: Sequence[int]) -> Found:
    """The one column of class numbers, beside others that can't be, where the predictions are probabilities."""
    names = [other.names[i] for i in predictions] if other.names else []
    places = {*range(len(predictions))}

    def fits(column: int) -> bool:
        seen = [*{*columns.seen(column)}] if columns.kinds[column] == "number" else []
        classes = class_columns(names, seen)
        if classes is not None and classes.valued:
            return {*map(float, seen)} <= {*map(float, classes.names)}
        if classes is not None and classes.numeric:
            return bool(seen) and -1 not in classes.find(seen)
        return bool(seen) and {whole_number(text) for text in seen} <= places

    found = [i for i in free if fits(i)] if other.add_up(predictions) else []
    return Found.only(found, "its numbers are classes of the predictions")


def _all(columns: Columns, free: Sequence[int], options: ReadOptions, beside: Predictions | None) -> Found:
    """All columns that are left, unless what they hold tells which are the labels."""
    whole = len(free) == len(columns.kinds)
    free = [i for i in free if not _is_blank(columns, i)] or free
    if len(free) == 1:
        return Found((free[0],), "the only column" if whole else "the only column left")
    rest = [i for i in free if not is_share(columns, i)]
    if beside is not None and len(rest) > 1:
        other, chosen = beside[0], beside[1].predictions
        found = by_values(columns, rest, other, chosen) or _of_numbers(columns, rest, other, chosen)
        found = found or (_for_one(columns, rest, other.kinds[chosen[0]], options) if len(chosen) == 1 else found)
        if found:
            return found
        words = [i for i in rest if _are_words(columns, i)]
        if len(chosen) > 1 or other.kinds[chosen[0]] != "text":
            rest = [i for i in rest if i not in words] or rest
    if len(rest) == 1:
        return Found((rest[0],), "the only column left")
    every = whole and len(rest) == len(free)
    return Found(tuple(rest), "all columns" if every else "all columns but ids and weights")


def _for_one(columns: Columns, rest: Sequence[int], kind: Kind, options: ReadOptions) -> Found:
    """The labels of one prediction of a kind, by what they hold."""
    share = _share(columns, rest, options)
    if share:
        return Found(share, "the only column left whose values lie between 0 and 1")
    words = [i for i in rest if _are_words(columns, i)]
    flags = [i for i in words if _are_yes_or_no(columns.seen(i))]
    if len(flags) == 1 and len(words) == len(rest):
        return Found(tuple(flags), "the only column left of words for yes and no")
    return Found.only(words if kind == "text" else (), "the only column of words left")


def _share(columns: Columns, rest: Sequence[int], options: ReadOptions) -> tuple[int, ...]:
    """The one column between 0 and 1, for a loss of yes and no.

    Raises:
        InputError: Several could be the labels of one prediction.
    """
    shares = [i for i in rest if _are_shares(columns, i)] if options.shares or options.raw_labels else []
    if len(shares) > 1:
        names = ", ".join(columns.called(i) for i in shares)
        raise InputError(f"several columns could be the labels: {names}", columns.source, ONE)
    return tuple(shares) if options.shares else ()


def _are_words(columns: Columns, column: int) -> bool:
    """Whether a column holds words, some of which may look like numbers."""
    if columns.kinds[column] != "mixed":
        return columns.kinds[column] == "text"
    texts = columns.texts(column)
    return 2 * sum(map(looks_numeric, texts)) < len(texts)


def _are_shares(columns: Columns, column: int) -> bool:
    """Whether a column holds only numbers in [0, 1], or words for 0 and 1."""
    texts = columns.seen(column)
    numbers = plain_numbers(texts) or [-1.0]
    return _are_yes_or_no(texts) or all(0.0 <= number <= 1.0 for number in numbers)


def _are_yes_or_no(texts: Sequence[str]) -> bool:
    return are_flags(texts) or is_pair(texts) is not None


def _is_blank(columns: Columns, column: int) -> bool:
    """Whether a column is empty in the first rows."""
    return bool(columns.rows) and not any(columns.texts(column))
