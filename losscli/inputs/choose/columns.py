"""What is known of a table before its rows are read: its columns, their first values, and the roles they are given."""

from __future__ import annotations

import re
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from losscli.core.batch import Remarks
from losscli.inputs.choose import usual_names as known
from losscli.inputs.model import extra_role
from losscli.inputs.numbers import Missing, plain_numbers
from losscli.lazy import regex
from losscli.record import field, record
from losscli.text import composed, count, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from losscli.core.batch import Decision
    from losscli.core.raw_rows import RawForm
    from losscli.core.shards import Cuts
    from losscli.inputs.model import Piece, Stream

# mixed: some fields are numbers and some are words
Kind = Literal["number", "text", "mixed", "list"]

_WHOLE = regex(r"[+-]?\d+(?:\.0)?", re.ASCII)
_MOST_SHOWN = 12
_LONG = 16  # digits, which a float may not hold
_FEW = 3  # fewer rows may count up by chance
MARKS = frozenset("[|;, ")  # in a label that may name several classes
OFF = 0.02  # how far the sum of a row of rounded probabilities may be from 1
_HARDLY_TWICE = 0.8  # share of different values in a column of ids


@record
class Look:
    """Properties of the first rows of a column of a table, each found when it is first asked for."""

    table: Columns
    column: int

    @property
    def texts(self) -> Sequence[str]:
        """The fields, stripped."""
        return self.table.texts(self.column)

    @cached_property
    def whole(self) -> bool:
        """Whether all are whole numbers; by the type of the column if no rows were read."""
        if not self.table.rows:
            return bool(self.table.types) and "int" in self.table.types[self.column]
        return all(map(_WHOLE.fullmatch, self.table.fields(self.column)))

    @cached_property
    def _different(self) -> int:
        return len({*self.texts}) if len(self.texts) > 1 else -1

    @cached_property
    def _numbers(self) -> list[int]:
        if not self.whole or max(map(len, self.texts), default=0) >= _LONG:
            return []
        return [int(float(text)) for text in self.texts]

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
        return {known.key(name): i for i, name in reversed([*enumerate(self.names or ())])}

    @cached_property
    def _read(self) -> dict[tuple[str, int], list[str]]:
        return {}  # many rules read the same few columns

    @cached_property
    def _looks(self) -> dict[int, Look]:
        return {}

    def key(self, column: int) -> str:
        """The normalised name of a column; empty if it has none."""
        return known.key(self.names[column]) if self.names else ""

    def fields(self, column: int) -> Iterator[str]:
        """The fields of a column in the first rows, one at a time."""
        return map(str.strip, map(itemgetter(column), self.rows))

    def texts(self, column: int) -> list[str]:
        """The fields of a column in the first rows."""
        if ("text", column) not in self._read:
            self._read["text", column] = [*self.fields(column)]
        return self._read["text", column]

    def seen(self, column: int) -> list[str]:
        """The values of a column in the first rows, without what stands for none."""
        if ("value", column) not in self._read:
            words = [*filter(None, map(self.missing.known, self.texts(column)))]
            self._read["value", column] = words if "".join(words).isascii() else [*map(composed, words)]
        return self._read["value", column]

    def look(self, column: int) -> Look:
        """The properties of a column."""
        if column not in self._looks:
            self._looks[column] = Look(self, column)
        return self._looks[column]

    def numbers(self, column: int) -> list[float] | None:
        """The values of a column in the first rows, if all are plain numbers."""
        return plain_numbers(self.texts(column))

    def has_fractions(self, column: int) -> bool:
        """Whether some numbers of a column are not whole."""
        return any(not value.is_integer() for value in plain_numbers(self.seen(column)) or ())

    def add_up(self, chosen: Sequence[int]) -> bool:
        """Whether columns hold probabilities whose rows sum to 1."""
        values = [self.numbers(i) for i in chosen]
        if len(values) < 2 or not all(values):
            return False
        rows = zip(*(column or [] for column in values), strict=True)
        return all(min(row) >= 0.0 and abs(sum(row) - 1.0) <= OFF for row in rows)

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
class Found:
    """Columns that were found for a role.

    Attributes:
        columns: The columns; none if it is unclear which.
        reason: Why these.
        note: Whether the decision is a note.
        told: Decisions on other columns.
    """

    columns: tuple[int, ...] = ()
    reason: str = ""
    note: bool = False
    told: tuple[Decision, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.columns)

    @classmethod
    def only(cls, found: Sequence[int], reason: str) -> Found:
        """The one column that fits; none if several do."""
        return cls(tuple(found), reason) if len(found) == 1 else cls()


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
        last: Returns the fields of the last line of a file that is longer than the first rows.
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
    last: Callable[[], Sequence[str]] = tuple
    indexed: Callable[[Sequence[str]], Table | None] | None = None
