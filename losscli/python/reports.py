"""The report that Python gets: a number to compute with, and the shell's tables for ``print`` and notebooks."""

from __future__ import annotations

import html
import io
from typing import TYPE_CHECKING

from losscli.core import report as core
from losscli.outputs.draw.drawing import drawer
from losscli.outputs.draw.fit import BARS
from losscli.outputs.result_writers import Blocks
from losscli.outputs.writer import Wants
from losscli.python.worded import worded
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from losscli.outputs.draw.block import Block

DIGITS = 7  # in tables


class Report(core.Report):
    """The result of an evaluation: ``print`` shows it as the command line does, a notebook as HTML."""

    def __str__(self) -> str:
        return self._drawn(text_of)

    def _repr_html_(self) -> str:
        return self._drawn(html_of)

    def _drawn(self, draw: Callable[[Iterable[Block]], str]) -> str:
        drawn: list[str] = []

        def keep(blocks: Iterable[Block], *below: object) -> None:
            drawn.append(draw(in_python_words(blocks)))

        writer = Blocks(keep, digits=DIGITS, verbose=True, notes=True, wants=Wants.NOTHING)
        writer.finish(self)
        return drawn[0]


def in_words(report: core.Report) -> Report:
    """The report with notes and decisions in Python's words."""
    notes = (replace(one, message=worded(one.message), hint=worded(one.hint)) for one in report.notes)
    return Report(
        **vars(report)
        | {
            "notes": tuple(replace(one, where=worded(one.where)) for one in notes),
            "decisions": tuple(replace(one, reason=worded(one.reason)) for one in report.decisions),
            "against": tuple(replace(one, reason=worded(one.reason)) for one in report.against),
        }
    )


def in_python_words(blocks: Iterable[Block]) -> list[Block]:
    """Blocks that name arguments instead of options."""
    return [
        replace(block, rows=tuple(tuple(map(worded, row)) for row in block.rows), caption=worded(block.caption))
        for block in blocks
    ]


def text_of(blocks: Iterable[Block]) -> str:
    """Blocks as tables of text."""
    text = io.StringIO()
    drawer("table", text, "never")(blocks)
    return text.getvalue().rstrip("\n")


def html_of(blocks: Iterable[Block]) -> str:
    """Blocks as HTML tables; bars are left out."""
    return "\n".join(map(_table, blocks))


def _table(block: Block) -> str:
    shown = [i for i, column in enumerate(block.columns) if column.align not in BARS]
    head = "".join(_cell("th", block.columns[i].heading, block.columns[i].align) for i in shown)
    rows = ("".join(_cell("td", row[i], block.columns[i].align) for i in shown) for row in block.rows)
    caption = f"<caption>{html.escape(block.caption)}</caption>" if block.caption else ""
    return f"<table>{caption}<tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cell(tag: str, text: str, align: str) -> str:
    style = ' style="text-align: right"' if align == "right" else ' style="text-align: left"'
    return f"<{tag}{style}>{html.escape(text.strip())}</{tag}>"
