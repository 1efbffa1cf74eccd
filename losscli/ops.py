"""Stable primitives. Each is within a few ulp of its formula over the whole range of float64.

All of them work along the last axis and keep the dtype of their input.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.lazy import np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Index = NDArray[np.intp]  # places, rows, class numbers
    Labels = NDArray[Any]


FEW_CLASSES = 24  # up to so many, classes come first in memory: inner loops over a few are slow

_NO_OVERFLOW = 2.0**1022  # the difference of two such numbers is finite


def _exp_below_top(x: Array) -> tuple[Array, Array, Array]:
    """``x - max``, ``exp(x - max)`` with 0 for the largest term, and the sum of the latter; the classes come first.

    ``x - max`` is rounded, by up to half an ulp of a difference that may be hundreds; its exponential would be
    wrong by as many ulp. The rounding error is known exactly and is put back to first order.
    """
    if x.shape[-1] <= FEW_CLASSES:
        x = classes_first(x)
        peak = x.max(axis=0)
        tops = x == peak
        if np.count_nonzero(tops) > peak.size or np.isnan(peak.max(initial=-np.inf)):  # a row of NaN has no top
            tops = _first(tops)
        top = None
    else:
        top = x.argmax(axis=-1)[None]
        x = np.moveaxis(x, -1, 0)
        peak = np.take_along_axis(x, top, axis=0)[0]
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = x - peak
        error = _rounding(x, peak, shifted)
        nothing = peak - peak  # 0, but NaN if a logit is infinite
    others = np.exp(shifted)
    if error is not None:
        error *= others
        others += error
    if top is None:
        np.copyto(others, 0.0, where=tops)
    else:
        np.put_along_axis(others, top, 0.0, axis=0)
    return shifted, others, _total(others) + nothing


def _rounding(x: Array, peak: Array, shifted: Array) -> Array | None:
    """What ``shifted = x - peak`` lost: Knuth's two-sum, or Dekker's quicker one, which needs ``|x| <= |peak|``.

    None if it is nothing, as between logits of few bits: whole numbers, and most that were float16 or float32.
    """
    first = (..., slice(1)) if peak.ndim else ...
    if _is_exact(x[first], peak[first], shifted[first]) and _is_exact(x, peak, shifted):
        return None
    if x.size and x.min() + peak.min() >= 0.0 and peak.max() < _NO_OVERFLOW:
        taken = shifted + peak
        return np.subtract(x, taken, out=taken)
    taken = shifted - x
    error: Array = shifted - taken
    np.subtract(x, error, out=error)
    taken += peak
    error -= taken
    if not np.isfinite(error.sum()):
        error[~np.isfinite(error)] = 0.0  # a class of logit -inf is ruled out, exactly
    return error


def _is_exact(x: Array, peak: Array, shifted: Array) -> bool:
    """Whether a difference was not rounded: both numbers come back; False if one is not finite."""
    return bool(((shifted + peak) == x).all() and ((x - shifted) == peak).all())


def _first(mask: Mask) -> Mask:
    """Only what is set first along the first axis; in place."""
    left = ~mask[0]
    for later in range(1, len(mask)):
        mask[later] &= left
        left &= ~mask[later]
    return mask


def log_softmax(x: Array) -> Array:
    """``x - log(sum(exp(x)))``, shape ``(..., C)``.

    The largest term stays out of the sum, so that a confident row's loss of 1e-40 is 1e-40 and not 0.
    """
    shifted, _, rest = _exp_below_top(x)
    return _classes_last(shifted - np.log1p(rest))


def log_softmax_at(x: Array, index: NDArray[np.intp]) -> Array:
    """``log_softmax(x)`` of one class a row: ``(..., C)`` and ``(...)`` give ``(...)``."""
    shifted, _, rest = _exp_below_top(x)
    return _at(shifted, index) - np.log1p(rest)


def softmax(x: Array) -> Array:
    """``exp(x) / sum(exp(x))``, shape ``(..., C)``."""
    shifted, powers, rest = _exp_below_top(x)
    powers[shifted == 0.0] = 1.0
    return _classes_last(powers / (1.0 + rest))


def _classes_last(x: Array) -> Array:
    """The usual order of axes, also in memory, on which the order of summation of a row depends."""
    return np.ascontiguousarray(np.moveaxis(x, 0, -1))


def logsumexp(x: Array) -> Array:
    """``log(sum(exp(x)))``: ``(..., C)`` gives ``(...)``."""
    _, _, rest = _exp_below_top(x)
    top: Array = x.max(axis=-1)
    return np.where(np.isfinite(top), top + np.log1p(rest), top)


def log_sigmoid(x: Array) -> Array:
    """``log(1 / (1 + exp(-x)))``, exact in both tails."""
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


def sigmoid(x: Array) -> Array:
    """``1 / (1 + exp(-x))``, without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def log1mexp(x: Array) -> Array:
    """``log(1 - exp(x))`` for ``x <= 0`` (Maechler 2012)."""
    near = x > -np.log(2.0)
    with np.errstate(divide="ignore"):
        return np.where(near, np.log(-np.expm1(np.where(near, x, -1.0))), np.log1p(-np.exp(x)))


