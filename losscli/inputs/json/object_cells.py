"""Delimited text with objects in its cells, such as ``{"cat": 0.7, "dog": 0.3}``, as records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from losscli.core.batch import Decision
from losscli.errors import InputError
from losscli.inputs.delimited.csv_records import records
from losscli.inputs.delimited.whole_records import whole_records
from losscli.inputs.json.json_records import open_records
from losscli.record import replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.inputs.choose.columns import Columns, Table
    from losscli.inputs.delimited.dialect import TextLayout
    from losscli.inputs.delimited.lines import TextBlock
    from losscli.inputs.json.record_groups import Group
    from losscli.inputs.read_options import ReadOptions


def objects_in(columns: Columns) -> list[int]:
    """The columns whose cells are objects with numbers, in all first rows."""
    texts = {i: columns.texts(i) for i, kind in enumerate(columns.kinds) if kind == "text" and columns.names}
    return [i for i, cells in texts.items() if cells and all(_object(cell) for cell in cells)]


def _object(cell: str) -> dict[str, Any] | None:
    """The object in a cell as JSON or Python writes it; None if it is none."""
    for text in (cell, cell.replace("'", '"')):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        numbers = isinstance(found, dict) and all(type(value) in (int, float) for value in found.values())
        return found if numbers else None
    return None


def open_objects(
    blocks: Iterator[TextBlock], layout: TextLayout, columns: Columns, at: Sequence[int], options: ReadOptions
) -> Table:
    """The table as records, in which the only object is the scores of all classes, unless ``--pred`` says which.

    Args:
        blocks: The text after the header.
        layout: How it is read.
        columns: Its columns.
        at: Those that hold objects.
        options: The options of reading.
    """
    names, name = layout.names or (), columns.source

    def groups() -> Iterator[Group]:
        for block in whole_records(blocks, layout, name):
            rows = [row for row in records(block.lines, layout.delimiter, block.first_line, name) if row[1]]
            yield [f"{name}:{line}" for line, _ in rows], [record(line, fields or []) for line, fields in rows]

    def record(line: int, fields: list[str]) -> dict[str, Any]:
        if len(fields) != len(names):
            raise InputError(f"{len(fields)} fields, the header has {len(names)}", f"{name}:{line}")
        found: dict[str, Any] = dict(zip(names, map(str.strip, fields), strict=True))
        for i in at:
            found[names[i]] = _object(fields[i])
            if found[names[i]] is None:
                raise InputError(f"{quoted(fields[i])} is no object of numbers", f"{name}:{line}, column {names[i]}")
        return found

    told = Decision("cells", f"objects in column {', '.join(columns.called(i) for i in at)}", "their keys are columns")
    pred = names[at[0]] if len(at) == 1 and options.pred is None else options.pred
    return open_records(groups(), name, replace(options, pred=pred), (*layout.decisions, told))
