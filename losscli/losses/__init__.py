"""The losses: one explicit list, and the look-up by name."""

from __future__ import annotations

from losscli.losses.decisions import accuracy
from losscli.losses.likelihood import (
    binary_cross_entropy,
    cross_entropy,
    kl_divergence,
    negative_log_likelihood,
)
from losscli.losses.regression import mean_absolute_error, mean_squared_error
from losscli.losses.spec import Loss, Transform
from losscli.losses.transforms import logsumexp, one_hot, sigmoid, softmax

LOSSES: tuple[Loss, ...] = (
    cross_entropy,
    binary_cross_entropy,
    negative_log_likelihood,
    kl_divergence,
    mean_squared_error,
    mean_absolute_error,
    accuracy,
)
TRANSFORMS: tuple[Transform, ...] = (softmax, sigmoid, logsumexp, one_hot)

_BY_NAME = {name: loss for loss in LOSSES for name in loss.names}


def find(name: str) -> Loss | None:
    """The loss of that name or alias; underscores count as hyphens."""
    return _BY_NAME.get(name.replace("_", "-"))


__all__ = ["LOSSES", "TRANSFORMS", "Loss", "Transform", "find"]
