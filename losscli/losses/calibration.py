"""Whether probabilities match observed frequencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.dataset_scores import summed
from losscli.losses.label_sets import class_index, column, in_unit_interval, same_length
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Index, Labels


TORCHMETRICS = "torchmetrics.functional.classification documentation of {}_calibration_error, dab0333"
BINARY = ("0.25,0.25,0.55,0.75,0.75", "0,0,1,1,1")
CLASSES = ("[[0.25,0.2,0.55],[0.55,0.05,0.4],[0.1,0.3,0.6],[0.9,0.05,0.05]]", "[0,1,2,0]")


def right(proba: Array, y: Labels) -> tuple[Array, Array]:
    """The probability of the predicted class, and 1.0 where that is the label; both ``(N,)``.

    A single probability per row is that of yes, and is compared with the frequency of yes.

    Raises:
        InputError: Words, labels that are not classes, or numbers that are not probabilities.
    """
    in_unit_interval(proba)
    same_length(proba, y)
    if proba.ndim > 2:
        raise InputError(f"probabilities of shape {proba.shape}: rows of classes are wanted")
    if y.dtype == object:
        raise InputError("the labels are words; a calibration error takes class numbers")
    classes = proba.shape[1] if proba.ndim == 2 and proba.shape[1] > 1 else 2
    if y.shape == proba.shape and proba.ndim == 2 and proba.shape[1] > 1:
        y = y.argmax(axis=1)
    y = class_index(column(y), classes)
    if proba.size == len(proba):
        return proba.reshape(-1), np.asarray(y == 1, proba.dtype)
    chosen = proba.argmax(axis=1)
    return proba.max(axis=1), np.asarray(y == chosen, proba.dtype)


def bins(p: Array, n_bins: int) -> Index:
    """The bin of each probability, from 0; bins are closed on the right, and may be more than fit in memory."""
    p, most = p.astype(np.float64), n_bins - 1
    found = np.clip(np.floor(p * n_bins), 0, most)
    found += (found < most) & ((found + 1) / n_bins < p)
    found -= (found > 0) & (found / n_bins >= p)
    return found.astype(np.intp)


@loss(
    name="calibration-error",
    aliases=("ece",),
    family="scores",
    summary="Gap between predicted probabilities and observed frequencies, averaged over bins.",
    formula="sum_b (n_b / N) |mean p - mean right|      p: of the predicted class; right: 1 if that is y, else 0"
    "\n    bin b: (b - 1) / bins < p <= b / bins      0/1 labels: p of yes, and y for right"
    "\n    norm l2: sqrt(sum_b (n_b / N) |...|^2)      max: max_b |...|",
    steps=(
        ("p", "top(x)"),
        ("right", "right(x, y)"),
        ("b", "bin(p, n_bins)"),
        ("share", "by_class(w, b) / sum(w)"),
        ("gap", "abs(by_class(w * (p - right), b)) / by_class(w, b)"),
        ("loss", "max(gap) if norm == 'max' else sqrt(sum(share * gap^2)) if norm == 'l2' else sum(share * gap)"),
    ),
    takes=Takes.SET,
    domain=Domain.PROBABILITY_ROWS,
    kinds=(Kind.PROBABILITIES,),
    params=(
        Param("n_bins", 15, "Number of bins of equal width between 0 and 1.", ge=1, le=1e9, usual=(10, 20)),
        Param("norm", "l1", "Mean gap, root of the mean square, or largest gap.", choices=("l1", "l2", "max")),
    ),
    references=("calls_torchmetrics_classes.CALIBRATION",),
    laws=frozenset({"unit-interval", "row-permutation", "class-relabelling"}),
    examples=(
        Example(*BINARY, 0.29, TORCHMETRICS.format("binary"), {"n_bins": 2}),
        Example(*BINARY, 0.31666666666666676, TORCHMETRICS.format("binary"), {"n_bins": 2, "norm": "max"}),
        Example(*CLASSES, 0.20816659994661338, TORCHMETRICS.format("multiclass"), {"n_bins": 3, "norm": "l2"}),
    ),
    accuracy="A few ulp of 1: probabilities and hits are subtracted.",
    source="Naeini, Cooper and Hauskrecht 2015, Obtaining well calibrated probabilities using Bayesian binning; "
    "Guo et al. 2017, arXiv:1706.04599",
)
def calibration_error(proba: Array, y: Labels, weights: Array | None, *, n_bins: int, norm: str) -> Array:
    """Rows ``(N, C)`` with class numbers, or the probability of yes ``(N,)`` with labels of 0 and 1."""
    p, hit = right(proba, y)
    each = np.ones(len(p), p.dtype) if weights is None else weights.astype(p.dtype)
    place = bins(p, n_bins)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    gaps, sizes = (
        np.array([float(summed(part)) for part in np.split(values[order], starts[1:])])
        for values in (each * (p - hit), each)
    )
    gaps = np.abs(gaps)
    if norm == "l1":
        return summed(gaps) / summed(sizes)
    far = np.divide(gaps, sizes, out=np.zeros_like(gaps), where=sizes > 0.0)
    return far.max() if norm == "max" else np.sqrt(summed(sizes * far * far) / summed(sizes))
