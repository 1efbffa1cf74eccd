"""Parquet and Arrow (IPC file and stream, Feather): tables with typed columns, read by pyarrow batch by batch."""

from __future__ import annotations

import errno
import io
import itertools
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from losscli.core.batch import Remarks
from losscli.core.raw_rows import RawForm
from losscli.core.shards import Cuts, Shard
from losscli.errors import InputError, missing_package
from losscli.inputs.arrow.arrow_columns import LOOKED_AT, TIMES, TypedReader, first_rows
from losscli.inputs.arrow.arrow_values import is_list, kind_of, type_name
from losscli.inputs.arrow.prefetch import ahead
from losscli.inputs.choose.columns import Columns, Table
from losscli.inputs.model import Stream, at_least_one
from losscli.inputs.numbers import Missing
from losscli.inputs.source.byte_stream import AGAIN, BrokenBytesError
from losscli.inputs.source.bytes import refuse_changed
from losscli.record import record, replace
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from losscli.core.batch import Decision
    from losscli.core.shards import Apply
    from losscli.inputs.arrow.arrow_columns import Batches
    from losscli.inputs.choose.columns import Selection
    from losscli.inputs.model import Piece
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.byte_stream import ByteStream
    from losscli.inputs.source.bytes import Source

_BUFFER_BYTES = 1 << 18  # bytes of a column in a batch; a row group may hold the whole file
_FEWEST_ROWS, _MOST_ROWS = 64, 1 << 16
_WORK = 0.15  # cost of reading a byte, relative to CSV
_LONGEST_REASON = 120
_OF_THE_SYSTEM = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)  # not a fault of the data


@record
class _Found:
    """An opened table before its rows are read.

    Attributes:
        format: The name of its format.
        kind: ``parquet``, ``arrow`` for a file of it, ``arrow stream``.
        schema: The names and types of its columns.
        batches: Returns consecutive rows of certain columns, by number; the second argument says which are words.
        first: Returns at least the first rows of certain columns; empty for an empty table.
        path: Its file; empty for data from a pipe.
    """

    format: str
    kind: str
    schema: Any
    batches: Batches
    first: Callable[[Sequence[int]], Mapping[int, Any]]
    path: str = ""


