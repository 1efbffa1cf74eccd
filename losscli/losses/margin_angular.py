"""Cross-entropy of scores after a margin is subtracted from the true class, to separate the classes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Role, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Index

FAMILY = "margin"
LAWS = frozenset({"non-negative", "row-permutation", "class-relabelling"})
SCALE = Param("scale", 64.0, "The factor of the cosines.", ge=0.0, usual=(30.0, 32.0, 16.0))
ROUNDED = "A few ulp of the scale: cosines, the margin taken from them, are rounded before they are multiplied."


def behind(x: Array, target: Index, own: Array, scale: float) -> Array:
    """Cross-entropy of ``scale * x`` with the true class's score replaced by ``own``; ``(..., C)`` gives ``(...)``."""
    z = x.copy()
    np.put_along_axis(z, target[..., None], own[..., None], axis=-1)
    return -ops.log_softmax_at(scale * z, target)


def _cosines(x: Array) -> None:
    if (abs(x) > 1.0 + 1e-6).any():
        raise InputError(
            "predictions outside -1..1 are no cosines",
            hint="this loss takes the cosines of a row's vector and the vectors of the classes, before the scale",
        )


@loss(
    name="arcface",
    aliases=("additive-angular-margin",),
    summary="Cross-entropy of scaled cosines, the angle to the true class widened by a margin.",
    formula="-log softmax(scale z)[y]        z[y] = cos(arccos(x[y]) + margin), z[c] = x[c] else"
    "\n    beyond half a turn: x[y] - margin sin(margin)",
    steps=(
        ("angle", "arccos(x[y])"),
        ("own", "cos(angle + margin) if angle <= arccos(-1) - margin else x[y] - margin * sin(margin)"),
        ("z", "scale * (hot(y, x) * own + (1 - hot(y, x)) * x)"),
        ("loss", "logsumexp(z) - z[y]"),
    ),
    takes=Takes.SCORES,
    domain=Domain.COSINES,
    unit="nats",
    params=(Param("margin", 0.5, "In radians; 0.5 is 28.6 degrees.", ge=0.0, le=math.pi, usual=(0.3,)), SCALE),
    laws=LAWS,
    examples=(
        Example("[[1,0]]", "0", 0.34768544486725067, "by hand: log(1 + exp(-cos 0.5))", {"scale": 1.0}),
        Example("[[0.5,0.5]]", "1", 0.6931471805599453, "by hand: log 2", {"margin": 0.0}),
    ),
    accuracy=ROUNDED,
    source="Deng et al. 2019, ArcFace, arXiv:1801.07698",
)
def arcface(x: Array, target: Index, *, margin: float, scale: float) -> Array:
    """Cosines ``(..., C)`` and class numbers ``(...)``; in nats."""
    _cosines(x)
    own = np.clip(ops.take(x, target), -1.0, 1.0)
    turned = own * math.cos(margin) - np.sqrt((1.0 - own) * (1.0 + own)) * math.sin(margin)
    return behind(x, target, np.where(own >= -math.cos(margin), turned, own - margin * math.sin(margin)), scale)


@loss(
    name="cosface",
    aliases=("additive-margin-softmax", "am-softmax"),
    summary="Cross-entropy of scaled cosines, that of the true class lessened by a margin.",
    formula="-log softmax(scale z)[y]        z[y] = x[y] - margin, z[c] = x[c] else",
    steps=(("z", "scale * (x - hot(y, x) * margin)"), ("loss", "logsumexp(z) - z[y]")),
    takes=Takes.SCORES,
    domain=Domain.COSINES,
    unit="nats",
    params=(Param("margin", 0.35, "Taken from the cosine of the true class.", ge=0.0, usual=(0.2, 0.4)), SCALE),
    laws=LAWS,
    examples=(
        Example("[[1,0.65]]", "0", 0.6931471805599453, "by hand: log 2"),
        Example("[[1,0]]", "0", 0.4740769841801067, "by hand: log(1 + exp(-0.5))", {"margin": 0.5, "scale": 1.0}),
    ),
    accuracy=ROUNDED,
    source="Wang et al. 2018, CosFace, arXiv:1801.09414",
)
def cosface(x: Array, target: Index, *, margin: float, scale: float) -> Array:
    """Cosines ``(..., C)`` and class numbers ``(...)``; in nats."""
    _cosines(x)
    return behind(x, target, ops.take(x, target) - margin, scale)


@loss(
    name="ldam",
    aliases=("label-distribution-aware-margin",),
    summary="Cross-entropy of scaled scores, that of the true class lessened by a margin, larger if it is rare.",
    formula="-log softmax(scale z)[y]        z[c] = x[c], but z[y] = x[y] - max_margin (min(counts) / counts[y])^(1/4)",
    steps=(
        ("margin", "max_margin if counts is None else max_margin * (min(counts) / counts[y])^0.25"),
        ("z", "scale * (x - hot(y, x) * margin)"),
        ("loss", "logsumexp(z) - z[y]"),
    ),
    takes=Takes.SCORES,
    unit="nats",
    params=(
        Param("counts", None, "How many rows of each class there were in training; without them, all alike.",
              vector=True, role=Role.SERIES),
        Param("max_margin", 0.5, "The margin of the rarest class.", ge=0.0),
        Param("scale", 30.0, "The factor of the scores.", ge=0.0, usual=(1.0,)),
    ),
    laws=LAWS | {"logit-shift"},
    examples=(
        Example("[[1,0.5]]", "0", 0.6931471805599453, "by hand: log 2", {"counts": [1, 16]}),
        Example("[[0,0.25]]", "1", 0.6931471805599453, "by hand: log 2, with a margin of 0.5 / 2", {"counts": [1, 16]}),
    ),
    accuracy="A few ulp of the largest score, times the scale: it is rounded once the margin is taken from it.",
    source="Cao et al. 2019, Learning imbalanced datasets with label-distribution-aware margin loss, arXiv:1906.07413",
)  # fmt: skip
def ldam(x: Array, target: Index, *, counts: Any, max_margin: float, scale: float) -> Array:
    """Scores ``(..., C)`` and class numbers ``(...)``; in nats.

    Raises:
        UsageError: ``counts`` has not one positive number for each class.
    """
    margin = np.full(x.shape[-1], max_margin, x.dtype)
    if counts is not None:
        rows = np.asarray(counts, x.dtype).reshape(-1)
        if rows.shape != margin.shape:
            raise UsageError(f"--counts has {len(rows)} numbers for {len(margin)} classes")
        if not (rows > 0.0).all():
            raise UsageError("--counts: each class needs a number of rows above 0")
        margin = max_margin * (rows.min() / rows) ** 0.25
    return behind(x, target, ops.take(x, target) - margin[target], scale)
