"""How delimited text is laid out: delimiter, header, column names; decided once, from its beginning."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError, quoted
from losscli.inputs.choose.usual_names import ROLE_NAMES, key
from losscli.inputs.fields import COMMENTS, SPACE, open_quote, records
from losscli.inputs.numbers import is_missing, looks_numeric
from losscli.inputs.pieces import no_rows
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.inputs.options import ReadOptions

_CANDIDATES = (",", "\t", ";", "|", SPACE)
_WORDS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar", SPACE: "white space"}
_SPOKEN = {"tab": "\t", "\\t": "\t", "space": SPACE, "comma": ",", "semicolon": ";"}
_SAMPLE_LINES = 50

Records = list[tuple[int, list[str]]]


@record
class Layout:
    """The shape of a table in text.

    Attributes:
        delimiter: One ASCII character; a space stands for runs of white space.
        names: The column names without surrounding white space, or None without a header.
        width: The number of columns.
        skip: How many physical lines come before the first row of data.
        sample: The first records of data with their lines, to judge the columns by.
        decisions: Delimiter and header, with their reasons.
    """

    delimiter: str
    names: tuple[str, ...] | None
    width: int
    skip: int
    sample: Records
    decisions: tuple[Decision, ...]


class Lines:
    """Numbers of lines of which some were left out.

    Args:
        blocks: The first line of those that follow each other, and how many they are.
    """

    def __init__(self, blocks: Iterable[tuple[int, int]]) -> None:
        self._blocks = [*blocks]

    def __getitem__(self, line: int) -> int:
        """The number of a line in the file by that among the lines that are left."""
        for first, count in self._blocks:
            if line <= count:
                return first + line - 1
            line -= count
        return line


def find_layout(text: str, name: str, options: ReadOptions, lines: Lines, *, tabs: bool) -> Layout:
    """Decide the layout from the first whole lines of a text.

    Raises:
        InputError: There are no rows, or two delimiters fit equally well.
        UsageError: The delimiter that was asked for can't be one.
    """
    if not text.strip():
        raise no_rows(name)
    body = _without_mark(text).split("\n")[:-1]
    delimiter, delimiter_reason = _delimiter(body, name, options, tabs)
    every = [(line, fields) for line, fields in records(body, delimiter, 1, name) if fields or fields is None]
    found = [(line, fields) for line, fields in every if fields]
    if not found:
        raise open_quote(name, lines[every[0][0]]) if every else no_rows(name)
    _refuse_other_lines(found, text, name, lines)
    decisions = [Decision("delimiter", _WORDS.get(delimiter, quoted(delimiter)), delimiter_reason)]
    header, header_reason = _header(found, text.startswith("#"), options)
    decisions.append(Decision("header", f"line {lines[found[0][0]]}" if header else "none", header_reason))
    width = len(found[0][1])
    sample = [(lines[line], fields) for line, fields in found[header:][: options.limit]]
    if not header:
        return Layout(delimiter, None, width, found[0][0] - 1, sample, tuple(decisions))
    names = tuple(field.strip() for field in found[0][1])
    skip = every[1][0] - 1 if len(every) > 1 else len(body)
    return Layout(delimiter, names, width, skip, sample, tuple(decisions))


def _refuse_other_lines(found: Records, text: str, name: str, lines: Lines) -> None:
    """Refuse what stands before the table: comments, a title.

    Raises:
        InputError: The first lines are no part of it; with the option that leaves them out.
    """
    first, rest = found[0], found[1:]
    mark = next((mark for mark in COMMENTS if text.startswith(mark)), None)
    like = mark is not None and any(fields[0].lstrip().startswith(mark) for _, fields in rest)
    widths = {len(fields) for _, fields in rest}
    if mark and (like or (rest and len(first[1]) not in widths)):
        raise InputError(
            f"line {lines[first[0]]} begins with {mark}", f"{name}:{lines[first[0]]}", f"--comment '{mark}'"
        )
    before = next((i for i, (_, fields) in enumerate(found) if len(fields) > 1), 0)
    widths = {len(fields) for _, fields in found[before:]}
    if before and len(widths) == 1 and len(found) > before + 1:
        title, header = lines[first[0]], lines[found[before][0]]
        what = f"line {title} has 1 field, {quoted(first[1][0].strip()[:40])}, line {header} has {widths.pop()}"
        raise InputError(what, f"{name}:{title}", f"--skip {header - 1} if the table begins in line {header}")


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
    if len(even) > 1:
        even.pop(SPACE, None)  # as in '0.1, 0.9' and 'p cat;p dog'
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
    """Keep the delimiters that leave the most numbers, as commas inside a text leave none."""
    numbers = {d: sum(looks_numeric(field) for row in rows for field in row) for d, rows in even.items()}
    return {d: rows for d, rows in even.items() if numbers[d] == max(numbers.values())}


def _usual(splits: dict[str, list[list[str]]]) -> tuple[str, str]:
    """The delimiter of a ragged table, so that its uneven lines can be named; else there is one column."""
    best, agreeing, fields, lines = ",", 0, 1, 0
    for delimiter, rows in splits.items():
        counts = Counter(len(row) for row in rows if len(row) > 1)
        width, times = counts.most_common(1)[0] if counts else (1, 0)
        if 2 * times >= len(rows) and times > agreeing:
            best, agreeing, fields, lines = delimiter, times, width, len(rows)
    if agreeing:
        return best, f"{agreeing} of the first {lines} lines have {fields} fields"
    return ",", "there is one column"


def _header(found: Records, marked: bool, options: ReadOptions) -> tuple[bool, str]:
    if options.header is not None:
        return options.header, "given"
    if marked:
        return True, "it starts with #"
    first = found[0][1]
    second = found[1][1] if len(found) > 1 else []
    if options.names is not None and sorted(options.names) == sorted(field.strip() for field in first):
        return True, "the first row has the names of the first file"
    known = next((i for i in range(len(first)) if _is_a_name(first, second, i, _asked_names(options))), None)
    if known is not None:
        named = quoted(first[known].strip()) if first[known].strip() else "an empty name"
        return True, f"{named} in the first row is the name of a column"
    if len(found) == 1:
        if any(looks_numeric(field) for field in first):
            return False, "the only row has numbers"
        return True, "the only row has no numbers"
    return _compare(first, second)


def _is_a_name(first: Sequence[str], second: Sequence[str], column: int, asked: set[str]) -> bool:
    """Whether a field of the first row can only be the name of a column."""
    name = key(first[column])
    if first[column].strip() in asked:
        return True
    if name not in ROLE_NAMES:
        return False
    if not any(looks_numeric(field) for field in first):
        return True
    if not name:  # the index of pandas, before its columns 0, 1, 2, ...; else a missing value
        return column == 0 and first[1].strip() == "0"
    if name in ("true", "y"):  # may be a label in a row of data
        return column < len(second) and looks_numeric(second[column])
    return True


def _compare(first: Sequence[str], second: Sequence[str]) -> tuple[bool, str]:
    for column, (upper, lower) in enumerate(zip(first, second, strict=False), 1):
        if not looks_numeric(upper) and not is_missing(upper) and looks_numeric(lower):
            return (
                True,
                f"column {column} is {quoted(upper.strip())} in the first row and a number in the second",
            )
    # pandas calls nameless columns 0, 1, 2, ...; no row of a model's output counts like that.
    if (
        len(first) > 2
        and [f.strip() for f in first] == [str(i) for i in range(len(first))]
        and list(first) != list(second)
    ):
        return True, "the first row counts 0, 1, 2, ...; --no-header if it is data"
    if all(looks_numeric(field) for field in first):
        return False, "the first row is numbers"
    return False, "the first row is like the second"


def _asked_names(options: ReadOptions) -> set[str]:
    specs = (options.label, options.pred, options.id, options.sample_weight, *options.extras.values())
    names = {part.strip() for spec in specs if spec for part in (spec, *spec.split(","))}
    return {name for name in names if name != "-" and not looks_numeric(name) and not is_missing(name)}