def open_parquet(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table:
    """A Parquet file, of which only the columns that have a role are read.

    Raises:
        UsageError: pyarrow is not installed.
        InputError: It is not a Parquet file, or is damaged.
    """
    _require_pyarrow("Parquet")
    with _readable(source.name, "Parquet"):
        file = _Parquet(_seekable(source), options)
        runs = file.runs()
    threaded = options.threads and file.metadata.num_rows > _MOST_ROWS
    batches = partial(file.batches, runs, threaded)
    found = _Found("Parquet", "parquet", file.schema, batches, file.first, source.path or "")
    again = partial(_indexed, source, found, options, file.metadata.num_rows)
    table = replace(_table(source, found, options, decisions), indexed=again)
    if source.path is None or source.size is None or not file.metadata.num_rows:
        return table
    columns = replace(table.columns, rows=())
    return replace(table, cuts=partial(_cuts, source.path, source.size, runs, columns, options))


@record
class _Run:
    """A run of row groups and their rows: a few small ones, or a single large one."""

    groups: range
    rows: range


class _Parquet:
    """A Parquet file before its rows are read."""

    def __init__(self, file: Any, options: ReadOptions) -> None:
        from pyarrow.parquet import ParquetFile

        whole = ParquetFile(file)
        self.schema, self.metadata = whole.schema_arrow, whole.metadata
        self._file = file
        self._at_once = _rows_at_once(self.metadata, options.chunk_bytes)

    def runs(self) -> list[_Run]:
        """All row groups as runs; batches end with a run, so it does not matter which runs are read together."""
        found: list[_Run] = []
        first = row = 0
        stop = 0
        for group in range(self.metadata.num_row_groups):
            stop += self.metadata.row_group(group).num_rows
            if stop - row >= self._at_once or group == self.metadata.num_row_groups - 1:
                found.append(_Run(range(first, group + 1), range(row, stop)))
                first, row = group + 1, stop
        return found

    def first(self, chosen: Sequence[int]) -> Mapping[int, Any]:
        """The first rows of some columns."""
        from pyarrow.parquet import ParquetFile

        names = self.schema.names
        columns = [names[i] for i in chosen] if len(set(names)) == len(names) else None
        reader = ParquetFile(self._file, metadata=self.metadata, pre_buffer=False)
        batch = next(reader.iter_batches(LOOKED_AT, columns=columns, use_threads=False), None)
        return {} if batch is None else {i: batch.column(names[i] if columns else i) for i in chosen}

    def batches(
        self, runs: Sequence[_Run], threaded: bool, chosen: Sequence[int], words: Sequence[int]
    ) -> Iterator[Mapping[int, Any]]:
        """The rows of some runs; a thread may decode the next batch meanwhile."""
        from pyarrow.parquet import ParquetFile

        names = self.schema.names
        unique = len(set(names)) == len(names)  # otherwise columns can only be identified by position
        reader = ParquetFile(
            self._file,
            metadata=self.metadata,
            buffer_size=_BUFFER_BYTES,
            pre_buffer=False,
            read_dictionary=[names[i] for i in words if not is_list(self.schema.field(i).type)] if unique else None,
        )
        columns = [names[i] for i in chosen] if unique else None
        found = (
            batch
            for run in runs
            for batch in reader.iter_batches(self._at_once, list(run.groups), columns, use_threads=False)
        )
        for batch in ahead(found) if threaded else found:
            yield {i: batch.column(names[i] if unique else i) for i in chosen}


def _cuts(
    path: str, total: int, runs: Sequence[_Run], columns: Columns, options: ReadOptions, selection: Selection
) -> Cuts[Stream]:
    """Cut a file into shards of consecutive row groups with about ``size`` bytes."""
    every = runs[-1].rows.stop

    def shards(size: int, _: Apply | None) -> list[Shard[Stream]]:
        found: list[Shard[Stream]] = []
        first = 0
        for i, run in enumerate(runs, 1):
            rows = run.rows.stop - runs[first].rows.start
            if total * rows // every >= size or i == len(runs):
                read = partial(_some, path, runs[first:i], columns, options, selection)
                found.append(Shard(total * rows // every, read, rows))
                first = i
        return found

    return Cuts(total, shards, work=_WORK)


def _some(path: str, runs: Sequence[_Run], columns: Columns, options: ReadOptions, selection: Selection) -> Stream:
    """The rows of some runs."""
    refuse_changed(path, reopened=True)
    with _readable(columns.source, "Parquet"):
        file = _Parquet(_local(path), options)
    found = _Found("Parquet", "parquet", file.schema, partial(file.batches, runs, False), file.first, path)
    found = _without_structs(found, options)
    reader = TypedReader(columns, list(found.schema.types), selection, options)
    pieces = _pieces(found, reader, runs[0].rows.start)
    return Stream(columns.source, "predictions", pieces, tabular=True, remarks=partial(Remarks, any_row=True))


def open_arrow(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table:
    """An Arrow IPC file, or a stream, which is read as it comes.

    Raises:
        UsageError: pyarrow is not installed.
        InputError: It is not Arrow data, or it is damaged.
    """
    _require_pyarrow("Arrow")
    from pyarrow import PythonFile, ipc

    with _readable(source.name, "Arrow"):
        if source.stream.head(6) == b"ARROW1":
            file = _seekable(source)
            schema = ipc.open_file(file).schema
        else:
            stream = ipc.open_stream(PythonFile(_Pipe(source.stream), mode="r"))

            held = [batch for batch in (next(iter(stream), None),) if batch is not None]

            def streamed(chosen: Sequence[int], words: Sequence[int]) -> Iterator[Mapping[int, Any]]:
                while held:
                    batch = held.pop()
                    yield {i: batch.column(i) for i in chosen}
                    del batch
                    held.extend(itertools.islice(stream, 1))

            def begun(chosen: Sequence[int]) -> Mapping[int, Any]:
                return {i: batch.column(i) for batch in held for i in chosen}

            return _table(source, _Found("Arrow", "arrow stream", stream.schema, streamed, begun), options, decisions)

    def batches(chosen: Sequence[int], words: Sequence[int]) -> Iterator[Mapping[int, Any]]:
        included = sorted(chosen)
        part = ipc.open_file(file, options=ipc.IpcReadOptions(included_fields=included))
        for i in range(part.num_record_batches):
            yield dict(zip(included, part.get_batch(i).columns, strict=True))

    def first(chosen: Sequence[int]) -> Mapping[int, Any]:
        return next((batch for batch in batches(chosen, ()) if len(next(iter(batch.values())))), {})

    return _table(source, _Found("Arrow", "arrow", schema, batches, first, source.path or ""), options, decisions)


def _table(source: Source, found: _Found, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table:
    found = _without_structs(found, options)
    with _readable(source.name, found.format):
        types = list(found.schema.types)
        names = tuple(name.strip() for name in found.schema.names)
        shown, kinds = tuple(type_name(kind) for kind in types), tuple(kind_of(kind) for kind in types)
        rows, missing = first_rows(found.first, kinds), Missing.of(options)
    columns = Columns(source.name, names, kinds, ("",) * len(types), shown, rows, exact=True, missing=missing)
    return Table(
        columns,
        decisions,
        lambda selection: at_least_one(_pieces(found, TypedReader(columns, types, selection, options)), source.name),
        raw=None if options.append is None else RawForm(found.kind, names, schema=found.schema),
    )


def _without_structs(found: _Found, options: ReadOptions) -> _Found:
    """The same table, in which fields of structs are columns; unless its rows are handed on as they are."""
    from pyarrow import types

    if options.append is not None or not any(map(types.is_struct, found.schema.types)):
        return found
    from losscli.inputs.arrow.struct_fields import with_fields

    schema, batches = with_fields(found.schema, found.batches)

    def first(chosen: Sequence[int]) -> Mapping[int, Any]:
        return next(with_fields(found.schema, lambda some, _: iter([found.first(some)]))[1](chosen, ()), {})

    return replace(found, schema=schema, batches=batches, first=first)


def _indexed(source: Source, found: _Found, options: ReadOptions, rows: int, names: Sequence[str]) -> Table | None:
    """The table with its index as the last column, if that is no column and another one with these names has it."""
    from losscli.inputs.arrow.frame_index import index_of, with_index

    index = index_of(found.schema, rows, names)
    if index is None:
        return None
    (field, values), column = index, len(found.schema)

    def first(chosen: Sequence[int]) -> Mapping[int, Any]:
        return next(with_index(lambda some, _: iter([found.first(some)]), column, values)(chosen, ()))

    batches = with_index(found.batches, column, values)
    return _table(source, replace(found, schema=found.schema.append(field), batches=batches, first=first), options, ())


def _pieces(found: _Found, reader: TypedReader, start: int = 0) -> Iterator[Piece]:
    with _readable(reader.source, found.format, found.path):
        yield from reader.pieces(_checked(found.batches(reader.used, reader.words), found.path), start)


def _checked(batches: Iterator[Mapping[int, Any]], path: str) -> Iterator[Mapping[int, Any]]:
    """The same, validated: damaged offsets must not be followed into invalid memory."""
    from pyarrow import types

    for batch in batches:
        refuse_changed(path)  # beyond its end pyarrow reads zeros
        for array in batch.values():
            array.validate(full=not types.is_primitive(array.type))
            if types.is_dictionary(array.type):
                array.dictionary.validate(full=True)
        yield batch


def _rows_at_once(metadata: Any, chunk_bytes: int) -> int:
    """The rows of a Parquet file that make a batch of moderate size, estimated from the bytes of a row group."""
    row_bytes = 8 * metadata.num_columns
    if metadata.num_row_groups:
        # Column metadata is not used: if damaged, it makes pyarrow abort the process.
        group = metadata.row_group(0)
        row_bytes = max(row_bytes, group.total_byte_size // max(1, group.num_rows))
    return int(min(max(TIMES * chunk_bytes // max(1, row_bytes), _FEWEST_ROWS), _MOST_ROWS))


def _require_pyarrow(what: str) -> None:
    try:
        import pyarrow as pa  # noqa: F401
    except ImportError:
        raise missing_package(what, "pyarrow", "arrow") from None


@contextmanager
def _readable(name: str, what: str, path: str = "") -> Iterator[None]:
    """Turn errors of pyarrow into messages for the user."""
    from pyarrow import ArrowException

    try:
        yield
    except BrokenBytesError as broken:
        raise InputError(str(broken), name, AGAIN) from None
    except MemoryError:
        raise
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        if getattr(error, "errno", None) in _OF_THE_SYSTEM:
            raise
        refuse_changed(path)
        reason = printable(str(error).partition("\n")[0])[:_LONGEST_REASON]
        raise InputError(f"{what} can't be read, the data is damaged or incomplete: {reason}", name, AGAIN) from None


def _seekable(source: Source) -> Any:
    """A source as a pyarrow file; data from a pipe is kept in memory or on disk.

    Files are not memory-mapped: truncating one meanwhile would crash the process.
    """
    import pyarrow as pa

    if source.path is not None:
        return _local(source.path)
    from losscli.inputs.source.spool import keep

    return pa.PythonFile(keep(source), mode="r")


def _local(path: str) -> Any:
    import os

    import pyarrow as pa

    return pa.OSFile(os.fsencode(path))


class _Pipe(io.RawIOBase):
    """A stream of bytes in the form that pyarrow takes."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(size)
