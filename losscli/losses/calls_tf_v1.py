"""The calls of ``tf.compat.v1.losses``: by default they divide by the number of weights that are not 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.likelihood_quirks import tf_binary
from losscli.losses.reference import WHOLE, Reductions, Reference, Rule, Shapes, Weighting
from losscli.losses.vocabulary import LABEL_SMOOTHING, Form, Kind, Param, Reading, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

TF_V1 = Reductions(
    {
        "weighted_sum_by_nonzero_weights": Rule.NONZERO,
        "weighted_sum_over_batch_size": Rule.MEAN,
        "weighted_mean": Rule.WEIGHTED,
        "weighted_sum": Rule.SUM,
        "none": Rule.NONE,
    },
    empty=0.0,
)
DIVISOR = "The mean divides by the number of weights that are not 0."
DELTA = Param("delta", 1.0, "Where the square becomes linear.")
ADDED = 1e-7
EPSILON = Param("epsilon", ADDED, "Added within the logarithms.")
SMOOTHING = LABEL_SMOOTHING


def _call(name: str, *, note: str = DIVISOR, **data: Any) -> Reference:
    defaults: dict[str, Any] = {
        "reads": Kind.VALUES,
        "reductions": TF_V1,
        "weighting": Weighting.RANK,
        "shapes": Shapes.EQUAL,
    }
    told = "" if note == DIVISOR else note
    said = {"note": f"{told} {DIVISOR}".strip(), "unweighted": told}
    return Reference(f"tf.compat.v1.losses.{name}", **(defaults | said | data))


def _huber(x: Array, y: Array, *, delta: float) -> Array:
    size = abs(x - y)
    inside = np.minimum(size, delta)
    return 0.5 * inside * inside + delta * (size - inside)


def _log_loss(log_p: Array, log_q: Array, y: Array, *, epsilon: float) -> Array:
    """1e-7 is already added within the logarithms."""
    if epsilon != ADDED:
        log_p, log_q = (np.log(np.exp(one) - ADDED + epsilon) for one in (log_p, log_q))
    return -y * log_p - (1.0 - y) * log_q


def _zero_or_one_hinge(x: Array, y: Array) -> Array:
    return np.maximum(1.0 - (2.0 * y - 1.0) * x, 0.0)


def _one_minus_dot(x: Array, y: Labels, *, axis: int) -> Array:
    """tf.compat.v1.losses.cosine_distance: the vectors are not normalised; the axis stays, with size 1."""
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    if not -x.ndim <= axis < x.ndim:
        raise InputError(f"axis {axis} does not exist: the predictions have {x.ndim} axes")
    return np.asarray(1.0 - (x * y.astype(x.dtype)).sum(axis=axis, keepdims=True))


def _pairwise(x: Array, y: Labels, weights: Array | None) -> Array:
    """tf.compat.v1.losses.mean_pairwise_squared_error.

    It sums over rows and counts entries per row, or over all rows together unless each row has a weight.
    """
    if x.shape != y.shape or not x.ndim:
        raise shapes_differ(x.shape, y.shape)
    error = (x - y.astype(x.dtype)).reshape(len(x), -1)
    if weights is None or weights.ndim == 0:
        number = np.asarray(float(x.size) if weights is None or weights else 0.0, x.dtype)
        weights = np.ones((), x.dtype) if weights is None else weights
    else:
        if len(weights) != len(x) or weights.size != len(x):
            raise InputError(f"sample weights of shape {weights.shape} for {len(x)} rows: each row has one")
        weights = weights.reshape(-1).astype(x.dtype)
        number = np.where(weights != 0.0, np.asarray(error.shape[1], x.dtype), 0.0)
    pairs = number * (number - 1.0)
    ones = np.where(number > 1.0, number - 1.0, np.inf), np.where(pairs > 0.0, pairs, np.inf)
    values = 2.0 * (error * error).sum(axis=1) / ones[0] - 2.0 * error.sum(axis=1) ** 2 / ones[1]
    return np.asarray((values * weights).sum())


def _share(x: Array, *, global_batch_size: int | None) -> Array:
    """tf.nn.compute_average_loss before its sum."""
    if global_batch_size is None:
        global_batch_size = len(np.atleast_1d(x))
    if global_batch_size < 1:
        raise UsageError(f"--global-batch-size {global_batch_size}: at least 1")
    return x / global_batch_size


SQUARED = _call("mean_squared_error")
ABSOLUTE = _call("absolute_difference")
HUBER = _call("huber_loss", kernel=_huber, options=(DELTA,))
HINGE = _call(
    "hinge_loss",
    reads=Kind.SCORES,
    takes=Takes.VALUE,
    kernel=_zero_or_one_hinge,
    note="Labels are 0 and 1, and become -1 and 1.",
)
BINARY = (
    _call(
        "log_loss",
        reading=Reading(add=ADDED),
        reads=Kind.PROBABILITIES,
        kernel=_log_loss,
        options=(EPSILON,),
        note="1e-7 is added within the logarithms, so that no probability costs more than 16.118.",
    ),
    _call("sigmoid_cross_entropy", reads=Kind.LOGITS, kernel=tf_binary, options=(SMOOTHING,)),
)
CROSS_ENTROPY = (
    _call("softmax_cross_entropy", reads=Kind.LOGITS, form=Form.SOFT, options=(SMOOTHING,)),
    _call("sparse_softmax_cross_entropy", reads=Kind.LOGITS, form=Form.SPARSE, squeezes_labels=True),
)
COSINE = _call(
    "cosine_distance",
    takes=Takes.RAW,
    kernel=_one_minus_dot,
    options=(Param("axis", -1, "Axis of the features."),),
    note="One minus the dot product: the vectors are NOT normalised.",
)
PAIRWISE = _call(
    "mean_pairwise_squared_error",
    takes=Takes.SET,
    kernel=_pairwise,
    reductions=WHOLE,
    apart=True,
    note="The SUM of the rows, each over the entries of all rows instead of its own, unless rows have weights.",
    unweighted="The SUM of the rows, each over the entries of all rows instead of its own.",
)
AVERAGE = Reference(
    "tf.nn.compute_average_loss",
    reads=Kind.VALUES,
    takes=Takes.ANCHOR,
    kernel=_share,
    options=(Param("global_batch_size", None, "What the sum is divided by; by default the number of rows.", ge=1),),
    reductions=WHOLE,
    weighting=Weighting.LAST,
    whole=True,
    note="The sum over the global batch size, whatever the weights sum to.",
    unweighted="The sum over the global batch size.",
)
