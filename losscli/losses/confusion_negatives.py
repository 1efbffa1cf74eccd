"""Scores of the rows that are not of a class: specificity, and the predictive value of a no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.losses.confusion import DECISIONS, MEAN, PARAMS, SET, keras_at
from losscli.losses.confusion_counts import averaged, counts, decided, weights_for
from losscli.losses.loss import Example, loss

if TYPE_CHECKING:
    from losscli.losses.confusion_counts import Counts
    from losscli.ops import Array, Labels


def _steps(below: str) -> tuple[tuple[str, str], ...]:
    return (
        ("d", "decide(x, y, threshold)"),
        ("c", "counted(d, y, average, pos_label)"),
        ("all", "sum(w)"),
        ("right", "by_label(w * (d == y), y, c)"),
        ("said", "by_label(w, d, c)"),
        ("true", "by_label(w, y, c)"),
        ("no", "all + right - said - true"),
        ("rest", below),
        ("each", "ratio(sum(no), sum(rest)) if average == 'micro' else ratio(no, rest)"),
        ("score", MEAN),
    )


def _counted(
    x: Labels, y: Labels, weights: Array | None, average: str, pos_label: Any, threshold: float
) -> tuple[Counts, Any]:
    """The counts of each class, and the weight of all rows."""
    x, y, weights = decided(x, y, weights, threshold)
    return counts(x, y, weights, average, pos_label), weights_for(
        np.asarray(y).reshape(len(y), -1)[:, 0], weights
    ).sum()


@loss(
    name="specificity",
    aliases=("tnr", "true-negative-rate", "selectivity"),
    summary="Of the rows that are not of a class, the fraction that is predicted not to be.",
    formula="TN / (TN + FP)",
    steps=_steps("all - true"),
    params=PARAMS,
    references=(
        keras_at("SpecificityAtSensitivity", "recall", "specificity", "sensitivity"),
        "calls_torchmetrics_counts.SPECIFICITY",
        "calls_torchmetrics_areas.SPECIFICITY",
    ),
    examples=(
        Example(*DECISIONS, 0.5, "by hand: 1 / 2"),
        Example("0,1,1,0", "0,1,0,0", 0.6666666666666666, "by hand: 2 / 3"),
    ),
    source="Yerushalmy 1947, Statistical problems in assessing methods of medical diagnosis; TorchMetrics 1.9",
    **SET,
)
def specificity(
    x: Labels, y: Labels, weights: Array | None, *, average: str, pos_label: Any, threshold: float
) -> Array:
    """Of each class that counts, then their mean."""
    found, whole = _counted(x, y, weights, average, pos_label, threshold)
    return averaged(whole + found.right - found.said - found.true, whole - found.true, found, average)


@loss(
    name="negative-predictive-value",
    aliases=("npv",),
    summary="Of the rows that are predicted not to be of a class, the fraction that is not.",
    formula="TN / (TN + FN)",
    steps=_steps("all - said"),
    params=PARAMS,
    references=("calls_torchmetrics_counts.NEGATIVE",),
    examples=(Example(*DECISIONS, 0.5, "by hand: 1 / 2"), Example("0,1,1,0", "0,1,0,0", 1.0, "by hand: 2 / 2")),
    source="Vecchio 1966, Predictive value of a single diagnostic test; TorchMetrics 1.9",
    **SET,
)
def negative_predictive_value(
    x: Labels, y: Labels, weights: Array | None, *, average: str, pos_label: Any, threshold: float
) -> Array:
    """Of each class that counts, then their mean."""
    found, whole = _counted(x, y, weights, average, pos_label, threshold)
    return averaged(whole + found.right - found.said - found.true, whole - found.said, found, average)
