"""The ratios of ``torchmetrics.functional.audio`` of signals ``(..., time)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.losses.calls_torchmetrics import call, pair
from losscli.losses.reference import NONE_FIRST
from losscli.losses.signals import ZERO_MEAN
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.losses.reference import Reference
    from losscli.ops import Array, Labels


def _waves(x: Array, y: Labels, zero_mean: bool) -> tuple[Array, Array]:
    x, y = pair(x, y, None)
    return (x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)) if zero_mean else (x, y)


def _decibels(wave: Array, noise: Array) -> Array:
    """The dtype's epsilon is added above and below."""
    eps = np.finfo(wave.dtype).eps
    return np.asarray(10.0 * np.log10(((wave * wave).sum(axis=-1) + eps) / ((noise * noise).sum(axis=-1) + eps)))


def _noise(x: Array, y: Labels, *, zero_mean: bool) -> Array:
    x, y = _waves(x, y, zero_mean)
    return _decibels(y, y - x)


def _scaled(x: Array, y: Labels, *, zero_mean: bool) -> Array:
    """The true signal is scaled to the part of it that is heard."""
    x, y = _waves(x, y, zero_mean)
    eps = np.finfo(x.dtype).eps
    share = ((x * y).sum(axis=-1, keepdims=True) + eps) / ((y * y).sum(axis=-1, keepdims=True) + eps)
    return _decibels(share * y, share * y - x)


def _call(name: str, kernel: Any, **data: Any) -> Reference:
    note = "The dtype's epsilon is added above and below; one value for each signal."
    return call(f"audio.{name}", takes=Takes.VECTOR, kernel=kernel, reductions=NONE_FIRST, note=note, **data)


SNR = _call("signal_noise_ratio", _noise, options=(ZERO_MEAN,))
SI_SDR = (
    _call("scale_invariant_signal_distortion_ratio", _scaled, options=(ZERO_MEAN,)),
    _call("scale_invariant_signal_noise_ratio", _scaled, fixed={"zero_mean": True}),
)
