"""The columns of a table, found by name, glob, number or range."""

from __future__ import annotations

import re
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from losscli.core.batch import Remarks
from losscli.errors import InputError, UsageError
from losscli.inputs.choose.usual_names import INDEXES, key
from losscli.inputs.model import extra_role, is_baseline
from losscli.inputs.numbers import Missing
from losscli.lazy import regex
from losscli.record import field, record
from losscli.text import composed, count, printable, quoted, repeated, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from losscli.core.batch import Decision
    from losscli.core.raw_rows import RawForm
    from losscli.core.shards import Cuts
    from losscli.inputs.model import Piece, Stream
    from losscli.inputs.read_options import ReadOptions

# mixed: some fields are numbers and some are words
Kind = Literal["number", "text", "mixed", "list"]

_WHOLE = regex(r"[+-]?\d+(?:\.0)?", re.ASCII)
_RANGE = regex(r"(\d+)-(\d+)?", re.ASCII)
_MOST_SHOWN = 12
_LONG = 16  # digits, which a float may not hold
_FEW = 3  # fewer rows may count up by chance
_HARDLY_TWICE = 0.8  # share of different values in a column of ids


@record
class Look:
    """Properties of the first rows of a column.

    Attributes:
        texts: The fields, stripped.
        whole: All are whole numbers.
    """

    texts: Sequence[str]
    whole: bool

    @cached_property
    def _different(self) -> int:
        return len({*self.texts}) if len(self.texts) > 1 else -1

    @cached_property
    def _numbers(self) -> list[int]:
        short = max(map(len, self.texts), default=0) < _LONG
        return [int(float(text)) for text in self.texts] if self.whole and short else []

    @property
    def integers(self) -> bool:
        """Whether whole numbers are written without a decimal point."""
        return self.whole and not any("." in text for text in self.texts)

    @property
    def counts(self) -> bool:
        """Whether each number is one more than the one before."""
        numbers = self._numbers
        return len(numbers) >= _FEW and numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    @property
    def unique(self) -> bool:
        """Whether no two values are equal."""
        return self._different == len(self.texts)

    @property
    def telling(self) -> bool:
        """Whether hardly any two values are equal, as an id may occur twice by mistake."""
        return self._different >= _HARDLY_TWICE * len(self.texts)

    @property
    def flags(self) -> bool:
        """Whether all values are 0 or 1."""
        return bool(self._numbers) and {*self._numbers} <= {0, 1}


@record
class Columns:
    """What is known of a table before its rows are read.

    Attributes:
        source: The name of the table in messages.
        names: One name per column, or None.
        kinds: The kind of each column, from its first rows.
        examples: A word from each column that has one, with its place; empty for numbers.
        types: The type of each column, if the format declares it.
        rows: The fields of the first rows, as texts; empty if not read.
        exact: Whole numbers are read with all their digits, not as floats.
        missing: What stands for no value.
    """

    source: str
    names: tuple[str, ...] | None
    kinds: tuple[Kind, ...]
    examples: tuple[str, ...]
    types: tuple[str, ...] = ()
    rows: Sequence[Sequence[str]] = ()
    exact: bool = False
    missing: Missing = field(default_factory=Missing)

    @cached_property
    def places(self) -> dict[str, int]:
        """The first column of each name, by its key."""
        return {key(name): i for i, name in reversed([*enumerate(self.names or ())])}

    @cached_property
    def _read(self) -> dict[tuple[str, int], list[str]]:
        return {}  # many rules read the same few columns

    @cached_property
    def _looks(self) -> dict[int, Look]:
        return {}

    def texts(self, column: int) -> list[str]:
        """The fields of a column in the first rows."""
        if ("text", column) not in self._read:
            self._read["text", column] = [*map(str.strip, map(itemgetter(column), self.rows))]
        return self._read["text", column]

    def seen(self, column: int) -> list[str]:
        """The values of a column in the first rows, without what stands for none."""
        if ("value", column) not in self._read:
            words = [*filter(None, map(self.missing.known, self.texts(column)))]
            self._read["value", column] = words if "".join(words).isascii() else [*map(composed, words)]
        return self._read["value", column]

    def look(self, column: int) -> Look:
        """The properties of a column, from its first rows, or from its type if no rows were read."""
        if column not in self._looks:
            texts, declared = self.texts(column), self.types[column] if self.types else ""
            self._looks[column] = Look(texts, all(map(_WHOLE.fullmatch, texts)) if texts else "int" in declared)
        return self._looks[column]

    def holds_words(self, column: int) -> bool:
        """Whether some fields of a column are words; some of them may look like numbers, as in hexadecimal ids."""
        return self.kinds[column] in ("text", "mixed")

    def called(self, column: int) -> str:
        """The name of a column in messages, or its 1-based number."""
        if self.names is None or not self.names[column].strip():
            return str(column + 1)
        return shortened(self.names[column])

    def shown_text(self, column: int) -> str:
        """The type of a column without numbers, or an example of its text."""
        return self.types[column] if self.types else f"text: {self.examples[column]}"

    def listed(self) -> str:
        """The columns for a message, cut if there are many."""
        if self.names is None:
            return count(len(self.kinds), "unnamed column")
        shown = [self.called(i) for i in range(min(len(self.names), _MOST_SHOWN))]
        more = len(self.names) - len(shown)
        return f"columns: {', '.join(shown)}" + (f" and {more} more" if more else "")


