"""Whether the first line of delimited text is a header: by its words, the lines below it, and the other file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.inputs.choose.beside import Beside, counts_up, is_fraction
from losscli.inputs.choose.usual_names import ROLE_NAMES, key
from losscli.inputs.numbers import is_missing, looks_numeric
from losscli.record import record
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.read_options import ReadOptions

# Names of roles that may also be data.
_ALSO_DATA = frozenset(
    ("true", "y", "p", "class", "actual", "gold", "obs", "observed", "truth", "score", "row", "index", "sample", "z")
)
_FEW, _SOME = 3, 5  # least rows, if the other file begins with the same word, and otherwise
_MANY = 3  # least rows per word that occurs once; with fewer, the first row may be such a word


@record
class Header:
    """Whether there is one, why, and whether to write a note."""

    there: bool
    reason: str
    note: bool = False


def find_header(
    first: Sequence[str], below: Sequence[Sequence[str]], options: ReadOptions, *, marked: bool, where: str
) -> Header:
    """Whether the first row is a header.

    Raises:
        InputError: It is unclear.
    """
    if options.header is not None:
        return Header(options.header, "given")
    if marked:
        return Header(True, "it starts with #")
    if options.names is not None and sorted(options.names) == sorted(field.strip() for field in first):
        return Header(True, "the first row has the names of the first file")
    fraction = any(is_fraction(field) for field in first)
    asked = _asked_names(options)
    known = next((i for i in range(len(first)) if _is_a_name(first, below, i, asked, fraction)), None)
    if known is not None:
        named = quoted(first[known].strip()) if first[known].strip() else "an empty name"
        return Header(True, f"{named} in the first row is the name of a column")
    if not below:
        if any(looks_numeric(field) for field in first):
            return Header(False, "the only row has numbers")
        return Header(True, "the only row has no numbers")
    if fraction and any(not looks_numeric(field) and not is_missing(field) for field in first):
        return Header(False, "the first row holds a decimal fraction")
    return _compare(first, below, options, where)


def _is_a_name(
    first: Sequence[str], rows: Sequence[Sequence[str]], column: int, asked: set[str], fraction: bool
) -> bool:
    """Whether a field of the first row can only be a column name."""
    name = key(first[column])
    if first[column].strip() in asked:
        return True
    if name not in ROLE_NAMES:
        return False
    if name in _ALSO_DATA and fraction:
        return False
    if not any(looks_numeric(field) for field in first):
        return name not in _ALSO_DATA or first[column].strip() not in _below(rows, column)
    if not name:  # the index of pandas, before its columns 0, 1, 2, ...; else a missing value
        return column == 0 and first[1].strip() == "0"
    if name in _ALSO_DATA:  # may be a label in a row of data
        return any(looks_numeric(text) for text in _below(rows, column)[:1])
    return True


def _below(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column].strip() for row in rows if column < len(row)]


def _compare(first: Sequence[str], below: Sequence[Sequence[str]], options: ReadOptions, where: str) -> Header:
    for column, (upper, lower) in enumerate(zip(first, below[0], strict=False), 1):
        if not looks_numeric(upper) and not is_missing(upper) and looks_numeric(lower):
            reason = f"column {column} is {quoted(upper.strip())} in the first row and a number in the second"
            return Header(True, reason)
    if all(looks_numeric(field) for field in first) and counts_up(first):
        return _numbers(first, below, options)
    if _are_numbered(first, below):
        return Header(True, "the first row counts above fractions; --no-header if it is data", note=True)
    if all(looks_numeric(field) for field in first):
        return Header(False, "the first row is numbers")
    foreign = _foreign_word(first, below, options)
    if foreign is None:
        return Header(False, "the first row is like the second")
    word, common = quoted(first[foreign].strip()), _common(first, below)
    if len(common) == 1:
        what = f"the first row holds {word}, which is in no row below, as a name, and {quoted(common[0])}, which is"
        raise InputError(what, where, "--no-header if it is data, --header if it names the columns")
    if common:
        return Header(False, "its words are among those below")
    return Header(True, f"{word} in the first row is none of the words below; --no-header if it is data", note=True)


def _common(first: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """The words of the first row that are among those below them, as the names of columns hardly are."""
    words = [(i, field.strip()) for i, field in enumerate(first) if not looks_numeric(field)]
    return [word for i, word in words if word and word in _below(below, i)]


def _numbers(first: Sequence[str], below: Sequence[Sequence[str]], options: ReadOptions) -> Header:
    if len(first) > 2 and list(first) != list(below[0]):  # no model's output looks like that
        return Header(True, "the first row counts 0, 1, 2, ...; --no-header if it is data")
    said = f"the first row is {', '.join(field.strip() for field in first)}, as pandas names columns"
    if any(is_fraction(field) for fields in below for field in fields):
        return Header(True, f"{said}, above fractions; --no-header if it is data", note=True)
    if options.beside is not None and Beside(*options.beside).is_one_row_fewer():
        return Header(True, f"{said}, and the other file has one row fewer; --no-header if it is data", note=True)
    return Header(False, "the first row is numbers")


def _are_numbered(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has consecutive whole numbers, in any order, where all rows below have fractions."""
    numbers = [i for i, field in enumerate(first) if looks_numeric(field)]
    if len(numbers) < 2 or len(below) < _FEW or not all(first[i].strip().isdigit() for i in numbers):
        return False
    found = sorted(int(first[i]) for i in numbers)
    if found != list(range(found[0], found[0] + len(found))):
        return False
    return all(
        i < len(row) and looks_numeric(row[i]) and not row[i].strip().lstrip("+-").isdigit()
        for row in below
        for i in numbers
    )


def _foreign_word(first: Sequence[str], below: Sequence[Sequence[str]], options: ReadOptions) -> int | None:
    """A column whose words repeat, while its word in the first row occurs nowhere else, in either file."""
    beside = Beside(*options.beside).words() if options.beside is not None else []
    same = Beside(*options.beside).first() if options.beside is not None else []
    for column, upper in enumerate(first):
        word = upper.strip()
        values = [row[column].strip() for row in below if column < len(row)]
        if not word or looks_numeric(word) or word in values or word in beside:
            continue
        pooled = Counter(values)
        pooled.update(other for other in beside if other in pooled)
        if pooled.total() < (_FEW if word in same else _SOME):
            continue
        single = sum(count == 1 for count in pooled.values())
        if single * _MANY < pooled.total():
            return column
    return None


def _asked_names(options: ReadOptions) -> set[str]:
    asked = (options.label, options.pred, options.id, options.sample_weight, options.cluster, options.by)
    joined = () if options.join is None else options.join.replace("=", ",").split(",")
    picked = () if options.where is None else options.where.names
    specs = (*asked, *options.extras.values(), *joined, *picked)
    names = {part.strip() for spec in specs if spec for part in (spec, *spec.split(","))}
    return {name for name in names if name != "-" and not looks_numeric(name) and not is_missing(name)}
