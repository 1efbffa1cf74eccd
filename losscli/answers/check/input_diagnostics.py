"""Diagnostics of the kind of predictions: logits, probabilities, logarithms, percentages."""

from __future__ import annotations

import math

from losscli.answers.check.finding import Case, Diagnostics, Found, Severity
from losscli.core.change import change
from losscli.core.reduction import reduce
from losscli.losses.vocabulary import Form, Kind, Takes
from losscli.record import replace
from losscli.text import count

diagnostic = Diagnostics()
_FAR_UP = 20.0  # the sigmoid of a logit above it rounds to 1 in nine digits
_LIKELY = 0.8  # an accuracy no model with nearly uniform probabilities has


@diagnostic("double-softmax", Severity.ERROR)
def double_softmax(case: Case) -> Found | None:
    """Logits in [0, 1] whose rows sum to 1: probabilities."""
    seen, plan = case.evidence, case.plan
    if plan.kind is not Kind.LOGITS or not plan.takes.classes or not seen.rows or seen.on_simplex < seen.rows:
        return None
    low, high = floor(plan.width) / plan.base, math.log(math.e + plan.width - 1) / plan.base
    return Found(
        "all rows lie in [0, 1] and sum to 1: these look like probabilities, and softmax is applied to them "
        f"(double softmax: no row can cost less than {low:.4f} or more than {high:.4f})",
        hint="{} if they are probabilities",
        change=change(kind=None),
    )


def floor(classes: int) -> float:
    """The least cross-entropy of a softmax of probabilities, in nats."""
    return math.log1p((classes - 1) / math.e)


@diagnostic("double-softmax-floor", Severity.ERROR, computed=True)
def double_softmax_floor(case: Case) -> Found | None:
    """Probabilities such as a softmax of probabilities gives, from a model that is mostly right."""
    seen, plan, accuracy = case.evidence, case.plan, case.tally.accuracy
    if plan.takes is not Takes.CLASS or plan.kind is not Kind.PROBABILITIES or not seen.rows:
        return None
    if seen.narrow < seen.rows or accuracy is None or accuracy < _LIKELY:
        return None
    most = math.e / (math.e + plan.width - 1)  # the largest probability of any row, so no more rows should be right
    if accuracy < most + 3.0 * math.sqrt(most * (1.0 - most) / seen.rows):
        return None
    return Found(
        f"double softmax: {accuracy:.0%} of the rows are right, yet no probability is more than e times another of its "
        f"row, as when softmax is applied to probabilities; the loss cannot fall below {floor(plan.width):.4f} nats",
        hint="leave out one softmax where the predictions come from",
        value=_undone(case),
    )


def _undone(case: Case) -> float | None:
    """The loss with one softmax less; None unless the loss is a plain negative logarithm."""
    plan, summary = case.plan, case.tally.summary
    if not plan.loss.log_score or plan.smoothing or summary.weights is not None or not summary.count:
        return None
    value = reduce(replace(summary, total=case.evidence.undone), plan.reduction).value
    return None if value is None else value / plan.base


@diagnostic("double-sigmoid", Severity.WARNING)
def double_sigmoid(case: Case) -> Found | None:
    """Logits of a yes-or-no prediction that all lie in [0, 1]."""
    seen, plan = case.evidence, case.plan
    if plan.takes is not Takes.BINARY or plan.kind is not Kind.LOGITS or case.tally.samples < 2:
        return None
    if not 0.0 <= seen.low <= seen.high <= 1.0:
        return None
    return Found(
        "all logits lie in [0, 1]: these look like probabilities, and a sigmoid is applied to them "
        "(no row can cost less than 0.3133 nats if its label is 1, or than 0.6931 if it is 0)",
        hint="{} if they are probabilities",
        change=change(kind=None),
    )


@diagnostic("all-ones", Severity.WARNING)
def all_ones(case: Case) -> Found | None:
    """Yes-or-no probabilities that are all 1: a softmax over one column gives nothing else."""
    seen, plan = case.evidence, case.plan
    if plan.takes is not Takes.BINARY or plan.width != 1 or plan.kind is not Kind.PROBABILITIES:
        return None
    if case.tally.samples < 2 or not seen.low == seen.high == 1.0 or seen.label_low == seen.label_high:
        return None
    return Found(
        "all predictions are 1, as a softmax over one column gives them",
        hint="a sigmoid instead, or a softmax over two columns, where the predictions come from",
    )


