"""Which columns a transform computes with; all others pass through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import find_columns
from losscli.inputs.choose.columns import Found, Selection
from losscli.inputs.choose.id_columns import ids_of
from losscli.inputs.choose.label_columns import role_of
from losscli.inputs.choose.prediction_columns import predictions_of, refuse_duplicates
from losscli.inputs.choose.told_columns import spoken
from losscli.inputs.choose.two_readings import refuse_either

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from losscli.inputs.choose.columns import Columns
    from losscli.inputs.read_options import ReadOptions


def choose_rows(columns: Columns, options: ReadOptions) -> tuple[Selection, tuple[Decision, ...]]:
    """Numbers to transform, and all other columns to pass through.

    Raises:
        InputError: No column holds numbers, or the names of those that do are not unique.
        UsageError: A column that was asked for isn't there.
    """
    told: list[Decision] = []
    if options.pred is not None:
        predictions, reason = find_columns(columns, options.pred, "--pred"), "given"
    else:
        labels = find_columns(columns, options.label, "--label") if options.label else ()
        named = {i for i in range(len(columns.kinds)) if role_of(columns, i) is not None and i not in labels}
        ids = ids_of(columns, options, None, {*labels, *named})
        rest = [i for i in range(len(columns.kinds)) if i not in {*ids, *labels, *named}]
        numbers = [i for i in rest if columns.kinds[i] != "text"]
        data, told = _named_like_roles(columns, named, numbers)
        if not numbers and not data:
            raise InputError(f"no column holds numbers; {columns.listed()}", columns.source)
        found = Found((), "all the columns of numbers")
        if numbers:
            found = predictions_of(columns, numbers, options, (), elsewhere=False)
        predictions, reason = tuple(sorted({*found.columns, *data})), found.reason
    refuse_duplicates(columns, predictions)
    others = tuple(sorted({*range(len(columns.kinds))} - {*predictions}))
    decision = Decision("predictions", spoken(columns, predictions), reason)
    return Selection(predictions, others=others), (decision, *told)


def _named_like_roles(
    columns: Columns, named: Collection[int], numbers: Sequence[int]
) -> tuple[list[int], list[Decision]]:
    """The columns to transform among those named like a role, because of fractions; and the decisions on all of them.

    If other columns are lists or named like predictions, all of these are left out, those of whole numbers silently.
    """
    names = columns.names or ()
    clear = any(columns.kinds[i] == "list" or known.prediction_prefix(names[i]) for i in numbers if names)
    data, told = [], []
    for i in sorted(i for i in named if columns.kinds[i] != "text"):
        fractions = columns.kinds[i] == "number" and columns.has_fractions(i)
        one, reason = f"column {columns.called(i)}", f"named like a {role_of(columns, i)}"
        if not clear and not fractions and numbers and not _may_be_label(columns, i, len(numbers)):
            refuse_either(columns, numbers, [i])
        if fractions and not clear and not known.is_plainly_a_role(names[i]):
            data.append(i)
            told.append(Decision("predictions", one, f"{reason}, but it holds fractions", note=True))
        elif fractions or not clear:
            told.append(Decision("not used", one, reason, note=True))
    return data, told


def _may_be_label(columns: Columns, column: int, width: int) -> bool:
    """Whether a column of whole numbers may be labels for ``width`` columns, or is named like another role."""
    seen = {float(text) for text in columns.seen(column)} if columns.kinds[column] == "number" else set[float]()
    most = {-1.0, 0.0, 1.0} if width == 1 else {*map(float, range(width + 1))}
    return role_of(columns, column) != "label" or seen <= most