@record
class Selection:
    """The roles of columns by their 0-based numbers.

    Attributes:
        predictions: In the order in which they are wanted.
        labels: One, or several for one-hot and soft labels.
        words: Label columns that hold words.
        weights: Sample weights.
        extras: The columns of each further array.
        ids: Names of the samples.
        key: The columns by which rows are paired with those of another file.
        others: Columns that are passed through as text.
    """

    predictions: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()
    words: tuple[int, ...] = ()
    weights: int | None = None
    extras: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    ids: int | None = None
    key: tuple[int, ...] = ()
    others: tuple[int, ...] = ()

    def moved(self, at: Sequence[int]) -> Selection:
        """The same columns where column ``i`` is column ``at[i]``."""
        return Selection(
            tuple(at[i] for i in self.predictions),
            tuple(at[i] for i in self.labels),
            tuple(at[i] for i in self.words),
            None if self.weights is None else at[self.weights],
            {name: tuple(at[i] for i in columns) for name, columns in self.extras.items()},
            None if self.ids is None else at[self.ids],
            tuple(at[i] for i in self.key),
            tuple(at[i] for i in self.others),
        )

    def values(self) -> dict[str, tuple[int, ...]]:
        """The columns that become arrays, by the roles of these in a `Piece`."""
        weights = () if self.weights is None else (self.weights,)
        extras = {extra_role(name): columns for name, columns in self.extras.items()}
        roles = {"predictions": self.predictions, "labels": self.labels, "weights": weights, **extras}
        return {role: columns for role, columns in roles.items() if columns}


@record
class Table:
    """A table whose columns have no roles yet.

    Attributes:
        columns: Its columns.
        decisions: How it is read.
        pieces: Reads the rows with the columns of a selection. One prediction column gives arrays of rank 1,
            several give rank 2; other columns are found under the role ``column N``.
        remarks: Oddities; complete after the last row.
        empty: There is a header and nothing else.
        settled: The layout of the text, as options with which other files are read alike.
        files: Number of files.
        cuts: How the rows of a selection can be shared out; None if one process must read them.
        raw: The form of its rows, if they are to be written again.
        classes: The names of the classes of a list, found in the source.
        indexed: The table with an index that no column holds, if a table with columns of these names has one.
    """

    columns: Columns
    decisions: tuple[Decision, ...]
    pieces: Callable[[Selection], Iterator[Piece]]
    remarks: Callable[[], Remarks] = Remarks
    empty: bool = False
    settled: Mapping[str, Any] = field(default_factory=dict)
    files: int = 1
    cuts: Callable[[Selection], Cuts[Stream]] | None = None
    raw: RawForm | None = None
    classes: tuple[str, ...] | None = None
    indexed: Callable[[Sequence[str]], Table | None] | None = None


def asked_for(columns: Columns, chosen: Sequence[int]) -> str:
    """The value of ``--pred`` for some columns: their names, or their numbers if names would be ambiguous."""
    names = [columns.names[i] for i in chosen] if columns.names else []
    clear = len(names) == len(chosen) and not any(
        set(name) & set(",*?[") or is_number(name) or name != name.strip() or not name.isprintable() for name in names
    )
    return ",".join(names if clear else [str(i + 1) for i in chosen])


def weight_column(columns: Columns, options: ReadOptions) -> int | None:
    """The column of sample weights, if ``--sample-weight`` is the name of one."""
    if options.sample_weight is None or columns.names is None or options.sample_weight not in columns.names:
        return None
    return _only(columns, options.sample_weight, "--sample-weight")


def option_of(extra: str) -> str:
    """The option that asks for an extra."""
    return "--against" if is_baseline(extra_role(extra)) else f"--{extra.replace('_', '-')}"


def extra_columns(columns: Columns, options: ReadOptions) -> dict[str, tuple[int, ...]]:
    """The extras that are columns of the predictions' table.

    Raises:
        UsageError: A number or a range of columns that aren't there.
        InputError: A name belongs to several columns, or a column holds text.
    """
    found = {}
    for name, argument in options.extras.items():
        if not means_columns(columns, argument):
            continue
        text = argument.strip()
        if is_number(text) and text not in (columns.names or ()) and not 1 <= int(text) <= len(columns.kinds):
            what = f"{option_of(name)} {text}: there are {len(columns.kinds)} columns, counted from 1"
            raise UsageError(what, columns.source, f"{text}.0 for the value")
        found[name] = find_columns(columns, text, option_of(name))
        if not (options.raw_labels and is_baseline(extra_role(name))):
            refuse_text(columns, found[name], option_of(name))
    return found


