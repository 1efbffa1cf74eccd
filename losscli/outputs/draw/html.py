"""One page of HTML with nothing from elsewhere, to attach to a review; all text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TextIO

from losscli.outputs.draw.fit import DECORATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.outputs.report_view import Block, Column

_STYLE = """\
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
div { overflow-x: auto; margin: 0 0 2rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .15rem 1.2rem .15rem 0; text-align: left; vertical-align: top }
th { border-bottom: 1px solid; font-weight: 600 }
.right { text-align: right; white-space: pre }
.picture { font-family: ui-monospace, monospace; white-space: pre }
.bar { min-width: 8rem }
.bar span { background: #0072b2; display: block; height: .8rem; margin-top: .35rem }
.strong td { font-weight: 600 }
.bad { color: #d55e00 } .warn { color: #b07d00 } .good { color: #009e73 } .note { color: #0072b2 }
p { color: GrayText; margin: .3rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere }"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def draw(blocks: Sequence[Block], stream: TextIO) -> None:
    """Write a page of blocks."""
    first = sorted(blocks, key=lambda block: not block.strong)  # the one with the result
    title = next((column.heading for block in first for column in block.columns if column.heading), "result")
    page = "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>losscli: {escape(title)}</title>",
            f"<style>\n{_STYLE}\n</style>",
            *(line for block in blocks for line in _block(block)),
            "</html>\n",
        ]
    )
    stream.write(page.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def _block(block: Block) -> Iterator[str]:
    yield "<div>"
    if block.columns:
        yield "<table>"
        yield _row("th", block, [column.heading for column in block.columns], -1)
        for i, row in enumerate(block.rows):
            yield _row("td", block, row, i)
        yield "</table>"
    yield from (f"<p>{escape(line)}</p>" for line in block.caption.splitlines())
    yield "</div>"


def _row(tag: str, block: Block, cells: Sequence[str], i: int) -> str:
    shown = (
        _cell(tag, column, text, block.tones.get((i, j), ""))
        for j, (column, text) in enumerate(zip(block.columns, cells, strict=True))
    )
    about = ' class="strong"' if i in block.strong else ""
    return f"<tr{about}>{''.join(shown)}</tr>"


def _cell(tag: str, column: Column, text: str, tone: str) -> str:
    classes = " ".join(filter(None, [column.align if column.align in ("right", *DECORATION) else "", tone]))
    about = f' class="{classes}"' if classes else ""
    if column.align == "bar" and tag == "td":
        return f'<td{about}><span style="width:{100 * float(text):.4g}%"></span></td>'
    return f"<{tag}{about}>{escape(text)}</{tag}>"
