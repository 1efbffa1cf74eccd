"""Counts checked rows for calibration, thresholds, histograms and confusions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.core import readings
from losscli.core.counts.class_pairs import PairCounts
from losscli.core.counts.exact_weights import refuse_extreme
from losscli.core.counts.histogram import counter
from losscli.core.counts.kept import Kept
from losscli.core.counts.reliability import Reliability
from losscli.core.counts.score_counts import ScoreCounts, keys_of
from losscli.core.counts.temperature import Cooling
from losscli.core.plain_values import classes_of
from losscli.errors import InputError, UsageError
from losscli.losses.vocabulary import Kind, Takes
from losscli.text import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.core.checked import Checked
    from losscli.core.counts.keep import Keep
    from losscli.core.plain_values import Decided
    from losscli.core.plan import Plan
    from losscli.core.steps import Computed
    from losscli.ops import Array, Mask

    Column = tuple[Array, Mask, Array | None]

MOST_CLASSES = 64  # for counts of each class
_MOST_SCORES = 1 << 12  # different probabilities in each of these counts


def remember_pairs(kept: Kept | None, computed: Computed, decided: Decided) -> Kept:
    """Count which class was predicted for which."""
    kept = kept or Kept()
    counted = computed.checked.counted
    label, chosen = (part.reshape(-1) if counted is None else part[counted] for part in decided)
    kept.pairs = kept.pairs or PairCounts()
    kept.pairs.add(label, chosen)
    return kept


def remember_losses(kept: Kept | None, computed: Computed) -> Kept:
    """Count the losses of a batch by their size."""
    kept = kept or Kept()
    kept.losses = kept.losses or counter()
    loss = np.atleast_1d(computed.loss)
    if computed.by_row:
        loss = (loss if computed.counted is None else loss[computed.counted]).reshape(-1)
        loss = loss[~np.isnan(loss)]
        kept.losses.add(loss, np.ones(len(loss), bool))
    return kept


def remember(kept: Kept | None, keep: Keep, computed: Computed) -> Kept:
    """Count the checked rows of a batch.

    Raises:
        InputError: The labels don't say what happened, or weights can't be added up.
        UsageError: There are too many classes for counts of each, or it is unclear which one counts as yes.
    """
    kept, plan, checked = kept or Kept(), computed.plan, computed.checked
    if checked.weights is not None:
        refuse_extreme(checked.weights)
    dense = checked.target.dense
    if dense is not None and not ((dense == 0.0) | (dense == 1.0)).all():
        raise InputError("soft labels are not outcomes; classes, or 0 and 1, are needed")
    if not len(checked.predictions):
        return kept
    if keep.bins is None:
        _scores(kept, keep, plan, checked)
    elif plan.takes is Takes.CLASS:
        _classes(kept, keep, computed)
    else:
        _events(kept, keep, plan, checked)
    return kept


def _used(checked: Checked, shape: tuple[int, ...]) -> tuple[Mask, Array | None]:
    """Which forecasts of an array count, and their weights; those of weight 0 do not count."""
    use = np.ones(shape, bool) if checked.counted is None else np.broadcast_to(checked.counted, shape)
    weights = _spread(checked.weights, shape)
    if weights is None:
        return use, None
    use = use & (weights > 0.0)
    return use, weights[use]


def _spread(weights: Array | None, shape: tuple[int, ...]) -> Array | None:
    """The weights of rows, broadcast to the entries of the rows."""
    return None if weights is None else np.broadcast_to(weights.reshape(-1, *(1 for _ in shape[1:])), shape)


def _scores(kept: Kept, keep: Keep, plan: Plan, checked: Checked) -> None:
    """Count scores of yes."""
    x = checked.predictions
    if plan.per_class:
        at = _positive(keep, plan)
        x, y = x[..., at], classes_of(checked.target) == at
    elif keep.positive is not None:
        raise UsageError("--positive: there is one score a row, that of yes")
    else:
        assert checked.target.dense is not None
        y = checked.target.dense == 1.0
    use, weights = _used(checked, x.shape)
    x, y = x[use], y[use]
    if kept.scores is None:
        asked = np.sort(np.array(keep.at, float))
        kept.scores = ScoreCounts(False, keys_of(asked, probabilities=False))
        kept.shares = ScoreCounts(True, keys_of(asked[(asked >= 0.0) & (asked <= 1.0)], probabilities=True))
    kept.scores.add(x, y, weights)
    if x.size:
        kept.low, kept.high = min(kept.low, float(x.min())), max(kept.high, float(x.max()))
    if not 0.0 <= kept.low <= kept.high <= 1.0 and x.size:
        kept.shares = None
    if kept.shares is not None:
        kept.shares.add(x, y, weights)


def _events(kept: Kept, keep: Keep, plan: Plan, checked: Checked) -> None:
    """Count probabilities of yes, each entry of a row separately."""
    assert keep.bins is not None
    assert checked.target.dense is not None
    x, y = checked.predictions, checked.target.dense == 1.0
    read = readings.binary_log_probabilities(x, plan.kind, plan.convention.reading)
    assert read.log_q is not None
    p = ops.sigmoid(x) if plan.kind is Kind.LOGITS else np.exp(x) if plan.kind is Kind.LOG_PROBABILITIES else x
    logs = -np.where(y, read.log_p, read.log_q)
    use, weights = _used(checked, x.shape)
    kept.overall = kept.overall or Reliability(keep.bins)
    kept.overall.add(p[use], y[use], logs=logs[use], weights=weights)
    if keep.each and x.ndim > 1:
        whole = _spread(checked.weights, x.shape[:-1])

        def of(at: int) -> Column:
            mine = use[..., at]
            return p[..., at][mine], y[..., at][mine], None if whole is None else whole[mine]

        _each(kept, keep, x.shape[-1], of)
    if keep.fit:
        z = (x if plan.kind is Kind.LOGITS else read.log_p - read.log_q)[use]
        kept.cooling = kept.cooling or Cooling()
        kept.cooling.add(np.stack([np.zeros_like(z), z], axis=-1), y[use].astype(np.intp), weights)


def _refuse_empty(p: Array, computed: Computed) -> None:
    """Refuse rows whose probabilities are all 0."""
    empty = np.isnan(p).any(axis=-1)
    if empty.any():
        lines, row = computed.checked.lines, int(empty.argmax())
        single = computed.checked.counted is None and computed.checked.predictions.ndim == 2
        where = computed.batch.where(row if lines is None else int(lines[row]), None) if single else ""
        what = "all probabilities of a row are 0: divided by their sum, 0 / 0, they forecast nothing"
        raise InputError(what, where, "--no-rescale, or leave such rows out")


def _classes(kept: Kept, keep: Keep, computed: Computed) -> None:
    """Count rows of classes: the probability of the predicted class, and whether it is right."""
    assert keep.bins is not None
    plan, checked = computed.plan, computed.checked
    x, label = np.ascontiguousarray(checked.predictions), classes_of(checked.target)
    weights = None
    if checked.counted is not None or checked.weights is not None:
        use, weights = _used(checked, label.shape)
        x, label = x[use], label[use]
    x, label = x.reshape(-1, x.shape[-1]), label.reshape(-1)
    log_p = readings.class_log_probabilities(x, plan.kind, plan.convention.reading).log_p
    p = np.minimum(np.exp(log_p), 1.0)
    _refuse_empty(p, computed)
    chosen = x.argmax(axis=-1)
    kept.overall = kept.overall or Reliability(keep.bins)
    kept.overall.add(ops.take(p, chosen), chosen == label, weights=weights)
    if keep.each:
        _each(kept, keep, p.shape[-1], lambda at: (np.ascontiguousarray(p[:, at]), label == at, weights))
    if keep.fit:
        kept.cooling = kept.cooling or Cooling()
        kept.cooling.add(x if plan.kind is Kind.LOGITS else log_p, label, weights)


def _each(kept: Kept, keep: Keep, classes: int, of: Callable[[int], Column]) -> None:
    """Count each class separately."""
    assert keep.bins is not None
    if classes > MOST_CLASSES:
        raise UsageError(f"--each-class: {classes:,} classes; the limit is {MOST_CLASSES}")
    kept.each = kept.each or [Reliability(keep.bins, _MOST_SCORES) for _ in range(classes)]
    for at, one in enumerate(kept.each):
        p, y, weights = of(at)
        one.add(p, y, weights=weights)


def _positive(keep: Keep, plan: Plan) -> int:
    """The class that counts as yes; by default, of two classes the one that means 1, else the second."""
    if keep.positive is None:
        if plan.width == 2:
            return 1 if plan.names is None or not plan.names.from_0 else plan.names.names.index(plan.names.from_0[1])
        raise UsageError(
            f"thresholds are for one score a row, and there are {plan.width} classes",
            hint=f"--positive {plan.names.names[0] if plan.names else 0}: the class that counts as yes",
        )
    names = plan.class_names or tuple(map(str, range(plan.width)))
    if keep.positive not in names:
        raise UsageError(f"--positive {keep.positive}: no such class", hint=f"one of {listed(names)}")
    return names.index(keep.positive)
