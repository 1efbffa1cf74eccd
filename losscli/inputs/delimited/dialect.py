"""The layout of delimited text: delimiter, header, column names; decided once, from its beginning."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError
from losscli.inputs.choose.header import find_header
from losscli.inputs.choose.usual_names import ROLE_NAMES, key, prediction_prefix
from losscli.inputs.delimited import decimal_comma
from losscli.inputs.delimited.csv_records import COMMENTS, SPACE, open_quote, records
from losscli.inputs.delimited.rewritten import Rewriting, rewriting_of
from losscli.inputs.model import no_rows
from losscli.inputs.numbers import has_decimal_comma, looks_numeric
from losscli.lazy import regex
from losscli.record import record, replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.inputs.read_options import ReadOptions

_EXCEL = regex(r'"?sep=([,;|\t])"?\r?\n', re.IGNORECASE)
_CANDIDATES = (",", "\t", ";", "|", SPACE)
_WORDS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar", SPACE: "white space"}
_SPOKEN = {"tab": "\t", "\\t": "\t", "space": SPACE, "comma": ",", "semicolon": ";"}
_SAMPLE_LINES = 50
_TITLED = 3  # least lines of a table below a title

Records = list[tuple[int, list[str]]]


@record
class TextLayout:
    """The shape of a table in text.

    Attributes:
        delimiter: One ASCII character; a space stands for runs of white space.
        names: The column names without surrounding white space, or None without a header.
        width: The number of columns.
        skip: How many physical lines come before the first row of data.
        sample: The first records of data with their line numbers, by which columns are judged.
        decisions: Delimiter and header, with their reasons.
        header: The text of the header.
        header_line: Its first line.
        comma: Numbers are written with a decimal comma.
        anew: How lines are rewritten before they are parsed; None if they are not.
    """

    delimiter: str
    names: tuple[str, ...] | None
    width: int
    skip: int
    sample: Records
    decisions: tuple[Decision, ...]
    header: str | None = None
    header_line: int = 1
    comma: bool = False
    anew: Rewriting | None = None


class Lines:
    """Line numbers of a text from which some lines were left out.

    Args:
        blocks: First line and length of each run of consecutive lines.
    """

    def __init__(self, blocks: Iterable[tuple[int, int]]) -> None:
        self._blocks = [*blocks]

    def __getitem__(self, line: int) -> int:
        """The number of a line in the file, by its number among the remaining lines."""
        for first, count in self._blocks:
            if line <= count:
                return first + line - 1
            line -= count
        return line


def find_layout(text: str, name: str, options: ReadOptions, lines: Lines, *, tabs: bool) -> TextLayout:
    """Decide the layout from the first whole lines of a text.

    Raises:
        InputError: There are no rows, or two delimiters fit equally well.
        UsageError: The delimiter that was asked for can't be one.
    """
    if not text.strip():
        raise no_rows(name)
    open_to = not tabs and options.delimiter is None
    said = _EXCEL.match(text) if open_to and "sep=" in text[:5].lower() else None
    if said is not None:  # a line that only Excel reads
        text, options = "\n" + text[said.end() :], replace(options, delimiter=said[1])
    anew = None if tabs or options.header is not None else rewriting_of(text, options.delimiter)
    if anew is not None:
        text = "\n" * anew.skip + anew.text("\n".join(text.split("\n")[anew.skip :]))
    body = _without_mark(text).split("\n")[:-1]
    delimiter, delimiter_reason = (anew.delimiter, anew.reason) if anew else _delimiter(body, name, options, tabs)
    every = [(line, fields) for line, fields in records(body, delimiter, 1, name) if fields or fields is None]
    found = [(line, fields) for line, fields in every if fields]
    if not found:
        raise open_quote(name, lines[every[0][0]]) if every else no_rows(name)
    _refuse_other_lines(found, text, name, lines)
    delimiter_reason = delimiter_reason if said is None else "the first line says it"
    decisions = [Decision("delimiter", _WORDS.get(delimiter, quoted(delimiter)), delimiter_reason)]
    if anew is not None:
        decisions.insert(0, Decision("lines", anew.what, anew.reason, note=True))
    comma = decimal_comma.found_in([fields for _, fields in found], delimiter)
    if comma:
        found = [(line, [decimal_comma.with_point(field) for field in fields]) for line, fields in found]
        decisions.append(Decision("decimal sign", "comma", "0,5 is read as 0.5", note=True))
    if _has_row_names(found):
        found[0] = (found[0][0], ["", *found[0][1]])
        decisions.append(Decision("row names", "column 1", "the first line has one field less, all words"))
    if anew is not None and len(anew.names) == len(found[0][1]):
        return _named_elsewhere(anew, found, lines, options, tuple(decisions))
    below = [fields for _, fields in found[1:]]
    marked, where = text.startswith("#"), f"{name}:{lines[found[0][0]]}"
    header = find_header(found[0][1], below, options, marked=marked, where=where)
    place = f"line {lines[found[0][0]]}" if header.there else "none"
    decisions.append(Decision("header", place, header.reason, note=header.note))
    width = len(found[0][1])
    sample = [(lines[line], fields) for line, fields in found[header.there :][: options.limit]]
    if not header.there:
        return TextLayout(delimiter, None, width, found[0][0] - 1, sample, tuple(decisions), comma=comma, anew=anew)
    names = tuple(field.strip() for field in found[0][1])
    skip = every[1][0] - 1 if len(every) > 1 else len(body)
    start, more = found[0][0] - 1, sum(field.count("\n") for field in found[0][1])
    own = "\n".join(text.split("\n", start + more + 1)[start : start + more + 1])
    return TextLayout(delimiter, names, width, skip, sample, tuple(decisions), own, lines[start + 1], comma, anew)


def _named_elsewhere(
    anew: Rewriting, found: Records, lines: Lines, options: ReadOptions, decisions: tuple[Decision, ...]
) -> TextLayout:
    """The layout of rows whose column names are not in a line of their own."""
    sample = [(lines[line], fields) for line, fields in found[: options.limit]]
    header = Decision("header", "none", "the names stand elsewhere")
    every = (*decisions, header)
    return TextLayout(anew.delimiter, anew.names, len(anew.names), found[0][0] - 1, sample, every, anew=anew)


def _has_row_names(found: Records) -> bool:
    """Whether the first line names all columns but the first, as in tables with row names written by R."""
    first, rest = found[0][1], [fields for _, fields in found[1:]]
    if len(first) < 2 or not rest or any(len(fields) != len(first) + 1 for fields in rest):
        return False
    ended = all(not fields[-1].strip() for fields in rest)  # every line ends with a delimiter
    return not ended and all(field.strip() and not looks_numeric(field) for field in first)


def _refuse_other_lines(found: Records, text: str, name: str, lines: Lines) -> None:
    """Refuse lines before the table, such as comments or a title.

    Raises:
        InputError: The first lines do not belong to it; with the option that leaves them out.
    """
    first, rest = found[0], found[1:]
    mark = next((mark for mark in COMMENTS if text.startswith(mark)), None)
    like = mark is not None and any(fields[0].lstrip().startswith(mark) for _, fields in rest)
    widths = {len(fields) for _, fields in rest}
    if mark and (like or (rest and len(first[1]) not in widths)):
        raise InputError(
            f"line {lines[first[0]]} begins with {mark}", f"{name}:{lines[first[0]]}", f"--comment '{mark}'"
        )
    _refuse_title(found, name, lines)
    before = next((i for i, (_, fields) in enumerate(found) if len(fields) > 1), 0)
    widths = {len(fields) for _, fields in found[before:]}
    if before and len(widths) == 1 and len(found) > before + 1:
        title, header = lines[first[0]], lines[found[before][0]]
        what = f"line {title} has 1 field, {quoted(first[1][0].strip()[:40])}, line {header} has {widths.pop()}"
        hint = f"--skip {header - 1} if the table begins in line {header}"
        if header == title + 1 and all(has_decimal_comma(",".join(fields)) for _, fields in found[before:]):
            hint = f"-d ';' if {','.join(found[before][1])} is one number with a decimal comma; {hint}"
        raise InputError(what, f"{name}:{title}", hint)


def _refuse_title(found: Records, name: str, lines: Lines) -> None:
    """Refuse a line above the header, such as a title, even with the same number of fields.

    Raises:
        InputError: Both the first and the second line are words above nothing but numbers.
    """
    if len(found) < _TITLED:
        return
    (line, first), (below, second), rows = found[0], found[1], [fields for _, fields in found[2:]]

    def is_header() -> bool:
        if any(looks_numeric(field) for field in (*second, *first)):
            return False
        named = any(field.strip() and (key(field) in ROLE_NAMES or prediction_prefix(field)) for field in second)
        return named and any(all(i < len(row) and looks_numeric(row[i]) for row in rows) for i in range(len(second)))

    if is_header():
        what = f"line {lines[line]} begins with {quoted(first[0].strip())}, and line {lines[below]} is the header"
        raise InputError(what, f"{name}:{lines[line]}", f"--skip {lines[below] - 1}")


def _without_mark(text: str) -> str:
    """The text without the ``# `` that np.savetxt puts before a header."""
    return text.removeprefix("#").removeprefix(" ") if text.startswith("#") else text


