"""Fields of structs as columns of their own: ``pred.cat`` and ``pred.dog`` of a column ``pred``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.inputs.arrow.arrow_columns import Batches


def with_fields(schema: Any, batches: Batches) -> tuple[Any, Batches]:
    """A schema without structs, and the same batches in its columns."""
    flat: list[Any] = []
    origin: list[tuple[int, int | None]] = []  # the column, and the number of its field
    for i, column in enumerate(schema):
        fields = (
            [column.type.field(j) for j in range(column.type.num_fields)] if pa.types.is_struct(column.type) else []
        )
        flat += [pa.field(f"{column.name}.{one.name}", one.type) for one in fields] or [column]
        origin += [(i, j) for j in range(len(fields))] or [(i, None)]

    def every(chosen: Sequence[int], words: Sequence[int]) -> Iterator[Mapping[int, Any]]:
        plain = [origin[i][0] for i in words if origin[i][1] is None]
        for batch in filter(None, batches(sorted({origin[i][0] for i in chosen}), plain)):
            parts = {i: batch[i].flatten() for i in {origin[at][0] for at in chosen if origin[at][1] is not None}}
            yield {at: batch[i] if j is None else parts[i][j] for at in chosen for i, j in (origin[at],)}

    return pa.schema(flat, schema.metadata), every
