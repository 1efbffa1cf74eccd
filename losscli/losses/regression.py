"""Regression losses: the distance of a prediction from a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.losses.spec import Example, Kind, Reference, Takes, loss

if TYPE_CHECKING:
    from losscli.losses.spec import Array

FAMILY = "regression"


@loss(
    name="mean-squared-error",
    aliases=("mse",),
    family=FAMILY,
    summary="The squared difference.",
    formula="(x - y)^2",
    takes=Takes.VALUE,
    unit="label units, squared",
    references=(
        Reference("keras.losses.MeanSquaredError", reads=Kind.VALUES),
        Reference("torch.nn.MSELoss", reads=Kind.VALUES),
        Reference("sklearn.metrics.mean_squared_error", reads=Kind.VALUES),
        Reference("optax.losses.squared_error", reads=Kind.VALUES),
    ),
    laws=frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"}),
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.4166666666666667, "by hand: (0.25 + 0 + 1) / 3"),
        Example("[[1,2],[3,4]]", "[[1,0],[0,4]]", 3.25, "by hand: ((0 + 4) / 2 + (9 + 0) / 2) / 2"),
    ),
    source="Gauss 1809; Keras 3.15 MeanSquaredError",
)
def mean_squared_error(prediction: Array, target: Array) -> Array:
    """The square of each difference."""
    difference = prediction - target
    return difference * difference


@loss(
    name="mean-absolute-error",
    aliases=("mae", "l1"),
    family=FAMILY,
    summary="The absolute difference.",
    formula="|x - y|",
    takes=Takes.VALUE,
    unit="label units",
    references=(
        Reference("keras.losses.MeanAbsoluteError", reads=Kind.VALUES),
        Reference("torch.nn.L1Loss", reads=Kind.VALUES),
        Reference("sklearn.metrics.mean_absolute_error", reads=Kind.VALUES),
    ),
    laws=frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"}),
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.5, "by hand: (0.5 + 0 + 1) / 3"),
        Example("[[1,2],[3,4]]", "[[1,0],[0,4]]", 1.25, "by hand: ((0 + 2) / 2 + (3 + 0) / 2) / 2"),
    ),
    source="Laplace 1774; Keras 3.15 MeanAbsoluteError",
)
def mean_absolute_error(prediction: Array, target: Array) -> Array:
    """The size of each difference."""
    return abs(prediction - target)
