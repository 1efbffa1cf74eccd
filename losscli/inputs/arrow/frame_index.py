"""The index of a data frame that only counts its rows: Parquet keeps it as metadata, without a column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from losscli.inputs.choose.usual_names import INDEXES, key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from losscli.inputs.arrow.arrow_columns import Batches


def index_of(schema: Any, rows: int, others: Collection[str]) -> tuple[Any, range] | None:
    """The field and the values of the index that another table has as a column; None if it hasn't, or there is none.

    Args:
        schema: The schema of Arrow, with pandas's metadata.
        rows: The number of rows.
        others: The names of the other table's columns.
    """
    try:
        (found,) = json.loads((schema.metadata or {})[b"pandas"])["index_columns"]
        values = range(found["start"], found["stop"], found["step"])
        name = found["name"] or "__index_level_0__"
    except (KeyError, TypeError, ValueError):  # no frame's, or a column
        return None
    keys = {*map(key, others)}
    shared = key(name) in keys or (key(name) in INDEXES and not keys.isdisjoint(INDEXES))
    fits = shared and len(values) == rows > 0 and name not in schema.names
    return (pa.field(name, pa.int64()), values) if fits else None


def with_index(batches: Batches, column: int, values: range) -> Batches:
    """The same batches with the index as that column."""

    def every(chosen: Sequence[int], words: Sequence[int]) -> Iterator[Mapping[int, Any]]:
        start = 0
        for batch in batches([i for i in chosen if i != column], words):
            stop = start + len(next(iter(batch.values())))
            yield {**batch, column: pa.array(values[start:stop])} if column in chosen else batch
            start = stop

    return every
