"""Several label columns in the order of the prediction columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError
from losscli.inputs.choose.class_columns import numbers_of, pairing
from losscli.inputs.choose.label_columns import wide_pairs
from losscli.inputs.choose.two_readings import other_words, refuse_other_names
from losscli.record import replace
from losscli.text import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.column_spec import Columns, Selection
    from losscli.inputs.read_options import ReadOptions


def paired_labels(
    columns: Columns, labels: Selection, other: Columns, predictions: Selection, options: ReadOptions
) -> tuple[Selection, tuple[Decision, ...]]:
    """Several label columns in the order of the prediction columns, if both have the same names.

    Raises:
        InputError: Some have the same names, and some have not.
    """
    ours = [other.names[i] for i in predictions.predictions] if other.names else []
    theirs = [columns.names[i] for i in labels.labels] if columns.names else []
    refuse_other_names(columns, labels.labels, ours)
    decisions = other_words(columns, labels.labels, other, predictions.predictions, options)
    if len(ours) < 2 or len(ours) != len(theirs):
        return labels, decisions
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
    """Refuse numbered columns whose numbers and positions pair them differently."""
    mine, other = numbers_of(ours), numbers_of(theirs)
    if mine is None or other is None:
        return
    ranks = [sorted(range(len(numbers)), key=numbers.__getitem__) for numbers in (mine, other)]
    if ranks[0] != ranks[1]:
        what = f"label columns {listed(theirs, 3)} and predictions {listed(ours, 3)} are numbered in another order"
        hint = "--label and --pred with the columns that belong together, in the same order"
        raise InputError(f"{what}: by position or by number?", where, hint)
