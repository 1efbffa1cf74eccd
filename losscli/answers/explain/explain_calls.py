"""Explanations of a framework's call, where it computes the formula of the loss on plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.answers.explain.explain import explain_row, explain_set
from losscli.core.calls.call_layout import signs
from losscli.core.checked import Target
from losscli.core.plain_values import Values
from losscli.core.steps import weights_of
from losscli.losses.reference import Outputs
from losscli.losses.vocabulary import Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.answers.explain.explain import Explanation
    from losscli.answers.explain.row_selection import RowSelection
    from losscli.core.calls.called import Called
    from losscli.core.plan import Plan
    from losscli.core.steps import Computed


class CallExplainer:
    """Explains the selected rows of the batches it is given, as long as it can write out the call.

    Attributes:
        found: The explanations so far.
        count: Rows seen.
        able: Whether the written steps gave the call's own value for all selected rows. A call with its own kernel may
            agree on these rows and differ elsewhere.
    """

    def __init__(self, selection: RowSelection) -> None:
        self.selection = selection
        self.found: list[Explanation] = []
        self.count = 0
        self.able = True

    def __call__(self, seen: Computed) -> None:
        """Explain the selected rows of a batch."""
        called: Called = seen.called
        computed = _as_plain(seen, called)
        if computed is None:
            self.able = False
            return
        if called.call.takes is Takes.SET:
            self._add(explain_set(computed), called)
            return
        self.count += len(computed.loss)
        for number in self.selection.within(called.batch.start, len(computed.loss)):
            self._add(explain_row(computed, number - 1 - called.batch.start, number), called)

    def _add(self, explanation: Explanation, called: Called) -> None:
        self.found.append(explanation)
        if explanation.steps:
            last = explanation.steps[-1]
            same = np.shape(last.written) == np.shape(last.value) and np.allclose(
                last.written, last.value, rtol=1e-4, atol=1e-12, equal_nan=called.call.reference.kernel is None
            )
            self.able &= same and (called.call.reference.kernel is None or not explanation.remark)


def _as_plain(seen: Computed, called: Called) -> Computed | None:
    """The batch as a plain command would compute it; None if none does."""
    call, plan, checked, loss = called.call, _plain_plan(seen.plan, called), seen.checked, np.atleast_1d(seen.loss)
    if plan is None:
        return None
    x, target = checked.predictions, checked.target
    if plan.class_weight is not None and target.index is None:
        return None  # the call weighs each class of a label, not the label
    if called.x.shape == x.shape:
        x = called.x  # as the call reads it: the checks bring probabilities into 0..1
    if target.dense is not None and call.takes is Takes.MARGIN:
        target = Target(None, signs(call.reference, called.y))
    if call.takes.averages_outputs and seen.loss.ndim == 0 and call.reference.outputs is Outputs.MEAN:
        assert target.dense is not None
        x, target = x[None], Target(None, target.dense[None])  # one row of outputs
    elif call.takes is not Takes.SET and not seen.by_row:
        return None
    if loss.ndim == 2 and loss.shape[1] == 1:
        loss = loss[:, 0]
    checked = replace(checked, predictions=x, target=target)
    fits = called.weights is None or called.weights.shape == loss.shape  # otherwise such a row is not written out
    weights = weights_of(plan, checked, loss.shape) if fits else None
    values = Values(loss.astype(np.float32) if plan.settings.dtype == "float32" else loss)
    averaged = call.reference.outputs is not Outputs.KEEP
    return replace(seen, plan=plan, checked=checked, values=values, weights=weights, loss=loss, averaged=averaged)


def _plain_plan(plan: Plan, called: Called) -> Plan | None:
    """The plan of a plain command that computes what the call does; None if there is none."""
    call, x = called.call, called.x
    if call.takes is not call.loss.takes or call.takes is Takes.DECISION:
        return None
    own = call.reference.kernel is not None and not (call.takes.elementwise or call.takes is Takes.CLASS)
    across = not call.takes.picks_class and call.axis not in (-1, x.ndim - 1)
    if own or across or not set(call.params) <= {param.name for param in call.loss.params}:
        return None
    if plan.takes is call.takes:
        return plan
    alike = call.takes.elementwise and x.ndim < 3 and x.shape == called.y.shape
    return replace(plan, takes=call.takes) if alike or call.takes.as_given else None
