"""Ratios of signal to noise in decibels: each row is a signal, such as a sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.lazy import np
from losscli.losses import cosines
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "scores"
ZERO_MEAN = Param("zero_mean", False, "Subtract the mean of each signal first.")


def centred(x: Array) -> Array:
    """Each row less its mean."""
    return np.asarray(x - ops.total(x)[..., None] / x.shape[-1])


@loss(
    name="signal-to-noise-ratio",
    aliases=("snr",),
    summary="How far below the signal the difference from it is, in decibels.",
    formula="10 log10(|y|^2 / |x - y|^2)",
    steps=(
        ("wave", "y - average(y) if zero_mean else y"),
        ("noise", "x - y - average(x - y) if zero_mean else x - y"),
        ("score", "20 * (log(norm(wave)) - log(norm(noise))) / log(10)"),
    ),
    takes=Takes.VECTOR,
    unit="decibels",
    params=(ZERO_MEAN,),
    references=("calls_torchmetrics_signals.SNR",),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("[[0.9,1.1]]", "[[1,1]]", 20.0, "by hand: 10 log10(2 / 0.02)"),
        Example("[[1,1],[0,0]]", "[[1,2],[3,4]]", 3.494850021680094, "by hand: (10 log10(5) + 0) / 2"),
    ),
    accuracy="A few ulp of 9 where the ratio is about 1; with --zero-mean of what is left without the mean.",
    undefined="both the signal and the difference are 0",
    source="Vincent, Gribonval and Févotte 2006, Performance measurement in blind audio source separation",
    higher_is_better=True,
)
def signal_to_noise_ratio(x: Array, y: Array, *, zero_mean: bool) -> Array:
    """Signals ``(..., D)``, in decibels; infinite for equal ones."""
    noise = x - y
    if zero_mean:
        y, noise = centred(y), centred(noise)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(20.0 * np.log10(ops.norm(y) / ops.norm(noise)))


@loss(
    name="si-sdr",
    aliases=("scale-invariant-sdr",),
    summary="How far below the part of a signal along the true one the rest of it is, in decibels.",
    formula="10 log10(|a y|^2 / |x - a y|^2)        a = x.y / |y|^2",
    steps=(
        ("wave", "y - average(y) if zero_mean else y"),
        ("heard", "x - average(x) if zero_mean else x"),
        ("a", "dot(heard, wave) / dot(wave, wave)"),
        ("score", "20 * (log(norm(a * wave)) - log(norm(heard - a * wave))) / log(10)"),
    ),
    takes=Takes.VECTOR,
    unit="decibels",
    params=(ZERO_MEAN,),
    references=("calls_torchmetrics_signals.SI_SDR",),
    laws=frozenset({"row-permutation", "symmetric"}),
    examples=(
        Example("[[2,1]]", "[[1,0]]", 6.020599913279624, "by hand: 10 log10(4 / 1)"),
        Example("[[3,4,5]]", "[[1,0,1]]", 2.498774732165998, "by hand: 10 log10(32 / 18)"),
    ),
    accuracy="A few ulp of 9 where the ratio is about 1; with --zero-mean of what is left without the mean.",
    undefined="a signal of zeros has no direction",
    source="Le Roux et al. 2019, SDR - half-baked or well done?, arXiv:1811.02508",
    higher_is_better=True,
)
def si_sdr(x: Array, y: Array, *, zero_mean: bool) -> Array:
    """In terms of the cosine c: c^2 / (1 - c)(1 + c); infinite for signals that differ by a factor."""
    if zero_mean:
        x, y = (centred(ops.scaled(v)[0]) for v in (x, y))
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.log10(cosines.one_minus_cosine(x, y)) + np.log10(cosines.one_minus_cosine(x, -y))
        return np.asarray(20.0 * np.log10(abs(cosines.cosine(x, y))) - 10.0 * rest)