@diagnostic("percentages", Severity.ERROR, problem="range")
def percentages(case: Case) -> Found | None:
    """Rows of numbers from 0 to 100 that sum to 100, or yes-or-no predictions from 0 to 100 that go far up."""
    seen, problem, plan = case.evidence, case.problem("range"), case.plan
    if problem is None or plan.kind is not Kind.PROBABILITIES or plan.settings.percent:
        return None
    if seen.percent and seen.percent == seen.rows:
        return Found(problem.message, problem.where, "{}: the rows sum to 100", change(percent=True))
    if plan.takes is Takes.BINARY and seen.low >= 0.0 and _FAR_UP < seen.high <= 100.0:
        hint = f"{{}} if they are percentages: they run from {seen.low:g} to {seen.high:g}"
        return Found(problem.message, problem.where, hint, change(percent=True))
    return None


@diagnostic("log-probabilities", Severity.ERROR, problem="range")
def log_probabilities(case: Case) -> Found | None:
    """Predictions read as probabilities, none of which is above 0."""
    problem, seen = case.problem("range"), case.evidence
    if problem is None or case.plan.kind is not Kind.PROBABILITIES or seen.high > 0.0:
        return None
    for base, rows in (("2", seen.base_2), ("10", seen.base_10)):
        if seen.rows == rows > seen.logarithms:
            hint = f"{{}}: the rows of {base}^x sum to 1"
            return Found(problem.message, problem.where, hint, change(kind=Kind.LOG_PROBABILITIES, log_base=base))
    hint = "{} if they are log-probabilities"
    return Found(problem.message, problem.where, hint, change(kind=Kind.LOG_PROBABILITIES))


@diagnostic("logits", Severity.ERROR, problem="range")
def logits(case: Case) -> Found | None:
    """Predictions read as probabilities, some of which lie outside [0, 1]."""
    problem = case.problem("range")
    if problem is None or case.plan.kind is not Kind.PROBABILITIES:
        return None
    if Kind.LOGITS not in case.plan.loss.kinds:
        return Found(problem.message, problem.where)
    if case.evidence.rows and case.evidence.summing == case.evidence.rows:
        return Found(problem.message, problem.where, "the rows sum to 1, so these are not logits: is a value wrong?")
    return Found(problem.message, problem.where, "{} if they are logits", change(kind=Kind.LOGITS))


@diagnostic("positive-log-probabilities", Severity.ERROR, problem="range")
def positive_log_probabilities(case: Case) -> Found | None:
    """Predictions read as log-probabilities, some of which are above 0."""
    problem, seen, plan = case.problem("range"), case.evidence, case.plan
    if problem is None or plan.kind is not Kind.LOG_PROBABILITIES:
        return None
    if 0.0 <= seen.low <= seen.high <= 1.0:
        if Kind.PROBABILITIES in plan.loss.kinds:
            hint, otherwise = "{} if they are probabilities", change(kind=None)
            return Found(problem.message, problem.where, hint, otherwise)
        return Found(problem.message, problem.where, "they look like probabilities: take their logarithm first")
    hint = "log-probabilities come out of a log-softmax: `losscli softmax --log`"
    if plan.takes is Takes.CLASS and plan.width > 1:
        hint = f"ce --from-logits if they are logits; {hint}"
    return Found(problem.message, problem.where, hint)


@diagnostic("log-probabilities-as-logits", Severity.INFO)
def log_probabilities_as_logits(case: Case) -> Found | None:
    """Logits whose rows are logarithms of probabilities that sum to 1: harmless."""
    seen, plan = case.evidence, case.plan
    if plan.kind is not Kind.LOGITS or not plan.takes.classes or not seen.rows or seen.logarithms < seen.rows:
        return None
    return Found("the logits are log-probabilities already: softmax changes neither them nor the loss")


