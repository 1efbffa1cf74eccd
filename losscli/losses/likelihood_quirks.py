"""Likelihood formulas that only one framework's call has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.vocabulary import EXACT, Reading

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

SKLEARN_CLIP = Reading(clip=2.0**-52, machine=True)  # of log_loss, and of what is made of it


def plain_binary(log_p: Array, log_q: Array, target: Array, *, pos_weight: Any = 1.0) -> Array:
    """optax: an infinite logit that is right costs 0 times infinity, NaN."""
    cost: Array = -(pos_weight * target * log_p + (1.0 - target) * log_q)
    return cost


def torch_binary(log_p: Array, log_q: Array, target: Array, *, pos_weight: Any = 1.0) -> Array:
    """torch.nn.BCEWithLogitsLoss and tf.nn's weighted one: subtract the logit, so that -inf gives NaN."""
    cost = plain_binary(log_p, log_q, target, pos_weight=pos_weight)
    positive = 1.0 + (pos_weight - 1.0) * target
    return np.where(np.isneginf(log_p), (1.0 - target) * log_p - positive * log_p, cost)


def tf_binary(log_p: Array, log_q: Array, target: Array) -> Array:
    """tf.nn and Keras: subtract label times logit, so that an infinite logit that is right, and +inf, give NaN."""
    cost = np.where(np.isneginf(log_p), -log_p * target, plain_binary(log_p, log_q, target))
    return np.where(np.isneginf(log_q), -log_q + log_q * target, cost)


def optax_dense(x: Array, target: Array, *, where: Any = None) -> Array:
    """optax.losses.softmax_cross_entropy: classes outside ``where`` leave the softmax and the sum."""
    if where is None:
        return np.asarray(-(target * ops.log_softmax(x)).sum(axis=-1))
    log_p = ops.log_softmax(np.where(where, x, -np.inf))
    return np.asarray(-np.where(where, target * log_p, 0.0).sum(axis=-1))


def optax_safe(x: Array, target: Array) -> Array:
    """optax.losses.safe_softmax_cross_entropy: 0 times infinity is 0."""
    return np.asarray(-ops.weigh(target, ops.log_softmax(x)).sum(axis=-1))


def optax_sparse(x: Array, labels: Labels, *, axis: Any, where: Any = None) -> Array:
    """Labels beyond the last class give NaN, negative ones count from the end; several axes are merged.

    Raises:
        InputError: Labels are no whole numbers.
    """
    if labels.dtype.kind not in "iu":
        raise InputError("the labels must be whole numbers")
    axes, shape = np.atleast_1d(axis).astype(int).tolist(), x.shape

    def flat(a: Labels) -> Labels:
        a = np.moveaxis(a, axes, range(-len(axes), 0))
        return a.reshape(*a.shape[: a.ndim - len(axes)], -1)

    x = flat(x)
    size = x.shape[-1]
    index = np.where(labels < 0, labels + size, labels)
    known = (index >= 0) & (index < size)
    index = np.where(known, index, 0)
    own = ops.take(x, index)
    if where is None:
        top = x.max(axis=-1)
        cost = np.where(np.isposinf(top), top - own, -ops.log_softmax_at(x, index))
        return np.where(known, cost, np.asarray(np.nan, x.dtype))
    inside = flat(np.broadcast_to(where, shape))  # the label's own logit counts even outside ``where``
    cost = np.where(known, ops.logsumexp(np.where(inside, x, -np.inf)) - own, np.nan)
    return np.where(inside.any(axis=-1), cost, 0.0).astype(x.dtype)


def torch_kl(log_p: Array, target: Array, *, log_target: bool) -> Array:
    """torch.nn.KLDivLoss, element by element; a target of 0 times a log-probability of -inf is NaN."""
    if log_target:
        return np.exp(target) * (target - log_p)
    return ops.xlogy(target, target) - target * log_p


def optax_kl(log_p: Array, target: Array, *, where: Any = None) -> Array:
    """optax.losses.kl_divergence, element by element; 0 times infinity is NaN."""
    cost = target * (np.log(np.where(target == 0.0, 1.0, target)) - log_p)
    return cost if where is None else np.where(where, cost, 0.0)


def optax_log_kl(log_p: Array, log_target: Array, *, where: Any = None) -> Array:
    """optax.losses.kl_divergence_with_log_targets, element by element."""
    cost = np.exp(log_target) * (log_target - log_p)
    return cost if where is None else np.where(where, cost, 0.0)


def sklearn_log_loss(proba: Array, y: Labels, *, reading: Reading = EXACT, labels: Any = None) -> Array:
    """sklearn.metrics.log_loss: classes in sorted order are the columns; no rescaling."""
    from losscli.losses.label_sets import indicators

    return sklearn_log_cost(*indicators(proba, y, labels), reading)


def sklearn_log_cost(proba: Array, hot: Array, reading: Reading) -> Array:
    """Cross-entropy of rows, both ``(N, C)``, after the clip."""
    clip = reading.in_dtype(proba.dtype).clip
    return np.asarray(-ops.xlogy(hot.astype(proba.dtype), np.clip(proba, clip, 1.0 - clip)).sum(axis=1))
