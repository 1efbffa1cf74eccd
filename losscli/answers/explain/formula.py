"""The language in which steps are declared: Python's arithmetic over named arrays, with ``^`` for powers.

An expression is parsed into a syntax tree and evaluated here: names come from a table of values, functions from
``losscli.answers.explain.formula_functions``; nothing else is allowed.
"""

from __future__ import annotations

import ast
import copy
import re
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.explain.formula_functions import FUNCTIONS, aligned, product

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

    Names = Mapping[str, Any]

_ARITHMETIC: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: product,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}
_BY_ENTRY = (
    "abs",
    "arccos",
    "clip",
    "cos",
    "cosh",
    "deviance",
    "exp",
    "log",
    "sin",
    "softplus",
    "sqrt",
    "tempered_log",
)
_EACH = 3  # most terms of a sum that are written as expressions, such as products
_TERMS = 4  # most terms of a sum that are written as numbers
_LONG = 60  # characters


def parse(text: str) -> ast.expr:
    """The tree of an expression."""
    return ast.parse(text.replace("^", "**"), mode="eval").body


def text_of(tree: ast.expr) -> str:
    """A tree as it would be written on paper."""
    text = ast.unparse(tree).replace(" ** ", "^")
    text = re.sub(r"--([\w.]+)", r"-(-\1)", text)
    return re.sub(r"\+ -(?=[\d(i])", "- ", text)


def names_in(tree: ast.AST) -> set[str]:
    """The names of values in a tree, not those of functions."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}


def renamed(tree: ast.expr, names: Mapping[str, str]) -> ast.expr:
    """The tree with other names for some values."""
    tree = copy.deepcopy(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return tree


def evaluate(tree: ast.expr, env: Names) -> Any:  # noqa: C901 - one case for each construct of the language
    """The value of a tree; the other branch of a condition that decides for all entries is not evaluated."""
    match tree:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return env[name]
        case ast.UnaryOp(op=op, operand=operand):
            value = evaluate(operand, env)
            return not value if isinstance(op, ast.Not) else np.negative(value)
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](*aligned(evaluate(left, env), evaluate(right, env)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(op, evaluate(left, env), evaluate(right, env))
        case ast.BoolOp(op=op, values=values):
            together = all if isinstance(op, ast.And) else any
            return together(bool(evaluate(value, env)) for value in values)
        case ast.IfExp(test=test, body=body, orelse=other):
            holds = evaluate(test, env)
            if not np.ndim(holds):
                return evaluate(body if holds else other, env)
            first, second = evaluate(body, env), evaluate(other, env)
            return np.where(holds, first, second)
        case ast.Subscript(value=base, slice=index):
            return _entries(evaluate(base, env), np.asarray(evaluate(index, env)))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name](*(evaluate(argument, env) for argument in arguments))
    raise NotImplementedError(ast.unparse(tree))


def _compared(op: ast.cmpop, left: Any, right: Any) -> Any:
    if isinstance(op, ast.Is):
        return left is right
    words = np.ndim(left) and np.asarray(left).dtype.kind in "OU"
    if isinstance(right, str) and not words:
        return isinstance(left, str) and (left == right) == isinstance(op, ast.Eq)
    return _COMPARISONS[type(op)](*aligned(left, right))


def _entries(values: Any, index: Any) -> Any:
    """Indexing: one entry of each row, or entries of a vector by place or by a mask."""
    if index.ndim == values.ndim - 1:
        return np.take_along_axis(values, index[..., None], axis=-1)[..., 0]
    return values[index]


def decided(tree: ast.expr, env: Names) -> tuple[list[tuple[ast.expr, bool]], ast.expr]:
    """The branch that is taken, if it is the same for all values, and the conditions on the way to it."""
    conditions = []
    while isinstance(tree, ast.IfExp) and not np.ndim(holds := evaluate(tree.test, env)):
        conditions.append((tree.test, bool(holds)))
        tree = tree.body if holds else tree.orelse
    return conditions, tree


class Simplified(ast.NodeTransformer):
    """Leaves out what has no effect: absent weights, the mean of one number, branches settled by an option.

    Args:
        env: The values so far.
        settled: Names of options, whose values are the same for all rows.
        weighted: Whether rows have weights ``w``.
    """

    def __init__(self, env: Names, settled: Set[str], *, weighted: bool) -> None:
        self.env = env
        self.settled = settled
        self.weighted = weighted

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        """Take the branch that an option selects, for all values."""
        if names_in(node.test) <= self.settled:
            return self.visit(node.body if np.all(evaluate(node.test, self.env)) else node.orelse)
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        """Drop the factor ``w``."""
        self.generic_visit(node)
        factor = isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Name) and node.left.id == "w"
        return node.right if factor and not self.weighted else node

    def visit_Call(self, node: ast.Call) -> Any:
        """Drop the argument ``w``, and sums and means of a single number."""
        assert isinstance(node.func, ast.Name)
        arguments = [self.visit(argument) for argument in node.args]
        last, name = arguments[-1], node.func.id
        if not self.weighted and len(arguments) > 1 and isinstance(last, ast.Name) and last.id == "w":
            arguments, name = arguments[:-1], "mean" if name == "average" else name
        alone = len(arguments) == 1 and name in ("mean", "sum", "max", "total")
        if alone and not np.ndim(evaluate(arguments[0], self.env)):
            return arguments[0]
        return ast.Call(ast.Name(name), arguments, [])


def _by_entry(node: ast.Call) -> bool:
    """Whether each entry of the result depends only on the same entry of the arguments."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    return name in _BY_ENTRY or (name in ("max", "min") and len(node.args) > 1)


