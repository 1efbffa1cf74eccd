"""One self-contained page of HTML, to attach to a review; all text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TextIO

from losscli.outputs.draw.fit import BARS, DECORATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.outputs.draw.block import Block, Column

_STYLE = """\
:root { color-scheme: light dark; --bar: #0072b2; --bad: #b34700; --warn: #856000; --good: #00734f; --faint: #595959 }
@media (prefers-color-scheme: dark) {
:root { --bar: #56b4e9; --bad: #ff9b5e; --warn: #e0b341; --good: #3fd0a0; --faint: #a6a6a6 } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
h1 { font-size: 1.3rem }
div { overflow-x: auto; margin: 0 0 2rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .15rem 1rem .15rem 0; text-align: left; vertical-align: top; white-space: nowrap }
th { border-bottom: 1px solid; font-weight: 600 }
.right { text-align: right; white-space: pre }
.long { white-space: normal; min-width: 14rem; overflow-wrap: anywhere }
.wide { font-size: .8rem }
.wide th, .wide td { padding-right: .5rem }
.wide th { vertical-align: bottom }
.wide th, .wide td:not(.right, .picture) { white-space: normal }
.wide .long { min-width: 7rem }
.wide .bar, .wide .signed { min-width: 3rem }
.picture { font-family: ui-monospace, monospace; white-space: pre }
.bar, .signed { min-width: 6rem }
td.signed { background: linear-gradient(currentColor, currentColor) calc(50% - .5rem) / 1px 100% no-repeat }
.bar span, .signed span { background: var(--bar); display: block; height: .8rem; margin-top: .35rem }
.strong td { font-weight: 600 }
.strong td.right { font-weight: inherit; text-shadow: .4px 0 }
.bad { color: var(--bad) } .warn { color: var(--warn) } .good { color: var(--good) } .note { color: var(--bar) }
svg { max-width: 100%; height: auto }
p { color: var(--faint); margin: .3rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere }"""
FIGURE, POINT = "\u2007", "\u2008"  # blanks as wide as a digit, and as a point
_LONG = 24  # characters; longer cells wrap
_WIDE = 96  # characters; wider tables have smaller type
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def draw(blocks: Sequence[Block], stream: TextIO) -> None:
    """Write a page of blocks."""
    title = _title(min(blocks, key=lambda block: (not block.title, 0 not in block.strong, (-1, 0) in block.tones)))
    page = "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>losscli: {escape(title)}</title>",
            f"<style>\n{_STYLE}\n</style>",
            f"<h1>{escape(title)}</h1>",
            *(line for block in blocks for line in _block(block)),
            "</html>\n",
        ]
    )
    stream.write(page.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def _title(block: Block) -> str:
    """The title of a page with this block: its subject and its result."""
    headings = [column.heading for column in block.columns]
    about = next(filter(None, headings), "result")
    if block.title:
        return block.title
    if 0 in block.strong:
        return f"{about}: {' '.join(text.strip() for text in block.rows[0][:2])}"
    return f"{about}: {headings[1]}" if (-1, 1) in block.tones else about


def _block(block: Block) -> Iterator[str]:
    yield "<div>"
    if block.svg:
        yield block.svg
    if block.columns:
        yield '<table class="wide">' if _width(block) > _WIDE else "<table>"
        yield _row("th", block, [column.heading for column in block.columns], -1)
        for i, row in enumerate(block.rows):
            yield _row("td", block, row, i)
        yield "</table>"
    yield from (f"<p>{escape(line)}</p>" for line in f"{block.caption}\n{block.legend}".splitlines() if line)
    yield "</div>"


def _width(block: Block) -> int:
    """The width of a table in characters, with the gaps between columns."""
    head = [column.heading for column in block.columns]
    return sum(max(min(len(text), _LONG) for text in cells) + 2 for cells in zip(head, *block.rows, strict=True))


def _row(tag: str, block: Block, cells: Sequence[str], i: int) -> str:
    shown = (
        _cell(tag, column, text, block.tones.get((i, j), ""))
        for j, (column, text) in enumerate(zip(block.columns, cells, strict=True))
    )
    about = ' class="strong"' if i in block.strong else ""
    return f"<tr{about}>{''.join(shown)}</tr>"


def _cell(tag: str, column: Column, text: str, tone: str) -> str:
    long = len(text) > _LONG and column.align not in DECORATION
    kinds = [column.align if column.align in ("right", *DECORATION) else "", "long" * long, tone]
    classes = " ".join(filter(None, kinds))
    about = (f' class="{classes}"' if classes else "") + (' scope="col"' if tag == "th" else "")
    if column.align in BARS and tag == "td":
        return f'<td{about}><span style="{_extent(column.align, float(text))}"></span></td>'
    return f"<{tag}{about}>{escape(_digits_wide(text) if column.align == 'right' else text)}</{tag}>"


def _extent(align: str, share: float) -> str:
    """The start and length of a bar; a signed one starts in the middle."""
    if align == "bar":
        return f"width:{100 * share:.4g}%"
    return f"margin-left:{50 + 50 * min(share, 0.0):.4g}%;width:{50 * abs(share):.4g}%"


def _digits_wide(text: str) -> str:
    """A number whose trailing blanks are as wide as the digits they replace."""
    kept = text.rstrip(" ")
    blanks = len(text) - len(kept)
    if not blanks or "." in kept:
        return kept + FIGURE * blanks
    return kept + POINT + FIGURE * (blanks - 1)
