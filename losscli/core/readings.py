"""From logits, probabilities or log-probabilities to what a kernel takes.

All softmaxes and clips are here and in ``losscli.ops``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.errors import UsageError
from losscli.losses.vocabulary import Kind, Takes
from losscli.record import record

if TYPE_CHECKING:
    from losscli.losses.vocabulary import Reading
    from losscli.ops import Array, Index, Mask


@record
class Read:
    """Logarithms of probabilities, and where a convention changed them.

    Attributes:
        log_p: ``log p``, of the shape asked for.
        log_q: ``log(1 - p)`` where the kernel takes both, else None.
        clipped: Where a probability or a logarithm was moved; the shape of ``log_p``, or None if none can be.
        rescaled: Rows that did not sum to 1, or None.
    """

    log_p: Array
    log_q: Array | None = None
    clipped: Mask | None = None
    rescaled: Mask | None = None


def row_sum_tolerance(classes: int) -> float:
    """The tolerance of a row's sum of probabilities, for rounding to four decimals per class."""
    return max(1e-3, 5e-5 * classes)


def tempered(x: Array, kind: Kind, temperature: float, takes: Takes) -> Array:
    """Predictions with logits divided by a temperature; the logits of probabilities are their logarithms."""
    binary = takes is Takes.BINARY
    if x.dtype == object:
        raise UsageError("--temperature needs numbers, and the predictions are words")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if kind is Kind.LOGITS:
            return x / temperature
        if kind is Kind.PROBABILITIES and binary:
            return ops.sigmoid((np.log(x) - np.log1p(-x)) / temperature)
        if kind is Kind.PROBABILITIES:
            return np.where(x.max(axis=-1, keepdims=True) > 0.0, ops.softmax(np.log(x) / temperature), x)
        if binary:
            return ops.log_sigmoid((x - ops.log1mexp(x)) / temperature)
        return ops.log_softmax(x / temperature)


def class_log_probabilities(x: Array, kind: Kind, reading: Reading, index: Index | None = None) -> Read:
    """Log-probabilities of all classes ``(..., C)``, or with ``index`` of one class per row ``(...)``."""
    if kind is Kind.LOGITS and not reading.through_softmax:
        return Read(ops.log_softmax(x) if index is None else ops.log_softmax_at(x, index))
    if kind is Kind.LOGITS:
        x = ops.softmax(x)
    picked = x if index is None else ops.take(x, index)
    if kind is Kind.LOG_PROBABILITIES:
        return Read(picked)
    rescaled = None
    if reading.rescale or reading.rescale_after:
        total = ops.total(x)
        rescaled = np.abs(total - 1.0) > row_sum_tolerance(x.shape[-1])
    if reading.rescale:
        with np.errstate(divide="ignore", invalid="ignore"):
            picked = picked / (total if index is not None else total[..., None])
    log_p, clipped = _log(picked, reading)
    if reading.rescale_after:
        total = ops.total(np.clip(x, reading.clip, 1.0 - reading.clip)) if reading.clip else total
        log_p = log_p - np.log(total if index is not None else total[..., None])
    return Read(log_p, clipped=clipped, rescaled=rescaled)


def binary_log_probabilities(x: Array, kind: Kind, reading: Reading) -> Read:
    """``log p`` and ``log(1 - p)``, each of the shape of ``x``."""
    if kind is Kind.LOGITS:
        return Read(ops.log_sigmoid(x), ops.log_sigmoid(-x))
    if kind is Kind.LOG_PROBABILITIES:
        return Read(x, ops.log1mexp(x))
    log_p, clipped = _log(x, reading)
    if reading.clip:
        x = np.clip(x, reading.clip, 1.0 - reading.clip)
    with np.errstate(divide="ignore"):
        log_q = np.log(1.0 - x + reading.add) if reading.add else np.log1p(-x)
    if reading.zero:
        log_q = np.where(x == 1.0, np.asarray(np.log(reading.zero), x.dtype), log_q)
    if clipped is not None:
        clipped = clipped | (log_q < reading.log_floor) | (x == 1.0) & (reading.zero > 0.0)
    return Read(log_p, np.maximum(log_q, reading.log_floor), clipped)


def clip_labels(target: Array, reading: Reading) -> tuple[Array, Mask | None]:
    """Soft labels as the convention sees them, and where it moved them."""
    if not reading.clip_labels:
        return target, None
    return np.clip(target, reading.clip_labels, 1.0), target < reading.clip_labels


def _log(p: Array, reading: Reading) -> tuple[Array, Mask | None]:
    clipped: Mask | None = None
    if reading.clip:
        top = 1.0 - reading.clip if reading.clip_one else 1.0
        clipped = (p < reading.clip) | (p > top)
        p = np.clip(p, reading.clip, top)
    if reading.zero:
        clipped = p == 0.0
        p = np.where(clipped, np.asarray(reading.zero, p.dtype), p)
    with np.errstate(divide="ignore"):
        log_p = np.log(p + reading.add)
    if reading.log_floor > -np.inf:
        low = log_p < reading.log_floor
        clipped = low if clipped is None else clipped | low
        log_p = np.maximum(log_p, reading.log_floor)
    return log_p, clipped
