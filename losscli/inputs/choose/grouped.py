"""By what rows are grouped: columns by name, ranges of their numbers, and a number for each text in them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.parts import MOST, WORDS, Coded, Part, coded, refuse_more
from losscli.errors import InputError, UsageError
from losscli.inputs.array.arrays import Arrays, listed, stream_for
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import Table, find_columns, is_number, is_request
from losscli.inputs.choose.key_bytes import Texts, behind
from losscli.inputs.numbers import is_missing, parse_number, plain_numbers
from losscli.record import record, replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.choose.column_spec import Columns
    from losscli.inputs.model import Piece, Place, Stream
    from losscli.inputs.read_options import ReadOptions

COLUMN = "column "  # before the number or the name of a column that is handed through, as the role of its texts
OF_LABELS = "label "  # before that, of a table of labels
RECORD = "(record)"  # the column that says which rows come from one record
_HINT = "lang; age:18,30,65 are edges of ranges, age/10 is their width; file, label, predicted"
_REST = np.uint64(48)


@record
class _Request:
    """What was asked for: a column, and perhaps ranges of its numbers."""

    column: str
    edges: tuple[float, ...] = ()
    width: float = 0.0

    @property
    def is_word(self) -> bool:
        """Whether it is no column, whatever columns there are."""
        return self.column in WORDS and not self.edges and not self.width


def requests(text: str, names: Sequence[str] = ()) -> list[_Request]:
    """The parts of ``--by``, such as ``lang,age:18,30,65``; a part that is the name of a column is just that.

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
        edges = [parse_number(edge) for edge in after.split(",")]
        if column and None not in edges:
            numbers = [edge for edge in edges if edge is not None]
            if any(not low < high for low, high in zip(numbers, [*numbers[1:], math.inf], strict=True)):
                raise UsageError(f"--by {quoted(part)}: edges of ranges ascend", hint=_HINT)
            return _Request(column, edges=tuple(numbers))
    column, slash, after = part.rpartition("/")
    width = parse_number(after) if slash and column else None
    if width is not None:
        if not 0.0 < width < math.inf:
            raise UsageError(f"--by {quoted(part)}: the width of ranges is above 0", hint=_HINT)
        return _Request(column, width=width)
    return _Request(part)


def column_names(options: ReadOptions) -> list[str]:
    """The columns that are asked for, as far as can be said without looking at any."""
    asked = [] if options.by is None else requests(options.by)
    picked = () if options.where is None else options.where.names
    named = (request.column for request in asked if not request.is_word)
    return [*named, *filter(None, [options.cluster]), *picked]


def handed_through(columns: Columns, options: ReadOptions) -> tuple[int, ...]:
    """The columns of a table that rows are grouped by, and whose texts are handed through.

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
    """What asks for the column of a table that says which rows belong together; None if it is elsewhere."""
    if options.cluster is None:
        return RECORD if options.together and RECORD in (columns.names or ()) else None
    return options.cluster if is_request(columns, options.cluster) else None


def numbers_of_columns(options: ReadOptions) -> list[str]:
    """The columns that are asked for by their numbers, as those of an array are."""
    return [name for name in column_names(options) if is_number(name)]


def without_columns(opened: Table | Arrays, options: ReadOptions) -> Table | Arrays:
    """What is left for predictions, labels, weights and ids."""
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
    """What groups are made by, and the streams of arrays that say it.

    Args:
        opened: The sources of predictions, and of labels if these are elsewhere.
        options: What was asked for.

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
    import difflib

    names = [name for one in opened for name in _names(one) if name]
    close = difflib.get_close_matches(name, [*names, *words], n=1)
    hint = f"did you mean {quoted(close[0])}?" if close else _HINT if words else 'texts are in quotes: lang == "de"'
    shown = "; ".join(listed(one) if isinstance(one, Arrays) else one.columns.listed() for one in opened)
    where = " and ".join(one.name if isinstance(one, Arrays) else one.columns.source for one in opened)
    return UsageError(f"{option}: no column {quoted(name)}; {shown}", where, hint)


class Coders:
    """Numbers for the texts of the columns that rows are grouped by.

    Args:
        parts: What makes a group.
        clusters: What makes a cluster, if there are some.
    """

    def __init__(self, parts: Sequence[Part], clusters: Sequence[Part] = ()) -> None:
        self._clusters = clusters
        self._coders = {part.source: _Coder(part) for part in (*parts, *clusters) if part.source not in WORDS}

    def __call__(self, piece: Piece) -> Mapping[str, Coded]:
        """Those of some rows."""
        return {
            role: coder.coded(piece.values[role], piece.places["predictions"]) for role, coder in self._coders.items()
        }

    def clusters(self, columns: Mapping[str, Coded]) -> Coded | None:
        """The clusters among what was coded."""
        return columns[self._clusters[0].source] if self._clusters else None