def refuse_text(columns: Columns, chosen: Sequence[int], option: str) -> None:
    """Refuse columns of text for an extra."""
    for column in chosen:
        if columns.kinds[column] == "text":
            what = f"{option}: column {columns.called(column)} is {columns.shown_text(column)}"
            raise InputError(what, columns.source, "numbers; 1 and 0 for true and false")


def means_columns(columns: Columns, argument: str) -> bool:
    """Whether an argument that could also be values or a path means columns."""
    from losscli.inputs.array.inline import has_numbers_only

    text = argument.strip()
    parts = _parts(text)
    if columns.names and (text in columns.names or all(part in columns.names for part in parts)):
        return True
    if text.startswith(("[", "(", "{")) or (has_numbers_only(text) and not is_number(text)):
        return False
    return all(is_request(columns, part) for part in parts)


def is_request(columns: Columns, part: str) -> bool:
    """Whether a text is the name of a column, a glob that finds some, a number or a range."""
    if is_number(part) or _RANGE.fullmatch(part):
        return True
    from fnmatch import fnmatchcase

    is_glob = any(c in part for c in "*?[")
    return any(part == name or (is_glob and fnmatchcase(name, part)) for name in columns.names or ())


def ranges(options: ReadOptions) -> list[str]:
    """The arguments that can only be columns by number, with a range among them, as those of an array are."""
    return [
        argument
        for argument in (*options.extras.values(), *options.against)
        if all(is_number(part) or _RANGE.fullmatch(part) for part in _parts(argument)) and "-" in argument
    ]


def _parts(argument: str) -> list[str]:
    return [part.strip() for part in argument.split(",")]


def is_number(text: str) -> bool:
    """Whether a text can be the number of a column."""
    return text.isascii() and text.isdigit()


def find_columns(columns: Columns, spec: str, option: str) -> tuple[int, ...]:
    """The columns of a request such as ``p_cat,p_dog``, ``'p_*'``, ``3`` or ``2-11``.

    Raises:
        UsageError: One of its parts names no column, or a column comes twice.
        InputError: A name belongs to several columns.
    """
    if columns.names and spec in columns.names:
        return (_only(columns, spec, option),)
    found: list[int] = []
    for part in spec.split(","):
        found += _find_part(columns, part.strip(), option)
    twice = repeated(found)
    if twice is not None:
        raise UsageError(f"{option} names column {columns.called(twice)} twice", columns.source)
    return tuple(found)


def _find_part(columns: Columns, part: str, option: str) -> list[int]:
    width = len(columns.kinds)
    if columns.names and part in columns.names:
        return [_only(columns, part, option)]
    same = [] if part.isascii() else [name for name in columns.names or () if composed(name) == composed(part)]
    if same:
        return [_only(columns, same[0], option)]
    if columns.names and any(c in part for c in "*?["):
        from fnmatch import fnmatchcase

        found = [i for i, name in enumerate(columns.names) if fnmatchcase(name, part)]
        if found:
            return found
    if is_number(part):
        if 1 <= int(part) <= width:
            return [int(part) - 1]
        raise UsageError(f"{option} {part}: there are {width} columns, counted from 1", columns.source)
    if match := _RANGE.fullmatch(part):
        first, last = int(match[1]), int(match[2] or width)
        if 1 <= first <= last <= width:
            return list(range(first - 1, last))
        raise UsageError(f"{option} {part}: there are {width} columns, counted from 1", columns.source)
    if found := _otherwise(columns, part):
        return found
    raise UsageError(f"{option}: no column {quoted(part)}; {columns.listed()}", columns.source, _close(columns, part))


def _otherwise(columns: Columns, part: str) -> list[int]:
    """The column without a name, as pandas calls it; or those that an object of JSON became."""
    names = columns.names or ()
    if names and not names[0].strip() and key(part) in INDEXES:
        return [0]
    return [i for i, name in enumerate(names) if part and name.startswith(f"{part}.")]


def _close(columns: Columns, part: str) -> str:
    import difflib

    if columns.names is None:
        return "1-based numbers and ranges, as in 3 or 2-11"
    close = difflib.get_close_matches(part, columns.names, n=1)
    return f"did you mean {printable(close[0])}?" if close else ""


def _only(columns: Columns, name: str, option: str) -> int:
    """The one column of that name."""
    assert columns.names is not None
    found = [i for i, other in enumerate(columns.names) if other == name]
    if len(found) > 1:
        places = " and ".join(str(i + 1) for i in found)
        hint = f"{option} with one of the numbers"
        raise InputError(f"columns {places} are both named {quoted(name)}", columns.source, hint)
    return found[0]
