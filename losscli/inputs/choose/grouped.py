"""The groupings of rows: columns by name, and ranges of their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.core.batch import Decision
from losscli.core.groups.parts import WORDS, Part
from losscli.errors import UsageError
from losscli.inputs.array.arrays import Arrays, listed, stream_for
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import find_columns, is_number, is_request
from losscli.inputs.model import COLUMN, OF_LABELS
from losscli.inputs.numbers import exact_number, parse_number
from losscli.record import record, replace
from losscli.text import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.columns import Columns, Table
    from losscli.inputs.model import Stream
    from losscli.inputs.read_options import ReadOptions

RECORD = "(record)"  # the column of record numbers, where a record became several rows
_MANY = 20  # different numbers in the first rows for a note
_RANGES = "nearly every row has another number; {0}/10 or {0}:18,30 makes ranges"
_HINT = "lang; age:18,30,65 are edges of ranges, age/10 is their width; file, label, predicted"


@record
class _Request:
    """A grouping that was asked for: a column, and perhaps ranges of its numbers."""

    column: str
    edges: tuple[float, ...] = ()
    width: float = 0.0

    @property
    def is_word(self) -> bool:
        """Whether it is ``file``, ``label`` or ``predicted``, even if there is such a column."""
        return self.column in WORDS and not self.edges and not self.width


def requests(text: str, names: Sequence[str] = ()) -> list[_Request]:
    """The parts of ``--by``, such as ``lang,age:18,30,65``; a column name is never split.

    Raises:
        UsageError: Edges that don't ascend, a width that is none, nothing between two commas.
    """
    if text in names:
        return [_Request(text)]
    found: list[str] = []
    for part in text.split(","):
        edge = bool(found) and ":" in found[-1] and found[-1] not in names and parse_number(part) is not None
        if edge and part not in names:
            found[-1] += f",{part}"
        else:
            found.append(part.strip())
    if "" in found:
        raise UsageError(f"--by {quoted(text)}: a part is empty", hint=_HINT)
    return [_request(part, names) for part in found]


def _request(part: str, names: Sequence[str]) -> _Request:
    if part in names:
        return _Request(part)
    column, colon, after = part.rpartition(":")
    if colon:
        edges = after.split(",")
        if column and None not in map(parse_number, edges):
            numbers = [*map(exact_number, edges)]
            if any(not low < high for low, high in zip(numbers, [*numbers[1:], math.inf], strict=True)):
                raise UsageError(f"--by {quoted(part)}: edges of ranges ascend", hint=_HINT)
            return _Request(column, edges=tuple(numbers))
    column, slash, after = part.rpartition("/")
    width = parse_number(after) if slash and column else None
    if width is not None:
        if not 0.0 < width < math.inf:
            raise UsageError(f"--by {quoted(part)}: the width of ranges is above 0", hint=_HINT)
        return _Request(column, width=exact_number(after))
    return _Request(part)


def column_names(options: ReadOptions) -> list[str]:
    """The columns that are asked for, as far as is known before a source is opened."""
    asked = [] if options.by is None else requests(options.by)
    picked = () if options.where is None else options.where.names
    named = (request.column for request in asked if not request.is_word)
    return [*named, *filter(None, [options.cluster]), *picked]


def handed_through(columns: Columns, options: ReadOptions) -> tuple[int, ...]:
    """The columns of a table by which rows are grouped or picked, and whose texts are passed through.

    Raises:
        UsageError: There are not so many columns.
        InputError: A name belongs to several.
    """
    names = columns.names or ()
    asked = [] if options.by is None else requests(options.by, names)
    found = [
        find_columns(columns, request.column, "--by")
        for request in asked
        if not request.is_word and is_request(columns, request.column)
    ]
    cluster = cluster_in(columns, options)
    if cluster is not None:
        found.append(find_columns(columns, cluster, "--cluster"))
    picking = [] if options.where is None else [name for name in options.where.names if name in names]
    found += [find_columns(columns, name, "--where") for name in picking]
    return tuple(dict.fromkeys(column for chosen in found for column in chosen))


def cluster_in(columns: Columns, options: ReadOptions) -> str | None:
    """The request for the column of clusters; None if it is not in this table."""
    if options.cluster is None:
        return RECORD if options.together and RECORD in (columns.names or ()) else None
    return options.cluster if is_request(columns, options.cluster) else None


def numbers_of_columns(options: ReadOptions) -> list[str]:
    """The columns that are asked for by number, as in arrays."""
    return [name for name in column_names(options) if is_number(name)]


def without_columns(opened: Table | Arrays, options: ReadOptions) -> Table | Arrays:
    """The source without the arrays by which rows are grouped, clustered or picked, unless they have another role."""
    if not isinstance(opened, Arrays):
        return opened
    asked = [] if options.by is None else requests(options.by, opened.keys)
    taken = {*(request.column for request in asked if not request.is_word), options.cluster} - {"", None}
    taken |= set(() if options.where is None else options.where.names)
    taken -= {options.pred, options.label, options.sample_weight, options.id}
    taken -= {key for key in opened.keys if known.key(key) in (*known.PREDICTIONS, *known.LABELS)}
    rest = tuple(key for key in opened.keys if key not in taken)
    return replace(opened, keys=rest) if rest else opened


def parts_of(opened: Sequence[Table | Arrays], options: ReadOptions) -> tuple[tuple[Part, ...], list[Stream]]:
    """The groupings, and the streams of arrays among them.

    Raises:
        UsageError: A column is not there, or is asked for twice.
    """
    if options.by is None:
        return (), []
    names = [name for one in opened for name in _names(one)]
    parts: list[Part] = []
    streams: list[Stream] = []
    for request in requests(options.by, names):
        if request.is_word:
            parts.append(Part(request.column, request.column))
            continue
        for part, stream in _found(opened, request):
            parts.append(part)
            streams += stream
    twice = next((part.name for i, part in enumerate(parts) if part.name in [one.name for one in parts[:i]]), None)
    if twice is not None:
        raise UsageError(f"--by names {quoted(twice)} twice")
    return tuple(parts), streams


def many_numbers(opened: Sequence[Table | Arrays], options: ReadOptions) -> tuple[Decision, ...]:
    """A note for each grouping column of numbers in which nearly all rows differ."""
    found = []
    names = [name for one in opened for name in _names(one)]
    for request in [] if options.by is None else requests(options.by, names):
        for one in opened:
            if request.is_word or request.edges or request.width or isinstance(one, Arrays):
                continue
            if is_request(one.columns, request.column):
                found += [(one.columns, i) for i in find_columns(one.columns, request.column, "--by")]
                break
    return tuple(
        Decision("groups", f"column {columns.called(i)}", _RANGES.format(columns.called(i)), note=True)
        for columns, i in found
        if columns.kinds[i] == "number" and len({*columns.texts(i)}) > max(_MANY, len(columns.rows) // 2)
    )


def picked_by(opened: Sequence[Table | Arrays], options: ReadOptions) -> tuple[dict[str, str], list[Stream]]:
    """The roles of the columns by which rows are picked, and the streams of arrays among them.

    Raises:
        UsageError: A column is not there.
    """
    roles: dict[str, str] = {}
    streams: list[Stream] = []
    for name in () if options.where is None else options.where.names:
        if not any(name in _names(one) for one in opened):
            raise _unknown(opened, name, "--where", ())
        ((part, own),) = _found(opened, _Request(name))
        roles[name] = part.source
        streams += own
    return roles, streams


def _names(opened: Table | Arrays) -> Sequence[str]:
    return opened.keys if isinstance(opened, Arrays) else opened.columns.names or ()


def _found(opened: Sequence[Table | Arrays], request: _Request) -> list[tuple[Part, list[Stream]]]:
    """The columns of a request, in the first source that has them."""
    ranges: dict[str, Any] = {"edges": request.edges, "width": request.width}
    for i, one in enumerate(opened):
        before = OF_LABELS * i
        if isinstance(one, Arrays):
            if request.column and request.column in one.keys:
                role = f"{before}{COLUMN}{request.column}"
                stream = stream_for(one.load(request.column, True), role, request.column)
                return [(Part(request.column, role, **ranges), [stream])]
        elif is_request(one.columns, request.column):
            found = find_columns(one.columns, request.column, "--by")
            return [(Part(one.columns.called(c), f"{before}{COLUMN}{c}", **ranges), []) for c in found]
    raise _unknown(opened, request.column, "--by", WORDS)


def _unknown(opened: Sequence[Table | Arrays], name: str, option: str, words: Sequence[str]) -> UsageError:
    names = [name for one in opened for name in _names(one) if name]
    similar = did_you_mean(name, [*names, *words])
    hint = similar or (_HINT if words else 'texts are in quotes: lang == "de"')
    shown = "; ".join(listed(one) if isinstance(one, Arrays) else one.columns.listed() for one in opened)
    where = " and ".join(one.name if isinstance(one, Arrays) else one.columns.source for one in opened)
    return UsageError(f"{option}: no column {quoted(name)}; {shown}", where, hint)