@diagnostic("off-sum", Severity.WARNING, computed=True)
def off_sum(case: Case) -> Found | None:
    """Rows of probabilities that do not sum to 1, and were not rescaled."""
    seen, plan = case.evidence, case.plan
    if plan.kind is not Kind.PROBABILITIES or not plan.takes.classes or not seen.off_sum or seen.percent:
        return None
    if case.tally.departures.rescaled:  # which reports the same, and its effect
        return None
    n, (distance, row) = seen.off_sum, seen.farthest.top[0]
    rescaled = plan.convention.reading.rescale or plan.convention.reading.rescale_after
    readings = {name: reference.reading for name, reference in plan.loss.conventions.items()}
    dividing = ", ".join(name for name, reading in readings.items() if reading.rescale or reading.rescale_after)
    what = count(n, "row of probabilities does", "rows of probabilities do")
    return Found(
        f"{what} not sum to 1 ({case.tally.row(row)} is off by "
        f"{distance:.4g})" + (f"; only under {dividing} are they divided by it" if dividing else ""),
        hint="{} leaves them" if rescaled else "{} divides them by their sum",
        change=change(rescale=not rescaled),
    )


@diagnostic("empty-rows", Severity.ERROR)
def empty_rows(case: Case) -> Found | None:
    """Rows of probabilities that are all 0."""
    n = case.evidence.empty
    if case.plan.kind is not Kind.PROBABILITIES or not case.plan.takes.classes or not n:
        return None
    return Found(
        f"{count(n, 'row of probabilities is', 'rows of probabilities are')} all 0: divided by the sum, 0 / 0 is NaN",
        hint="{}, or leave them out",
        change=change(rescale=False),
        tried=False,
    )


@diagnostic("two-columns", Severity.WARNING)
def two_columns(case: Case) -> Found | None:
    """A yes-or-no loss of two columns that are one choice between two classes."""
    seen, plan = case.evidence, case.plan
    if plan.takes is not Takes.BINARY or plan.width != 2 or not seen.rows or seen.on_simplex < seen.rows:
        return None
    if plan.kind is not Kind.PROBABILITIES or seen.label_rows_on_simplex < seen.rows:
        return None
    other = case.first(lambda loss: loss.takes is Takes.CLASS)
    return Found(
        "both columns of a choice between two classes are averaged: rows of predictions and of labels sum to 1",
        hint="{} takes the two columns as classes",
        change=change(loss=other),
    )


@diagnostic("label-sum", Severity.WARNING)
def several_labels(case: Case) -> Found | None:
    """Rows of labels that do not sum to 1, where the predictions are one choice among classes."""
    forms, plan = case.tally.forms, case.plan
    n = forms.off_sum
    if not n or not (plan.takes.of_probabilities and plan.takes.classes):
        return None
    message = f"{count(n, 'row of labels does', 'rows of labels do')} not sum to 1"
    if forms.form(per_class=True) is not Form.MULTI_HOT or plan.takes is not Takes.CLASS:
        return Found(message)
    other = case.first(lambda loss: loss.takes is Takes.BINARY)
    hint = "several labels a row: {} (the mean over the columns)"
    return Found(message, hint=hint, change=change(loss=other))


@diagnostic("rounded", Severity.NOTE)
def rounded(case: Case) -> Found | None:
    """Probabilities beyond 0 or 1 by no more than rounding error."""
    n = case.tally.rounded
    what = f"{count(n, 'row')} went beyond [0, 1] by rounding (up to 1e-06) and were read as 0 or 1"
    return Found(what) if n else None


@diagnostic("axis-dropped", Severity.INFO)
def axis_dropped(case: Case) -> Found | None:
    """Shapes (N, 1) and (N,), which frameworks that broadcast turn into (N, N)."""
    layout, n = case.plan.layout, case.tally.samples
    if not case.plan.takes.averages_outputs or n < 2:
        return None
    if case.plan.mixes or not (layout.squeeze_labels or layout.squeeze_predictions):
        return None
    shapes = ("(N, 1)", "(N,)") if layout.squeeze_predictions else ("(N,)", "(N, 1)")
    return Found(
        f"predictions of shape {shapes[0]} and labels of shape {shapes[1]} were taken row by row; NumPy and many "
        f"frameworks would broadcast them to {n:,} x {n:,}"
    )


@diagnostic("broadcast", Severity.WARNING)
def broadcast(case: Case) -> Found | None:
    """Shapes (N, 1) and (N,), which a framework's call broadcasts to (N, N)."""
    plan, n = case.plan, case.tally.samples
    if not plan.mixes:
        return None
    column, other = ("predictions", "labels") if plan.layout.squeeze_predictions else ("labels", "predictions")
    return Found(
        f"{column} of shape (N, 1) and {other} of shape (N,) are broadcast to {n:,} x {n:,} values: every prediction "
        "meets every label",
        hint="{} takes them row by row",
        change=change(loss=plan.loss),
    )
