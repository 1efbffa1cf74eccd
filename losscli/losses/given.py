"""Numbers that are losses already, to be summarised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.ops import Array


@loss(
    name="given",
    aliases=("given-losses",),
    family="scores",
    summary="Losses that were computed elsewhere, summed up as any other: mean, groups, gates.",
    formula="x",
    steps=(("loss", "x"),),
    takes=Takes.ANCHOR,
    references=("calls_tf_v1.AVERAGE",),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("1,0.5,0", "", 0.5, "by hand: 1.5 / 3"),
        Example("1,0.5,0", "", 0.4166666666666667, "by hand: (1 + 0.25 + 0) / 3", {"sample_weight": [1.0, 0.5, 0.0]}),
    ),
    source="tf.nn.compute_average_loss, TensorFlow 2.21",
)
def given(x: Array) -> Array:
    """The values unchanged."""
    return x
