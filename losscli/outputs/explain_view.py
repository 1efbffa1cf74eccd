"""Explanations as blocks for tables and Markdown, and as data for JSON."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.outputs.catalogue_facts import formula_parts
from losscli.outputs.draw.block import INPUT, RESULT, ROWS, Block, Column, Fold
from losscli.outputs.draw.cell_text import with_short_names
from losscli.outputs.draw.terminal import WIDTH
from losscli.outputs.report_view import input_blocks
from losscli.outputs.write import View
from losscli.record import record, replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.answers.explain.explain import Explanation
    from losscli.answers.explain.worksheet import Step
    from losscli.core.report import Report

_GAP = 3
# A vector with more entries than the first is cut to the second, in an array of 1, 2 or more axes.
_MOST = {1: (6, 4), 2: (4, 2), 3: (2, 1)}
_VECTORS = 2  # rows of a matrix
_MEANING = 16  # characters of the last column
_NAME = 16  # characters of a row's id
_LEAST = 10  # characters of a formula

Cells = tuple[str, str, str, str]


@record
class ExplainView(View):
    """A report, and how it was computed.

    Attributes:
        explanations: The explanations of rows, or of all rows together.
        reduction: The explanation of the reduction, if there is one.
        digits: Significant digits in tables.
        hint: A sentence below the rows.
        verbose: Also say why the input was read as it was.
    """

    report: Report
    explanations: Sequence[Explanation]
    reduction: Explanation | None
    digits: int
    hint: str = ""
    verbose: bool = False

    def blocks(self, *, wrapped: bool, page: bool = False) -> list[Block]:
        """The formula, a block for each row, and one for the reduction."""
        loss, digits = self.report.loss, self.digits
        parts = [
            part for part in formula_parts(loss) if self.report.form != "sparse" or not part.startswith("soft labels")
        ]
        about = [("formula" if i == 0 else "", part) for i, part in enumerate(parts)]
        about.append(("convention", self.report.convention))
        brief = f"{loss.name}: {'; '.join(parts)}; convention {self.report.convention}"
        head = Block(
            (Column(loss.name), Column(f"in {self.report.unit}" if self.report.unit else "")),
            _wrapped(about, (10, WIDTH - _GAP - max(len(loss.name), 10)), wrap=wrapped),
            fold=Fold(INPUT, range(len(about)), 0, lambda gone, less: brief, together=True),
            title=f"{loss.name}, explained",
        )
        *others, last = self.explanations
        found = [_block(_title(one), one, digits, wrap=wrapped) for one in others]
        found.append(_block(_title(last), last, digits, self.hint, wrap=wrapped))
        if others:  # all of the rows that were asked for
            found = [replace(block, fold=None) for block in found]
        if self.reduction is not None:
            found.append(_block("reduction", self.reduction, digits, wrap=wrapped, rank=RESULT))
        [read] = input_blocks(self.report, verbose=self.verbose or page)
        if read.fold is not None:  # it gives way before the steps do
            read = replace(read, fold=replace(read.fold, rank=RESULT))
        return [head, *found, read]

    def document(self) -> dict[str, Any]:
        """The report with all steps; no vector is cut."""
        entries = [_entry("row" if one.row else "all rows", one) for one in self.explanations]
        if self.reduction is not None:
            entries.append(_entry("reduction", self.reduction))
        return self.report.to_dict() | {"explain": entries}


def _entry(what: str, explanation: Explanation) -> dict[str, Any]:
    return {
        "of": what,
        "row": explanation.row,
        "id": explanation.id,
        "counted": bool(explanation.steps),
        "steps": [
            {
                "symbol": step.symbol,
                "formula": step.formula,
                "with_numbers": step.with_numbers(_exact),
                "value": _plain(step.value),
                "meaning": step.meaning,
            }
            for step in explanation.steps
        ],
        "remark": explanation.remark,
    }


def _block(title: str, explanation: Explanation, digits: int, hint: str = "", *, wrap: bool, rank: int = ROWS) -> Block:
    """The steps; on a low screen the last ones."""
    if not explanation.steps:
        return Block((Column(title),), ((explanation.remark,),), caption=hint)
    lines = [_cells(step, digits) for step in explanation.steps]
    widths = [max(map(len, column)) for column in zip((title, "formula", "with numbers", ""), *lines, strict=True)]
    if wrap and sum(widths) + _GAP * 3 > WIDTH:
        widths = _narrowed(lines, widths)
    rows = _wrapped(lines, widths, wrap=wrap)
    result = len(rows) - len(_wrapped(lines[-1:], widths, wrap=wrap))
    columns = (Column(title), Column("formula"), Column("with numbers"), Column(""))

    def below(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        earlier = f"-v: {count(len(gone), 'earlier step')}\n" if gone else ""
        return earlier + _caption([explanation.remark, hint], wrap=wrap)

    fold = Fold(rank, range(result - 1, -1, -1), 0, below)
    return Block(columns, rows, frozenset(range(result, len(rows))), below(), fold=fold)


def _narrowed(lines: Sequence[Cells], widths: Sequence[int]) -> list[int]:
    """Widths that sum to 80 columns, with the fewest lines."""
    first, formula, _, last = widths
    last = min(last, _MEANING)
    room = WIDTH - _GAP * 3 - first - last
    words = [max((len(word) for line in lines for word in line[j].split()), default=0) for j in (1, 2)]

    def cost(parts: tuple[int, int]) -> tuple[int, int]:
        broken = sum(max(0, word - part) for word, part in zip(words, parts, strict=True))
        return broken, len(_wrapped(lines, (first, *parts, last), wrap=True))

    widest = max(min(formula, room - _LEAST), _LEAST)
    parts = min(((part, room - part) for part in range(widest, _LEAST - 1, -1)), key=cost)
    return [first, *parts, last]


def _title(explanation: Explanation) -> str:
    if explanation.row is None:
        return "all rows"
    if explanation.id is None:
        return f"row {explanation.row:,}"
    name = printable(explanation.id)
    return f"row {explanation.row:,} ({name if len(name) <= _NAME else name[: _NAME - 1] + '…'})"


def _cells(step: Step, digits: int) -> Cells:
    def number(value: Any) -> str:
        return _number(value, digits)

    formula, given = step.formula, step.with_numbers(number)
    answer = f"{given}: {'yes' if step.holds else 'no'}"
    if not step.symbol:
        return "", formula, answer, ""
    value, meaning = _text(step.value, number), with_short_names(printable(step.meaning), _MEANING)
    if step.holds is not None:
        return step.symbol, formula, f"{answer}, {value}", meaning
    numbers = value if given in ("", formula, value) else f"{given} = {value}"
    return step.symbol, formula, numbers, meaning


def _number(value: Any, digits: int) -> str:
    if isinstance(value, str | bool | None):
        return printable(str(value))
    return f"{float(value) + 0.0:.{digits}g}"


def _text(value: Any, number: Callable[[Any], str], axes: int | None = None) -> str:
    """A value that fits a cell, or an entry of an array of so many axes."""
    depth = np.ndim(value)
    if not depth:
        return number(value)
    entries, axes = list(value), axes or depth
    most, first = _MOST[min(axes, 3)] if depth == 1 else (_VECTORS, _VECTORS)
    cut = len(entries) > most
    shown = [_text(entry, number, axes) for entry in (entries[:first] if cut else entries)]
    return f"[{' '.join(shown + ['…'] * cut)}]"


def _exact(value: Any) -> str:
    """The shortest text that reads back as the same number."""
    plain = _plain(value)
    if isinstance(plain, float):
        return str(int(plain)) if plain.is_integer() and abs(plain) < 1e15 else repr(plain)
    return str(plain)


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _caption(texts: Sequence[str], *, wrap: bool) -> str:
    said = [text for text in texts if text]
    return "\n".join(textwrap.fill(text, WIDTH) for text in said) if wrap else " ".join(said)


def _wrapped(lines: Sequence[Sequence[str]], widths: Sequence[int], *, wrap: bool) -> tuple[tuple[str, ...], ...]:
    """Rows with long cells wrapped onto further rows."""
    if not wrap:
        return tuple(map(tuple, lines))
    rows: list[tuple[str, ...]] = []
    for line in lines:
        parts = [
            textwrap.wrap(cell, max(width, 1), break_long_words=False, break_on_hyphens=False)
            for cell, width in zip(line, widths, strict=True)
        ]
        rows += zip_longest(*parts, fillvalue="")
    return tuple(rows)
