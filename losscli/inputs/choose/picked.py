"""Which rows are read: those for which a condition on their columns holds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Remarks
from losscli.core.condition import ARITHMETIC, COMPARISONS, as_float, dotted, is_text
from losscli.errors import InputError
from losscli.inputs.model import of_column
from losscli.inputs.numbers import exact_number, is_missing, parse_number, plain_numbers
from losscli.text import count, json_text, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.core.condition import Condition
    from losscli.inputs.model import Piece, Place
    from losscli.ops import Array


_EXACT = 2**53  # smaller whole numbers are exact as floats


class Picker:
    """Lets rows pass for which a condition holds, and counts them.

    Args:
        condition: The condition over columns.
        roles: The role of each of these columns in a piece.
        name: The source's name if all rows are read, of which one must be picked.

    Attributes:
        counts: Numbers of rows seen and picked.
    """

    def __init__(self, condition: Condition, roles: Mapping[str, str], name: str = "") -> None:
        self._condition = condition
        self._roles = roles
        self._name = name
        self.counts = Remarks(where=condition.text)

    def remarks(self) -> Remarks:
        """The counts so far, as remarks."""
        return self.counts

    def pieces(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """The rows that are picked.

        Raises:
            InputError: None of all rows is picked, or a text is compared with a number.
        """
        for piece in pieces:
            some = self._picked(piece)
            if some is not None:
                yield some
        if self._name and not self.counts.picked:
            what = f"--where {printable(self._condition.text)}: none of {count(self.counts.seen, 'row')}"
            raise InputError(what, self._name, "is a text spelled as in the file?")

    def _picked(self, piece: Piece) -> Piece | None:
        place = piece.places["predictions"]
        columns = {name: PickedColumn(name, piece.values[role], place) for name, role in self._roles.items()}
        found = np.broadcast_to(_value(self._condition.tree, columns), (piece.size,))
        rows = np.flatnonzero(found == 1.0)
        self.counts.any_row = True
        self.counts.seen += piece.size
        self.counts.picked += len(rows)
        self.counts.unknown += int(np.isnan(found).sum())
        if len(rows) == piece.size:
            return piece
        return piece.some(rows) if len(rows) else None


class PickedColumn:
    """The values of a column in some rows, as texts and as numbers.

    Args:
        name: Its name.
        values: The values as read.
        place: The place of each row.

    Raises:
        InputError: There are several values in a row.
    """

    def __init__(self, name: str, values: Any, place: Place) -> None:
        if np.ndim(values) > 1:
            raise InputError(f"--where {name}: one value per row expected", place(0, None))
        self._name = name
        self._values = values
        self._place = place
        self._numbers: Array | None = None

    @property
    def far(self) -> bool:
        """Whether it has whole numbers that floats may not represent exactly."""
        if isinstance(self._values, np.ndarray) and self._values.dtype.kind == "f":
            return False
        return bool((np.abs(self.numbers(strict=False)) >= _EXACT).any())

    def texts(self) -> NDArray[Any]:
        """The texts."""
        values = self._values.tolist() if isinstance(self._values, np.ndarray) else [*self._values]
        return np.array([one if isinstance(one, str) else json_text(one) for one in values], dtype=object)

    def numbers(self, *, strict: bool) -> Array:
        """The numbers, NaN where there is no value.

        Raises:
            InputError: A value is not a number, if ``strict``; otherwise it is NaN.
        """
        if self._numbers is not None:
            return self._numbers
        if isinstance(self._values, np.ndarray) and self._values.dtype != object:
            self._numbers = self._values.astype(np.float64)
            return self._numbers
        texts: Sequence[str] = [*self._values]
        found = plain_numbers(texts)
        if found is None and not strict:
            return np.array([self._number(text, row, strict=False) for row, text in enumerate(texts)])
        self._numbers = np.array(found or [self._number(text, row, strict=True) for row, text in enumerate(texts)])
        return self._numbers

    def exact(self) -> NDArray[Any]:
        """The numbers as objects, whole numbers exactly."""
        values = self._values.tolist() if isinstance(self._values, np.ndarray) else [*self._values]
        return np.array([exact_number(one) if isinstance(one, str) else one for one in values], dtype=object)

    def _number(self, text: str, row: int, *, strict: bool) -> float:
        number = None if is_missing(text) else parse_number(text)
        if number is None and strict and not is_missing(text):
            what = f"--where compares {self._name} with a number, and {quoted(text)} is none"
            where = of_column(self._place(row, None), self._name)
            raise InputError(what, where, f'{self._name} == "TEXT" compares texts')
        return float("nan") if number is None else number


def _value(node: ast.expr, columns: Mapping[str, PickedColumn]) -> Any:
    """The value of a node in each row: numbers, or 1 and 0 for true and false; NaN where unknown."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return as_float(value)
        case ast.Name() | ast.Attribute():
            return columns[dotted(node)].numbers(strict=True)
        case ast.BoolOp(op=op, values=parts):
            return _joined([_value(part, columns) for part in parts], isinstance(op, ast.Or))
        case ast.UnaryOp(op=op, operand=part):
            inner = _value(part, columns)
            return 1.0 - inner if isinstance(op, ast.Not) else -inner if isinstance(op, ast.USub) else inner
        case ast.Call(args=[part]):
            return np.abs(_value(part, columns))
        case ast.BinOp(left=left, op=op, right=right):
            with np.errstate(all="ignore"):
                x, y = np.float64(_value(left, columns)), np.float64(_value(right, columns))
                return np.where(y == 0.0, np.nan, x / y) if isinstance(op, ast.Div) else ARITHMETIC[type(op)](x, y)
        case ast.Compare(left=left, ops=ops, comparators=rest):
            pairs = zip((left, *rest), ops, rest, strict=False)
            return _joined([_compared(x, op, y, columns) for x, op, y in pairs], False)
    raise AssertionError(node)


