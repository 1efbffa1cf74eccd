"""The first half of an explanation: from the given numbers to those in the formula of the loss.

What ``losscli.core.readings`` computes at once is written step by step here; steps without effect are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.explain.formula import evaluate, parse
from losscli.losses.vocabulary import Kind, Takes

if TYPE_CHECKING:
    from losscli.answers.explain.worksheet import Paper
    from losscli.core.plan import Plan

_ROUNDING = 16.0 * float(np.finfo(np.float64).eps)
_TINY = 1e-300  # a smaller probability has lost digits
_FAR = 700.0  # the exponential of a larger logit may overflow

# How ``v`` becomes what is read at a temperature ``T``; ``losscli.core.readings.tempered`` computes it.
_OF_CLASSES = {
    Kind.LOGITS: "v / T",
    Kind.PROBABILITIES: "v^(1 / T) / sum(v^(1 / T))",
    Kind.LOG_PROBABILITIES: "v / T - log(sum(exp(v / T)))",
}
_OF_YES = {
    Kind.LOGITS: "v / T",
    Kind.PROBABILITIES: "1 / (1 + (1 / v - 1)^(1 / T))",
    Kind.LOG_PROBABILITIES: "-log(1 + (exp(-v) - 1)^(1 / T))",
}


def given(paper: Paper, plan: Plan, symbol: str, x: Any, meaning: str) -> None:
    """Write a row of predictions, or how it follows from ``v`` at another temperature than 1."""
    if plan.settings.temperature == 1.0:
        paper.given(symbol, x, meaning)
        return
    formulas = _OF_YES if plan.takes is Takes.BINARY else _OF_CLASSES
    paper.write(symbol, formulas[plan.kind], "at temperature T")


def class_probabilities(paper: Paper, plan: Plan, x: Any) -> str:
    """Write how a row becomes probabilities; returns their symbol, empty for log-probabilities ``x``."""
    if plan.kind is Kind.LOG_PROBABILITIES:
        given(paper, plan, "x", x, "log-probabilities")
        return ""
    if plan.kind is Kind.LOGITS:
        given(paper, plan, "x", x, "logits")
        paper.write("m", "max(x)", "the largest")
        paper.write("z", "x - m", "the shift")
        paper.write("e", "exp(z)", "the exponentials")
        paper.write("s", "sum(e)", "their sum")
        paper.write("p", "e / s", "softmax")
        return "p"
    reading, total = plan.convention.reading, x.sum(axis=-1, keepdims=True)
    if reading.rescale_after:
        given(paper, plan, "x", x, "probabilities")
        symbol = _clip(paper, plan, "x")
        paper.write("p", f"{symbol} / sum({symbol})", "rescaled")
    elif not reading.rescale:
        given(paper, plan, "p", x, "probabilities")
    elif (np.abs(total - 1.0) <= _ROUNDING).all():
        given(paper, plan, "p", x / total, "probabilities")
    else:
        given(paper, plan, "x", x, "probabilities")
        paper.write("p", "x / sum(x)", "rescaled")
    return "p"


def picked(paper: Paper, plan: Plan, all_p: str) -> dict[str, str]:
    """Write the log-probability of class ``y``; returns the symbols of ``p`` and ``log_p``."""
    if not all_p:
        paper.write("log_p", "x[y]", "of the label")
        return {"p": "", "log_p": "log_p"}
    paper.write("p_y", f"{all_p}[y]", "of the label")
    return {"p": _logarithm(paper, plan, "p_y", "z[y] - log(s)"), "log_p": "log_p"}


def all_classes(paper: Paper, plan: Plan, all_p: str) -> dict[str, str]:
    """Write the log-probabilities of all classes; returns the symbols of ``p`` and ``log_p``."""
    if not all_p:
        return {"p": "", "log_p": "x"}
    return {"p": _logarithm(paper, plan, all_p, "z - log(s)"), "log_p": "log_p"}


def _logarithm(paper: Paper, plan: Plan, symbol: str, direct: str) -> str:
    """Write clip and logarithm; returns the symbol of the logarithm's argument."""
    reads_logits = plan.kind is Kind.LOGITS and not plan.convention.reading.through_softmax
    if reads_logits:
        lost = (paper.env[symbol] < _TINY) & np.isfinite(evaluate(parse(direct), paper.env))
        paper.write("log_p", direct if np.any(lost) else f"log({symbol})")
        return symbol
    if not plan.convention.reading.rescale_after:  # then the whole row was clipped
        symbol = _clip(paper, plan, symbol)
    paper.write("log_p", _floored(symbol, plan))
    return symbol


def _clip(paper: Paper, plan: Plan, symbol: str) -> str:
    """Write the convention's clip, if it has one, and whether it acted; returns the symbol of the result."""
    reading, before = plan.convention.reading, paper.env[symbol]
    if not reading.clip:
        return symbol
    low, top = _spelled(reading.clip), 1.0 - reading.clip if reading.clip_one else 1.0
    text = f"clip({symbol}, {low}, 1 - {low})" if reading.clip_one else f"max({symbol}, {low})"
    bit = np.any((before < reading.clip) | (before > top))
    paper.write("c", text, "clipped" if bit else "clip: unchanged")
    return "c"


def _floored(symbol: str, plan: Plan) -> str:
    """The logarithm, as the convention takes it."""
    reading = plan.convention.reading
    text = f"log({symbol} + {reading.add!r})" if reading.add else f"log({symbol})"
    return text if reading.log_floor == -np.inf else f"max({text}, {reading.log_floor:g})"


def _spelled(clip: float) -> str:
    """A power of two as such: 2^-52."""
    fraction, exponent = np.frexp(clip)
    return f"2^{exponent - 1}" if fraction == 0.5 else repr(clip)


def yes_or_no(paper: Paper, plan: Plan, x: Any, *, probabilities: bool) -> dict[str, str]:
    """Write ``p``, ``q = 1 - p`` and their logarithms; returns their symbols.

    Args:
        paper: Where to write.
        plan: What the predictions are, and the convention.
        x: The predictions of a row.
        probabilities: Whether ``p`` and ``q`` themselves are wanted, and not only their logarithms.
    """
    if plan.kind is Kind.LOG_PROBABILITIES:
        given(paper, plan, "log_p", x, "log-probabilities")
        if probabilities:
            paper.write("p", "exp(log_p)")
            paper.write("q", "1 - p")
        paper.write("log_q", "log(1 - exp(log_p))", "of a no")
    elif plan.kind is Kind.LOGITS:
        given(paper, plan, "x", x, "logits" if np.ndim(x) else "logit")
        paper.write("p", "1 / (1 + exp(-x))", "sigmoid: of a yes")
        paper.write("q", "1 / (1 + exp(x))", "1 - p: of a no")
        far = np.any(np.abs(x) > _FAR)
        paper.write("log_p", "min(x, 0) - log(1 + exp(-abs(x)))" if far else "log(p)")
        paper.write("log_q", "min(-x, 0) - log(1 + exp(-abs(x)))" if far else "log(q)")
    else:
        given(paper, plan, "p", x, "of a yes")
        symbol = _clip(paper, plan, "p")
        paper.write("q", f"1 - {symbol}", "of a no")
        paper.write("log_p", _floored(symbol, plan))
        paper.write("log_q", _floored("q", plan))
        return {"p": symbol, "q": "q"}
    return {"p": "p", "q": "q"}
