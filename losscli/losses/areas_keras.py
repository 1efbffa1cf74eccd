"""Keras's areas: under curves through fixed thresholds, not through the scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.reference import FROM_LOGITS
from losscli.losses.scores_quirks import same_rank
from losscli.losses.vocabulary import Param, Role

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


EPSILON = 1e-7
AUC = (
    Param("num_thresholds", 200, "How many thresholds between 0 and 1 the curve is drawn with.", ge=2),
    Param("curve", "ROC", "Which curve; PRGAIN is precision gain over recall gain.", choices=("ROC", "PR", "PRGAIN")),
    Param(
        "summation_method",
        "interpolation",
        "How the area is added up.",
        choices=("interpolation", "minoring", "majoring"),
    ),
    Param("thresholds", None, "Thresholds between 0 and 1 to draw the curve with instead.", vector=True),
    Param("multi_label", False, "One area for each column, then their mean."),
    Param("num_labels", None, "How many columns there are, with multi_label.", ge=1),
    Param("label_weights", None, "One weight for each column.", vector=True),
    Param(FROM_LOGITS.name, False, FROM_LOGITS.help, role=Role.KERNEL),
)


def _thresholds(num_thresholds: float, thresholds: Any) -> tuple[Array, bool]:
    """The thresholds, from just below 0 to just above 1, and whether they are evenly spaced."""
    if thresholds is None:
        count = int(num_thresholds)
        inner = np.array([(i + 1) / (count - 1) for i in range(count - 2)])
    else:
        inner = np.sort(np.atleast_1d(np.asarray(thresholds, np.float64)))
    found = np.concatenate([[-EPSILON], inner, [1.0 + EPSILON]])
    whole = np.concatenate([[0.0], inner, [1.0]])
    even = len(found) >= 3 and np.allclose(whole, np.arange(len(found)) / (len(found) - 1), atol=EPSILON)
    return found, thresholds is None or even


def _curve(x: Array, y: Array, each: Array, thresholds: tuple[Array, bool]) -> tuple[Array, Array]:
    """True and false positives at each threshold; scores are bucketed, rounding up, if these are evenly spaced."""
    points, even = thresholds
    if not even:
        above, yes = x > points.astype(x.dtype)[:, None], y != 0.0
        return (above * (yes * each)).sum(axis=1), (above * (~yes * each)).sum(axis=1)
    if points[0] == 0.0:  # a score of 0 is not above it
        x, y, each = x[x > 0.0], y[x > 0.0], each[x > 0.0]
    bucket = np.maximum(np.ceil(x * x.dtype.type(len(points) - 1)) - 1.0, 0.0).astype(np.intp)
    right, false = (np.bincount(bucket, mass, len(points)) for mass in (y * each, (1.0 - y) * each))
    return tuple(np.cumsum(mass[::-1])[::-1].astype(x.dtype) for mass in (right, false))  # type: ignore[return-value]


def auc(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    num_thresholds: float,
    thresholds: Any,
    multi_label: bool,
    num_labels: float | None,
    label_weights: Any,
    from_logits: bool,
    **how: Any,
) -> Array:
    """keras.metrics.AUC.

    Raises:
        InputError: Other shapes, or predictions outside 0..1.
        UsageError: Labels are counted without ``multi_label``.
    """
    x, y = same_rank(ops.sigmoid(x) if from_logits else x, y)
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    if not ((x >= 0.0) & (x <= 1.0)).all():
        raise InputError("predictions lie outside 0..1", hint="--from-logits")
    each = np.ones(x.shape, x.dtype) if weights is None else np.asarray(weights, x.dtype)
    each = np.broadcast_to(each.reshape(*each.shape, *[1] * (x.ndim - each.ndim)), x.shape)
    columns = _label_weights(label_weights, x)
    points = _thresholds(num_thresholds, thresholds)
    if not multi_label:
        if num_labels is not None:
            raise UsageError("--num-labels goes with --multi-label")
        each = each if columns is None else each * columns
        return np.asarray(_area(*_curve(x.reshape(-1), y.reshape(-1), each.reshape(-1), points), **how))
    if x.ndim != 2 or num_labels not in (None, x.shape[1]):
        raise InputError(f"--multi-label takes rows of as many scores as there are labels, not shape {x.shape}")
    found = np.array([_area(*_curve(x[:, c], y[:, c], each[:, c], points), **how) for c in range(x.shape[1])], x.dtype)
    return np.asarray(found.mean() if columns is None else ops.divide_no_nan((found * columns).sum(), columns.sum()))


def _label_weights(label_weights: Any, x: Array) -> Array | None:
    if label_weights is None:
        return None
    found = np.asarray(label_weights, x.dtype).reshape(-1)
    if x.ndim < 2 or len(found) != x.shape[-1]:
        raise UsageError(f"--label-weights has {len(found)} values for predictions of shape {x.shape}")
    return found


def _area(right: Array, false: Array, *, curve: str, summation_method: str) -> Any:
    lost, rest = right[0] - right, false[0] - false
    if curve == "PR" and summation_method == "interpolation":
        return _interpolated(right, false, lost)
    recall = ops.divide_no_nan(right, right + lost)
    match curve:
        case "ROC":
            across, height = ops.divide_no_nan(false, false + rest), recall
        case "PR":
            across, height = recall, ops.divide_no_nan(right, right + false)
        case _:
            scale, some = ops.divide_no_nan(right + lost, rest + false), right != 0.0
            across = np.maximum(np.where(some, 1.0 - scale * ops.divide_no_nan(lost, right), 0.0), 0.0)
            height = np.where(some, 1.0 - scale * ops.divide_no_nan(false, right), 1.0)
    pair = {"minoring": np.minimum, "majoring": np.maximum}.get(summation_method, lambda a, b: (a + b) / 2.0)
    return ((across[:-1] - across[1:]) * pair(height[:-1], height[1:])).sum()


def _interpolated(right: Array, false: Array, lost: Array) -> Any:
    """Davis and Goadrich's interpolation of precision."""
    said, gained = right + false, right[:-1] - right[1:]
    slope = ops.divide_no_nan(gained, np.maximum(said[:-1] - said[1:], 0.0))
    start = right[1:] - slope * said[1:]
    both = (said[:-1] > 0.0) & (said[1:] > 0.0)
    share = np.where(both, ops.divide_no_nan(said[:-1], np.maximum(said[1:], 0.0)), 1.0)
    parts = ops.divide_no_nan(slope * (gained + start * np.log(share)), np.maximum(right[1:] + lost[1:], 0.0))
    return parts.sum()


