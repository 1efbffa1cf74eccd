"""Several files that are one data set: a list of them, a glob, a directory; opened one after the other.

The first file with rows decides the roles of all columns; the others are held to it.
"""

from __future__ import annotations

import itertools
import re
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError, printable, quoted
from losscli.inputs.arrays import ROWS_UNKNOWN, Arrays, ArrayStream, Block, shown_shape
from losscli.inputs.columns import Columns, Selection, Table
from losscli.inputs.delimited import blank_lines
from losscli.inputs.opening import has_known_suffix, open_file
from losscli.inputs.pieces import NoRowsError, Piece, no_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.inputs.options import ReadOptions

_NAMED = 3


@dataclass(frozen=True, slots=True)
class FileList:
    """The files that an argument stands for.

    Attributes:
        paths: In natural order: ``part-2`` before ``part-10``.
        reason: What was asked for.
    """

    paths: tuple[str, ...]
    reason: str


def natural(path: str) -> tuple[list[str | int], str]:
    """The key by which files are sorted: runs of digits count as numbers."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"([0-9]+)", path))], path


def files_of(argument: str, role: str) -> FileList | None:
    """The files of a directory or of a glob; None for anything else.

    Raises:
        UsageError: There are none.
    """
    path = Path(argument)
    try:
        if path.is_dir():
            return _in_directory(path, role)
        if path.exists() or not re.search(r"[*?]|\[.+\]", argument):
            return None
    except (OSError, ValueError):
        return None
    from glob import glob

    found = [name for name in glob(argument, recursive=True) if Path(name).is_file()]  # noqa: PTH207 - of any path
    if not found:
        raise UsageError(f"no file matches {quoted(argument)} for {role}")
    return FileList(tuple(sorted(found, key=natural)), f"they match {printable(argument)}")


def _in_directory(path: Path, role: str) -> FileList:
    inside = [str(entry) for entry in path.iterdir() if entry.is_file() and not entry.name.startswith(".")]
    found = sorted(filter(has_known_suffix, inside), key=natural)
    name = printable(str(path))
    if not found:
        what = "holds no files" if not inside else "holds no file whose suffix says that it has data"
        raise UsageError(f"the directory {name} {what} for {role}", hint="give the files, or a glob in quotes")
    left = len(inside) - len(found)
    return FileList(tuple(found), f"in the directory {name}" + (f", {left} others left out" if left else ""))


def several(arguments: Sequence[str], role: str) -> FileList:
    """The files of several arguments, each a path, a directory or a glob.

    Raises:
        UsageError: One of them is no file, or comes twice.
    """
    paths: list[str] = []
    for argument in arguments:
        found = files_of(argument, role)
        if found is None and not Path(argument).exists():
            hint = "three or more arguments are files of PREDICTIONS; values and LABELS are given as two arguments"
            raise UsageError(f"no such file for {role}: {printable(argument)}", hint=hint)
        paths += (argument,) if found is None else found.paths
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise UsageError(f"{printable(twice)} is given twice")
    return FileList(tuple(sorted(paths, key=natural)), "given")


def open_files(found: FileList, role: str, options: ReadOptions) -> Table | Arrays:
    """All files as one table, or as arrays one behind the other.

    Raises:
        UsageError: A file can't be opened.
        InputError: No file has rows; also while iterating: a file is not like the first.
    """
    files = _Files(found, role, options)
    first = files.first()
    of = "" if role == "PREDICTIONS" else f" of {role}"
    decision = Decision(f"files{of}", _listed(found.paths), f"{found.reason}, in natural order")
    decisions = (decision, *first.decisions)
    if isinstance(first, Arrays):
        arrays = _ArrayFiles(files, first)
        return replace(first, decisions=decisions, load=arrays.load)
    return replace(
        first,
        decisions=decisions,
        pieces=lambda selection: files.pieces(first, selection),
        afterwards=files.afterwards,
        files=len(found.paths),
    )


def _listed(paths: Sequence[str]) -> str:
    names = [printable(path) for path in paths]
    shown = ", ".join(names) if len(names) <= _NAMED else f"{names[0]}, {names[1]} … {names[-1]}"
    return f"{len(names)}: {shown}" if len(names) > 1 else shown


class _Files:
    """Opens the files in order, and remembers what was odd about them."""

    def __init__(self, found: FileList, role: str, options: ReadOptions) -> None:
        self.paths = found.paths
        self.at = 0
        self._role = role
        self._options = options
        self._empty: list[str] = []
        self._bare: list[str] = []
        self._blank = 0

    def first(self) -> Table | Arrays:
        """The first file with rows."""
        while self.at < len(self.paths):
            opened = self._open({})
            if opened is not None:
                return opened
            self.at += 1
        raise no_rows(self.listed)

    def _open(self, settled: dict[str, Any]) -> Table | Arrays | None:
        """The file in turn; None if it has no rows."""
        path = self.paths[self.at]
        try:
            opened = open_file(path, self._role, replace(self._options, **settled))
        except NoRowsError:
            opened = None
        if opened is None or (isinstance(opened, Table) and opened.empty):
            self.skip()
            return None
        return opened

    def skip(self) -> None:
        """Note that the file in turn has no rows."""
        self._empty.append(printable(self.paths[self.at]))

    def again(self) -> _Files:
        """The same files from the one in turn."""
        other = copy(self)
        other._empty = [*self._empty]
        return other

    @property
    def listed(self) -> str:
        """The files for a message."""
        return _listed(self.paths)

    @property
    def file(self) -> tuple[int, str]:
        """The number and the name of the file in turn."""
        return self.at, printable(self.paths[self.at])

    def rest(self, settled: dict[str, Any]) -> Iterator[Table | Arrays]:
        """The files after the first, without those that have no rows."""
        while self.at + 1 < len(self.paths):
            self.at += 1
            opened = self._open(settled)
            if opened is not None:
                yield opened

    def pieces(self, first: Table, selection: Selection) -> Iterator[Piece]:
        yield from self._pieces_of(first, selection)
        for table in self.rest(dict(first.settled)):
            if isinstance(table, Arrays):
                raise InputError(f"arrays, where {first.columns.source} holds a table", table.name)
            yield from self._pieces_of(table, self._fitted(selection, first.columns, table.columns))

    def _pieces_of(self, table: Table, selection: Selection) -> Iterator[Piece]:
        file = self.file
        try:
            for piece in table.pieces(selection):
                yield replace(piece, file=file)
        except NoRowsError:
            self.skip()
        self._blank += table.blank_lines()

    def _fitted(self, selection: Selection, ours: Columns, theirs: Columns) -> Selection:
        if ours.names is not None and theirs.names is None:
            self._bare.append(theirs.source)
        return fitted(selection, ours, theirs)

    def afterwards(self) -> tuple[Decision, ...]:
        """What was odd: files without rows or without a header, blank lines."""
        decisions = blank_lines(self._blank)
        if self._bare:
            reason = "their columns are taken to be those of the first"
            decisions += (Decision("no header", _listed(self._bare), reason),)
        if self._empty:
            decisions += (Decision("no rows", _listed(self._empty), "they contribute nothing"),)
        return decisions


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

    def __init__(self, files: _Files, first: Arrays) -> None:
        self._files = files
        self._first = first

    def load(self, key: str, text: bool) -> ArrayStream:
        """The rows of all files; only the end tells how many."""
        files = self._files.again()  # each array at its own pace: predictions and labels of one archive, say
        streams = self._streams(files, key, text)
        first = next(streams, None)
        if first is None:
            raise no_rows(files.listed)
        return replace(
            first,
            shape=(ROWS_UNKNOWN, *first.shape[1:]),
            blocks=_behind(first, streams),
            file=lambda: files.file,
            files=len(files.paths),
            afterwards=files.afterwards,
        )

    def _streams(self, files: _Files, key: str, text: bool) -> Iterator[ArrayStream]:
        for arrays in itertools.chain((self._first,), files.rest({})):
            if isinstance(arrays, Table) or key not in arrays.keys:
                what = f"no array {quoted(key)}" if key else "no array without a name"
                name = arrays.columns.source if isinstance(arrays, Table) else arrays.name
                raise InputError(f"{what}, as {self._first.name} has", name)
            try:
                yield arrays.load(key, text)
            except NoRowsError:
                files.skip()


def _behind(first: ArrayStream, streams: Iterator[ArrayStream]) -> Iterator[Block]:
    yield from first.blocks
    for stream in streams:
        if stream.shape[1:] != first.shape[1:] or stream.text != first.text:
            shapes = [shown_shape((ROWS_UNKNOWN, *one.shape[1:])) for one in (stream, first)]
            what = "text and numbers" if shapes[0] == shapes[1] else f"{shapes[0]}, where {first.name} has {shapes[1]}"
            raise InputError(f"arrays that don't go together: {what}", stream.name)
        yield from stream.blocks