def _joined(parts: Sequence[Any], decisive: bool) -> Any:
    """``or`` (decided by a true) or ``and`` (by a false) of parts that may be unknown, row by row."""
    decided = np.any([part == float(decisive) for part in np.broadcast_arrays(*parts)], axis=0)
    unknown = np.any([np.isnan(part) for part in np.broadcast_arrays(*parts)], axis=0)
    return np.where(decided, float(decisive), np.where(unknown, np.nan, float(not decisive)))


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, columns: Mapping[str, PickedColumn]) -> Any:
    if isinstance(op, ast.In | ast.NotIn):
        assert isinstance(right, ast.Tuple | ast.List)
        found = _joined([_compared(left, ast.Eq(), one, columns) for one in right.elts], True)
        return 1.0 - found if isinstance(op, ast.NotIn) else found
    compare = COMPARISONS[type(op)]
    if is_text(left) or is_text(right):
        return np.asarray(compare(_texts(left, columns), _texts(right, columns))).astype(np.float64)
    if isinstance(left, ast.Name | ast.Attribute) and isinstance(right, ast.Name | ast.Attribute):
        return _of_columns(columns[dotted(left)], compare, columns[dotted(right)])
    x, y = _value(left, columns), _value(right, columns)
    unknown = np.isnan(x) | np.isnan(y)
    if _far(left, columns) or _far(right, columns):
        x, y = _exactly(left, columns), _exactly(right, columns)
    with np.errstate(invalid="ignore"):
        return np.where(unknown, np.nan, np.asarray(compare(x, y)).astype(np.float64))


def _far(node: ast.expr, columns: Mapping[str, PickedColumn]) -> bool:
    """Whether a node has whole numbers that floats may not represent exactly."""
    match node:
        case ast.Constant(value=int() as value):
            return value >= _EXACT
        case ast.Name() | ast.Attribute():
            return columns[dotted(node)].far
        case ast.UnaryOp(operand=part) | ast.Call(args=[part]):
            return _far(part, columns)
        case ast.BinOp(left=left, right=right):
            return _far(left, columns) or _far(right, columns)
    return False


def _exactly(node: ast.expr, columns: Mapping[str, PickedColumn]) -> Any:
    """The numbers of a node as objects, whole numbers exactly."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name() | ast.Attribute():
            return columns[dotted(node)].exact()
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as op, operand=part):
            inner = _exactly(part, columns)
            return -inner if isinstance(op, ast.USub) else inner
        case ast.Call(args=[part]):
            return abs(_exactly(part, columns))
        case ast.BinOp(left=left, op=op, right=right):
            return _each(ARITHMETIC[type(op)], _exactly(left, columns), _exactly(right, columns))
    return np.asarray(_value(node, columns)).astype(object)


def _each(combine: Any, x: Any, y: Any) -> Any:
    """Arithmetic on objects; NaN on overflow."""

    def of_two(one: float, other: float) -> float:
        try:
            return float("nan") if other == 0 and combine is ARITHMETIC[ast.Div] else combine(one, other)
        except OverflowError:
            return float("nan")

    return np.frompyfunc(of_two, 2, 1)(x, y)


def _of_columns(left: PickedColumn, compare: Any, right: PickedColumn) -> Any:
    """A comparison of two columns: as numbers where both have one, else as texts."""
    x, y = left.numbers(strict=False), right.numbers(strict=False)
    texts = np.asarray(compare(left.texts(), right.texts())).astype(np.float64)
    unknown = np.isnan(x) | np.isnan(y)
    if left.far or right.far:
        x, y = left.exact(), right.exact()
    with np.errstate(invalid="ignore"):
        return np.where(unknown, texts, np.asarray(compare(x, y)).astype(np.float64))


def _texts(node: ast.expr, columns: Mapping[str, PickedColumn]) -> Any:
    match node:
        case ast.Constant(value=str() as text):
            return np.array([text], dtype=object)
    return columns[dotted(node)].texts()
