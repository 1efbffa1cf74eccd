"""Formulas of the focal family that only one framework's call has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.losses.likelihood_quirks import optax_kl, plain_binary, torch_binary
from losscli.losses.vocabulary import EXACT

if TYPE_CHECKING:
    from losscli.losses.vocabulary import Reading
    from losscli.ops import Array, Labels


def keras_focal(log_p: Array, *, gamma: float, alpha: Any) -> Array:
    """keras.losses.CategoricalFocalCrossentropy: a list of alphas becomes float32, also in float64."""
    factor = np.asarray(alpha, np.float32).astype(log_p.dtype) if np.ndim(alpha) else alpha
    return factor * (-np.expm1(log_p)) ** gamma * -log_p


def keras_binary_focal(
    x: Array,
    y: Array,
    *,
    apply_class_balancing: bool,
    alpha: float,
    gamma: float,
    from_logits: bool,
    label_smoothing: float,
    reading: Reading = EXACT,
) -> Array:
    """keras.losses.BinaryFocalCrossentropy: the clip acts on the logarithms alone, and on logits not at all."""
    y = ops.smoothed(y, label_smoothing, 2)
    if from_logits:
        p = ops.sigmoid(x)
        cost = np.maximum(x, 0.0) - x * y + np.log1p(np.exp(-abs(x)))
    else:
        p, clipped = x, np.clip(x, reading.clip, 1.0 - reading.clip)
        cost = -(y * np.log(clipped) + (1.0 - y) * np.log(1.0 - clipped))
    values = (1.0 - (y * p + (1.0 - y) * (1.0 - p))) ** gamma * cost
    return values * (y * alpha + (1.0 - y) * (1.0 - alpha)) if apply_class_balancing else values


def torchvision_focal(log_p: Array, log_q: Array, target: Array, *, alpha: float, gamma: float) -> Array:
    """torchvision.ops.sigmoid_focal_loss: ``1 - p_t`` by subtraction; an alpha of -1 means no alpha.

    Raises:
        UsageError: ``alpha`` is neither -1 nor a share.
    """
    if not 0.0 <= alpha <= 1.0 and alpha != -1.0:
        raise UsageError(f"--alpha {alpha}: must be -1 or between 0 and 1")
    p = np.exp(log_p)
    right = p * target + (1.0 - p) * (1.0 - target)
    values = torch_binary(log_p, log_q, target) * (1.0 - right) ** gamma
    return values * (alpha * target + (1.0 - alpha) * (1.0 - target)) if alpha >= 0.0 else values


def optax_focal(log_p: Array, log_q: Array, target: Array, *, alpha: float | None, gamma: float) -> Array:
    """optax.losses.sigmoid_focal_loss: ``log(1 - p_t)`` by logsumexp, so that tiny losses survive."""
    top = np.where(target == 0.0, log_p, np.where(target == 1.0, log_q, np.maximum(log_p, log_q)))
    terms = ops.weigh(1.0 - target, np.exp(log_p - top)) + ops.weigh(target, np.exp(log_q - top))
    values = plain_binary(log_p, log_q, target) * np.exp(gamma * (top + np.log(terms)))
    return values if alpha is None else values * (alpha * target + (1.0 - alpha) * (1.0 - target))


def keras_gce(p: Array, y: Labels, *, q: float) -> Array:
    """keras.losses.CategoricalGeneralizedCrossEntropy.

    Raises:
        UsageError: ``q`` does not lie between 0 and 1.
    """
    if not 0.0 < q < 1.0:
        raise UsageError(f"--q {q}: must lie between 0 and 1")
    return keras_gce_of_any(p, y, q=q)


def keras_gce_of_any(p: Array, y: Labels, *, q: float) -> Array:
    """The function behind ``keras_gce``, which takes any ``q``; a label that is no class is a one-hot row of zeros."""
    hot = ops.one_hot(y.astype(np.int32), p.shape[-1], p.dtype)
    return np.asarray((1.0 - (p * hot).sum(axis=-1) ** q) / q)


def optax_poly(x: Array, target: Array, *, epsilon: float, where: Any = None) -> Array:
    """optax.losses.poly_loss_cross_entropy: classes outside ``where`` leave the softmax and the sum."""
    log_p = ops.log_softmax(x if where is None else np.where(where, x, -np.inf))
    cost = -target * log_p - epsilon * (target * np.expm1(log_p))
    return np.asarray((cost if where is None else np.where(where, cost, 0.0)).sum(axis=-1))


def optax_generalized_kl(log_p: Array, target: Array, *, where: Any = None) -> Array:
    """optax.losses.generalized_kl_divergence, component by component; 0 times infinity is NaN."""
    cost = optax_kl(log_p, target) + (np.exp(log_p) - target)
    return cost if where is None else np.where(where, cost, 0.0)
