"""A condition such as ``value > 0.35 and samples >= 100``, checked before any data is read.

The text is parsed as Python and interpreted here; it is never executed.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.record import record
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Value = float | bool | None

_LONGEST = 500  # bounds the depth of nesting, too
_QUOTED = re.compile(r"`([^`]*)`")
_PERCENT = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*%")
ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda x, y: x / y if y else math.nan,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_SINGLE = re.compile(r"(?<![<>=!])=(?!=)")  # as SQL compares
_HINT = "numbers, names, < <= > >= == !=, + - * /, abs(), and, or, not, parentheses"


@record
class Condition:
    """A checked condition.

    Attributes:
        text: The condition as typed.
        names: The names in it.
        tree: Its syntax tree.
    """

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    def holds(self, numbers: Mapping[str, Value]) -> bool | None:
        """Whether it holds; None if that depends on a number that is NaN or missing."""
        found = _value(self.tree, numbers)
        return None if found is None else bool(found)


def condition(text: str, option: str, known: Collection[str], flags: Collection[str] = ()) -> Condition:
    """Parse a condition over the names ``known``; ``option`` is where it was given.

    Args:
        text: Such as ``value > 0.35``.
        option: Where it was given, for errors.
        known: The names of numbers.
        flags: Names that are true or false, and conditions by themselves.

    Raises:
        UsageError: It is not a condition, or has other names in it.
    """
    try:
        if len(text) > _LONGEST:
            raise ValueError
        tree = _parsed(_PERCENT.sub(r"(\1/100)", " ".join(text.split())))
        names = dict.fromkeys(_names(tree))
        if not _is_condition(tree, flags):
            raise ValueError
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UsageError(f"{option} {printable(text[:80])}: not a condition", hint=_hint(text, "value == 0")) from None
    for name in names:
        if name not in known and name not in flags:
            raise UsageError(
                f"{option} {printable(text)}: unknown name {printable(name)}",
                hint=f"one of {', '.join([*known, *flags])}",
            )
    return Condition(text, tuple(names), tree)


def _hint(text: str, example: str) -> str:
    """The syntax of conditions; if ``=`` was typed, first that it does not compare."""
    return f"== compares: {example}\n{_HINT}" if _SINGLE.search(text) else _HINT


def _parsed(text: str) -> ast.expr:
    if "#" in text:
        import tokenize

        if any(one.type == tokenize.COMMENT for one in tokenize.generate_tokens(iter([text]).__next__)):
            raise ValueError  # what follows it would be ignored
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about syntax such as 1if or "\d", which is refused anyway
        return ast.parse(text.strip(), mode="eval").body


def row_condition(text: str, option: str) -> Condition:
    """Parse a condition over columns, which may be compared with texts; the columns need not exist yet.

    Raises:
        UsageError: It is not a condition.
    """
    try:
        if len(text) > _LONGEST:
            raise ValueError
        quoted = _QUOTED.findall(text)
        tree = _parsed(_QUOTED.sub("_quoted", text))
        stand_ins = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "_quoted")
        in_order = sorted(stand_ins, key=lambda node: (node.lineno, node.col_offset))
        for node, name in zip(in_order, quoted, strict=True):
            node.id = name
        found_names = dict.fromkeys(_columns(tree))
        if not _is_condition(tree, ()):
            raise ValueError
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        hint = _hint(text, 'lang == "de"') + '; columns, "texts", in ("a", "b"), `a column of several words`'
        raise UsageError(f"{option} {printable(text[:80])}: not a condition", hint=hint) from None
    return Condition(text, tuple(found_names), tree)


def _columns(node: ast.expr) -> list[str]:
    """The columns in a condition over rows."""
    match node:
        case ast.BoolOp(values=parts):
            return [name for part in parts for name in _columns(part)]
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return _columns(part)
        case ast.Compare(
            left=ast.Name() | ast.Attribute() as left,
            ops=[ast.In() | ast.NotIn()],
            comparators=[ast.Tuple(elts=among) | ast.List(elts=among)],
        ) if among and all(is_text(one) or not _names(one) for one in among):
            return [dotted(left)]
        case ast.Compare(left=left, ops=ops, comparators=rest) if any(map(is_text, (left, *rest))):
            columns = [one for one in (left, *rest) if not is_text(one)]
            if not columns or not all(type(op) in COMPARISONS for op in ops):
                raise ValueError
            return [dotted(one) for one in columns]
    return _names(node)


def is_text(node: ast.expr) -> bool:
    """Whether a node is a text in quotes."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _names(node: ast.expr) -> list[str]:
    """The names below a node, in order; ValueError for syntax that is not allowed."""
    match node:
        case ast.BoolOp(values=parts) | ast.Call(func=ast.Name(id="abs"), args=[_] as parts, keywords=[]):
            return [name for part in parts for name in _names(part)]
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd(), operand=part):
            return _names(part)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            return _names(left) + _names(right)
        case ast.Compare(left=left, ops=ops, comparators=rest) if all(type(op) in COMPARISONS for op in ops):
            return _names(left) + [name for part in rest for name in _names(part)]
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return []
        case ast.Name() | ast.Attribute():
            return [dotted(node)]
    raise ValueError


def dotted(node: ast.expr) -> str:
    """A name, perhaps dotted; ValueError for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=of, attr=name):
            return f"{dotted(of)}.{name}"
    raise ValueError


def as_float(value: float) -> float:
    """A number in a condition; infinite if it is a whole number beyond float64."""
    return float(str(value))


def _is_condition(node: ast.expr, flags: Collection[str]) -> bool:
    """Whether the value is true or false; a bare number is an error."""
    match node:
        case ast.BoolOp(values=parts):
            return all(_is_condition(part, flags) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return _is_condition(part, flags)
        case ast.Name() | ast.Attribute():
            return dotted(node) in flags
    return isinstance(node, ast.Compare)


def _value(node: ast.expr, numbers: Mapping[str, Value]) -> Any:
    """The value of a node; None is unknown, and stays so where it decides (Kleene's logic)."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return as_float(value)
        case ast.Name() | ast.Attribute():
            found = numbers.get(dotted(node))
            return None if found is None or found != found else found
        case ast.BoolOp(op=op, values=parts):
            return _joined([_value(part, numbers) for part in parts], isinstance(op, ast.Or))
        case ast.UnaryOp(op=op, operand=part):
            inner = _value(part, numbers)
            if inner is None:
                return None
            return not inner if isinstance(op, ast.Not) else -inner if isinstance(op, ast.USub) else inner
        case ast.Call(args=[part]):
            inner = _value(part, numbers)
            return None if inner is None else abs(inner)
        case ast.BinOp(left=left, op=op, right=right):
            x, y = _value(left, numbers), _value(right, numbers)
            result = math.nan if x is None or y is None else ARITHMETIC[type(op)](x, y)
            return None if math.isnan(result) else result
        case ast.Compare(left=left, ops=ops, comparators=rest):
            values = [_value(part, numbers) for part in (left, *rest)]
            pairs = zip(values, ops, values[1:], strict=False)
            each = [None if x is None or y is None else COMPARISONS[type(op)](x, y) for x, op, y in pairs]
            return _joined(each, False)
    raise AssertionError(node)


def _joined(parts: list[Any], decisive: bool) -> bool | None:
    """``or`` (decided by a True) or ``and`` (by a False) of parts that may be unknown."""
    known = [None if part is None else bool(part) for part in parts]
    if decisive in known:
        return decisive
    return None if None in known else not decisive
