"""Text that tools write for people, or with a name for each number, rewritten line by line as a plain table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.inputs.delimited.lines import TextBlock
from losscli.inputs.numbers import looks_numeric
from losscli.lazy import regex
from losscli.record import record
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RULE = regex(r"(?=.*--)[\s|+:\-]+")  # below the header, in Markdown and in psql
_COUNT = regex(r"\(\d+ rows?\)")
_SPARSE = regex(r"\s*[+-]?[\d.eE+-]+(?:\s+(?:qid|\d+):\S+)+\s*(?:#.*)?")
_PAIR = regex(r"([^\s:]+):([^\s:]+)")
_ATTRIBUTE = regex(r"@attribute\s+('[^']*'|\"[^\"]*\"|\S+)\s", re.IGNORECASE)
_QUOTED = regex(r"(?:^|(?<=,))\s*'([^']*)'\s*(?=,|$)", re.MULTILINE)
_HEADER = regex(r"\s*inst#,?\s*actual,?\s*predicted,?\s*error")
_TITLES, _WEKA_COLUMNS = 9, 3  # most lines before the header; columns before the error mark
_MARK = "+"  # Weka's mark of a wrong prediction

Pairs = list[tuple[str, str]]


@record
class Rewriting:
    """How lines are rewritten.

    Attributes:
        what: The kind of text, as shown.
        reason: How it was recognised.
        delimiter: The delimiter of the rewritten lines.
        names: The column names, if no line of the table has them.
        skip: The number of lines before the table.
        replaced: A header, and its replacement.
    """

    what: str
    reason: str
    delimiter: str
    names: tuple[str, ...] = ()
    skip: int = 0
    replaced: tuple[str, str] = ("", "")

    def text(self, text: str) -> str:
        """The text rewritten, with equally many lines."""
        if self.what == ARFF:
            return _QUOTED.sub(r'"\1"', text)
        return "\n".join(map(self._line, text.split("\n")))

    def _line(self, line: str) -> str:
        if self.what == BARS:
            line = line.strip()
            if _RULE.fullmatch(line) or _COUNT.fullmatch(line):
                return ""
            return line[1:-1] if len(line) > 1 and line[0] == line[-1] == "|" else line
        if self.what == WEKA:
            return self.replaced[1] if line == self.replaced[0] else ",".join(_weka_fields(line))
        if self.what == MARKS:
            fields = [field for field in line.split() if field != _MARK]
            return self.replaced[1] if line == self.replaced[0] else " ".join(fields)
        if self.what == SPARSE:
            return line.split()[0] if line.strip() else line
        found = dict(_pairs(line) or ())
        return " ".join(found[name] for name in self.names) if self._fits(line) else line

    def _fits(self, line: str) -> bool:
        found = [name for name, _ in _pairs(line) or ()]
        return sorted(found) == sorted(self.names)

    def blocks(self, blocks: Iterator[TextBlock], name: str) -> Iterator[TextBlock]:
        """Blocks of the same lines, rewritten; messages call the text ``name``.

        Raises:
            InputError: A line has other names than the first.
        """
        for block in blocks:
            if self.what == PAIRS:
                for i, line in enumerate(block.lines, block.first_line):
                    if line.strip() and not self._fits(line):
                        names = ", ".join(map(printable, self.names[:5]))
                        raise InputError(f"a line without the names of the first, {names}", f"{name}:{i}")
            yield TextBlock(self.text(block.data.decode()).encode(), block.first_line)


BARS, MARKS, PAIRS, ARFF = "a table with rules", "a mark beside some rows", "names beside numbers", "ARFF"
WEKA, SPARSE = "predictions of Weka", "a label before its features, as in LIBSVM"


def rewriting_of(text: str, delimiter: str | None) -> Rewriting | None:
    """How to rewrite the lines of a text, judged from the first ones; None if it is a plain table.

    Args:
        text: The beginning of the text.
        delimiter: The delimiter asked for; pairs of names and numbers are separated by white space.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return None
    if delimiter is None and "inst#" in text and (weka := _weka(text.split("\n"))) is not None:
        return weka
    if delimiter in (None, "|") and "|" in lines[0] and _RULE.fullmatch(lines[1].strip()):
        return Rewriting(BARS, "a rule stands below the first line", "|")
    if delimiter in (None, ",") and (lines[0].lstrip()[:1] in "@%"):
        return _arff(text)
    if delimiter not in (None, " ", "space") or "," in lines[0] or "\t" in lines[0]:
        return None
    if ":" in lines[0] and all(map(_SPARSE.fullmatch, lines)):
        return Rewriting(SPARSE, "numbered features follow, which are left out", " ")
    return _marked(lines) or _named(lines)


