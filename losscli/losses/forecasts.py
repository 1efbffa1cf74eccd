"""Scores of ensemble forecasts, which predict several numbers per value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Takes
from losscli.ops import step_distance

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


@loss(
    name="crps",
    aliases=("continuous-ranked-probability-score",),
    family="regression",
    summary="How far an ensemble of forecasts is from the outcome; for one member the absolute difference.",
    formula="mean_i |x[i] - y| - mean_ij |x[i] - x[j]| / 2",
    steps=(
        ("far", "mean(abs(x - y))"),
        ("spread", "total(abs(differences(x, x))) / size(x)^2"),
        ("loss", "far - spread / 2"),
    ),
    takes=Takes.RAW,
    domain=Domain.ENSEMBLES,
    unit="label units",
    references=("calls_torchmetrics.CRPS",),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("[[1,3]]", "2", 0.5, "by hand: 1 - 4 / 4 / 2"),
        Example("[[0,0,3],[1,1,1]]", "0,3", 1.1666666666666667, "by hand: (1 - 12 / 9 / 2 + 2) / 2"),
    ),
    source="Gneiting and Raftery 2007, Strictly proper scoring rules, prediction, and estimation, (20)",
)
def crps(x: Array, y: Labels) -> Array:
    """Rows ``(N, M)`` of M forecasts with one value ``(N,)`` each.

    Raises:
        InputError: Other shapes.
    """
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if x.ndim == 1 and y.ndim == 1:
        x = x[:, None]
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise InputError(f"an ensemble for each value is wanted: not predictions {x.shape} with labels {y.shape}")
    return step_distance(x, y)
