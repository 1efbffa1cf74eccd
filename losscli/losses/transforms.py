"""Transforms: rows in, rows out, to use in a pipe before a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.losses.loss import Transform
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

LOG = Param("log", False, "Return logarithms, computed without leaving log space.")


def _softmax(x: Array, *, log: bool) -> Array:
    return ops.log_softmax(x) if log else ops.softmax(x)


def _sigmoid(x: Array, *, log: bool) -> Array:
    return ops.log_sigmoid(x) if log else ops.sigmoid(x)


def _one_hot(index: Labels, *, classes: int) -> Array:
    return ops.one_hot(index, classes)


softmax = Transform(
    name="softmax",
    summary="Logits to probabilities, row by row.",
    formula="exp(x[c]) / sum_k exp(x[k])",
    kernel=_softmax,
    params=(LOG,),
    examples=(
        ("'[[.1,.3,.5,.9]]'", "0.16838508176959244,0.20566600330640591,0.25120102369822284,0.37474789122577884"),
    ),
    source="tf.nn.softmax, TensorFlow 2.21",
    several=True,
)
sigmoid = Transform(
    name="sigmoid",
    summary="Logits to probabilities, each number for itself.",
    formula="1 / (1 + exp(-x))",
    kernel=_sigmoid,
    params=(LOG,),
    examples=(("0,2", "0.5,0.8807970779778823"),),
    source="Verhulst 1845",
)
logsumexp = Transform(
    name="logsumexp",
    summary="The logarithm of a row's summed exponentials.",
    formula="log sum_c exp(x[c])",
    kernel=ops.logsumexp,
    examples=(("'[[0,0]]'", "0.6931471805599453"),),
    source="by hand: log 2",
    column="logsumexp",
)
one_hot = Transform(
    name="one-hot",
    summary="Class numbers or names to rows of zeros and a one.",
    formula="1 if c = y else 0",
    kernel=_one_hot,
    examples=(("0,2 --classes 3", "1,0,0\n0,0,1"),),
    source="tf.one_hot, TensorFlow 2.21",
    labels=True,
)

TRANSFORMS: tuple[Transform, ...] = (softmax, sigmoid, logsumexp, one_hot)
