"""What is concluded from columns that two tables share: outputs, data of the rows, or a key of several columns."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import asked_for
from losscli.inputs.choose.columns import Found
from losscli.inputs.choose.id_columns import named_ids
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.columns import Columns, Selection
    from losscli.inputs.read_options import ReadOptions

_FEW, _MANY = 3, 12  # rows: fewer may be the same by chance, or grow
_BOTH = "both files have them; --pred and --label if not all are outputs"


def place_in(columns: Columns, column: int, other: Columns) -> int | None:
    """The column of the same name in another table."""
    return other.places.get(columns.key(column)) if columns.names else None


def is_telling(columns: Columns, column: int) -> bool:
    """Whether equal values of a column would be no coincidence."""
    seen = columns.look(column)
    return len(seen.texts) >= _FEW and not seen.flags and len(set(seen.texts)) >= _FEW


def is_data(columns: Columns, column: int, other: Columns) -> bool:
    """Whether a column is the same in both tables."""
    at = place_in(columns, column, other)
    return at is not None and is_telling(columns, column) and _same_values(columns, column, other, at)


def tells_nothing(columns: Columns, column: int, other: Columns) -> bool:
    """Whether words are the same in both tables, and one word throughout or beside a number that is not the same."""
    at = place_in(columns, column, other)
    if at is None or len(columns.rows) < _FEW or not _same_values(columns, column, other, at):
        return False
    numbers = {i for i, kind in enumerate(columns.kinds) if kind == "number"} - {*named_ids(columns)}
    in_order = columns.texts(column) == other.texts(at)
    places = [(i, place) for i in numbers if (place := place_in(columns, i, other)) is not None]
    others = any(columns.texts(i) != other.texts(place) for i, place in places) if in_order else False
    others = others or any(_differs(columns, i, other) for i, _ in places)
    return len({*columns.texts(column)}) == 1 or others


def outputs_of_both(columns: Columns, rest: Sequence[int], other: Columns, options: ReadOptions) -> Found:
    """The output columns, judged from the table of labels; none if unclear."""
    if columns.names is None or other.names is None:
        return Found()
    numbers = [i for i in rest if columns.kinds[i] == "number" and columns.key(i) not in known.SPLITS]
    named = _named_after(columns, numbers, other)
    if named:
        return Found(named, "named after columns of LABELS")
    weights = {i for i in numbers if columns.key(i) in known.WEIGHTS}
    plain = [i for i in numbers if i not in weights]
    other_weights = [i for i in sorted(weights) if options.sample_weight is None and _differs(columns, i, other)]
    shared = [i for i in plain if columns.key(i) in other.places]
    labels = any(known.is_label(columns.names[i], columns.names) for i in plain)
    called = sum(known.prediction_prefix(columns.names[i]) is not None for i in plain)
    if options.join is not None and shared == plain and len(plain) > 1 and (labels or 0 < called < len(plain)):
        _refuse_same(columns, shared, other)
        return Found(tuple(sorted([*plain, *other_weights])), _BOTH, note=True)
    if labels or called:
        return Found()
    if not other_weights and len(shared) == len(plain):
        return Found()
    both = [i for i in shared if other_weights or _differs(columns, i, other)]
    told = bool(other_weights) or len(both) < len(plain)
    if not both or not told or all(columns.names[i].strip().isdigit() for i in both) or columns.add_up(plain):
        return Found()
    outputs = tuple(sorted([*both, *other_weights]))
    return Found(outputs, _BOTH, note=True) if _values_of(other) <= {*map(columns.key, outputs)} else Found()


def _refuse_same(columns: Columns, shared: Sequence[int], other: Columns) -> None:
    """Refuse a column that is the same in both tables, beside one that is called like labels or predictions."""
    same = [i for i in shared if columns.rows and not _differs(columns, i, other)]
    _refuse_some(columns, same, shared, "holds the same values", f"{columns.source} and {other.source}")


def _refuse_some(columns: Columns, found: Sequence[int], every: Sequence[int], how: str, where: str) -> None:
    """Refuse some of the outputs, but not all of them: they may be data of the rows."""
    if found and len(found) < len(every):
        rest = next(columns.called(i) for i in every if i not in found)
        what = f"column {columns.called(found[0])} {how} in both files: is it an output, or other data?"
        raise InputError(what, where, f"--pred and --label with {rest} and any others that count")


def _values_of(other: Columns) -> set[str]:
    """The keys of numeric columns of the table of labels that may be outputs: no ids, counters or folds."""
    ids = {*named_ids(other)}
    numbers = [i for i, kind in enumerate(other.kinds) if kind == "number" and i not in ids]
    looks = {i: other.look(i) for i in numbers}
    return {
        other.key(i)
        for i in numbers
        if other.names and not (looks[i].whole and looks[i].unique) and other.key(i) not in known.SPLITS
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


def refuse_shared_label(columns: Columns, predictions: Sequence[int], rest: Sequence[int], other: Columns) -> None:
    """Refuse predictions of unclear name, where a column named like labels is in the other table, too.

    ``x`` and ``y`` in both may be two outputs, or ``x`` the prediction of ``y``.
    """
    if columns.names is None or other.names is None:
        return
    theirs, chosen = other.places, {*predictions}
    shared = [
        i
        for i in rest
        if i not in chosen
        and columns.kinds[i] == "number"
        and columns.key(i) in theirs
        and columns.key(i) not in known.SPLITS
    ]
    left = [i for i in shared if not is_data(columns, i, other)]
    told = any(known.prediction_prefix(columns.names[i]) for i in predictions)
    if told and not all(columns.key(i) in theirs for i in predictions):
        return
    labels = [i for i in left if told or known.is_label(columns.names[i], columns.names)]
    if labels:
        names = f"column {columns.called(predictions[0])}, or {columns.called(labels[0])} as in {other.source}"
        hint = "--pred with one of them, or with both"
        both = sorted({*shared, *predictions})
        if len(both) > 2 and all(columns.key(i) in theirs for i in both):
            every = asked_for(columns, both)
            hint = f"--pred with one of them, or --pred {quoted(every)} --label {quoted(every)} if all are outputs"
        raise InputError(f"the predictions may be {names}", columns.source, hint)


def refuse_same_values(columns: Columns, labels: Sequence[int], other: Columns, predictions: Selection) -> None:
    """Refuse one of several outputs that is the same in both tables, or only grows: it may be data of the rows.

    Raises:
        InputError: Some outputs are like that, and others are not.
    """
    if len(labels) < 2 or columns.names is None or other.names is None:
        return
    place = {other.key(i): i for i in predictions.predictions}
    pairs = [(i, place[columns.key(i)]) for i in labels if columns.key(i) in place]
    same = [i for i, j in pairs if is_telling(columns, i) and _same_values(columns, i, other, j)]
    steady = [i for i, j in pairs if len({*columns.texts(i), *other.texts(j)}) == 1]
    same += steady if any(other.has_fractions(j) for _, j in pairs) else []
    grows = [i for i, j in pairs if _grows(columns, i) and _grows(other, j)]
    every, where = [i for i, _ in pairs], f"{other.source} and {columns.source}"
    _refuse_some(columns, same, every, "holds the same values", where)
    _refuse_some(columns, grows, every, "only grows", where)


def _grows(columns: Columns, column: int) -> bool:
    """Whether each number exceeds the one before, over more rows than by chance."""
    numbers = columns.numbers(column) or []
    return len(numbers) >= _MANY and all(one < two for one, two in pairwise(numbers))
