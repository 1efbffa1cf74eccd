"""Delimited text with objects in its cells, such as ``{"cat": 0.7, "dog": 0.3}``, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.inputs.delimited.csv_records import records
from losscli.inputs.delimited.whole_records import whole_records
from losscli.inputs.json.json_records import open_records
from losscli.inputs.json.scores_by_class import object_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.inputs.choose.columns import Columns, Table
    from losscli.inputs.delimited.dialect import TextLayout
    from losscli.inputs.delimited.lines import TextBlock
    from losscli.inputs.json.record_groups import Group
    from losscli.inputs.read_options import ReadOptions


def holds_objects(columns: Columns) -> bool:
    """Whether all cells of a column with a name are objects of numbers, in the first rows."""
    texts = (columns.texts(i) for i, kind in enumerate(columns.kinds) if kind == "text" and columns.names)
    return any(all(map(object_in, cells)) for cells in texts)


def as_records(blocks: Iterator[TextBlock], layout: TextLayout, columns: Columns, options: ReadOptions) -> Table:
    """The rows of text as records; ``blocks`` are the text after the header.

    Raises:
        InputError: A line has too many fields or too few.
    """
    names, name = layout.names or (), columns.source

    def groups() -> Iterator[Group]:
        for block in whole_records(blocks, layout, name):
            rows = [row for row in records(block.lines, layout.delimiter, block.first_line, name) if row[1]]
            bad = next(((line, fields or []) for line, fields in rows if len(fields or []) != len(names)), None)
            if bad is not None:
                raise InputError(f"{len(bad[1])} fields, the header has {len(names)}", f"{name}:{bad[0]}")
            cells = [dict(zip(names, map(str.strip, fields or []), strict=True)) for _, fields in rows]
            yield [f"{name}:{line}" for line, _ in rows], cells

    return open_records(groups(), name, options, layout.decisions)
