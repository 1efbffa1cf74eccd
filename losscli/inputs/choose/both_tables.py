"""What is concluded from columns that two tables share: outputs, data of the rows, or a key of several columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.id_columns import named_ids
from losscli.inputs.numbers import plain_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.column_spec import Columns
    from losscli.inputs.read_options import ReadOptions

_OFF = 0.02  # how far the sum of a row of rounded probabilities may be from 1
_FEW = 3  # rows: fewer may be the same by chance
NOT_FOUND: tuple[tuple[int, ...], str, bool] = ((), "", False)


def place_in(columns: Columns, column: int, other: Columns) -> int | None:
    """The column of the same name in another table."""
    return other.places.get(known.key(columns.names[column])) if columns.names else None


def is_telling(columns: Columns, column: int) -> bool:
    """Whether equal values of a column would be no coincidence."""
    seen = columns.look(column)
    return len(seen.texts) >= _FEW and not seen.flags and len(set(seen.texts)) >= _FEW


def is_data(columns: Columns, column: int, other: Columns) -> bool:
    """Whether a column is the same in both tables."""
    at = place_in(columns, column, other)
    return at is not None and is_telling(columns, column) and _same_values(columns, column, other, at)


def add_up(columns: Columns, chosen: Sequence[int]) -> bool:
    """Whether columns hold probabilities whose rows sum to 1."""
    values = [plain_numbers(columns.texts(i)) for i in chosen]
    if len(values) < 2 or not all(values):
        return False
    rows = zip(*(column or [] for column in values), strict=True)
    return all(min(row) >= 0.0 and abs(sum(row) - 1.0) <= _OFF for row in rows)


def outputs_of_both(
    columns: Columns, rest: Sequence[int], other: Columns | None, options: ReadOptions
) -> tuple[tuple[int, ...], str, bool]:
    """The output columns, judged from the table of labels, why, and whether to write a note; none if unclear."""
    if columns.names is None or other is None or other.names is None:
        return NOT_FOUND
    numbers = [i for i in rest if columns.kinds[i] == "number" and known.key(columns.names[i]) not in known.SPLITS]
    named = _named_after(columns, numbers, other)
    if named:
        return named, "named after columns of LABELS", False
    weights = {i for i in numbers if known.key(columns.names[i]) in known.WEIGHTS}
    plain = [i for i in numbers if i not in weights]
    other_weights = [i for i in sorted(weights) if options.sample_weight is None and _differs(columns, i, other)]
    shared = [i for i in plain if known.key(columns.names[i]) in other.places]
    labels = any(known.is_label(columns.names[i], columns.names) for i in plain)
    called = sum(known.prediction_prefix(columns.names[i]) is not None for i in plain)
    if options.join is not None and shared == plain and len(plain) > 1 and (labels or 0 < called < len(plain)):
        _refuse_same(columns, shared, other)
        return tuple(sorted([*plain, *other_weights])), _BOTH, True
    if labels or called:
        return NOT_FOUND
    if not other_weights and len(shared) == len(plain):
        return NOT_FOUND
    both = [i for i in shared if other_weights or _differs(columns, i, other)]
    told = bool(other_weights) or len(both) < len(plain)
    if not both or not told or all(columns.names[i].strip().isdigit() for i in both) or add_up(columns, plain):
        return NOT_FOUND
    outputs = tuple(sorted([*both, *other_weights]))
    return (outputs, _BOTH, True) if _values_of(other) <= {known.key(columns.names[i]) for i in outputs} else NOT_FOUND


def _refuse_same(columns: Columns, shared: Sequence[int], other: Columns) -> None:
    """Refuse a column that is the same in both tables, beside one that is called like labels or predictions."""
    same = [i for i in shared if columns.rows and not _differs(columns, i, other)]
    if same and len(same) < len(shared):
        rest = next(columns.called(i) for i in shared if i not in same)
        what = f"column {columns.called(same[0])} holds the same values in both files"
        what = f"{what}: is it an output, or data of the rows?"
        hint = f"--pred and --label with {rest} and what else counts"
        raise InputError(what, f"{columns.source} and {other.source}", hint)


_BOTH = "both files have them; --pred and --label if not all are outputs"


def _values_of(other: Columns) -> set[str]:
    """The keys of numeric columns of the table of labels that may be outputs: no ids, counters or folds."""
    ids = {*named_ids(other)}
    numbers = [i for i, kind in enumerate(other.kinds) if kind == "number" and i not in ids]
    looks = {i: other.look(i) for i in numbers}
    return {
        known.key(other.names[i])
        for i in numbers
        if other.names and not (looks[i].whole and looks[i].unique) and known.key(other.names[i]) not in known.SPLITS
    }


def _named_after(columns: Columns, numbers: Sequence[int], other: Columns) -> tuple[int, ...]:
    """Several columns named as predictions of columns of the other table: ``x_pred, y_pred`` for ``x, y``."""
    assert columns.names is not None
    theirs = {known.key(name) for i, name in enumerate(other.names or ()) if other.kinds[i] == "number"}
    stems = {i: known.key(stem) for i in numbers if (stem := known.predicted(columns.names[i])) is not None}
    found = [i for i, stem in stems.items() if stem in theirs]
    return tuple(found) if len(found) == len({stems[i] for i in found}) > 1 else ()


def _differs(columns: Columns, column: int, other: Columns) -> bool:
    """Whether a column has other values in another table, so that it is not data of the rows."""
    at = place_in(columns, column, other)
    return at is not None and bool(columns.rows) and not _same_values(columns, column, other, at)


def _same_values(columns: Columns, column: int, other: Columns, at: int) -> bool:
    return sorted(columns.texts(column)) == sorted(other.texts(at))


def key_of_several(
    predictions: Columns, labels: Columns, options: ReadOptions
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Columns of both tables that tell the rows apart only together, such as a shop and a day; None if none do."""
    names, asked = predictions.names or (), {options.label, options.pred}
    pairs = [
        (i, at)
        for i, name in enumerate(names)
        if (at := labels.places.get(known.key(name))) is not None
        and name not in asked
        and known.key(name) not in known.INDEXES
        and not known.is_label(name, names)
        and _may_tell(predictions, i, labels, at, options)
    ]
    mine, theirs = tuple(i for i, _ in pairs), tuple(at for _, at in pairs)
    apart = _tell_apart(predictions, mine) and _tell_apart(labels, theirs)
    return (mine, theirs) if len(pairs) > 1 and apart else None


def _tell_apart(columns: Columns, chosen: Sequence[int]) -> bool:
    """Whether no two rows are the same in these columns."""
    rows = [*zip(*map(columns.texts, chosen), strict=True)]
    return len(rows) >= _FEW and len(set(rows)) == len(rows)


def _may_tell(columns: Columns, i: int, other: Columns, at: int, options: ReadOptions) -> bool:
    """Whether a column of both tables may be a part of a key: words, or whole numbers that are the same in both."""
    words = columns.holds_words(i) and other.holds_words(at)
    if words and not options.decided:
        return True
    return (words or columns.look(i).whole) and is_telling(columns, i) and _same_values(columns, i, other, at)
