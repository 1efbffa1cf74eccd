"""Gates: conditions that fail a result. Each is parsed before data is read, and judges the numbers afterwards."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Protocol

from losscli.answers.gate.gate_numbers import BASELINE, FLAGS, GROUP, INTERVAL, KNOWN, NEEDS
from losscli.core.condition import condition
from losscli.core.verdict import Verdict
from losscli.errors import UsageError
from losscli.record import record
from losscli.text import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from losscli.core.condition import Condition

    Value = float | bool | None

_AMOUNT = re.compile(r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*(%?)", re.IGNORECASE | re.ASCII)
_WORDS = re.compile(r"[a-z][\w.]*")
_DIGITS = 7
_SHOWN = 8  # most groups named in a message
_LONG = 200  # most characters of a group's name


class Gate(Protocol):
    """A condition on a result."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the numbers it depends on."""

    def judged(self, numbers: Mapping[str, Value], groups: Mapping[str, Mapping[str, Value]]) -> Verdict:
        """The verdict on a result."""


@record
class FailIf:
    """A condition that must not hold; if it names numbers of groups, not for any group."""

    condition: Condition
    option: str = "--fail-if"

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the condition."""
        return self.condition.names

    def judged(self, numbers: Mapping[str, Value], groups: Mapping[str, Mapping[str, Value]]) -> Verdict:
        """Failed if the condition holds, or if its result depends on a number that is NaN or missing."""
        if not any(name.startswith(GROUP) for name in self.names):
            return self._verdict(numbers)
        each = {name: self._verdict({**numbers, **own}) for name, own in groups.items()}
        failed = {name: verdict for name, verdict in each.items() if verdict.failed}
        if not failed:
            return Verdict(self.option, self.condition.text, False, False, {}, f"of none of {len(each)} groups")
        worst = next((name for name, verdict in failed.items() if not verdict.unknown), next(iter(failed)))
        others = [name for name in failed if name != worst]
        more = (
            f"; also {', '.join(quoted(name, _LONG) for name in others[:_SHOWN])}{' …' * (len(others) > _SHOWN)}"
            if others
            else ""
        )
        first = failed[worst]
        message = f"{quoted(worst, _LONG)}: {first.message}{more}"
        return Verdict(self.option, self.condition.text, True, first.unknown, first.numbers, message)

    def _verdict(self, numbers: Mapping[str, Value]) -> Verdict:
        holds = self.condition.holds(numbers)
        own = {name: numbers.get(name) for name in self.names}
        missing = next((name for name, number in own.items() if number is None or number != number), None)
        if holds is None and missing is None:
            message = "it divides by 0, or takes inf from inf"
        elif holds is None:
            message = f"{missing} is {'missing' if own[missing or ''] is None else 'NaN'}"
        else:
            message = ", ".join(f"{name} {shown(number)}" for name, number in own.items())
        return Verdict(self.option, self.condition.text, holds is not False, holds is None, own, message)


@record
class Floor:
    """How much worse than the baseline a number may be.

    Attributes:
        text: As it was given.
        amount: The amount; ``relative`` if it is a fraction of the baseline's value.
    """

    text: str
    amount: float
    relative: bool

    def bound(self, base: float, sign: float) -> float:
        """The worst value that still passes; ``sign`` is 1 if lower is better."""
        return base + sign * self.amount * (abs(base) if self.relative else 1.0)

    def spelled(self, base: float, sign: float) -> str:
        """How the bound is computed, for messages."""
        if self.relative and base >= 0.0:
            return f"{shown(base)} * {shown(1.0 + sign * self.amount)}"
        amount = f"{shown(self.amount)} * {shown(abs(base))}" if self.relative else shown(self.amount)
        return f"{shown(base)} {'+' if sign > 0 else '-'} {amount}"


@record
class MaxRegress:
    """Limits on how much worse than the baseline a value may be; it fails only if it exceeds all of them."""

    floors: tuple[Floor, ...]
    higher_is_better: bool
    option: str = "--max-regress"
    names: tuple[str, ...] = ("value", BASELINE + "value")

    def judged(self, numbers: Mapping[str, Value], groups: Mapping[str, Mapping[str, Value]]) -> Verdict:
        """Failed if the value exceeds all bounds."""
        del groups
        own = {name: numbers.get(name) for name in self.names}
        text = f" {self.option} ".join(floor.text for floor in self.floors)
        for name, number in own.items():
            if number is None or number != number:
                what = f"{name} is {'missing' if number is None else 'NaN'}"
                return Verdict(self.option, text, True, True, own, what)
        value, base = (float(number or 0.0) for number in own.values())
        sign = -1.0 if self.higher_is_better else 1.0
        beyond = [sign * value > sign * floor.bound(base, sign) for floor in self.floors]
        telling = self.floors if all(beyond) else [self.floors[beyond.index(False)]]
        signs = ("<", ">=") if self.higher_is_better else (">", "<=")
        message = " and ".join(
            f"{signs[not all(beyond)]} {BASELINE}value {floor.spelled(base, sign)} = {shown(floor.bound(base, sign))}"
            for floor in telling
        )
        return Verdict(self.option, text, all(beyond), False, own, f"value {shown(value)} {message}")


def asks_for_interval(text: str) -> bool:
    """Whether a condition depends on an end of an interval; its syntax is not checked here."""
    return any(name.removeprefix(GROUP) in INTERVAL for name in _WORDS.findall(text))


def fail_if(text: str, given: Collection[str]) -> FailIf:
    """The gate of ``--fail-if``; ``given`` are those options that were given which some numbers need.

    Raises:
        UsageError: It is not a condition, or has unknown names in it.
    """
    here = [name for name in KNOWN if {*NEEDS.get(name, ())} <= {*given}]
    for name in sorted(set(_WORDS.findall(text)) & NEEDS.keys()):
        missing = [option for option in NEEDS[name] if option not in given]
        if missing:
            raise UsageError(f"{FailIf.option} {printable(text)}: {name} is there only with {' and '.join(missing)}")
    return FailIf(condition(text, FailIf.option, here, [name for name in FLAGS if {*NEEDS[name]} <= {*given}]))


def max_regress(texts: tuple[str, ...], higher_is_better: bool) -> MaxRegress:
    """The gate of ``--max-regress``, given once or more.

    Raises:
        UsageError: One of them is not an amount.
    """
    return MaxRegress(tuple(map(_floor, texts)), higher_is_better)


def _floor(text: str) -> Floor:
    found = _AMOUNT.fullmatch(text.strip())
    amount = math.inf if found is None else float(found[1] + (found[2] or ""))
    if found is None or not math.isfinite(amount):
        what = f"{MaxRegress.option} {quoted(text)}: by how much the value may be worse"
        raise UsageError(what, hint="a share such as 1%, or an amount such as 0.002")
    return Floor(text.strip(), amount / 100.0 if found[3] else amount, bool(found[3]))


def shown(number: Value) -> str:
    """A number in a message."""
    if isinstance(number, bool) or number is None:
        return {True: "yes", False: "no", None: "missing"}[number]
    return f"{number:.{_DIGITS}g}"