def total(x: Array) -> Array:
    """The sum of each row: ``(..., C)`` gives ``(...)``.

    Halves are added to halves, so that a number goes through log2(C) roundings; ``np.sum`` is off by 6 ulp where
    the terms of 127 classes tie, and by another amount on another processor.
    """
    return _total(classes_first(x))


def classes_first(x: Array) -> Array:
    """``(..., C)`` as ``(C, ...)``; contiguous if there are few classes, since loops over classes follow."""
    x = np.moveaxis(x, -1, 0)
    return np.ascontiguousarray(x) if len(x) <= FEW_CLASSES else x


def _total(x: Array) -> Array:
    """The same over the first axis: ``(C, ...)`` gives ``(...)``."""
    width, half = len(x), (len(x) + 1) // 2
    sums = np.empty_like(x[:half])
    np.add(x[: width - half], x[half:], out=sums[: width - half])
    sums[width - half :] = x[width - half : half]
    while half > 1:
        width, half = half, (half + 1) // 2
        sums[: width - half] += sums[half:width]
    row: Array = sums[0]
    return row


def xlogy(x: Array, y: Array) -> Array:
    """``x log y`` with ``0 log 0 = 0``."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return np.where(x == 0.0, 0.0, x * np.log(y))


def divide_no_nan(above: Any, below: Any) -> Array:
    """``above / below``, 0 where the divisor is 0."""
    found: Array = np.divide(above, below, out=np.zeros_like(above), where=below != 0.0)
    return found


def weigh(weight: Array, cost: Array) -> Array:
    """``weight * cost`` with ``0 * inf = 0``: what does not count costs nothing."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(weight == 0.0, 0.0, weight * cost)


def one_hot(index: NDArray[Any], classes: int, dtype: Any = float) -> Array:
    """Class numbers ``(...)`` as rows ``(..., classes)`` of 0 and 1; a number that is no class has a row of zeros."""
    return np.asarray(index[..., None] == np.arange(classes), dtype)


def smoothed(target: Array, share: float, classes: int) -> Array:
    """Labels ``(..., C)`` with the given share spread evenly over all classes."""
    return target * (1.0 - share) + share / classes


def take(x: Array, index: NDArray[Any]) -> Array:
    """One entry a row: ``(..., C)`` and ``(...)`` give ``(...)``."""
    if x.ndim == 2 and x.flags.f_contiguous:
        return _at(x.T, index)
    return np.take_along_axis(x, index[..., None], axis=-1)[..., 0]


def _at(x: Array, index: NDArray[Any]) -> Array:
    """One entry a row of an array whose classes come first: ``(C, ...)`` and ``(...)`` give ``(...)``."""
    if x.flags.c_contiguous and x.shape[1:] == index.shape == (index.size,) and index.min(initial=0) >= 0:
        return x.reshape(-1).take(index * len(index) + np.arange(len(index)))
    found: Array = np.take_along_axis(x, index[None], axis=0)[0]
    return found


def log_cosh(x: Array) -> Array:
    """``log(cosh(x))``; near 0 by ``2 sinh(x/2)^2 = cosh(x) - 1``, so that 1e-9 gives 5e-19 and not 0."""
    size = np.abs(x)
    half = np.sinh(0.5 * np.minimum(size, 2.0))
    near = np.log1p(2.0 * half * half)
    return np.where(size < 2.0, near, size + (np.log1p(np.exp(-2.0 * size)) - np.log(2.0).astype(x.dtype)))