class _Known:
    """Texts that were met, found again by their hashes: without a Python object for each row."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._hashes: NDArray[np.uint64] = np.empty(0, np.uint64)  # ascending
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._hash_of: NDArray[np.uint64] = np.empty(0, np.uint64)  # in the order of the texts
        self._likely = np.zeros(1 << 16, np.intp)  # by the first bits of a hash
        self._all = Texts.of([])
        self._lengths, self._short = self._all.lengths, True

    def find(self, texts: Texts) -> NDArray[np.intp] | None:
        """Their numbers; new ones are learnt. None if two have the same hash: 1 in 2^64."""
        hashes = texts.hashes()
        codes = self._likely[(hashes >> _REST).view(np.intp)]
        rest = np.flatnonzero(self._hash_of[codes] != hashes) if self.texts else np.arange(len(texts))
        if len(rest):
            at = np.searchsorted(self._hashes, hashes[rest])
            new = self._hashes.take(at, mode="clip") != hashes[rest] if self.texts else np.ones(len(rest), bool)
            if new.any():
                self._learn(texts, hashes, rest[new])
                at = np.searchsorted(self._hashes, hashes[rest])
            codes[rest] = self._order[at]
        same = self._lengths[codes] == texts.lengths if self._short else texts.same(self._all[codes])
        return codes if same.all() else None

    def _learn(self, texts: Texts, hashes: NDArray[np.uint64], rows: NDArray[np.intp]) -> None:
        _, first = np.unique(hashes[rows], return_index=True)
        rows = rows[np.sort(first)]
        numbers = np.arange(len(self.texts), len(self.texts) + len(rows))
        self._likely[(hashes[rows] >> _REST).view(np.intp)] = numbers
        self._hash_of = np.concatenate((self._hash_of, hashes[rows]))
        self.texts += [texts[row] for row in rows.tolist()]
        together = np.concatenate((self._hashes, hashes[rows]))
        order = np.argsort(together)
        self._hashes, self._order = together[order], np.concatenate((self._order, numbers))[order]
        self._all = behind((self._all, Texts.of(self.texts[int(numbers[0]) :])))
        self._lengths = self._all.lengths
        self._short = int(self._lengths.max()) <= 8  # one word, of which the hash is that of no other of its length


class _Coder:
    """A number for the key of each row of one column, in the order in which they come."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._keys: list[Any] = []
        self._codes: dict[Any, int] = {}
        self._known: _Known | None = _Known()
        self._of_known: NDArray[np.intp] = np.empty(0, np.intp)

    def coded(self, values: Sequence[str], place: Place) -> Coded:
        """Those of some rows."""
        if isinstance(values, Texts):
            if self._known is not None:
                codes = self._of_texts(values, place)
                if codes is not None:
                    return Coded(self._keys, codes)
            values = [*values]
        if isinstance(values, np.ndarray):
            return self._of_array(values, place)
        if self._part.ranged:
            return self._of_keys(self._ranges(values, place))
        return Coded(self._keys, np.array(self._numbered(values), np.intp))

    def _of_keys(self, own: Coded) -> Coded:
        """The same rows with the numbers of all rows."""
        return Coded(self._keys, np.array(self._numbered(own.keys), np.intp)[own.codes])

    def _numbered(self, keys: Sequence[Any]) -> list[int]:
        codes = self._codes
        before = len(codes)
        found = [codes.setdefault(key, len(codes)) for key in keys]
        if len(codes) > before:
            self._keys += list(codes)[before:]
            refuse_more(len(codes), (self._part,))
        return found

    def _of_texts(self, texts: Texts, place: Place) -> NDArray[np.intp] | None:
        assert self._known is not None
        before, found = len(self._known.texts), self._known.find(texts)
        if found is None or len(self._known.texts) > (self._part.most or MOST):
            self._known = None  # too many to hold
            return None
        new = self._known.texts[before:]
        if new:
            keys: Sequence[Any] = new
            if self._part.ranged:
                rows = [int(np.argmax(found == i)) for i in range(before, before + len(new))]
                ranges = self._ranges(new, lambda row, column: place(rows[row], column))
                keys = [ranges.keys[code] for code in ranges.codes.tolist()]
            self._of_known = np.concatenate((self._of_known, np.array(self._numbered(keys), np.intp)))
        return self._of_known[found]

    def _of_array(self, values: NDArray[Any], place: Place) -> Coded:
        if values.ndim > 1:
            raise InputError(f"{self._part.option} {self._part.name}: one value per row expected", place(0, None))
        if self._part.ranged:
            return self._of_keys(self._ranges(values, place))
        if values.dtype == object:
            return Coded(self._keys, np.array(self._numbered([*map(str, values.tolist())]), np.intp))
        return self._of_keys(coded(values))

    def _ranges(self, values: Any, place: Place) -> Coded:
        """The number of each row's range; None without a value."""
        if isinstance(values, np.ndarray) and values.dtype != object:
            x = values.astype(np.float64)
        else:
            numbers = plain_numbers(values) if not isinstance(values, np.ndarray) else None
            if numbers is None:
                numbers = [self._number(text, row, place) for row, text in enumerate(values)]
            x = np.array(numbers)
        edges, width = self._part.edges, self._part.width
        found = np.where(np.isnan(x), np.nan, np.searchsorted(edges, x, side="right") if edges else np.floor(x / width))
        keys, codes = np.unique(found, return_inverse=True)
        return Coded([None if key != key else key for key in keys.tolist()], codes.reshape(-1))

    def _number(self, text: Any, row: int, place: Place) -> float:
        if not isinstance(text, str):
            return float(text)
        if is_missing(text):
            return math.nan
        number = parse_number(text)
        if number is None:
            what = f"--by {self._part.name}: {quoted(text)} is not a number, so it is in no range"
            raise InputError(what, place(row, None), f"--by {self._part.name} groups by the text")
        return number