def best_point(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    reached: str,
    wanted: str,
    value: float,
    num_thresholds: float,
    class_id: float | None,
) -> Array:
    """The largest ``wanted`` of the thresholds at which ``reached`` is at least ``value``; 0 if there is none.

    Raises:
        InputError: Shapes differ, or predictions lie outside 0..1.
    """
    x, y = same_rank(x, y)
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    if not ((x >= 0.0) & (x <= 1.0)).all():
        raise InputError("predictions lie outside 0..1")
    each = np.ones(x.shape, x.dtype) if weights is None else np.asarray(weights, x.dtype)
    each = np.broadcast_to(each.reshape(*each.shape, *[1] * (x.ndim - each.ndim)), x.shape)
    if class_id is not None:
        x, y, each = (one[..., int(class_id)] for one in (x, y, each))
    even = num_thresholds > 1
    points = np.linspace(0.0, 1.0, int(num_thresholds)) if even else np.array([0.5])
    yes = y != 0.0
    right, false = _curve(x.reshape(-1), yes.reshape(-1).astype(x.dtype), each.reshape(-1), (points, even))
    true, rest = ((each * one).sum() for one in (yes, ~yes))
    shares = {
        "recall": ops.divide_no_nan(right, true),
        "precision": ops.divide_no_nan(right, right + false),
        "specificity": ops.divide_no_nan(rest - false, rest),
    }
    return np.asarray(np.where(shares[reached] >= value, shares[wanted], 0.0).max(initial=0.0), x.dtype)


def point_options(reached: str) -> tuple[Param, ...]:
    """The arguments of such a metric; ``reached`` is the name of the first one."""
    return (
        Param(reached, 0.5, "What must be reached; required there.", ge=0.0, le=1.0, to="value"),
        Param("num_thresholds", 200, "How many thresholds between 0 and 1 there are.", ge=1),
        Param("class_id", None, "The column that counts; all by default.", ge=0),
    )