def log_ratio(x: Array, y: Array) -> Array:
    """``log(x / y)`` of positive numbers, also where the ratio is too large or too small for a float."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore", under="ignore"):
        ratio = x / y
        fits = (ratio >= np.finfo(x.dtype).tiny) & np.isfinite(ratio)
        return np.where(fits, np.log(ratio), np.log(x) - np.log(y))


def log_difference(x: Array, y: Array) -> Array:
    """``|log(1 + x) - log(1 + y)|`` by one logarithm, so that nothing cancels where x is near y."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        ratio = abs(x - y) / (1.0 + np.minimum(x, y))
        return np.where(np.isinf(ratio), abs(np.log1p(x) - np.log1p(y)), np.log1p(ratio))


def stirling(count: Array) -> Array:
    """An approximation of ``log(count!)``."""
    return count * np.log(count) - count + 0.5 * np.log(2.0 * math.pi * count)


def log_sum(x: Array, y: Array | float) -> Array:
    """``log(x + y)``, accurate also where the sum is about 1."""
    head, rest = two_sum(x, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = rest / head
    return np.log(head) + np.where(np.isfinite(lost), lost, 0.0)


def root_mean(values: Array, mean: Callable[[Array], Array], axis: int | None = None) -> Array:
    """``sqrt(mean(values^2))``, even if squares would overflow; over an axis, or over all numbers."""
    size = np.abs(values).max(axis=axis, initial=0.0)
    _, exponent = np.frexp(np.where(np.isfinite(size), size, 0.0))
    return np.ldexp(np.sqrt(mean(np.ldexp(values, -exponent) ** 2)), exponent)


def step_distance(x: Array, y: NDArray[Any]) -> Array:
    """The integral ``(N,)`` of the squared distance of two step functions, as a sum without negative terms.

    They are the distribution functions of an ensemble ``(N, M)`` and of a single value ``(N,)``.
    """
    y = y.astype(x.dtype)
    ends = np.sort(np.concatenate([x, y[:, None]], axis=1), axis=1)
    low, members = ends[:, :-1], x.shape[1]
    below = np.arange(1, members + 1, dtype=x.dtype)
    share = np.where(low >= y[:, None], (below - 1.0 - members) / members, below / members)
    return total(np.diff(ends, axis=1) * share * share)


def norm(x: Array, p: float = 2.0) -> Array:
    """``(sum |x|^p)^(1/p)``, ``p`` up to infinity: ``(..., D)`` gives ``(...)``; ``p`` of 0 counts nonzero entries."""
    if p == 0:
        return np.asarray(np.count_nonzero(x, axis=-1), np.float64)
    size = np.abs(x)
    if abs(p) == np.inf:
        return np.asarray(size.max(axis=-1) if p > 0 else size.min(axis=-1))
    size, exponent = scaled(size)
    powers = total(size * size if p == 2 else size**p)
    return np.ldexp(np.sqrt(powers) if p == 2 else powers ** (1.0 / p), exponent[..., 0])


def scaled(x: Array) -> tuple[Array, NDArray[np.intc]]:
    """Rows divided by a power of two, so that their largest number is about 1, and its exponent ``(..., 1)``."""
    _, exponent = np.frexp(np.abs(x).max(axis=-1, keepdims=True))
    return np.ldexp(x, -exponent), exponent


def two_sum(a: Array, b: Array | float) -> tuple[Array, Array]:
    """The rounded sum and its rounding error, exactly."""
    with np.errstate(over="ignore", invalid="ignore"):
        head = a + b
        taken = head - a
        return head, (a - (head - taken)) + (b - taken)


def sum3(a: Array, b: Array, c: Array | float) -> Array:
    """``a + b + c`` rounded about once, so that a margin that almost cancels keeps its digits (Knuth's two-sum)."""
    head, first = two_sum(a, b)
    head, second = two_sum(head, c)
    low = first + second
    return head + np.where(np.isfinite(low), low, 0.0)  # an infinite summand has no rounding error


def any_in_row(mask: Mask) -> Mask:
    """``(N, ...)`` to ``(N,)``: whether any entry of a row is True."""
    return mask if mask.ndim == 1 else np.asarray(mask.any(axis=tuple(range(1, mask.ndim))))


def of_same_rank(x: Array, y: NDArray[Any]) -> tuple[Array, NDArray[Any]]:
    """Drop a last axis of size 1, or add it to a vector, where ranks differ by one."""
    if x.ndim == y.ndim + 1 and x.shape[-1] == 1:
        return (x, y[:, None]) if y.ndim == 1 else (x[..., 0], y)
    if y.ndim == x.ndim + 1 and y.shape[-1] == 1:
        return (x[:, None], y) if x.ndim == 1 else (x, y[..., 0])
    return x, y
