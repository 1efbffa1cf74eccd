"""A worksheet: given values, and steps computed one after the other."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.explain.formula import (
    Simplified,
    decided,
    evaluate,
    names_in,
    parse,
    renamed,
    text_of,
    with_numbers,
)
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@record
class Step:
    """One line.

    Attributes:
        symbol: The name of the value; empty for a condition.
        value: A number, an array or a word; for a condition, whether it holds.
        meaning: A few words; may be empty.
        tree: The formula's syntax tree; None for a given value.
        written: The formula's own value, if ``value`` was taken from elsewhere.
    """

    symbol: str
    value: Any
    meaning: str = ""
    tree: ast.expr | None = field(default=None, repr=False, compare=False)
    env: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    written: Any = None

    @property
    def formula(self) -> str:
        """The right-hand side in symbols; empty for a given value."""
        return "" if self.tree is None else text_of(self.tree)

    @property
    def holds(self) -> bool | None:
        """The result of a comparison; None if there is none, or one for each of many entries."""
        return bool(self.value) if isinstance(self.tree, ast.Compare) and not np.ndim(self.value) else None

    def with_numbers(self, number: Callable[[Any], str]) -> str:
        """The formula with numbers for symbols; empty if the value is a vector or says the same."""
        if self.tree is None or np.ndim(self.value):
            return ""
        with np.errstate(all="ignore"):
            return with_numbers(self.tree, self.env, number)


class Paper:
    """The steps written so far; a given value is written where it is first used.

    Args:
        weighted: Whether there are weights ``w``; otherwise formulas omit them.
    """

    def __init__(self, *, weighted: bool = False) -> None:
        self.weighted = weighted
        self.steps: list[Step] = []
        self.env: dict[str, Any] = {"pi": np.pi, "nan": np.nan}
        self._waiting: dict[str, Step] = {}
        self._settled = {"pi", "nan"}

    def given(self, symbol: str, value: Any, meaning: str = "") -> None:
        """Set a given value."""
        self.env[symbol] = value
        self._waiting[symbol] = Step(symbol, value, meaning)

    def option(self, name: str, value: Any, meaning: str = "") -> None:
        """Set a value that is the same for all rows; conditions on it are not shown."""
        self.given(name, value, meaning)
        self._settled.add(name)

    def write(self, symbol: str, formula: str, meaning: str = "", names: Mapping[str, str] | None = None) -> Any:
        """Evaluate a formula, write it as a step and return its value; None if it gives ``None``.

        Args:
            symbol: The symbol of the result.
            formula: In the language of ``losscli.answers.explain.formula``.
            meaning: A few words.
            names: Other names for some of the formula's.
        """
        with np.errstate(all="ignore"):
            return self._write(symbol, renamed(parse(formula), names or {}), meaning)

    def _write(self, symbol: str, tree: ast.expr, meaning: str) -> Any:
        conditions, tree = decided(tree, self.env)
        if isinstance(tree, ast.Constant) and tree.value is None:
            return None
        for test, holds in conditions:
            if not names_in(test) <= self._settled:
                self._use(names_in(test))
                self.steps.append(Step("", holds, "", test, dict(self.env)))
        tree = Simplified(self.env, self._settled, weighted=self.weighted).visit(tree)
        value = evaluate(tree, self.env)
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind == "b":
            value = np.asarray(value, np.float64)[()]
        self._use(names_in(tree))
        step = Step(symbol, value, meaning, tree, dict(self.env))
        if isinstance(tree, ast.Name) and self.steps and self.steps[-1].symbol == tree.id:
            step = replace(self.steps.pop(), symbol=symbol, meaning=meaning)  # only another name for the last line
        self.steps.append(step)
        self.env[symbol] = value
        return value

    def _use(self, names: Iterable[str]) -> None:
        for name in [name for name in self._waiting if name in names]:
            self.steps.append(self._waiting.pop(name))
