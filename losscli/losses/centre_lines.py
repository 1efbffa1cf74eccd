"""Dice of centre lines: how well tubes are traced, however thick they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import shapes_differ
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "segmentation"


def _shifted(x: Array, axes: tuple[int, ...], fill: float) -> Array:
    """The neighbours along the axes, each entry itself included; ``fill`` outside the image."""
    found = [x]
    for axis in axes:
        pad = [(0, 0)] * x.ndim
        pad[axis] = (1, 1)
        sides = []
        for one in found:
            wide = np.pad(one, pad, constant_values=fill)
            sides += [np.take(wide, range(start, start + x.shape[axis]), axis=axis) for start in range(3)]
        found = sides
    return np.stack(found)


def _eroded(x: Array, axes: tuple[int, ...]) -> Array:
    """The minimum over the neighbours along each axis."""
    return np.asarray(np.minimum.reduce([_shifted(x, (axis,), np.inf).min(axis=0) for axis in axes]))


def _opened(x: Array, axes: tuple[int, ...]) -> Array:
    return np.asarray(_shifted(_eroded(x, axes), axes, -np.inf).max(axis=0))


def skeleton(x: Array, iterations: float, first: int | None = None) -> Array:
    """The centre lines of images by soft thinning.

    Args:
        x: Images.
        iterations: Number of times that they are thinned.
        first: The first axis of pixels; by default the second axis, or the first one of a table of pixels.
    """
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    first = int(x.ndim > 2) if first is None else first
    axes = tuple(range(first, x.ndim))
    found = np.maximum(x - _opened(x, axes), 0.0)
    for _ in range(int(iterations)):
        x = _eroded(x, axes)
        more = np.maximum(x - _opened(x, axes), 0.0)
        found = found + np.maximum(more - found * more, 0.0)
    return found


@loss(
    name="centre-line-dice",
    aliases=("cldice", "cl-dice", "soft-cldice"),
    summary="One minus the Dice of two regions' centre lines, each looked for in the other region.",
    formula="1 - 2 P S / (P + S)     P = (sum s(x) y + smooth) / (sum s(x) + smooth), S the other way, s: thinned",
    steps=(
        ("s", "skeleton(x, iterations)"),
        ("t", "skeleton(y, iterations)"),
        ("P", "(total(w * s * y) + smooth) / (total(w * s) + smooth)"),
        ("S", "(total(w * t * x) + smooth) / (total(w * t) + smooth)"),
        ("loss", "1 - 2 * P * S / (P + S)"),
    ),
    takes=Takes.SET,
    domain=Domain.MASKS,
    params=(
        Param("iterations", 3, "How often it is thinned: half the width of the thickest tube.", ge=0),
        Param("smooth", 1.0, "Added above and below.", ge=0.0),
    ),
    references=("calls_monai_lines.CENTRE_LINES",),
    laws=frozenset({"symmetric"}),
    accuracy="A few ulp of 1, from which the overlap is taken.",
    examples=(
        Example(
            "[[[0,0,0],[1,1,1],[0,0,0]]]", "[[[0,0,0],[1,1,1],[0,0,0]]]", 0.0, "by hand: equal lines are their own"
        ),
        Example("[[[0,0,0],[1,1,1],[0,0,0]]]", "[[[1,1,1],[0,0,0],[0,0,0]]]", 0.75, "by hand: P = S = 1 / 4"),
    ),
    source="Shit et al. 2021, clDice: a novel topology-preserving loss function, arXiv:2003.07311",
)
def centre_line_dice(x: Array, y: Labels, weights: Array | None, *, iterations: float, smooth: float) -> Array:
    """One image ``(H, W)``, or images ``(N, H, W)`` or ``(N, D, H, W)``, give one number.

    Raises:
        InputError: Shapes differ, or are none of these.
    """
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    y = np.asarray(y, x.dtype)
    each = 1.0 if weights is None else np.asarray(weights, x.dtype).reshape(-1, *[1] * (x.ndim - 1))
    mine, theirs = each * skeleton(x, iterations), each * skeleton(y, iterations)
    precision = ((mine * y).sum() + smooth) / (mine.sum() + smooth)
    recall = ((theirs * x).sum() + smooth) / (theirs.sum() + smooth)
    return np.asarray(1.0 - 2.0 * precision * recall / (precision + recall))
