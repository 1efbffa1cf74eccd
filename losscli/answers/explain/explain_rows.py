"""The steps of one row: its reading, the declared steps of the loss, and the sum or mean over classes or outputs.

The names that declared steps may use, besides parameters, further arrays and ``C``, the size of the last axis:

- ``CLASS``: ``p`` and ``log_p``, of the label, or of each class if the label is spread over several
- ``BINARY``: ``p``, ``q = 1 - p``, ``log_p``, ``log_q`` and the label ``y``; ``DISTRIBUTION``: ``p``, ``log_p``, ``t``
- ``VALUE``, ``VECTOR``, ``RAW``, ``SCORES``, ``DECISION``: ``x`` and ``y``; ``MARGIN``, ``SIGNED_VECTOR``: ``x`` and
  the sign ``s``; ``SCORES_HOT``: ``x`` and ``t``; ``ANCHOR``: ``x``
- ``DECISION``: also ``classes``, whether ``x`` is a row of classes; ``RAW``, if all rows must be seen: also all rows
  ``X``, all labels ``Y``, and ``self``, which is 1 for this row
- ``SET``: ``x``, ``y``, the weights ``w`` and the number of rows ``n``; values have their rows on the last axis

Functions are those of ``losscli.answers.explain.formula_functions``. A step that gives ``None`` is left out.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.explain import reading_steps
from losscli.answers.explain.formula import names_in, parse
from losscli.core.checks import as_read
from losscli.core.plain_values import classes_of
from losscli.losses.vocabulary import Domain, Kind, Takes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.answers.explain.worksheet import Paper
    from losscli.core.plan import Plan
    from losscli.core.steps import Computed

_ONE = {Kind.VALUES: "prediction", Kind.SCORES: "score", Kind.PROBABILITIES: "probability"}
_TARGETS = {Takes.MARGIN: "s", Takes.SIGNED_VECTOR: "s", Takes.SCORES_HOT: "t"}


def write_row(paper: Paper, computed: Computed, at: int, last: str) -> Any:
    """Write all of a row except its weight; returns the value, whose symbol is ``last``.

    Args:
        paper: Where to write.
        computed: The batch.
        at: The row's place among the checked ones.
        last: The symbol of the result.
    """
    plan, checked = computed.plan, computed.checked
    x, target = copy(checked.predictions[at]), checked.target  # a view would keep the batch in memory
    y: Any = copy(target.dense[at]) if target.dense is not None else None
    if target.index is not None:
        y = copy(target.index[at])
    arrays = {name: copy(array[at]) for name, array in checked.extras.items()}
    if plan.settings.temperature != 1.0:
        line = at if checked.lines is None else int(checked.lines[at])
        paper.given("v", _single(copy(as_read(plan, plan.layout.arrange(computed.batch)[0][line]))), plan.kind)
        paper.option("T", plan.settings.temperature, "--temperature")
    match plan.takes:
        case Takes.CLASS if target.index is not None and not plan.smoothing:
            options(paper, plan, {})
            all_p = reading_steps.class_probabilities(paper, plan, x)
            paper.given("y", y, _label(plan, y))
            return kernel(paper, plan, _with_p(paper, plan, reading_steps.picked(paper, plan, all_p)), last)
        case Takes.CLASS:
            return _weighed_classes(paper, plan, x, y, last)
        case Takes.DISTRIBUTION:
            return _distribution(paper, plan, x, y, last)
        case Takes.BINARY:
            names = _yes_or_no(paper, plan, x, y)
            return _over_outputs(paper, computed, names, last, several=bool(np.ndim(_single(x))))
        case _:
            if plan.takes in (Takes.SCORES, Takes.DECISION) and plan.per_class:
                y = classes_of(target)[at]
            several = _plain(paper, plan, x, y, arrays)
            return _over_outputs(paper, computed, {}, last, several=several)


def options(paper: Paper, plan: Plan, arrays: Mapping[str, Any]) -> None:
    """The parameters of the kernel, and the further arrays of a row."""
    paper.option("C", float(plan.width), "classes")
    for param in plan.loss.params:
        if not param.of_labels:
            paper.option(param.name, _argument(plan.params[param.name]), param.option)
    for name, value in arrays.items():
        paper.given(name, value, f"--{name.replace('_', '-')}")


def kernel(paper: Paper, plan: Plan, names: Mapping[str, str], last: str) -> Any:
    """Write the declared steps; the last one is called ``last``."""
    *first, (_, end) = plan.loss.steps
    for symbol, formula in first:
        paper.write(symbol, formula, names=names)
    return paper.write(last, end, names=names)


def squeezed(values: Any) -> Any:
    """Rows of one entry as single numbers."""
    return values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values


def _argument(value: Any) -> Any:
    """A parameter's value; a whole number as a float, a list of one as a number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value.reshape(())[()] if isinstance(value, np.ndarray) and value.size == 1 else value


