"""What a pass counts in addition to losses: right decisions, label frequencies, evidence for diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.core.label_mass import LabelMass
from losscli.core.plain_values import classes_of
from losscli.losses.vocabulary import Kind, Takes

if TYPE_CHECKING:
    from losscli.core.batch import Batch
    from losscli.core.checked import Checked
    from losscli.core.plain_values import Decided
    from losscli.core.plan import Plan
    from losscli.core.running import Tally
    from losscli.ops import Array


def tied(plan: Plan, checked: Checked) -> tuple[int, int]:
    """How many decisions depend on a tie of the label's score with others, and how many of these were right."""
    x, index = checked.predictions, classes_of(checked.target)
    equal = (x == ops.take(x, index)[..., None]).sum(axis=-1) > 1
    if checked.counted is not None:
        equal &= checked.counted
    if not equal.any():
        return 0, 0
    x, index = x[equal], index[equal]
    at, own = index[:, None], ops.take(x, index)[:, None]
    hits = [plan.loss.kernel(x, index, **plan.params)]
    for direction in (np.inf, -np.inf):  # with the label's score a little higher, and a little lower
        moved = x.copy()
        np.put_along_axis(moved, at, np.nextafter(own, own.dtype.type(direction)), axis=-1)
        hits.append(plan.loss.kernel(moved, index, **plan.params))
    decided = hits[1] != hits[2]
    return int(decided.sum()), int(hits[0][decided].sum())


def count_choices(tally: Tally, plan: Plan, checked: Checked, decided: Decided | None) -> None:
    """Count right decisions and labels, for the accuracy and the baselines."""
    takes, target, counted = plan.takes, checked.target, checked.counted
    if decided is None:
        return
    label, chosen = decided
    if counted is not None:
        label, chosen = label[counted], chosen[counted]
    tally.evidence.add_choices(label, chosen, plan.width if takes is Takes.CLASS else 2)
    right = label == chosen
    tally.hits += int(right.sum())
    tally.decisions += right.size
    if tally.mass is None:
        tally.mass = LabelMass(plan.width)
    mass = tally.mass
    weights = checked.weights
    if target.index is not None:
        index = target.index if counted is None else target.index[counted]
        if weights is not None:
            weights = np.broadcast_to(weights.reshape(-1, *[1] * (target.index.ndim - 1)), target.index.shape)
            weights = weights if counted is None else weights[counted]
        mass.add_sparse(index, weights)
        return
    assert target.dense is not None
    dense = target.dense.reshape(-1, plan.width)
    weights = np.ones(len(target.dense)) if weights is None else weights
    mass.add_dense(dense, np.repeat(weights, len(dense) // max(len(weights), 1)))


def examine(tally: Tally, plan: Plan, batch: Batch, checked: Checked, loss: Array) -> None:
    """Collect evidence about the losses, for diagnostics."""
    evidence = tally.evidence
    evidence.add_losses(batch.start if checked.lines is None else batch.start + checked.lines, loss)
    evidence.infinite += int(ops.any_in_row(np.isposinf(loss)).sum())
    if (
        plan.refuses is None
        and plan.loss.higher_is_better
        and plan.takes in (Takes.DECISION, Takes.SCORES)
        and plan.per_class
    ):
        ties, right = tied(plan, checked)
        evidence.ties += ties
        evidence.ties_right += right
    if plan.takes is Takes.CLASS and plan.kind is Kind.PROBABILITIES:
        index, counted = classes_of(checked.target), checked.counted
        use = ... if counted is None else counted
        evidence.add_undone(checked.predictions[use], index[use])
