"""Several files that are one data set, opened one after the other.

The first file with rows decides the roles of all columns; the others are held to it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from losscli.core.batch import WORTH_A_PROCESS, Decision
from losscli.errors import InputError, printable, quoted
from losscli.inputs.arrays import ROWS_UNKNOWN, Arrays, ArrayStream, Block, shown_shape
from losscli.inputs.choose.column_spec import Columns, Selection, Table, TableCuts
from losscli.inputs.formats import open_file
from losscli.inputs.pieces import NoRowsError, no_rows
from losscli.inputs.remarks import Remarks, listed
from losscli.inputs.source import size_of
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.core.batch import Apply
    from losscli.inputs.listing import FileList
    from losscli.inputs.options import ReadOptions
    from losscli.inputs.pieces import Piece, TablePart

_NAMED = 3


def open_files(found: FileList, role: str, options: ReadOptions) -> Table | Arrays:
    """All files as one table, or as arrays one behind the other.

    Raises:
        UsageError: A file can't be opened.
        InputError: No file has rows; also while iterating: a file is not like the first.
    """
    options = replace(options, threads=False)
    of = "" if role == "PREDICTIONS" else f" of {role}"
    shown = listed([printable(path) for path in found.paths])
    decision = Decision(f"files{of}", shown, f"{found.reason}, in natural order")
    size = sum(size_of(path) or 0 for path in found.paths)
    if options.meter is not None:
        options.meter.total = size
    empty: list[str] = []
    for at, path in enumerate(found.paths):
        first = _opened(path, role, options)
        if first is None:
            empty.append(printable(path))
            continue
        decisions = (decision, *first.decisions)
        if isinstance(first, Arrays):
            arrays = _ArrayFiles(found.paths, at, role, options, first, empty)
            return replace(first, decisions=decisions, load=arrays.load)
        tables = _TableFiles(found.paths, at, _Like(role, replace(options, **first.settled), first.columns), empty)
        return replace(
            first,
            decisions=decisions,
            pieces=partial(tables.pieces, first),
            remarks=tables.remarks,
            files=len(found.paths),
            cuts=TableCuts(size, tables.parts, first.cuts.each if first.cuts else WORTH_A_PROCESS),
        )
    raise no_rows(shown)


def _opened(path: str, role: str, options: ReadOptions) -> Table | Arrays | None:
    """A file; None if it has no rows, as far as its beginning tells."""
    try:
        opened = open_file(path, role, options)
    except NoRowsError:
        return None
    return None if isinstance(opened, Table) and opened.empty else opened


@record
class _Like:
    """What the first file settles for the others.

    Attributes:
        role: What the files are: PREDICTIONS, LABELS or an option.
        options: How they are read.
        columns: Those of the first file.
    """

    role: str
    options: ReadOptions
    columns: Columns


@record(frozen=False)
class FilePart:
    """The rows of one of several files; a part of a table."""

    file: tuple[int, str]
    path: str
    like: _Like
    selection: Selection
    found: Remarks = field(default_factory=Remarks)

    @property
    def size(self) -> int:
        """Bytes."""
        return size_of(self.path) or 0

    def pieces(self) -> Iterator[Piece]:
        """The rows."""
        opened = _opened(self.path, self.like.role, self.like.options)
        if opened is None:
            self.found.empty.append(self.file[1])
        elif isinstance(opened, Arrays):
            raise InputError(f"arrays, where {self.like.columns.source} holds a table", opened.name)
        else:
            yield from self.pieces_of(opened)

    def pieces_of(self, table: Table) -> Iterator[Piece]:
        """The rows of the file, which is open."""
        selection = self.fitted(table)
        try:
            for piece in table.pieces(selection):
                self.found.any_row = True
                yield replace(piece, file=self.file)
        except NoRowsError:
            self.found.empty.append(self.file[1])
        self.found.blank = table.remarks().blank

    def fitted(self, table: Table) -> Selection:
        """The selection among the columns of this file."""
        if self.like.columns.names is not None and table.columns.names is None:
            self.found.bare.append(self.file[1])
        return fitted(self.selection, self.like.columns, table.columns)

    def remarks(self) -> Remarks:
        """Blank lines, no header, no rows."""
        return self.found


@record(frozen=False)
class _Span:
    """A part of one of several files."""

    file: tuple[int, str]
    part: TablePart
    before: Remarks

    @property
    def size(self) -> int:
        return self.part.size

    def pieces(self) -> Iterator[Piece]:
        for piece in self.part.pieces():
            yield replace(piece, file=self.file)

    def remarks(self) -> Remarks:
        found = self.part.remarks()
        found.bare += self.before.bare
        found.empty += self.before.empty
        return found


class _TableFiles:
    """Tables one behind the other."""

    def __init__(self, paths: Sequence[str], at: int, like: _Like, empty: Sequence[str]) -> None:
        self._paths = paths
        self._at = at
        self._like = like
        self._empty = empty
        self._remarks = Remarks()

    def pieces(self, first: Table, selection: Selection) -> Iterator[Piece]:
        """The rows of all files."""
        for part in self._files(selection):
            yield from part.pieces_of(first) if part.file[0] == self._at else part.pieces()
            self._remarks.merge(part.remarks())

    def remarks(self) -> Remarks:
        """Of all files that were read."""
        return self._remarks

    def _files(self, selection: Selection) -> Iterator[FilePart]:
        for i in range(self._at, len(self._paths)):
            path, before = self._paths[i], Remarks(empty=[*self._empty] if i == self._at else [])
            yield FilePart((i, printable(path)), path, self._like, selection, before)

    def parts(self, selection: Selection, size: int, apply: Apply | None) -> list[TablePart]:
        """Files, and parts of large ones."""
        found: list[TablePart] = []
        for file in self._files(selection):
            found += [file] if file.size <= 2 * size else self._spans(file, size, apply)
        return found

    def _spans(self, file: FilePart, size: int, apply: Apply | None) -> list[TablePart]:
        table = _opened(file.path, self._like.role, self._like.options)
        if not isinstance(table, Table) or table.cuts is None:
            return [file]
        parts = table.cuts.parts(file.fitted(table), size, apply)
        nothing = Remarks()
        return [_Span(file.file, part, nothing if i else file.found) for i, part in enumerate(parts)]


def fitted(selection: Selection, ours: Columns, theirs: Columns) -> Selection:
    """A selection of the first file's columns among those of another.

    Columns that have names are found by name, whatever their order.

    Raises:
        InputError: The other file has not the same columns.
    """
    if theirs.names is None or ours.names is None:
        if theirs.names is not None:
            what = f"a header, and {ours.source} has none; {theirs.listed()}"
            raise InputError(what, theirs.source, "--header or --no-header says it for all")
        if len(theirs.kinds) != len(ours.kinds):
            raise InputError(f"{_count(theirs)}, where {ours.source} has {_count(ours)}", theirs.source)
        return selection
    if ours.names == theirs.names:
        return selection
    if sorted(ours.names) != sorted(theirs.names) or len(set(ours.names)) < len(ours.names):
        raise InputError(f"not the columns of {ours.source}: {_difference(ours, theirs)}", theirs.source)
    at = [theirs.names.index(name) for name in ours.names]
    return selection.moved(at)


def _count(columns: Columns) -> str:
    return f"{len(columns.kinds)} column" + ("" if len(columns.kinds) == 1 else "s")


def _difference(ours: Columns, theirs: Columns) -> str:
    missing = [quoted(name) for name in ours.names or () if name not in (theirs.names or ())]
    added = [quoted(name) for name in theirs.names or () if name not in (ours.names or ())]
    parts = [f"{', '.join(missing[:_NAMED])} missing"] if missing else []
    parts += [f"{', '.join(added[:_NAMED])} new"] if added else []
    return " and ".join(parts) or "names that come twice are in another order"


class _ArrayFiles:
    """Arrays of the same names in all files, one behind the other."""

    def __init__(
        self, paths: Sequence[str], at: int, role: str, options: ReadOptions, first: Arrays, empty: Sequence[str]
    ) -> None:
        self._paths = paths
        self._at = at
        self._role = role
        self._options = options
        self._first = first
        self._empty = empty

    def load(self, key: str, text: bool) -> ArrayStream:
        """The rows of all files; only the end tells how many."""
        remarks = Remarks(empty=[*self._empty])
        streams = self._streams(key, text, remarks)
        at, first = next(streams, (0, None))
        if first is None:
            raise no_rows(listed([printable(path) for path in self._paths]))
        files = [at]  # the one in turn: each array is read at its own pace
        return replace(
            first,
            shape=(ROWS_UNKNOWN, *first.shape[1:]),
            blocks=_behind(first, streams, files),
            file=lambda: (files[-1], printable(self._paths[files[-1]])),
            files=len(self._paths),
            remarks=lambda: remarks,
        )

    def _streams(self, key: str, text: bool, remarks: Remarks) -> Iterator[tuple[int, ArrayStream]]:
        for i in range(self._at, len(self._paths)):
            path = self._paths[i]
            arrays = self._first if i == self._at else _opened(path, self._role, self._options)
            try:
                if arrays is None:
                    raise no_rows(path)
                if isinstance(arrays, Table) or key not in arrays.keys:
                    what = f"no array {quoted(key)}" if key else "no array without a name"
                    raise InputError(f"{what}, as {self._first.name} has", printable(path))
                yield i, arrays.load(key, text)
            except NoRowsError:
                remarks.empty.append(printable(path))


def _behind(first: ArrayStream, streams: Iterator[tuple[int, ArrayStream]], files: list[int]) -> Iterator[Block]:
    yield from first.blocks
    for i, stream in streams:
        if stream.shape[1:] != first.shape[1:] or stream.text != first.text:
            shapes = [shown_shape((ROWS_UNKNOWN, *one.shape[1:])) for one in (stream, first)]
            what = "text and numbers" if shapes[0] == shapes[1] else f"{shapes[0]}, where {first.name} has {shapes[1]}"
            raise InputError(f"arrays that don't go together: {what}", stream.name)
        files.append(i)
        yield from stream.blocks