def _weka(lines: Sequence[str]) -> Rewriting | None:
    """Predictions as Weka prints them below a title, or with the distribution: ``*0.9,0.1``, the predicted marked."""
    at = next((i for i, line in enumerate(lines[:_TITLES]) if _HEADER.match(line)), None)
    if at is None or not (at or "distribution" in lines[at]):
        return None
    rows = [fields for line in lines[at + 1 :] if (fields := _weka_fields(line))]
    width = len(rows[0]) if rows else 0
    if width < _WEKA_COLUMNS or any(len(fields) != width for fields in rows):
        return None
    names = ["inst#", "actual", "predicted"]
    if "distribution" in lines[at]:
        told = dict(field.split(":", 1) for fields in rows for field in fields[1:3] if ":" in field)
        names += [f"p_{i}:{told[str(i)]}" if str(i) in told else f"p_{i}" for i in range(1, width - 2)]
    else:
        names += ["prediction"] * (width > _WEKA_COLUMNS)
    reason = "its header is inst#, actual, predicted, error"
    return Rewriting(WEKA, reason, ",", skip=at, replaced=(lines[at], ",".join(names)))


def _weka_fields(line: str) -> list[str]:
    """The fields of a row, without the marks of an error and of the predicted class."""
    fields = line.split(",") if "," in line.split("*")[0] and line[:1].strip() else line.split()
    fields = fields[:3] + [field for field in fields[3:] if field not in (_MARK, "") and field[:1] != "("]
    if fields and ":" not in "".join(fields[1:3]) and len(fields) == _WEKA_COLUMNS + 1:
        return fields[:3]  # the rest is the error of a predicted number
    return [part.lstrip("*") for field in fields for part in field.split(",")]


def _arff(text: str) -> Rewriting | None:
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("%")), 0)
    data = next((i for i, line in enumerate(lines) if line.strip().lower() == "@data"), None)
    if data is None or not lines[start].lstrip().lower().startswith("@relation"):
        return None
    matches = [_ATTRIBUTE.match(line.strip()) for line in lines[:data]]
    names = tuple(match[1].strip("'\"") for match in matches if match)
    return Rewriting(ARFF, "it begins with @relation", ",", names, data + 1)


def _marked(lines: Sequence[str]) -> Rewriting | None:
    """Rows in which a lone plus, named in the header, marks wrong predictions, as Weka writes them."""
    header, *rows = [line.split() for line in lines]
    at = {row.index(_MARK) for row in rows if row.count(_MARK) == 1}
    place = at.pop() if len(at) == 1 else header.index("error") if not at and "error" in header else None
    if place is None or any(row.count(_MARK) > 1 for row in rows) or any(map(looks_numeric, header)):
        return None
    if any(len(row) - row.count(_MARK) != len(header) - 1 for row in rows):
        return None
    rest = " ".join(name for i, name in enumerate(header) if i != place)
    return Rewriting(MARKS, f"column {header[place]} is empty or {_MARK}", " ", replaced=(lines[0], rest))


def _named(lines: Sequence[str]) -> Rewriting | None:
    """Rows of names with their numbers: ``1:0.2 2:0.8`` of Vowpal Wabbit, ``cat 0.8 dog 0.2`` of fastText."""
    first = _pairs(lines[0])
    if first is None or len(first) < 2:
        return None
    names = {name for name, _ in first}
    if len(names) != len(first):
        return None
    for line in lines:
        found = _pairs(line)
        if found is None or len(found) != len(names) or {name for name, _ in found} != names:
            return None
    ordered = tuple(name for name, _ in first)
    return Rewriting(PAIRS, "each line has the same names", " ", ordered)


def _pairs(line: str) -> Pairs | None:
    """The names and numbers of a line, which may end with a tag."""
    fields = line.split()
    matches = [_PAIR.fullmatch(field) for field in fields]
    if fields and matches[0]:
        end = len(fields) if matches[-1] else len(fields) - 1
        found = [(match[1], match[2]) for match in matches[:end] if match]
        return found if len(found) == end and all(looks_numeric(number) for _, number in found) else None
    if len(fields) % 2 or any(map(looks_numeric, fields[::2])) or not all(map(looks_numeric, fields[1::2])):
        return None
    return [*zip(fields[::2], fields[1::2], strict=True)]
