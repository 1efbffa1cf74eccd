"""Whether the first line of delimited text names its columns: by its words, by what lies below, by the other file."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from losscli.errors import quoted
from losscli.inputs.choose.usual_names import ROLE_NAMES, key
from losscli.inputs.numbers import is_missing, looks_numeric
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.options import ReadOptions

# Names of roles that are words of data as well.
_ALSO_DATA = frozenset(
    ("true", "y", "p", "class", "actual", "gold", "obs", "observed", "truth", "score", "row", "index", "sample", "z")
)
_HEAD_BYTES = 1 << 16
_SPLIT = re.compile(r"[,;\t|]")
_MANY = 3  # times as many rows as words that come once: else a first row may be another such word


@record
class Beside:
    """The other of two files, of which only text is looked at.

    Attributes:
        path: Where it lies.
        own: Where the file lies that is in question.
    """

    path: str
    own: str

    def _lines(self) -> list[list[str]]:
        """The fields of its first lines; none if it isn't delimited text."""
        try:
            with open(self.path, "rb") as stream:  # noqa: PTH123 - pathlib is slow to import
                text = stream.read(_HEAD_BYTES).decode()
        except (OSError, UnicodeDecodeError):
            return []
        if text.lstrip().startswith(("[", "{")) or "\0" in text:
            return []
        lines = [line for line in text.splitlines() if line.strip()]
        return [[field.strip().strip('"') for field in _SPLIT.split(line)] for line in lines]

    def words(self) -> list[str]:
        """All fields below the first line."""
        return [field for line in self._lines()[1:] for field in line]

    def rows(self) -> int | None:
        """How many rows of data it has; None if that isn't plain."""
        lines = self._lines()
        if not lines:
            return None
        count = _count_lines(self.path)
        first, below = lines[0], [field for line in lines[1:] for field in line]
        if all(looks_numeric(field) for field in first):
            return count - (_counts(first) and any(_is_fraction(field) for field in below))
        return count if set(first) & set(below) else count - 1

    def is_one_row_fewer(self) -> bool:
        """Whether it has one row of data fewer than the file in question has lines."""
        rows = self.rows()
        return rows is not None and rows + 1 == _count_lines(self.own)


def _count_lines(path: str) -> int:
    with open(path, "rb") as stream:  # noqa: PTH123 - pathlib is slow to import
        return sum(bool(line.strip()) for line in stream)


def find_header(
    first: Sequence[str], below: Sequence[Sequence[str]], options: ReadOptions, *, marked: bool
) -> tuple[bool, str, bool]:
    """Whether the first row is a header, why, and whether a reader must know.

    Args:
        first: Its fields.
        below: Those of some rows after it.
        options: What was asked for.
        marked: The text begins with a number sign.
    """
    if options.header is not None:
        return options.header, "given", False
    if marked:
        return True, "it starts with #", False
    if options.names is not None and sorted(options.names) == sorted(field.strip() for field in first):
        return True, "the first row has the names of the first file", False
    second = below[0] if below else []
    fraction = any(_is_fraction(field) for field in first)
    known = next((i for i in range(len(first)) if _is_a_name(first, second, i, _asked_names(options), fraction)), None)
    if known is not None:
        named = quoted(first[known].strip()) if first[known].strip() else "an empty name"
        return True, f"{named} in the first row is the name of a column", False
    if not below:
        if any(looks_numeric(field) for field in first):
            return False, "the only row has numbers", False
        return True, "the only row has no numbers", False
    if fraction and any(not looks_numeric(field) and not is_missing(field) for field in first):
        return False, "the first row holds a decimal fraction", False
    return _compare(first, below, options)


def _is_fraction(text: str) -> bool:
    return "." in text and looks_numeric(text) and not float(text).is_integer()


def _is_a_name(first: Sequence[str], second: Sequence[str], column: int, asked: set[str], fraction: bool) -> bool:
    """Whether a field of the first row can only be the name of a column."""
    name = key(first[column])
    if first[column].strip() in asked:
        return True
    if name not in ROLE_NAMES:
        return False
    if name in _ALSO_DATA and fraction:
        return False
    if not any(looks_numeric(field) for field in first):
        return not (len(first) == 1 and name in _ALSO_DATA and second and not looks_numeric(second[0]))
    if not name:  # the index of pandas, before its columns 0, 1, 2, ...; else a missing value
        return column == 0 and first[1].strip() == "0"
    if name in _ALSO_DATA:  # may be a label in a row of data
        return column < len(second) and looks_numeric(second[column])
    return True


def _compare(first: Sequence[str], below: Sequence[Sequence[str]], options: ReadOptions) -> tuple[bool, str, bool]:
    for column, (upper, lower) in enumerate(zip(first, below[0], strict=False), 1):
        if not looks_numeric(upper) and not is_missing(upper) and looks_numeric(lower):
            reason = f"column {column} is {quoted(upper.strip())} in the first row and a number in the second"
            return True, reason, False
    if all(looks_numeric(field) for field in first):
        return _numbers(first, below, options)
    foreign = _foreign_word(first, below, options)
    if foreign is not None:
        word = quoted(first[foreign].strip())
        return True, f"{word} in the first row is none of the words below; --no-header if it is data", True
    return False, "the first row is like the second", False


def _counts(first: Sequence[str]) -> bool:
    """Whether fields are 0, 1, 2, …, as pandas calls columns without names."""
    return [field.strip() for field in first] == [str(i) for i in range(len(first))]


def _numbers(first: Sequence[str], below: Sequence[Sequence[str]], options: ReadOptions) -> tuple[bool, str, bool]:
    if not _counts(first):
        return False, "the first row is numbers", False
    if len(first) > 2 and list(first) != list(below[0]):  # no row of a model's output counts like that
        return True, "the first row counts 0, 1, 2, ...; --no-header if it is data", False
    said = f"the first row is {', '.join(field.strip() for field in first)}, as pandas names columns"
    if any(_is_fraction(field) for fields in below for field in fields):
        return True, f"{said}, above fractions; --no-header if it is data", True
    if options.beside is not None and options.beside.is_one_row_fewer():
        return True, f"{said}, and the other file has one row fewer; --no-header if it is data", True
    return False, "the first row is numbers", False


def _foreign_word(first: Sequence[str], below: Sequence[Sequence[str]], options: ReadOptions) -> int | None:
    """A column whose words come again, while that of the first row never does, here or in the other file."""
    beside = options.beside.words() if options.beside is not None else []
    for column, upper in enumerate(first):
        word = upper.strip()
        values = [row[column].strip() for row in below if column < len(row)]
        if not word or looks_numeric(word) or word in values or word in beside:
            continue
        pooled = Counter(values)
        pooled.update(other for other in beside if other in pooled)
        single = sum(count == 1 for count in pooled.values())
        if single * _MANY < pooled.total():
            return column
    return None


def _asked_names(options: ReadOptions) -> set[str]:
    specs = (options.label, options.pred, options.id, options.sample_weight, *options.extras.values())
    names = {part.strip() for spec in specs if spec for part in (spec, *spec.split(","))}
    return {name for name in names if name != "-" and not looks_numeric(name) and not is_missing(name)}
