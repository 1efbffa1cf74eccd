"""Losses of the class frequencies and of a uniform guess, to which a loss is compared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.core.report import ConstantBaseline
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.core.label_mass import LabelMass
    from losscli.core.plan import Plan
    from losscli.core.running import Tally
    from losscli.core.summary import Summary


def baseline_of(plan: Plan, tally: Tally) -> ConstantBaseline | None:
    """The losses of constant predictions, in the unit and with the mean of the loss; None if unknown."""
    if tally.mass is None or plan.class_weight == "balanced" or plan.weighs_shares:
        return None
    outputs = math.inf if plan.takes is Takes.CLASS else len(tally.mass.shares())
    if any(np.ndim(value) > 1 or np.size(value) > max(outputs, 1) for value in plan.params.values()):
        return None  # rows have their own parameters, or each output has several
    summary = tally.summary
    scale = 1.0 / plan.base
    if summary.weights is not None and plan.rule != "weighted-mean":  # the mean divides by the number of rows
        scale *= summary.weights.over(summary.count)
    mean = mean_of(plan, summary)
    found = _of_classes if plan.takes is Takes.CLASS else _of_outputs
    with np.errstate(all="ignore"):
        uniform, prior = (cost * scale for cost in found(plan, tally.mass))
    if not math.isfinite(prior):
        return ConstantBaseline(uniform, None, None)
    return ConstantBaseline(uniform, prior, 1.0 - mean / prior if prior > 0.0 else None)


def mean_of(plan: Plan, summary: Summary) -> float:
    """The mean to compare with the baselines: divided by the weights where the reduction does so."""
    if summary.weights is None or plan.rule != "weighted-mean":
        return summary.mean
    return summary.total.over(summary.weights)


def _of_classes(plan: Plan, mass: LabelMass) -> tuple[float, float]:
    """The mean costs of equal probabilities, and of the class frequencies."""
    shares, width = mass.shares(), len(mass.mass)
    weights = [1.0] * width if plan.class_weight is None else [float(one) for one in plan.class_weight]
    weighted = [weight * share for weight, share in zip(weights, shares, strict=True)]

    def mean(log_p: list[float]) -> float:
        cost = plan.loss.kernel(np.array([log_p]), **_params(plan))[0]
        if plan.smoothing:
            cost = ops.smoothed(np.eye(width), plan.smoothing, width) @ cost
        costs = [weight * one for weight, one in zip(weighted, cost.tolist(), strict=True) if weight > 0.0]
        total = 1.0 if plan.class_weight is None else math.fsum(weighted)
        return math.fsum(costs) / total if total else math.nan

    return mean([-math.log(width)] * width), mean([_log(share) for share in shares])


def _of_outputs(plan: Plan, mass: LabelMass) -> tuple[float, float]:
    """The same for yes-or-no outputs, averaged over the outputs."""
    shares = mass.shares()

    def mean(forecasts: list[float]) -> float:
        log_p = np.array([[_log(p) for p in forecasts]])
        log_q = np.array([[_log(1.0 - p) for p in forecasts]])
        costs: list[float] = []
        for label, happened in ((1.0, shares), (0.0, [1.0 - share for share in shares])):
            target = ops.smoothed(np.full(log_p.shape, label), plan.smoothing, 2)
            each = plan.loss.kernel(log_p, log_q, target, **_params(plan))[0].tolist()
            costs += [share * one for share, one in zip(happened, each, strict=True) if share > 0.0]
        return math.fsum(costs) / len(shares)

    return mean([0.5] * len(shares)), mean(shares)


def _params(plan: Plan) -> dict[str, Any]:
    """The parameters of the loss; the default for one that a call does not set."""
    defaults = {param.name: param.default for param in plan.loss.params}
    return {name: defaults[name] if value is None else value for name, value in plan.params.items()}


def _log(p: float) -> float:
    return math.log(p) if p > 0.0 else -math.inf if p == 0.0 else math.nan
