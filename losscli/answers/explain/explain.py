"""The arithmetic of a row, written as on paper, from the declaration of the loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.explain.explain_rows import kernel, options, squeezed, write_row
from losscli.answers.explain.worksheet import Paper, Step
from losscli.losses.confusion_counts import pixels
from losscli.losses.vocabulary import Domain, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from losscli.answers.explain.row_selection import RowSelection
    from losscli.core.plan import Plan
    from losscli.core.report import Report
    from losscli.core.steps import Computed

_DIVISORS = {"N": "values counted", "rows": "rows counted", "W": "sum of weights", "M": "weights that are not 0"}


@record
class Explanation:
    """How one number was computed.

    Attributes:
        row: 1-based; None for all rows together and for the reduction.
        id: The row's id in the input, or None.
        steps: The value of the last one is the result; empty if the row does not count.
        remark: Why the row does not count, or how the result differs from the written steps; may be empty.
    """

    row: int | None
    id: str | None
    steps: tuple[Step, ...]
    remark: str = ""


class Explainer:
    """Explains the selected rows of the batches it is given; a loss without values per row is explained as a whole.

    Attributes:
        found: The explanations so far.
        count: Rows seen.
    """

    def __init__(self, selection: RowSelection) -> None:
        self.selection = selection
        self.found: list[Explanation] = []
        self.count = 0

    def __call__(self, computed: Computed) -> None:
        """Explain the selected rows of a batch."""
        if computed.plan.takes is Takes.SET:
            self.found.append(explain_set(computed))
            return
        batch, lines = computed.batch, computed.checked.lines
        count = 1 if computed.plan.layout.one_row else len(batch)
        self.count += count
        for number in self.selection.within(batch.start, count):
            at = number - 1 - batch.start
            if lines is not None:
                at = int(np.searchsorted(lines, at)) if at in lines else -1
            self.found.append(explain_row(computed, at, number) if at >= 0 else _skipped(computed, number))


def _skipped(computed: Computed, number: int) -> Explanation:
    return Explanation(number, _name(computed, number), (), "not counted: it holds NaN or infinity (--nan skip)")


def _name(computed: Computed, number: int) -> str | None:
    ids = computed.batch.ids
    return None if ids is None else ids[number - 1 - computed.batch.start]


def explain_row(computed: Computed, at: int, number: int) -> Explanation:
    """Write out one row.

    Args:
        computed: The batch.
        at: The row's place among the checked ones.
        number: Its 1-based number in the data set.
    """
    plan, checked = computed.plan, computed.checked
    name = _name(computed, number)
    counted = np.True_ if checked.counted is None else checked.counted[at]
    if not np.any(counted):
        return Explanation(number, name, (), "not counted: its label is the one to be ignored")
    weights = None if computed.weights is None else computed.weights[at]
    paper = Paper(weighted=checked.weights is not None)
    if plan.loss.whole:
        _all_rows(paper, computed, at)
    whole = bool(np.all(counted))
    last = _final(plan) if plan.base == 1.0 else "nats"
    cost = write_row(paper, computed, at, last if weights is None and whole else "cost")
    if weights is not None:
        cost = _weigh(paper, computed, at, last if whole else "cost")
    if not whole:
        paper.given("counted", counted.astype(np.float64), "0: to be ignored")
        cost = paper.write(last, "counted * cost")
    if plan.base != 1.0:
        cost = _in_base(paper, plan)
    return Explanation(number, name, *_finished(paper, cost, computed.loss[at], computed.values.loss.dtype))


def explain_set(computed: Computed) -> Explanation:
    """Write out a loss of all rows together."""
    plan, checked = computed.plan, computed.checked
    weights = checked.weights
    paper = Paper(weighted=weights is not None)
    x, y = squeezed(checked.predictions), squeezed(checked.target.dense)
    w = np.ones(len(x)) if weights is None else weights
    if plan.loss.domain is Domain.CLASS_NUMBERS:
        x, y, each = pixels(x, y, w)
        w = w if each is None else each
    if plan.loss.domain in (Domain.REAL, Domain.POSITIVE):
        x, y = _by_output(x), _by_output(y)
        w = np.broadcast_to(w, x.shape)
    paper.given("x", x, "predictions")
    paper.given("y", y, "labels")
    paper.given("w", w, "sample weights" if weights is not None else "1 for each row")
    paper.option("n", float(len(checked.predictions)), "rows")
    options(paper, plan, {})
    if len(x) < 2 and plan.loss.undefined and np.isnan(computed.loss).all():
        cost = paper.write(_final(plan), "nan", plan.loss.undefined)
    else:
        cost = kernel(paper, plan, {}, _final(plan) if plan.base == 1.0 else "nats")
        cost = cost if plan.base == 1.0 else _in_base(paper, plan)
    actual = computed.loss.reshape(np.shape(cost))[()]
    return Explanation(None, None, *_finished(paper, cost, actual, actual.dtype))


def explain_reduction(report: Report) -> Explanation:
    """Write out how the losses of all rows are reduced to one number."""
    paper, summary, reduced = Paper(), report.summary, report.reduced
    of = f"of {summary.count:,} values" if summary.count != 1 else "of one value"
    if not summary.count or summary.kept is None:
        paper.steps.append(Step("sum", None, of))
    else:
        paper.env["losses"] = np.concatenate(summary.kept)
        paper.write("sum", "sum(losses)", of)
    _correct(paper, summary.sum)
    if reduced.divisor is not None:
        symbol = {"sum(w)": "W", "N(w != 0)": "M"}.get(reduced.divided_by, reduced.divided_by)
        paper.given(symbol, reduced.divisor, _DIVISORS[symbol])
        paper.write(report.reduction, f"sum / {symbol}")
        _correct(paper, reduced.value)
        if report.exponential:
            _write_perplexity(paper, report, f"sum / {symbol}")
    return Explanation(None, None, tuple(paper.steps))


def _write_perplexity(paper: Paper, report: Report, mean: str) -> None:
    if report.nats == 1.0:
        paper.write(report.headline, f"exp({mean})")
    else:
        paper.given("base", math.exp(report.nats), "--base")
        paper.write(report.headline, f"exp({mean} * log(base))")
    _correct(paper, report.value)


def _correct(paper: Paper, value: Any) -> None:
    """Replace the last value by the exact sum, which is rounded once."""
    paper.steps[-1] = replace(paper.steps[-1], value=value, written=paper.steps[-1].value)
    paper.env[paper.steps[-1].symbol] = value


def _final(plan: Plan) -> str:
    return "score" if plan.loss.higher_is_better else "loss"


def _in_base(paper: Paper, plan: Plan) -> Any:
    """Write the conversion of nats to another unit."""
    paper.given("base", float(plan.settings.base), "--base")
    return paper.write(_final(plan), "nats / log(base)")


def _finished(paper: Paper, written: Any, actual: Any, dtype: Any) -> tuple[tuple[Step, ...], str]:
    """The steps with the kernel's own value at the end, and a remark if plain arithmetic lost digits."""
    remark = ""
    tolerance = 1e-4 if dtype == np.float32 else 1e-9
    if not np.allclose(written, actual, rtol=tolerance, atol=0.0, equal_nan=True):
        remark = (
            f"With every step rounded the result is {_short(written)}; losscli computes {_short(actual)}, "
            "without those rounding errors."
        )
    return (*paper.steps[:-1], replace(paper.steps[-1], value=actual, written=written)), remark


