"""The key columns by which rows of two tables are paired: asked for, or found in both."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.both_tables import key_of_several
from losscli.inputs.choose.column_spec import find_columns
from losscli.inputs.choose.id_columns import ids_of, same_samples, spelled
from losscli.inputs.model import Keys

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from losscli.inputs.choose.columns import Columns
    from losscli.inputs.read_options import ReadOptions


def shared_keys(
    predictions: Columns, labels: Columns, options: ReadOptions, called: str = "LABELS", *, labelled: bool = False
) -> Keys | None:
    """The columns by which rows are paired, with ``--join``, or else compared; None if there are none.

    Args:
        predictions: The one table.
        labels: The other.
        options: The options of reading.
        called: The other table's name in messages.
        labelled: Both may hold labels and predictions, which are never ids.

    Raises:
        UsageError: A column that was asked for isn't in both tables.
    """
    if options.join is not None:
        mine, other = _both_names(options.join, predictions)
        ours, theirs = find_columns(predictions, mine, "--join"), _asked_of(labels, other, called)
        if len(ours) != len(theirs):
            what = f"--join {options.join} is {len(ours)} columns of PREDICTIONS and {len(theirs)} of {called}"
            raise UsageError(what, labels.source)
        return Keys(ours, theirs, options.join, "given")
    taken = [_values_of(columns, options) if labelled else set[int]() for columns in (predictions, labels)]
    found = _ids_of_both(predictions, labels, options, taken)
    if found is None or _is_index(predictions, found[0]):
        several = key_of_several(predictions, labels, options)
        if several is not None:
            return Keys(*several, ",".join(map(predictions.called, several[0])), "both files have them")
    loose = found is None
    found = found or _indexes(predictions, labels)
    if found is None:
        return None
    mine, other = _spelled(predictions, found[0]), _spelled(labels, found[1])
    request = mine if known.key(mine) == known.key(other) else f"{mine}={other}"
    return Keys((found[0],), (found[1],), request, "both files have it", loose)


def _indexes(predictions: Columns, labels: Columns) -> tuple[int, int] | None:
    """The indexes of two frames, one of which counts its rows in both files or is what was left of another."""
    found = []
    for columns in (predictions, labels):
        names = columns.names or ()
        places = [i for i, name in enumerate(names) if known.key(name) in known.INDEXES and columns.look(i).whole]
        if len(columns.kinds) < 2 or not places or not columns.look(places[0]).unique:
            return None
        found.append(places[0])
    return found[0], found[1]


def _spelled(columns: Columns, column: int) -> str:
    """How ``--join`` names a column; one without a name by its number, if no other column is named so."""
    names = columns.names or ()
    number = str(column + 1)
    return "" if number in names and not names[column].strip() else columns.called(column)


def _both_names(request: str, columns: Columns) -> tuple[str, str]:
    """The two sides of ``--join customer=client``; a column name may contain the sign."""
    if request in (columns.names or ()):
        return request, request
    parts = [part.partition("=") for part in request.split(",")]
    return ",".join(mine for mine, _, _ in parts), ",".join(other or mine for mine, _, other in parts)


def _asked_of(columns: Columns, request: str, called: str) -> tuple[int, ...]:
    """The same columns of the other table, whose names may differ in case."""
    names = {known.key(name): name for name in columns.names or ()}
    parts = [part.strip() for part in request.split(",")]
    same = [part if part in (columns.names or ()) else names.get(known.key(part), part) for part in parts]
    return find_columns(columns, request if request in (columns.names or ()) else ",".join(same), f"--join, {called}")


def same_column(predictions: Columns, column: int, other: Columns) -> int | None:
    """The column of another table that names the same samples; None if there is none."""
    candidates = _candidates_of_name(predictions, column, other)
    return next((j for j in candidates if same_samples(predictions, column, other, j)), None)


def _candidates_of_name(predictions: Columns, column: int, other: Columns) -> list[int]:
    name = known.key(predictions.names[column]) if predictions.names else None
    return [j for j, one in enumerate(other.names or ()) if known.key(one) == name]


def _values_of(columns: Columns, options: ReadOptions) -> set[int]:
    """The columns that are named or asked for as labels or predictions."""
    found = {i for i, name in enumerate(columns.names or ()) if known.key(name) in known.LABELS}
    for request in (options.label, options.pred):
        with suppress(UsageError):
            found |= {*find_columns(columns, request, "")} if request is not None else set()
    return found


def _ids_of_both(
    predictions: Columns, labels: Columns, options: ReadOptions, taken: Sequence[Collection[int]]
) -> tuple[int, int] | None:
    """The id columns that correspond in both files: those of the same name first, then those that share values."""
    mine = _candidates(predictions, labels, options, taken[0])
    other = _candidates(labels, predictions, options, taken[1])
    pairs = [(i, j) for i in mine for j in other if same_samples(predictions, i, labels, j)]
    if not pairs:
        return None

    def worth(pair: tuple[int, int]) -> tuple[bool, ...]:
        ours, theirs = predictions.called(pair[0]), labels.called(pair[1])
        if _is_index(predictions, pair[0]):
            return (True, True, True, True)  # the weakest, as an index often starts again at 0
        other = spelled(predictions.look(pair[0])) != spelled(labels.look(pair[1]))
        return known.key(ours) != known.key(theirs), not predictions.look(pair[0]).unique, other

    return min(pairs, key=worth)


def _is_index(columns: Columns, column: int) -> bool:
    return columns.names is not None and columns.key(column) in known.INDEXES


def _candidates(columns: Columns, other: Columns, options: ReadOptions, taken: Collection[int]) -> list[int]:
    """The columns that might be ids, unless the table has only one."""
    if len(columns.kinds) < 2:
        return []
    names = columns.names or ()
    if options.id is not None and options.id in names:
        return [names.index(options.id)]
    found = ids_of(columns, options, other, taken)
    return [*found]