def _single(value: Any) -> Any:
    """A row of one entry as a single number."""
    return value[0] if np.shape(value) == (1,) else value


def _label(plan: Plan, y: Any) -> str:
    if np.ndim(y):
        return "labels"
    if plan.names is not None and plan.names.names[int(y)] != str(y):
        return f"label: {plan.names.names[int(y)]}"
    base = plan.settings.label_base
    return f"label {int(y) + base}, counted from 0" if base else "label"


def _uses_p(plan: Plan) -> bool:
    return any({"p", "q"} & names_in(parse(formula)) for _, formula in plan.loss.steps)


def _with_p(paper: Paper, plan: Plan, names: dict[str, str]) -> dict[str, str]:
    """The symbols of a reading; for log-probabilities also the probabilities, if the steps use them."""
    if not names["p"] and _uses_p(plan):
        paper.write("p", f"exp({names['log_p']})")
        return names | {"p": "p"}
    return names


def _weighed_classes(paper: Paper, plan: Plan, x: Any, y: Any, last: str) -> Any:
    """Write a label spread over all classes: each counts by its share."""
    options(paper, plan, {})
    probabilities = reading_steps.class_probabilities(paper, plan, x)
    names = _with_p(paper, plan, reading_steps.all_classes(paper, plan, probabilities))
    if np.ndim(y) < np.ndim(x):
        paper.given("y", y, _label(plan, y))
        paper.write("t", f"hot(y, {names['p'] or names['log_p']})", "one-hot label")
    else:
        paper.given("t", y, "label")
    shares = "t"
    if plan.smoothing:
        paper.option("a", plan.smoothing, "--label-smoothing")
        paper.write("u", "(1 - a) * t + a / C", "smoothed label")
        shares = "u"
    if plan.weighs_shares:
        paper.given("q", np.asarray(plan.class_weight, np.float64), "class weights")
        paper.write("r", f"q * {shares} / sum(q * {'t' if np.ndim(y) < np.ndim(x) else shares})", "shares by weight")
        shares = "r"
    kernel(paper, plan, names, "each")
    return paper.write(last, f"sum({shares} * each)", "dot product")


def _distribution(paper: Paper, plan: Plan, x: Any, y: Any, last: str) -> Any:
    options(paper, plan, {})
    probabilities = reading_steps.class_probabilities(paper, plan, x)
    names = _with_p(paper, plan, reading_steps.all_classes(paper, plan, probabilities))
    paper.given("t", y, "label")
    least = plan.convention.reading.clip_labels
    if least:
        bit = np.any(y < least)
        paper.write("u", f"clip(t, {least!r}, 1)", "clipped" if bit else "clip: unchanged")
        names["t"] = "u"
    kernel(paper, plan, names, "each")
    return paper.write(last, "sum(each)")


def _yes_or_no(paper: Paper, plan: Plan, x: Any, y: Any) -> dict[str, str]:
    options(paper, plan, {})
    names = reading_steps.yes_or_no(paper, plan, _single(x), probabilities=_uses_p(plan))
    paper.given("y", _single(y), "label")
    if plan.smoothing:
        paper.option("a", plan.smoothing, "--label-smoothing")
        paper.write("u", "(1 - a) * y + a / 2", "smoothed label")
        names["y"] = "u"
    return names


def _plain(paper: Paper, plan: Plan, x: Any, y: Any, arrays: Mapping[str, Any]) -> bool:
    """Write values, margins, scores or vectors as given; returns whether there are several outputs."""
    takes = plan.takes
    elementwise = takes.averages_outputs or (takes is Takes.DECISION and not plan.per_class)
    if elementwise:
        x, y = _single(x), _single(y)
    elif takes is Takes.VECTOR:
        x, y = np.atleast_1d(x, y)  # a column holds vectors of one entry
    if plan.loss.domain is Domain.ENSEMBLES:
        x, y = np.atleast_1d(x), _single(y)
    if elementwise:
        arrays = {name: _single(array) for name, array in arrays.items()}
    paper.given("x", x, plan.kind if np.ndim(x) and plan.kind is not Kind.VALUES else _ONE[plan.kind])
    paper.option("classes", plan.per_class)
    paper.option("decided", plan.decided)
    symbol = _TARGETS.get(takes, "y")
    if takes is Takes.SCORES_HOT and np.ndim(y) < np.ndim(x):
        paper.given("y", y, _label(plan, y))
        paper.write("t", "hot(y, x)", "one-hot label")
    elif takes is not Takes.ANCHOR:
        paper.given(symbol, y, _label(plan, y) if plan.per_class and symbol == "y" else "label")
    options(paper, plan, arrays)
    return elementwise and bool(np.ndim(x))


def _over_outputs(paper: Paper, computed: Computed, names: Mapping[str, str], last: str, *, several: bool) -> Any:
    if not several or not computed.averaged:
        return kernel(paper, computed.plan, names, last)
    kernel(paper, computed.plan, names, "each")
    return paper.write(last, "mean(each)", "over the outputs")