def _delimiter(lines: Sequence[str], name: str, options: ReadOptions, tabs: bool) -> tuple[str, str]:
    if options.delimiter is not None:
        return _asked(options.delimiter), "given"
    if tabs:
        return "\t", "the format is tsv"
    most = _SAMPLE_LINES if options.limit is None else min(_SAMPLE_LINES, options.limit + 1)
    splits = {d: _split(lines, d, name, most) for d in _CANDIDATES}
    even = {d: rows for d, rows in splits.items() if rows and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1}
    if len(even) > 1 and SPACE in even:
        if decimal_comma.found_in(even[SPACE], SPACE):  # 0,1 0,9
            return SPACE, "between numbers with a decimal comma"
        even.pop(SPACE)  # as in '0.1, 0.9' and 'p cat;p dog'
    if len(even) > 1:
        even = _most_numbers(even)
    if len(even) > 1:
        words = " and ".join(_WORDS[d] for d in even)
        raise InputError(f"{words} split the lines equally well", name, "say which with -d, as in -d ';'")
    for d, rows in even.items():
        lines = "the first line has" if len(rows) == 1 else f"each of the first {len(rows)} lines has"
        return d, f"{lines} {len(rows[0])} fields"
    return _usual(splits)


def _asked(text: str) -> str:
    delimiter = _SPOKEN.get(text, text)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in '"+-.\n\r\0':
        raise UsageError(f"{quoted(text)} can't be a delimiter", hint="-d ',' or -d ';' or -d tab or -d space")
    return delimiter


