"""Lovasz losses: the Jaccard loss of regions, made continuous by sorting errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.label_sets import in_unit_interval
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Kind, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels, Mask

FAMILY = "segmentation"
SOURCE = "Berman, Rannen Triki and Blaschko 2018, The Lovasz-softmax loss, arXiv:1705.08790"
SORTED = "A few ulp of the largest error: errors are rounded, and shares of the union subtracted."


def extension(errors: Array, truth: Mask, sizes: Array | None = None) -> Array:
    """The Lovasz extension of the Jaccard loss at pixel errors ``(P,)``; ``truth`` marks the region.

    Errors are sorted, largest first; each is weighted by how much the loss grows when its pixel is wrong, too, written
    without the difference of two losses, which would cancel.
    """
    if not len(errors):
        return np.zeros((), errors.dtype)
    order = np.argsort(-errors, kind="stable")
    size = np.ones(len(errors), errors.dtype) if sizes is None else sizes[order].astype(errors.dtype)
    inside = np.where(truth[order], size, 0.0)
    whole = ops.total(inside)
    if not whole:
        return np.asarray(errors[order][0], errors.dtype)
    left = whole - (np.cumsum(inside) - inside)
    union = whole + np.cumsum(size - inside)
    grows = np.where(truth[order], size / union, size * left / (union * (union - size)))
    return np.asarray(ops.total(errors[order] * grows), errors.dtype)


def softmax_loss(p: Array, y: Labels, sizes: Array | None = None) -> Array:
    """The mean over the classes that occur; rows ``(P, C)`` with class numbers ``(P,)``."""
    found = [extension(abs((y == c) - p[:, c]), y == c, sizes) for c in range(p.shape[1]) if (y == c).any()]
    return np.asarray(np.mean(found) if found else 0.0, p.dtype)


def hinge(x: Array, y: Labels, sizes: Array | None = None) -> Array:
    """Scores ``(P,)`` with labels of 0 and 1."""
    errors = np.maximum(1.0 - x * (2.0 * (y == 1) - 1.0), 0.0)
    return extension(errors.astype(x.dtype), y == 1, sizes)


def _numbers(x: Array, y: Labels, classes: int) -> Labels:
    if y is None or y.dtype == object or y.shape != (len(x),):
        raise InputError("one class number for each row is wanted")
    bad = (y < 0) | (y >= classes) | (y != np.floor(y))
    if bad.any():
        raise InputError(f"labels outside 0..{classes - 1}: {y[bad].tolist()[:5]}")
    return y


@loss(
    name="lovasz-softmax",
    aliases=("lovasz",),
    summary="The Jaccard loss of each class, continuous in the probabilities of all pixels at once.",
    formula="mean over classes c that occur of sum_k e[k] (J[k] - J[k-1])      e = |[y = c] - p[c]|, largest first"
    "\n    J[k]: the Jaccard loss if the first k are wrong",
    steps=(("loss", "lovasz(x, y, w)"),),
    takes=Takes.SET,
    domain=Domain.PROBABILITY_ROWS,
    kinds=(Kind.PROBABILITIES,),
    references=("calls_smp.LOVASZ", "calls_kornia.LOVASZ"),
    laws=frozenset({"unit-interval", "row-permutation", "class-relabelling"}),
    examples=(
        Example("[[0.5,0.5],[0.25,0.75]]", "0,1", 0.4375, "by hand: (0.5 + (0.5 / 2 + 0.25 / 2)) / 2"),
        Example("[[0.1,0.9],[0.9,0.1]]", "1,0", 0.1, "by hand: every error is 0.1"),
    ),
    accuracy=SORTED,
    source=SOURCE,
)
def lovasz_softmax(p: Array, y: Labels, weights: Array | None) -> Array:
    """Rows ``(P, C)`` of probabilities, with class numbers; weights are the sizes of the rows.

    Raises:
        InputError: Other shapes.
    """
    if p.ndim != 2:
        raise InputError(f"rows of classes are wanted, not shape {p.shape}")
    in_unit_interval(p)
    return softmax_loss(p, _numbers(p, y, p.shape[1]), weights)


@loss(
    name="lovasz-hinge",
    summary="The Jaccard loss of one region, continuous in the scores of all pixels at once.",
    formula="sum_k e[k] (J[k] - J[k-1])        e = max(0, 1 - s x), largest first; s: 1 for a label of 1, else -1"
    "\n    J[k]: the Jaccard loss if the first k are wrong",
    steps=(("loss", "lovasz(x, y, w)"),),
    takes=Takes.SET,
    domain=Domain.REGIONS,
    kinds=(Kind.SCORES,),
    references=("calls_kornia.LOVASZ_HINGE",),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0,0", "1,0", 1.0, "by hand: every error is 1"),
        Example("2,0.5", "1,1", 0.25, "by hand: 0.5 / 2"),
    ),
    accuracy=SORTED,
    source=SOURCE,
)
def lovasz_hinge(x: Array, y: Labels, weights: Array | None) -> Array:
    """Scores with labels of 0 and 1 of their shape.

    Raises:
        InputError: Labels are none of these.
    """
    if y is None or y.dtype == object or y.shape != x.shape or not np.isin(y, (0, 1)).all():
        raise InputError("labels of 0 and 1, one for each score, are wanted")
    if weights is not None:
        weights = np.broadcast_to(weights.reshape(-1, *[1] * (x.ndim - 1)), x.shape).reshape(-1)
    return hinge(x.reshape(-1), y.reshape(-1), weights)
