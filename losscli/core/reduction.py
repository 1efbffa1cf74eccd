"""Reductions: functions of a ``Summary`` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.losses.reference import Rule
from losscli.record import record

if TYPE_CHECKING:
    from losscli.core.summary import Summary

REDUCTIONS = ("mean", "sum", "none", "weighted-mean", "batchmean")
ALIASES = {"sum_over_batch_size": "mean", "auto": "mean", "mean_with_sample_weight": "weighted-mean"}


def canonical(name: str) -> str | None:
    """The reduction that ``name`` stands for, or None."""
    name = ALIASES.get(name, name)
    return name if name in REDUCTIONS else None


def refuse_one_number(name: str, reduction: str) -> None:
    """Refuse a reduction other than the mean for a loss that is one number for all rows."""
    if canonical(reduction) not in ("mean", None):
        what = f"{name} is one number for all rows: --reduction {reduction} has no values to reduce"
        raise UsageError(what, hint="leave it out")


def refuse_no_mean(name: str, reduction: str) -> None:
    """Refuse a reduction other than a mean for ``exp`` of the mean (perplexity)."""
    if canonical(reduction) in ("sum", "batchmean"):
        raise UsageError(f"{name} is exp of the mean, and --reduction {reduction} has none", hint="-r mean")


@record
class Reduced:
    """A reduced value and what it was divided by.

    Attributes:
        value: The value; None for the reduction ``none``.
        divisor: The divisor; None where nothing is divided.
        divided_by: Its name, as in the signature: ``N``, ``rows``, ``sum(w)``.
    """

    value: float | None
    divisor: float | None
    divided_by: str


def reduce(summary: Summary, reduction: str, *, weighted_mean: bool = False) -> Reduced:
    """Apply one of ``REDUCTIONS``; without weights a weighted mean is the mean.

    Args:
        summary: Summary of the weighted values.
        reduction: A canonical name.
        weighted_mean: The convention's ``mean`` divides by the sum of the weights.
    """
    if reduction == "mean" and weighted_mean:
        reduction = "weighted-mean"
    if reduction == "none":
        return Reduced(None, None, "")
    if reduction == "sum":
        return Reduced(summary.sum, None, "")
    if reduction == "batchmean":
        return Reduced(summary.total.over(summary.rows), summary.rows, Rule.ROWS.divided_by)
    if reduction == "weighted-mean" and summary.weights is not None:
        return Reduced(summary.total.over(summary.weights), summary.weights.over(), Rule.WEIGHTED.divided_by)
    return Reduced(summary.mean, summary.count, Rule.MEAN.divided_by)
