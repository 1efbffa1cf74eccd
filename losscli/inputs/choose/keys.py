"""The columns by which two tables say which rows belong together: asked for, or found in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import find_columns
from losscli.inputs.pieces import Keys

if TYPE_CHECKING:
    from losscli.inputs.choose.column_spec import Columns
    from losscli.inputs.options import ReadOptions

# Names under which two files mean the same by an id; the index of a data frame often starts anew.
_MATCHING_IDS = ("id", "row_id", "sample_id")


def shared_keys(predictions: Columns, labels: Columns, options: ReadOptions) -> Keys | None:
    """The columns by which rows are paired, with ``--join``, or else compared; None if there are none.

    Raises:
        UsageError: A column that was asked for isn't in both tables.
    """
    if options.join is not None:
        ours, theirs = find_columns(predictions, options.join, "--join"), _asked_of_labels(labels, options.join)
        if len(ours) != len(theirs):
            what = f"--join {options.join} is {len(ours)} columns of PREDICTIONS and {len(theirs)} of LABELS"
            raise UsageError(what, labels.source)
        return Keys(ours, theirs, options.join, "given")
    mine, other = _id(predictions, options), _id(labels, options)
    if mine is None or other is None:
        return None
    return Keys((mine,), (other,), predictions.called(mine), "both files have it")


def _asked_of_labels(columns: Columns, request: str) -> tuple[int, ...]:
    """The same columns among the labels, whose names may be written in another case."""
    names = {known.key(name): name for name in columns.names or ()}
    parts = [part.strip() for part in request.split(",")]
    same = [part if part in (columns.names or ()) else names.get(known.key(part), part) for part in parts]
    return find_columns(columns, request if request in (columns.names or ()) else ",".join(same), "--join, LABELS")


def _id(columns: Columns, options: ReadOptions) -> int | None:
    """The column of ids that mean the same in two files."""
    names = columns.names or ()
    if options.id is not None and options.id in names:
        return names.index(options.id)
    found = [i for i, name in enumerate(names) if known.key(name) in _MATCHING_IDS]
    return found[0] if len(found) == 1 and len(columns.kinds) > 1 else None