class _Numbers(ast.NodeTransformer):
    """Substitutes numbers for names; for vectors entry ``at``, if given."""

    def __init__(self, env: Names, number: Callable[[Any], str], at: int | None = None) -> None:
        self.env = env
        self.number = number
        self.at = at

    def visit_Name(self, node: ast.Name) -> Any:
        value = self.env[node.id]
        if self.at is not None and np.ndim(value):
            value = value[self.at]
        if isinstance(value, str | None) or np.ndim(value):
            small = np.ndim(value) == 1 and np.size(value) <= _TERMS
            return ast.Name(f"[{' '.join(map(self.number, value))}]") if small else node
        return _number(value, self.number)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        value = evaluate(node, self.env)
        return node if np.ndim(value) else _number(value, self.number)

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        env = self.env
        if self.at is not None:
            env = {name: value[self.at] if np.ndim(value) else value for name, value in env.items()}
        holds = evaluate(node.test, env)
        return self.generic_visit(node) if np.ndim(holds) else self.visit(node.body if holds else node.orelse)

    def visit_Call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name in ("sum", "mean", "total", "max") and len(node.args) == 1 and self.at is None:
            values = evaluate(node.args[0], self.env)
            if np.ndim(values) == 1 and np.size(values):
                return self._gathered(name, node.args[0], values)
        if self.at is not None and not _by_entry(node):
            value = evaluate(node, self.env)
            value = value[self.at] if np.ndim(value) else value
            return node if np.ndim(value) else _number(value, self.number)
        if name in ("hot", "rank", "size"):  # about a vector as a whole
            return node
        return ast.Call(node.func, [self.visit(argument) for argument in node.args], [])

    def _gathered(self, name: str, inner: ast.expr, values: Any) -> ast.expr:
        terms = self._terms(inner, values)
        if name == "max":
            return ast.Call(ast.Name("max"), terms, [])
        added = reduce(lambda a, b: ast.BinOp(a, ast.Add(), b), terms)
        return ast.BinOp(added, ast.Div(), ast.Name(str(len(values)))) if name == "mean" else added

    def _terms(self, inner: ast.expr, values: Any) -> list[ast.expr]:
        if len(values) <= _EACH and not isinstance(inner, ast.Name):
            each: list[ast.expr] = [
                _Numbers(self.env, self.number, i).visit(copy.deepcopy(inner)) for i in range(len(values))
            ]
            if sum(len(ast.unparse(term)) + 3 for term in each) <= _LONG:
                return each
        if len(values) <= _TERMS:
            return [_number(value, self.number) for value in values]
        shown: Sequence[Any] = [*values[: _TERMS - 1]]
        return [*(_number(value, self.number) for value in shown), ast.Name("…"), _number(values[-1], self.number)]


def _number(value: Any, number: Callable[[Any], str]) -> ast.expr:
    text = number(value)
    return ast.UnaryOp(ast.USub(), ast.Name(text[1:])) if text.startswith("-") else ast.Name(text)


def with_numbers(tree: ast.expr, env: Names, number: Callable[[Any], str]) -> str:
    """An expression with numbers for names; an indexed entry keeps its name: ``p[1]``."""
    if isinstance(tree, ast.Subscript):
        index = evaluate(tree.slice, env)
        return f"{ast.unparse(tree.value)}[{index}]" if not np.ndim(index) else text_of(tree)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "clip":
        return ""  # its bounds are numbers
    return text_of(_Numbers(env, number).visit(copy.deepcopy(tree)))
