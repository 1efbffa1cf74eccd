"""Distances of whole arrays, and of the pairwise differences within rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.dataset_scores import average, columns
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


@loss(
    name="minkowski",
    aliases=("lp-distance",),
    family="scores",
    summary="The length of all differences together: 2 is Euclid's, 1 the sum of the absolute differences.",
    formula="(sum |x - y|^p)^(1/p)",
    steps=(("loss", "total(w * abs(x - y)^p)^(1 / p)"),),
    takes=Takes.SET,
    unit="label units",
    params=(Param("p", 2.0, "Degree of the norm.", ge=1.0, usual=(1.0, 3.0, 4.0)),),
    references=("calls_torchmetrics.MINKOWSKI",),
    laws=frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"}),
    examples=(
        Example("3,4", "0,0", 5.0, "by hand: sqrt(9 + 16)"),
        Example("1,2,3", "0,0,0", 3.3019272488946263, "by hand: 36^(1/3)", {"p": 3.0}),
    ),
    accuracy="A few ulp, times 1 + p: the differences are rounded before their powers.",
    source="Minkowski 1896, Geometrie der Zahlen; torchmetrics 1.9 minkowski_distance",
)
def minkowski(prediction: Array, target: Labels, weights: Array | None, *, p: float) -> Array:
    """``(N,)`` or ``(N, outputs)``: one number for all rows and outputs."""
    x, y, weights = columns(prediction, target, weights)
    apart = x - y
    return ops.norm((apart if weights is None else apart * weights[:, None] ** (1.0 / p)).reshape(-1), p)


@loss(
    name="peak-signal-to-noise-ratio",
    aliases=("psnr",),
    family="scores",
    summary="How far below the largest possible signal the mean squared difference is, in decibels.",
    formula="10 log10(max_val^2 / mean((x - y)^2))",
    steps=(("mse", "mean(average((x - y)^2, w))"), ("score", "10 * log(max_val^2 / mse) / log(10)")),
    takes=Takes.SET,
    unit="decibels",
    params=(Param("max_val", 1.0, "The largest value a signal may have.", ge=1e-300, usual=(255.0,)),),
    references=("calls_torchmetrics.PSNR", "calls_kornia.PSNR"),
    laws=frozenset({"row-permutation", "symmetric"}),
    examples=(
        Example("0.5,0.5", "0.4,0.6", 20.0, "by hand: 10 log10(1 / 0.01)"),
        Example("1,3", "0,0", 7.958800173440752, "by hand: 10 log10(400 / 64)", {"max_val": 5.59016994374947}),
    ),
    accuracy="A few ulp of 9 where the ratio is about 1: its logarithm is near 0.",
    source="Huynh-Thu and Ghanbari 2008, Scope of validity of PSNR in image/video quality assessment",
    higher_is_better=True,
)
def peak_signal_to_noise_ratio(prediction: Array, target: Labels, weights: Array | None, *, max_val: float) -> Array:
    """``(N,)`` or ``(N, outputs)``, over all rows and outputs, in decibels; infinite for equal signals."""
    x, y, weights = columns(
        prediction.reshape(len(prediction), -1) if prediction.ndim > 2 else prediction,
        target.reshape(len(target), -1) if target.ndim > 2 else target,
        weights,
    )
    root = ops.root_mean(x - y, lambda squares: np.asarray(average(squares, weights).mean()))
    return np.asarray(noise_ratio(root, max_val))


def noise_ratio(noise: Array, signal: float) -> Array:
    """In decibels."""
    with np.errstate(divide="ignore"):
        return np.asarray(
            20.0 / np.log(10.0).astype(noise.dtype) * ops.log_ratio(np.asarray(signal, noise.dtype), noise)
        )


@loss(
    name="pairwise-squared-error",
    family="regression",
    summary="How well the differences between the outputs of a row are met; a shift of them all costs nothing.",
    formula="mean over pairs i < j of ((x[i] - x[j]) - (y[i] - y[j]))^2",
    steps=(("e", "x - y"), ("loss", "2 * sum((e - mean(e))^2) / (size(e) - 1)")),
    takes=Takes.VECTOR,
    unit="label units, squared",
    references=("calls_tf_v1.PAIRWISE",),
    laws=frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"}),
    examples=(
        Example("[[1,2]]", "[[0,0]]", 1.0, "by hand: (1 - 2)^2"),
        Example("[[1,2,4],[5,5,5]]", "[[0,0,0],[1,1,1]]", 2.3333333333333335, "by hand: ((1 + 9 + 4) / 3 + 0) / 2"),
    ),
    accuracy="A few ulp of the row's largest squared difference: differences are rounded and subtracted.",
    source="Eigen, Puhrsch and Fergus 2014, arXiv:1406.2283; tf.compat.v1.losses.mean_pairwise_squared_error",
    undefined="a row of one output has no pairs",
)
def pairwise_squared_error(x: Array, y: Array) -> Array:
    """Twice the variance of the differences of each row ``(..., D)``.

    Raises:
        InputError: There are no rows.
    """
    if x.ndim < 2 and y.ndim < 2 and x.shape == y.shape and not x.ndim:
        raise InputError("pairwise-squared-error takes rows of outputs")
    error = x - y
    apart = error - error.mean(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2.0 * ops.total(apart * apart) / (error.shape[-1] - 1.0))
