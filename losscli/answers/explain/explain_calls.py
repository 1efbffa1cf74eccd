"""Explanations of a framework's call, where it computes the formula of the loss on plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.explain.explain import explain_row, explain_set
from losscli.core.batch import Batch
from losscli.core.checked import Checked, Target
from losscli.core.labels import Layout
from losscli.core.plain_values import Values
from losscli.core.plan import Plan
from losscli.core.settings import Convention, Settings
from losscli.core.steps import Computed, weights_of
from losscli.losses.reference import Outputs
from losscli.losses.vocabulary import Form, Takes

if TYPE_CHECKING:
    from losscli.answers.explain.explain import Explanation
    from losscli.answers.explain.row_selection import Selection
    from losscli.core.call_steps import Called
    from losscli.core.call_values import Call


class CallExplainer:
    """Explains the selected rows of the batches it is shown, as long as the call is one it can write out.

    Args:
        selection: The rows asked for.

    Attributes:
        found: What was written.
        count: Rows seen.
        able: Whether all rows asked for could be written out so that the call's own values came out. A call may have a
            kernel of its own, which may differ from the loss's elsewhere.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.found: list[Explanation] = []
        self.count = 0
        self.able = True

    def __call__(self, seen: Computed) -> None:
        """Look for selected rows in a batch."""
        called: Called = seen.called
        computed = _computed(called)
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
                last.written, last.value, rtol=1e-4, atol=1e-12, equal_nan=True
            )
            self.able &= same and (called.call.reference.kernel is None or not explanation.remark)


def _computed(called: Called) -> Computed | None:
    """The batch as a plain command would have seen it; None if none would have."""
    call, x, y = called.call, called.x, called.y
    reference = call.reference
    if not _like_plain(call, x.ndim):
        return None
    if call.takes.averages_outputs and x.ndim == 1 and reference.outputs is Outputs.MEAN:
        x, y = x[None], y[None]  # one row of outputs
    if x.ndim > 2 or ((call.takes.classes or call.takes is Takes.VECTOR) and x.ndim < 2):
        return None
    if (call.takes.elementwise or call.takes is Takes.VECTOR) and x.shape != y.shape:
        return None
    loss = np.atleast_1d(called.terms.values).astype(np.float64)
    if call.takes is not Takes.SET and len(loss) != len(x):
        return None
    if loss.ndim == 2 and loss.shape[1] == 1:
        loss = loss[:, 0]
    target, counted = _target(call, x, y)
    if target.index is not None and not ((target.index >= 0) & (target.index < x.shape[-1])).all():
        return None
    of_rows = called.extras.get("sample_weight") if call.takes is Takes.SET else called.weights
    if of_rows is not None and of_rows.shape != (len(x),):
        return None
    extras = {name: array for name, array in called.extras.items() if name != "sample_weight"}
    checked = Checked(x, target, of_rows, None, counted, extras)
    plan = _plan(call, target, x)
    fits = called.weights is None or called.weights.shape == loss.shape  # else such a row is not written out
    weights = weights_of(plan, checked, loss.shape) if fits else None
    batch = Batch(called.batch.start, x, called.batch.labels, ids=called.batch.ids)
    averaged = reference.outputs is not Outputs.KEEP
    values = Values(loss.astype(np.float32) if x.dtype == np.float32 else loss)
    return Computed(plan, batch, checked, values, weights, loss, averaged=averaged)


def _like_plain(call: Call, axes: int) -> bool:
    """Whether a call takes what the plain command takes, on the last of so many axes."""
    reference, known = call.reference, {param.name for param in call.loss.params}
    if call.takes is not call.loss.takes or call.takes is Takes.DECISION or call.axis not in (-1, axes - 1):
        return False
    return set(call.params) <= known and (
        reference.kernel is None or (call.takes.elementwise or call.takes is Takes.CLASS)
    )


def _target(call: Call, x: Any, y: Any) -> tuple[Target, Any]:
    """Labels as class numbers or dense, and which of them count."""
    if call.takes.picks_class and y.ndim == x.ndim and y.shape[-1] == 1 < x.shape[-1]:
        y = y[..., 0]
    if call.takes.picks_class and y.ndim < x.ndim:
        counted = None if call.ignore is None else y != call.ignore
        index = np.asarray(y if counted is None else np.where(counted, y, 0)).astype(np.intp)
        return Target(index, None), None if counted is None or counted.all() else counted
    if call.takes is Takes.MARGIN:
        y = call.signs(y.astype(x.dtype))
    return Target(None, y if call.takes.as_given or call.takes is Takes.ANCHOR else y.astype(x.dtype)), None


def _plan(call: Call, target: Target, x: Any) -> Plan:
    """What a plain command would do."""
    return Plan(
        loss=call.loss,
        settings=Settings(),
        kind=call.kind,
        takes=call.loss.takes,
        convention=Convention(call.reference.call, call.reference.reading),
        reduction="",
        params={param.name: param.default for param in call.loss.params} | call.params,
        smoothing=call.smoothing,
        layout=Layout(Form.SPARSE if target.index is not None else Form.BINARY),
        width=x.shape[-1] if x.ndim > 1 else 1,
        names=None,
        by_name=False,
        class_weight=call.class_weight,
        decisions=(),
    )
