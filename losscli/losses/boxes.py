"""Losses of bounding boxes by their overlap: rows of two corners, ``x1 y1 x2 y2``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, shapes_differ
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.reference import NONE_FIRST, calls_in
from losscli.losses.vocabulary import Domain, Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

EPS = Param("eps", 0.0, "Added to the divisor.", ge=0.0, usual=(1e-7,))
IOU = (
    ("both", "box_overlap(x, y)"),
    ("union", "box_area(x) + box_area(y) - both"),
    ("iou", "ratio(both, union + eps)"),
)
AWAY = (("hull", "box_hull(x, y)"), ("away", "sum((box_centre(x) - box_centre(y))^2) / (sum(box_sides(hull)^2) + eps)"))
CLOSE = "To 1e-15: one minus ratios."
SHAPE: dict[str, Any] = {
    "family": "segmentation",
    "takes": Takes.VECTOR,
    "domain": Domain.BOXES,
    "params": (EPS,),
    "laws": frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"}),
    "accuracy": CLOSE,
}


def sides(box: Array) -> Array:
    """Width and height: ``(..., 4)`` gives ``(..., 2)``."""
    return np.asarray(box[..., 2:] - box[..., :2])


def area(box: Array) -> Array:
    """Width times height."""
    return np.asarray(sides(box).prod(axis=-1))


def overlap(x: Array, y: Array) -> Array:
    """The area of the intersection of two boxes."""
    low, high = np.maximum(x[..., :2], y[..., :2]), np.minimum(x[..., 2:], y[..., 2:])
    return np.asarray(np.maximum(high - low, 0.0).prod(axis=-1))


def hull(x: Array, y: Array) -> Array:
    """The smallest box around two."""
    corners = np.minimum(x[..., :2], y[..., :2]), np.maximum(x[..., 2:], y[..., 2:])
    return np.concatenate(corners, axis=-1)


def centre(box: Array) -> Array:
    """The centre: ``(..., 4)`` gives ``(..., 2)``."""
    return np.asarray((box[..., :2] + box[..., 2:]) / 2.0)


def tilt(box: Array) -> Array:
    """The angle of the diagonal."""
    width, height = np.moveaxis(sides(box), -1, 0)
    return np.asarray(np.arctan2(width, height))


def _corners(x: Array, y: Array) -> None:
    """Refuse rows of other than four numbers.

    Raises:
        InputError: Such rows, or different shapes.
    """
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    if x.ndim < 1 or x.shape[-1] != 4:
        raise InputError(f"boxes of shape {x.shape}", hint="four numbers a row: x1, y1, x2, y2")


def _checked(x: Array, y: Array) -> tuple[Array, Array]:
    """Valid boxes.

    Raises:
        InputError: Rows of other than four numbers, or whose second corner comes before the first.
    """
    _corners(x, y)
    for name, boxes in (("predictions", x), ("labels", y)):
        swapped = int((sides(boxes) < 0.0).any(axis=-1).sum())
        if swapped:
            what = f"{swapped:,} of the {name} have a second corner before the first"
            raise InputError(what, hint="a box is x1, y1, x2, y2, not a corner with width and height")
    return x, y


def _iou(x: Array, y: Array, eps: float) -> tuple[Array, Array]:
    both = overlap(x, y)
    union = area(x) + area(y) - both
    return ops.divide_no_nan(both, union + eps), union


def _generalized(x: Array, y: Array, eps: float) -> Array:
    iou, union = _iou(x, y, eps)
    whole = area(hull(x, y))
    return np.asarray(1.0 - iou + ops.divide_no_nan(whole - union, whole + eps))


def _away(x: Array, y: Array, eps: float) -> Array:
    """The squared distance of the centres over that of the corners of the hull."""
    apart = ((x[..., :2] - y[..., :2]) + (x[..., 2:] - y[..., 2:])) / 2.0
    return ops.divide_no_nan((apart * apart).sum(axis=-1), (sides(hull(x, y)) ** 2).sum(axis=-1) + eps)


def _complete(x: Array, y: Array, angles: Array, eps: float, below: float) -> Array:
    iou, _ = _iou(x, y, below)
    shape = 4.0 / math.pi**2 * angles**2
    return np.asarray(1.0 - iou + _away(x, y, below) + ops.divide_no_nan(shape * shape, 1.0 - iou + shape + eps))


def torchvision_generalized(x: Array, y: Array, *, eps: float) -> Array:
    """torchvision.ops.generalized_box_iou_loss."""
    _corners(x, y)
    return _generalized(x, y, eps)


def torchvision_distance(x: Array, y: Array, *, eps: float) -> Array:
    """torchvision.ops.distance_box_iou_loss."""
    _corners(x, y)
    return np.asarray(1.0 - _iou(x, y, eps)[0] + _away(x, y, eps))


def torchvision_complete(x: Array, y: Array, *, eps: float) -> Array:
    """torchvision.ops.complete_box_iou_loss: its eps only acts in the last term."""
    _corners(x, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        tilts = [np.arctan(width / height) for width, height in (np.moveaxis(sides(box), -1, 0) for box in (x, y))]
    return _complete(x, y, tilts[1] - tilts[0], eps, 1e-7)


_call = calls_in(
    "torchvision.ops",
    reads=Kind.VALUES,
    options=(Param("eps", 1e-7, EPS.help),),
    reductions=NONE_FIRST,
    note="1e-7 is added to divisors; boxes are not checked.",
)


@loss(
    name="box-iou",
    summary="One minus the shared area of two boxes over the area of both.",
    formula="1 - |A and B| / |A or B|",
    steps=(*IOU, ("loss", "1 - iou")),
    examples=(
        Example("[[0,0,2,2]]", "[[1,0,3,2]]", 0.6666666666666667, "by hand: 1 - 2 / 6"),
        Example("[[0,0,1,1],[0,0,2,2]]", "[[2,2,3,3],[0,0,2,2]]", 0.5, "by hand: (1 + 0) / 2"),
    ),
    source="Yu et al. 2016, UnitBox, arXiv:1608.01471",
    **SHAPE,
)
def box_iou(x: Array, y: Array, *, eps: float) -> Array:
    """Boxes ``(..., 4)`` by their corners; from 0 to 1."""
    return np.asarray(1.0 - _iou(*_checked(x, y), eps)[0])


@loss(
    name="generalized-box-iou",
    aliases=("giou", "giou-loss"),
    summary="The IoU loss, plus how much of the smallest box around both neither covers.",
    formula="1 - IoU + (|C| - |A or B|) / |C|      C: the smallest box around both",
    steps=(*IOU, ("around", "box_area(box_hull(x, y))"), ("loss", "1 - iou + ratio(around - union, around + eps)")),
    references=(_call("generalized_box_iou_loss", kernel=torchvision_generalized),),
    examples=(
        Example("[[0,0,1,1]]", "[[2,0,3,1]]", 1.3333333333333333, "by hand: 1 - 0 + (3 - 2) / 3"),
        Example("[[0,0,2,2]]", "[[1,0,3,2]]", 0.6666666666666667, "by hand: 1 - 2 / 6 + 0"),
    ),
    source="Rezatofighi et al. 2019, Generalized intersection over union, arXiv:1902.09630",
    **SHAPE,
)
def generalized_box_iou(x: Array, y: Array, *, eps: float) -> Array:
    """Boxes ``(..., 4)`` by their corners; from 0 to 2."""
    return _generalized(*_checked(x, y), eps)


@loss(
    name="distance-box-iou",
    aliases=("diou", "diou-loss"),
    summary="The IoU loss, plus how far apart the centres are, as a share of the diagonal around both, squared.",
    formula="1 - IoU + |centre A - centre B|^2 / diagonal(C)^2      C: the smallest box around both",
    steps=(*IOU, *AWAY, ("loss", "1 - iou + away")),
    references=(_call("distance_box_iou_loss", kernel=torchvision_distance),),
    examples=(
        Example("[[0,0,1,1]]", "[[2,0,3,1]]", 1.4, "by hand: 1 - 0 + 4 / 10"),
        Example("[[0,0,2,2]]", "[[0,0,2,2]]", 0.0, "by hand: the same box"),
    ),
    source="Zheng et al. 2020, Distance-IoU loss, arXiv:1911.08287",
    **SHAPE,
)
def distance_box_iou(x: Array, y: Array, *, eps: float) -> Array:
    """Boxes ``(..., 4)`` by their corners; from 0 to 2."""
    return torchvision_distance(*_checked(x, y), eps=eps)


@loss(
    name="complete-box-iou",
    aliases=("ciou", "ciou-loss"),
    summary="The distance-IoU loss, plus a term for boxes of another shape.",
    formula="1 - IoU + |centre A - centre B|^2 / diagonal(C)^2 + v^2 / (1 - IoU + v)"
    "\n    v = 4 / pi^2 (atan(w_B / h_B) - atan(w_A / h_A))^2",
    steps=(
        *IOU,
        *AWAY,
        ("v", "4 / pi^2 * (box_tilt(y) - box_tilt(x))^2"),
        ("loss", "1 - iou + away + ratio(v^2, 1 - iou + v + eps)"),
    ),
    references=(_call("complete_box_iou_loss", kernel=torchvision_complete),),
    examples=(
        Example("[[0,0,1,1]]", "[[2,0,3,1]]", 1.4, "by hand: 1 - 0 + 4 / 10 + 0"),
        Example("[[0,0,2,2]]", "[[0,0,2,2]]", 0.0, "by hand: the same box"),
    ),
    source="Zheng et al. 2020, Distance-IoU loss, arXiv:1911.08287",
    **SHAPE,
)
def complete_box_iou(x: Array, y: Array, *, eps: float) -> Array:
    """Boxes ``(..., 4)`` by their corners; from 0 to about 2."""
    x, y = _checked(x, y)
    return _complete(x, y, tilt(y) - tilt(x), eps, eps)