def _short(value: Any) -> str:
    return f"{float(value) + 0.0:.7g}" if not np.ndim(value) else "other values"


def _by_output(values: Any) -> Any:
    """Outputs ``(N, ...)`` as ``(O, N)``, so that sums run over rows; a single output as ``(N,)``."""
    return np.asarray(values if values.ndim == 1 else values.reshape(len(values), -1).T, np.float64)


def _all_rows(paper: Paper, computed: Computed, at: int) -> None:
    checked = computed.checked
    paper.given("X", checked.predictions, "all rows")
    paper.given("Y", squeezed(checked.target.dense), "all labels")
    paper.given("self", np.asarray(np.arange(len(checked.predictions)) == at, np.float64), "1 for this row")


def _weigh(paper: Paper, computed: Computed, at: int, last: str) -> Any:
    """Write the weight of a row: the sample's, its class's, or both."""
    plan, checked = computed.plan, computed.checked
    assert computed.weights is not None
    together, factors = computed.weights[at], []
    if checked.weights is not None:
        paper.given("w", checked.weights[at], "sample weight")
        factors.append("w")
    if plan.class_weight is not None:
        own = 1.0 if checked.weights is None else checked.weights[at]
        paper.given("v", together / own if own else np.ones_like(together), "class weight")
        factors.append("v")
    return paper.write(last, " * ".join([*factors, "cost"]))
