"""The cosine of the angle between vectors, accurate also for nearly parallel and nearly opposite ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.ops import scaled, sum3, total, two_sum

if TYPE_CHECKING:
    from losscli.ops import Array


def cosine(x: Array, y: Array) -> Array:
    """``x.y / (|x| |y|)``: ``(..., D)`` twice gives ``(...)``; NaN for a vector of zeros."""
    return np.clip(np.add(*_cosine(x, y)), -1.0, 1.0)


def cosine_excess(x: Array, y: Array, margin: float) -> Array:
    """``x.y / (|x| |y|) - margin``, also where the two are nearly the same."""
    head, rest = _cosine(x, y)
    return sum3(head, rest, -margin)


def one_minus_cosine(x: Array, y: Array) -> Array:
    """``1 - x.y / (|x| |y|)``, accurate also for nearly parallel vectors.

    For those it is half the squared distance of the unit vectors; below 1e-60 that is only rounding error, and 0.
    """
    head, rest = _cosine(x, y)
    x, y = np.broadcast_arrays(scaled(x)[0], scaled(y)[0])
    (u, u_rest), (v, v_rest) = ((h[..., None], r[..., None]) for h, r in (_root(_dot(x, x)), _root(_dot(y, y))))
    (a, a_rest), (b, b_rest) = _two_product(x, v), _two_product(y, u)
    gap = (a - b) + ((a_rest - b_rest) + (x * v_rest - y * u_rest))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = total((gap / (u * v)) ** 2)
    near = np.where(share < 256.0 * float(np.finfo(x.dtype).eps) ** 4, 0.0, 0.5 * share)
    return np.where(head > 0.5, near, np.minimum(1.0 - (head + rest), 2.0))


def _cosine(x: Array, y: Array) -> tuple[Array, Array]:
    """The cosine as rounded value and remainder."""
    x, y = np.broadcast_arrays(scaled(x)[0], scaled(y)[0])
    dot, below = _dot(x, y), _multiply(_root(_dot(x, x)), _root(_dot(y, y)))
    with np.errstate(divide="ignore", invalid="ignore"):
        head = dot[0] / below[0]
        p, e = _two_product(head, below[0])
        return head, (((dot[0] - p) - e) + (dot[1] - head * below[1])) / below[0]


def _root(square: tuple[Array, Array]) -> tuple[Array, Array]:
    """The square root of a number given as rounded value and remainder."""
    head = np.sqrt(square[0])
    p, e = _two_product(head, head)
    with np.errstate(divide="ignore", invalid="ignore"):
        return head, (((square[0] - p) - e) + square[1]) / (2.0 * head)


def _two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """``a * b`` rounded, and the rounding error (Dekker, Veltkamp)."""

    def halves(x: Array) -> tuple[Array, Array]:
        c = x * (4097.0 if x.dtype.itemsize == 4 else 134217729.0)
        high = c - (c - x)
        return high, x - high

    p = a * b
    (ah, al), (bh, bl) = halves(a), halves(b)
    return p, al * bl - (((p - ah * bh) - al * bh) - ah * bl)


def _multiply(a: tuple[Array, Array], b: tuple[Array, Array]) -> tuple[Array, Array]:
    """The product of two numbers given as rounded value and remainder."""
    p, e = _two_product(a[0], b[0])
    return p, e + (a[0] * b[1] + a[1] * b[0])


def _dot(x: Array, y: Array) -> tuple[Array, Array]:
    """``x.y`` of each row as rounded value and remainder (Ogita, Rump and Oishi 2005, Accurate sum and dot product)."""
    head, rest = _two_product(x, y)
    while (width := head.shape[-1]) > 1:
        half = (width + 1) // 2
        top, low = head[..., :half].copy(), rest[..., :half].copy()
        top[..., : width - half], error = two_sum(top[..., : width - half], head[..., half:])
        low[..., : width - half] += rest[..., half:] + error
        head, rest = top, low
    return two_sum(head[..., 0], rest[..., 0])
