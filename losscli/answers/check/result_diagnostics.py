"""Diagnostics of the result: whether it beats a guess, and which rows dominate it."""

from __future__ import annotations

import math

from losscli.answers.check.finding import Case, Diagnostics, Found, Severity
from losscli.core.baseline import mean_of
from losscli.losses.vocabulary import Takes

diagnostic = Diagnostics(judges=True)
_FEW = 10  # with fewer rows, chance explains everything
_MANY = 100


def _mean(case: Case) -> float | None:
    """The mean loss of enough rows, for a loss with baselines that is the cross-entropy itself."""
    if case.report is None or case.report.baseline is None or not case.plan.loss.log_score:
        return None
    summary = case.tally.summary
    if summary.count < _FEW:
        return None
    return mean_of(case.plan, summary)


@diagnostic("below-prior", Severity.WARNING, computed=True)
def below_prior(case: Case) -> Found | None:
    """A loss above that of predicting the frequencies of the classes."""
    mean = _mean(case)
    baseline = case.report.baseline if case.report is not None else None
    if mean is None or baseline is None or baseline.class_prior is None or not mean > baseline.class_prior > 0.0:
        return None  # always predicting the only class there is costs nothing
    return Found(f"worse than always predicting the class frequencies: {mean:.7g} against {baseline.class_prior:.7g}")


@diagnostic("uniform", Severity.INFO, computed=True)
def uniform(case: Case) -> Found | None:
    """A loss no better than that of a uniform prediction."""
    mean = _mean(case)
    baseline = case.report.baseline if case.report is not None else None
    if mean is None or baseline is None or mean < baseline.uniform - 1e-3:
        return None
    return Found(f"no better than giving all classes the same probability: {mean:.7g} against {baseline.uniform:.7g}")


@diagnostic("above-one", Severity.INFO, computed=True)
def above_one(case: Case) -> Found | None:
    """A log loss above 1, which is nothing unusual."""
    mean = _mean(case)
    if mean is None or not 1.0 < mean < math.inf:
        return None
    given = math.exp(-mean * case.plan.base)
    return Found(
        f"a log loss is not bounded by 1: the labels were given the probability {given:.4g}, in geometric mean"
    )


@diagnostic("few-rows", Severity.INFO, computed=True)
def few_rows(case: Case) -> Found | None:
    """One percent of the rows with more than half of the loss."""
    seen, summary = case.evidence, case.tally.summary
    if case.report is None or summary.count < _MANY or case.plan.loss.higher_is_better or summary.min < 0.0:
        return None
    if case.plan.takes is Takes.DECISION:
        return None
    share = seen.share_of_costliest(0.01, summary.count)
    if share <= 0.5:
        return None
    worst = "; ".join(f"{case.tally.row(row)}: {loss:.4g}" for loss, row in seen.costliest.top)
    return Found(
        f"1% of the rows make up about {share:.0%} of the loss; the costliest are {worst}",
        hint="--worst 10 of the loss shows them",
    )
