"""The same table in every format: text as pandas writes it, records, Parquet and Arrow with the types of the values."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def values_of(text: str) -> tuple[list[str], list[list[Any]]]:
    """The names of a CSV table and its rows, columns of numbers and of true and false as such."""
    names, *rows = [row for row in csv.reader(io.StringIO(text)) if row]
    columns = [_typed(column) for column in zip(*rows, strict=True)]
    return names, [list(row) for row in zip(*columns, strict=True)]


def _typed(column: Sequence[str]) -> list[Any]:
    if all(text in ("True", "False") for text in column):
        return [text == "True" for text in column]
    for kind in (int, float, json.loads):
        try:
            return [kind(text) for text in column]
        except ValueError:
            continue
    return list(column)


def _delimited(names: list[str], rows: list[list[Any]], path: Path, delimiter: str) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([names, *rows])


def _ndjson(names: list[str], rows: list[list[Any]], path: Path) -> None:
    path.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows))


def _records(names: list[str], rows: list[list[Any]], path: Path) -> None:
    path.write_text(json.dumps([dict(zip(names, row, strict=True)) for row in rows]))


def _arrow(names: list[str], rows: list[list[Any]]) -> Any:
    import pyarrow as pa

    return pa.table({name: pa.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})


def _parquet(names: list[str], rows: list[list[Any]], path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(_arrow(names, rows), path)


def _file(names: list[str], rows: list[list[Any]], path: Path, *, stream: bool) -> None:
    import pyarrow as pa

    table = _arrow(names, rows)
    with pa.OSFile(str(path), "wb") as sink:
        writer = (pa.ipc.new_stream if stream else pa.ipc.new_file)(sink, table.schema)
        writer.write_table(table)
        writer.close()


WRITERS: dict[str, Callable[[list[str], list[list[Any]], Path], None]] = {
    "csv": lambda names, rows, path: _delimited(names, rows, path, ","),
    "tsv": lambda names, rows, path: _delimited(names, rows, path, "\t"),
    "ndjson": _ndjson,
    "json": _records,
    "parquet": _parquet,
    "arrow": lambda names, rows, path: _file(names, rows, path, stream=False),
    "feather": lambda names, rows, path: _file(names, rows, path, stream=True),
}