def _split(lines: Sequence[str], delimiter: str, name: str, most: int) -> list[list[str]]:
    rows = []
    try:
        for _, fields in records(lines, delimiter, 1, name):
            if fields:
                rows.append(fields)
            if len(rows) == most:
                break
    except InputError:  # a quote that never closes: reported when the rows are read
        pass
    return rows


def _most_numbers(even: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Keep the delimiters that give the most numbers: commas within texts give none."""
    numbers = {d: sum(looks_numeric(field) for row in rows for field in row) for d, rows in even.items()}
    return {d: rows for d, rows in even.items() if numbers[d] == max(numbers.values())}


def _usual(splits: dict[str, list[list[str]]]) -> tuple[str, str]:
    """The delimiter of a ragged table, so that its uneven lines can be reported, and why; else that of one column."""
    best, agreeing, fields, lines = ",", 0, 1, 0
    for delimiter, rows in splits.items():
        counts = Counter(len(row) for row in rows if len(row) > 1)
        width, times = counts.most_common(1)[0] if counts else (1, 0)
        if 2 * times >= len(rows) and times > agreeing:
            best, agreeing, fields, lines = delimiter, times, width, len(rows)
    if agreeing:
        return best, f"{agreeing} of the first {lines} lines have {fields} fields"
    return ",", "there is one column"
