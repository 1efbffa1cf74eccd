"""Parquet and Arrow (IPC file and stream, Feather): tables with typed columns, read by pyarrow batch by batch."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, printable
from losscli.inputs.ahead import ahead
from losscli.inputs.columns import Columns, Table
from losscli.inputs.pieces import at_least_one
from losscli.inputs.source import BrokenBytesError, missing_package
from losscli.inputs.typed import TIMES, TypedReader, kind_of, type_name
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from losscli.core.batch import Decision
    from losscli.inputs.options import ReadOptions
    from losscli.inputs.pieces import Piece
    from losscli.inputs.source import ByteStream, Source

_BUFFER_BYTES = 1 << 18  # of a column; a row group may hold the whole file
_FEWEST_ROWS, _MOST_ROWS = 64, 1 << 16
_LONGEST_REASON = 120
_AGAIN = "make or fetch the file again"


@record
class _Found:
    """A table before its rows are read.

    Attributes:
        format: What it is called.
        schema: The names and types of its columns.
        batches: Consecutive rows of certain columns, by their numbers; the second argument says which are words.
    """

    format: str
    schema: Any
    batches: Callable[[Sequence[int], Sequence[int]], Iterator[Mapping[int, Any]]]


def open_parquet(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table:
    """A Parquet file, of which only the columns that have a role are read.

    Raises:
        UsageError: pyarrow is not installed.
        InputError: It is no Parquet file, or a damaged one.
    """
    _require_pyarrow("Parquet")
    from pyarrow.parquet import ParquetFile

    with _readable(source.name, "Parquet"):
        file = _seekable(source)
        whole = ParquetFile(file)
        schema, metadata = whole.schema_arrow, whole.metadata
    names = schema.names
    unique = len(set(names)) == len(names)  # else columns can only be told apart by their position among all

    def batches(chosen: Sequence[int], words: Sequence[int]) -> Iterator[Mapping[int, Any]]:
        reader = ParquetFile(
            file,
            metadata=metadata,
            buffer_size=_BUFFER_BYTES,
            pre_buffer=False,
            read_dictionary=[names[i] for i in words] if unique else None,
        )
        columns = [names[i] for i in chosen] if unique else None
        found = reader.iter_batches(_rows_at_once(metadata, options.chunk_bytes), columns=columns, use_threads=False)
        for batch in ahead(found) if options.threads and metadata.num_rows > _MOST_ROWS else found:
            yield {i: batch.column(names[i] if unique else i) for i in chosen}

    return _table(source, _Found("Parquet", schema, batches), options, decisions)


def open_arrow(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table:
    """An Arrow IPC file, or a stream, which is read as it comes.

    Raises:
        UsageError: pyarrow is not installed.
        InputError: It is no Arrow data, or it is damaged.
    """
    _require_pyarrow("Arrow")
    from pyarrow import PythonFile, ipc

    with _readable(source.name, "Arrow"):
        if source.stream.head(6) == b"ARROW1":
            file = _seekable(source, mapped=True)
            schema = ipc.open_file(file).schema
        else:
            stream = ipc.open_stream(PythonFile(_Pipe(source.stream), mode="r"))

            def streamed(chosen: Sequence[int], words: Sequence[int]) -> Iterator[Mapping[int, Any]]:
                for batch in stream:
                    yield {i: batch.column(i) for i in chosen}

            return _table(source, _Found("Arrow", stream.schema, streamed), options, decisions)

    def batches(chosen: Sequence[int], words: Sequence[int]) -> Iterator[Mapping[int, Any]]:
        included = sorted(chosen)
        part = ipc.open_file(file, options=ipc.IpcReadOptions(included_fields=included))
        for i in range(part.num_record_batches):
            yield dict(zip(included, part.get_batch(i).columns, strict=True))

    return _table(source, _Found("Arrow", schema, batches), options, decisions)


def _table(source: Source, found: _Found, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table:
    with _readable(source.name, found.format):
        types = list(found.schema.types)
        names = tuple(name.strip() for name in found.schema.names)
        shown = tuple(type_name(kind) for kind in types)
    columns = Columns(source.name, names, tuple(kind_of(kind) for kind in types), ("",) * len(types), shown)
    return Table(
        columns,
        decisions,
        lambda selection: at_least_one(_pieces(found, TypedReader(columns, types, selection, options)), source.name),
    )


def _pieces(found: _Found, reader: TypedReader) -> Iterator[Piece]:
    with _readable(reader.source, found.format):
        yield from reader.pieces(_checked(found.batches(reader.used, reader.words)))


def _checked(batches: Iterator[Mapping[int, Any]]) -> Iterator[Mapping[int, Any]]:
    """The same: what is damaged must not be followed into memory that is not there."""
    from pyarrow import types

    for batch in batches:
        for array in batch.values():
            array.validate(full=not types.is_primitive(array.type))
            if types.is_dictionary(array.type):
                array.dictionary.validate(full=True)
        yield batch


def _rows_at_once(metadata: Any, chunk_bytes: int) -> int:
    """How many rows of a Parquet file make a batch of moderate size; lists show in the bytes of a row group."""
    row_bytes = 8 * metadata.num_columns
    if metadata.num_row_groups:
        # Nothing of its columns: their metadata, if damaged, makes pyarrow end the process.
        group = metadata.row_group(0)
        row_bytes = max(row_bytes, group.total_byte_size // max(1, group.num_rows))
    return int(min(max(TIMES * chunk_bytes // max(1, row_bytes), _FEWEST_ROWS), _MOST_ROWS))


def _require_pyarrow(what: str) -> None:
    try:
        import pyarrow as pa  # noqa: F401
    except ImportError:
        raise missing_package(what, "pyarrow", "parquet") from None


@contextmanager
def _readable(name: str, what: str) -> Iterator[None]:
    """Errors of pyarrow, in the terms of the user."""
    from pyarrow import ArrowException

    try:
        yield
    except BrokenBytesError as broken:
        raise InputError(str(broken), name, _AGAIN) from None
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        reason = printable(str(error).partition("\n")[0])[:_LONGEST_REASON]
        raise InputError(f"{what} can't be read, the data is damaged or incomplete: {reason}", name, _AGAIN) from None


def _seekable(source: Source, *, mapped: bool = False) -> Any:
    """The bytes of a source as a file of pyarrow; those that come through a pipe are kept, in memory or on disk."""
    import os

    import pyarrow as pa

    if source.path is not None:
        path = os.fsencode(source.path)
        return pa.memory_map(path) if mapped else pa.OSFile(path)
    from losscli.inputs.keeping import keep

    return pa.PythonFile(keep(source), mode="r")


class _Pipe(io.RawIOBase):
    """A stream of bytes as pyarrow takes one."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(size)
