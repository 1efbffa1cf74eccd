"""Several files that are one data set, opened one after the other.

The first file with rows decides the roles of all columns; the others must agree.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from losscli.core.batch import Decision, Remarks, listed
from losscli.core.shards import Cuts, Shard
from losscli.errors import InputError
from losscli.inputs.array.arrays import ROWS_UNKNOWN, Arrays, ArrayStream, Block, shown_shape
from losscli.inputs.choose.columns import Columns, Selection, Table
from losscli.inputs.formats import open_file
from losscli.inputs.model import NoRowsError, Stream, no_rows
from losscli.inputs.source.bytes import called, size_of
from losscli.record import record, replace
from losscli.text import count, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from losscli.core.shards import Apply
    from losscli.inputs.model import Piece
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.listing import FileList

_NAMED = 3


def open_files(found: FileList, role: str, options: ReadOptions) -> Table | Arrays:
    """All files as one table, or as concatenated arrays.

    Raises:
        UsageError: A file can't be opened.
        InputError: No file has rows; also while iterating: a file is not like the first.
    """
    options = replace(options, threads=False)
    of = "" if role == "PREDICTIONS" else f" of {role}"
    shown = listed([called(path) for path in found.paths])
    decision = Decision(f"files{of}", shown, f"{found.reason}, in natural order")
    size = sum(size_of(path) or 0 for path in found.paths)
    if options.meter is not None:
        options.meter.total = size
    empty: list[str] = []
    for at, path in enumerate(found.paths):
        first = _opened(path, role, options)
        if first is None:
            empty.append(called(path))
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
            cuts=partial(tables.cuts, size, first.cuts),
        )
    raise no_rows(shown)


def _opened(path: str, role: str, options: ReadOptions) -> Table | Arrays | None:
    """Open a file; None if its beginning shows no rows."""
    try:
        opened = open_file(path, role, options)
    except NoRowsError:
        return None
    return None if isinstance(opened, Table) and opened.empty else opened


@record
class _Like:
    """What the first file decides for the others.

    Attributes:
        role: The argument: PREDICTIONS, LABELS or an option.
        options: How they are read.
        columns: The columns of the first file.
    """

    role: str
    options: ReadOptions
    columns: Columns


@record
class _File:
    """One of several files, whose rows are part of a table.

    Attributes:
        file: Its number and its name.
        path: Its path.
        like: What the first file decided.
        selection: The columns that are wanted, as they are in the first file.
        empty: The files without rows before it.
    """

    file: tuple[int, str]
    path: str
    like: _Like
    selection: Selection
    empty: Sequence[str] = ()

    def read(self, table: Table | None = None) -> Stream:
        """The rows of the table, which is opened if necessary."""
        found = Remarks(empty=[*self.empty])
        pieces = self._pieces(table, found)
        return Stream(self.like.columns.source, "predictions", pieces, tabular=True, remarks=lambda: found)

    def _pieces(self, table: Table | None, found: Remarks) -> Iterator[Piece]:
        opened = table or _opened(self.path, self.like.role, self.like.options)
        if isinstance(opened, Arrays):
            raise InputError(f"arrays, where {self.like.columns.source} holds a table", opened.name)
        try:
            if opened is None:
                raise no_rows(self.file[1])
            found.bare += self._bare(opened)
            _refuse_other_order(self.like, opened)
            for piece in opened.pieces(fitted(self.selection, self.like.columns, opened.columns)):
                found.any_row = True
                yield replace(piece, file=self.file)
            found.blank = opened.remarks().blank
        except NoRowsError:
            found.empty.append(self.file[1])

    def _bare(self, table: Table) -> list[str]:
        """Its path, if it has no header and the first file has one."""
        return [self.file[1]] if self.like.columns.names is not None and table.columns.names is None else []

    def shards(self, size: int, apply: Apply | None) -> list[Shard[Stream]]:
        """The whole file as a shard, or several if it is large."""
        own = size_of(self.path) or 0
        whole = [Shard(own, self.read)]
        table = None if own <= 2 * size else _opened(self.path, self.like.role, self.like.options)
        if not isinstance(table, Table) or table.cuts is None:
            return whole
        shards = table.cuts(fitted(self.selection, self.like.columns, table.columns)).shards(size, apply)
        before = Remarks(bare=self._bare(table), empty=[*self.empty])
        last = len(shards) - 1
        return [
            shard.then(partial(_of_file, self.file, Remarks() if i else before, i == last))
            for i, shard in enumerate(shards)
        ]


def _refuse_other_order(like: _Like, table: Table) -> None:
    """Refuse rows to be handed on that do not fit below the header of the first file.

    Raises:
        InputError: The columns are in another order, or the format differs.
    """
    if like.options.append is None or table.columns.names is None or table.columns.names == like.columns.names:
        return
    what = f"--append: the columns are in another order than in {like.columns.source}"
    raise InputError(what, table.columns.source, "one file at a time")


def _of_file(file: tuple[int, str], before: Remarks, last: bool, stream: Stream) -> Stream:
    """Some rows of a file, with the remarks ``before``; blank lines at its end are ignored."""

    def remarks() -> Remarks:
        found = stream.remarks()
        return replace(
            found,
            trailing=0 if last else found.trailing,
            bare=before.bare + found.bare,
            empty=before.empty + found.empty,
        )

    return replace(stream, pieces=(replace(piece, file=file) for piece in stream.pieces), remarks=remarks)


class _TableFiles:
    """Concatenated tables."""

    def __init__(self, paths: Sequence[str], at: int, like: _Like, empty: Sequence[str]) -> None:
        self._paths = paths
        self._at = at
        self._like = like
        self._empty = empty
        self._remarks = Remarks()

    def pieces(self, first: Table, selection: Selection) -> Iterator[Piece]:
        """The rows of all files."""
        for file in self._files(selection):
            stream = file.read(first if file.file[0] == self._at else None)
            yield from stream.pieces
            self._remarks.merge(stream.remarks())

    def remarks(self) -> Remarks:
        """The remarks of all files that were read."""
        return self._remarks

    def _files(self, selection: Selection) -> Iterator[_File]:
        for i in range(self._at, len(self._paths)):
            path, empty = self._paths[i], self._empty if i == self._at else ()
            yield _File((i, called(path)), path, self._like, selection, empty)

    def cuts(self, size: int, first: Callable[[Selection], Cuts[Stream]] | None, selection: Selection) -> Cuts[Stream]:
        """Files, and parts of large ones."""

        def shards(size: int, apply: Apply | None) -> list[Shard[Stream]]:
            return [shard for file in self._files(selection) for shard in file.shards(size, apply)]

        return Cuts(size, shards, work=first(selection).work if first else 1.0)


def fitted(selection: Selection, ours: Columns, theirs: Columns) -> Selection:
    """The first file's selection, translated to the columns of another.

    Named columns are found by name, whatever their order.

    Raises:
        InputError: The other file does not have the same columns.
    """
    if theirs.names is None or ours.names is None:
        if theirs.names is not None:
            what = f"a header, and {ours.source} has none; {theirs.listed()}"
            raise InputError(what, theirs.source, "--header or --no-header says it for all")
        if len(theirs.kinds) != len(ours.kinds):
            mine, other = (count(len(columns.kinds), "column") for columns in (ours, theirs))
            raise InputError(f"{other}, where {ours.source} has {mine}", theirs.source)
        return selection
    if ours.names == theirs.names:
        return selection
    if sorted(ours.names) != sorted(theirs.names) or len(set(ours.names)) < len(ours.names):
        raise InputError(f"not the columns of {ours.source}: {_difference(ours, theirs)}", theirs.source)
    place = {name: i for i, name in enumerate(theirs.names)}
    return selection.moved([place[name] for name in ours.names])


def _difference(ours: Columns, theirs: Columns) -> str:
    missing = [quoted(name) for name in ours.names or () if name not in (theirs.names or ())]
    added = [quoted(name) for name in theirs.names or () if name not in (ours.names or ())]
    parts = [f"{', '.join(missing[:_NAMED])} missing"] if missing else []
    parts += [f"{', '.join(added[:_NAMED])} new"] if added else []
    return " and ".join(parts) or "names that come twice are in another order"


class _ArrayFiles:
    """Concatenated arrays of the same names in all files."""

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
        """The rows of all files, whose number is known only at the end."""
        remarks = Remarks(empty=[*self._empty])
        streams = self._streams(key, text, remarks)
        at, first = next(streams, (0, None))
        if first is None:
            raise no_rows(listed([called(path) for path in self._paths]))
        files = [at]  # the current file: each array is read at its own pace
        return replace(
            first,
            shape=(ROWS_UNKNOWN, *first.shape[1:]),
            blocks=_behind(first, streams, files),
            file=lambda: (files[-1], called(self._paths[files[-1]])),
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
                    raise InputError(f"{what}, as {self._first.name} has", called(path))
                yield i, arrays.load(key, text)
            except NoRowsError:
                remarks.empty.append(called(path))


def _behind(first: ArrayStream, streams: Iterator[tuple[int, ArrayStream]], files: list[int]) -> Iterator[Block]:
    yield from first.blocks
    for i, stream in streams:
        if stream.shape[1:] != first.shape[1:] or stream.text != first.text:
            shapes = [shown_shape((ROWS_UNKNOWN, *one.shape[1:])) for one in (stream, first)]
            what = "text and numbers" if shapes[0] == shapes[1] else f"{shapes[0]}, where {first.name} has {shapes[1]}"
            raise InputError(f"arrays of different lengths or shapes: {what}", stream.name)
        files.append(i)
        yield from stream.blocks
