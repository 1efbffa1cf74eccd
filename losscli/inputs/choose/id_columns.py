"""Which columns are ids, by their names and their first rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import find_columns
from losscli.inputs.choose.columns import Found

if TYPE_CHECKING:
    from collections.abc import Collection

    from losscli.inputs.choose.columns import Columns, Look
    from losscli.inputs.read_options import ReadOptions

_MANY = 12  # in fewer rows, values may all differ by chance
_FEW = 3  # fewer rows may count up by chance
_HALF = 0.5
_HARDLY_TWICE = 0.8  # share of different values in a column of ids


def asked_id(columns: Columns, options: ReadOptions) -> int | None:
    """The column of ``--id``.

    Raises:
        UsageError: There is none, or there are several.
    """
    if options.id is None:
        return None
    found = find_columns(columns, options.id, "--id")
    if len(found) > 1:
        raise UsageError("--id names several columns", columns.source)
    return found[0]


def named_ids(columns: Columns) -> list[int]:
    """The columns that are named like ids and hold no fractions; none in a table of one column."""
    if columns.names is None or len(columns.kinds) < 2:
        return []
    return [
        i
        for i, name in enumerate(columns.names)
        if known.is_id(name)
        and (i == 0 or name.strip())
        and (columns.holds_words(i) or not columns.rows or _may_tell(columns.look(i)))
    ]


def _may_tell(seen: Look) -> bool:
    """Whether numbers may name samples: whole ones, and more than 0 and 1."""
    return seen.whole and not (seen.flags and len(set(seen.texts)) > 1 and len(seen.texts) >= _FEW)


def behaving_ids(
    columns: Columns, other: Columns | None, taken: Collection[int], options: ReadOptions, *, told: bool
) -> dict[int, str]:
    """Columns that look like ids, and why: they count, or name the same samples in two files.

    Args:
        columns: A table.
        other: The table whose rows are paired with its rows.
        taken: Columns that have a role.
        options: With ``join``, ids must share values with the other table; with ``decided``, counting numbers are ids.
        told: The ids are known already, so that numbers that share little with the other table are values.
    """
    free = [i for i in range(len(columns.kinds)) if i not in taken and columns.kinds[i] != "list"]
    looks = {i: columns.look(i) for i in free}
    found: dict[int, str] = {}
    if other is not None:
        found = _in_both(columns, other, looks, options, told=told)
    numbers = [i for i in free if columns.kinds[i] == "number" and i not in found]
    counting = [i for i in numbers if looks[i].counts and columns.key(i) not in known.PREDICTIONS]
    fractions = any(not looks[i].whole for i in numbers)
    words = options.decided and other is not None and any(columns.holds_words(i) for i in free if i not in found)
    if counting and (fractions or words or (columns.names is not None and len(counting) < len(numbers))):
        found |= dict.fromkeys(counting, "it counts the rows")
    left = [i for i in free if i not in found]
    if any(columns.kinds[i] == "number" or not looks[i].unique or _names_columns(columns, i, other) for i in left):
        return found
    # One column must be left to compute with.
    numbers = [i for i in found if columns.kinds[i] == "number"]
    if len(numbers) == len(found) > 1:
        return {} if taken else {numbers[0]: found[numbers[0]]}  # with a role taken, all are values
    return {i: reason for i, reason in found.items() if i not in numbers}


def _tells(columns: Columns, column: int) -> bool:
    """Whether an id tells the rows apart, and is not the index of a data frame, which may start again."""
    index = columns.names is not None and columns.key(column) in known.INDEXES
    return not index and (not columns.rows or columns.look(column).telling)


def _names_columns(columns: Columns, column: int, other: Columns | None) -> bool:
    """Whether a column is called like labels, or all its words are in names of columns of the other table."""
    if columns.names is not None and columns.key(column) in known.LABELS:
        return True
    seen, names = {*columns.seen(column)}, [] if other is None else other.names or ()
    return bool(seen) and all(any(word in name for name in names) for word in seen)


def _in_both(
    columns: Columns, other: Columns, looks: dict[int, Look], options: ReadOptions, *, told: bool
) -> dict[int, str]:
    """Columns of distinct values that occur in the other table."""
    same: dict[int, str] = {}
    named: dict[int, str] = {}
    apart: dict[int, str] = {}
    theirs = {known.key(name): i for i, name in enumerate(other.names or ())}
    # Rows in another order may share nothing so far; then the other columns must have fractions or repeat.
    rest = {i for i, one in looks.items() if columns.kinds[i] == "number" and not (one.whole and one.unique)}
    rest |= {i for i in looks if columns.holds_words(i) and (options.decided or _names_columns(columns, i, other))}
    for i, mine in looks.items():
        if not mine.telling or not (mine.whole or columns.holds_words(i)):
            continue
        at = theirs.get(columns.key(i)) if columns.names else None
        if at is None:
            like = _alike(mine, columns.holds_words(i), other)
            if like is not None:
                same[i] = f"its values are those of {other.called(like)} in the other file"
            continue
        yours = other.look(at)
        if not yours.telling or yours.whole != mine.whole or other.holds_words(at) != columns.holds_words(i):
            continue
        ours, others = spelled(mine), spelled(yours)
        shared = len(ours & others) / len(ours)
        if ours == others:
            same[i] = "both files have it, with the same values"
        elif shared >= (_HALF if mine.unique and yours.unique and not told else _HARDLY_TWICE):
            named[i] = "both files have it, and no value twice"
        elif options.join is None and (
            columns.holds_words(i) or (not told and mine.unique and rest - {i} and len(ours) >= _MANY)
        ):
            apart[i] = "both files have it, and no value twice"
    return same or named or apart


def spelled(seen: Look) -> set[str]:
    """The values as ids: 7.0 and 007 are 7."""
    if not seen.whole:
        return {*seen.texts}
    return {str(int(float(text))) if "." in text else text.lstrip("0") or "0" for text in seen.texts}


def _alike(mine: Look, words: bool, other: Columns) -> int | None:
    """The column of another name with exactly the same distinct values."""
    if len(mine.texts) < _FEW or mine.counts:
        return None
    for i, kind in enumerate(other.kinds):
        yours = other.look(i) if kind != "list" and other.holds_words(i) is words else None
        if yours is not None and yours.telling and (words or yours.whole) and spelled(mine) == spelled(yours):
            return i
    return None


def same_samples(mine: Columns, i: int, other: Columns, j: int) -> bool:
    """Whether two columns of ids can be compared: by the same name, or because they share values.

    The index of a data frame often starts again, so if it counts it must have exactly the same values.
    """
    ours, theirs = spelled(mine.look(i)), spelled(other.look(j))
    names = [mine.key(i), other.key(j)]
    if any(name in known.INDEXES for name in names):
        anew = mine.look(i).counts or other.look(j).counts
        return bool(ours) and (ours == theirs or (names[0] == names[1] and not anew))
    return names[0] == names[1] or bool(ours & theirs)


def the_id(columns: Columns, options: ReadOptions, ids: dict[int, str], key: tuple[int, ...]) -> Found:
    """The column that names the samples: the key, the one asked for, else the first that is unique."""
    if key and options.id is None:
        return Found(key[:1], "rows are paired by it")
    unique = [i for i in ids if not columns.rows or columns.look(i).unique]
    chosen = (unique or [*ids])[:1]
    return Found(tuple(chosen), ids[chosen[0]]) if chosen else Found()


def ids_of(
    columns: Columns,
    options: ReadOptions,
    other: Columns | None = None,
    taken: Collection[int | None] = (),
    *,
    keyed: bool = False,
) -> dict[int, str]:
    """The columns of ids, and why; columns with a role are left out, and so is the key of ``keyed`` rows."""
    asked = asked_id(columns, options)
    found: dict[int, str] = {} if asked is None else {asked: "given"}
    found |= {i: "by its name" for i in named_ids(columns) if i not in taken and i not in found}
    busy = {i for i in (*taken, *found) if i is not None}
    told = keyed or any(_tells(columns, i) for i in found)
    found |= behaving_ids(columns, other, busy, options, told=told)
    left = [i for i in range(len(columns.kinds)) if i not in taken and i not in found]
    keys = set(taken) <= set(named_ids(columns))  # columns with a role are only keys
    if not left and options.pred is None and asked is None and found and keys and len(found) + len(taken) > 1:
        # Ids need other columns: the last column named like an id must be a value then.
        del found[max(found)]
    return found
