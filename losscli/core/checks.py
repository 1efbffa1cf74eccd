"""From a batch as it was read to arrays that a kernel can trust; bad rows are counted and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.checked import Arranged, Checked, Target
from losscli.core.evidence import NEARLY, ROUNDING
from losscli.core.label_checks import check_labels, predicted_names
from losscli.core.readings import tempered
from losscli.errors import InputError
from losscli.losses.vocabulary import Domain, Form, Kind, Takes
from losscli.ops import any_in_row
from losscli.record import replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.core.checked import RowJudge
    from losscli.core.plan import Plan
    from losscli.ops import Array, Mask


def check(judge: RowJudge, batch: Batch) -> Checked | None:
    """The checked arrays of a batch; None if the tally has an error, from this batch or an earlier one."""
    predictions, labels = judge.plan.layout.arrange(batch)
    if judge.plan.takes is not Takes.CLASS:  # a row of classes is summed in the same order in any layout
        predictions = np.ascontiguousarray(predictions)
    view = Arranged(batch, predictions, labels, _one_each(batch))
    _weights(judge, view)
    view = _finite(judge, view)
    if judge.plan.by_name and view.predictions.dtype == object:
        view = replace(view, predictions=predicted_names(judge, view))
    view = replace(view, predictions=as_read(judge.plan, view.predictions))
    if judge.evidence and view.predictions.dtype != object:
        read = judge.plan.kind is Kind.PROBABILITIES
        seen = judge.tally.evidence
        seen.add_predictions(view.numbers, view.predictions, per_class=judge.plan.per_class, probabilities=read)
    predictions = _range(judge, view)
    _mask_range(judge, view)
    if judge.plan.settings.temperature != 1.0:
        predictions = tempered(predictions, judge.plan.kind, judge.plan.settings.temperature, judge.plan.takes)
    target, counted = check_labels(judge, view)
    if _compares_rows(judge.plan, predictions, view.labels):
        predictions = np.asarray(predictions.argmax(axis=1), np.float64)
    if judge.tally.problems.first is not None:
        return None
    extras = {name: array if view.lines is None else array[view.lines] for name, array in batch.extras.items()}
    if judge.plan.layout.one_row:
        extras = {name: array[None] for name, array in extras.items()}
    if judge.plan.settings.dtype == "float32" and predictions.dtype != object:
        dense: Any = target.dense
        with np.errstate(over="ignore"):
            predictions = predictions.astype(np.float32)
            single = dense.astype(np.float32) if dense is not None and dense.dtype != object else dense
        target = Target(target.index, single)
    return Checked(predictions, target, view.weights, view.lines, counted, extras)


def _compares_rows(plan: Plan, predictions: Array, labels: NDArray[Any]) -> bool:
    """Whether rows of scores stand for their largest class, for a loss of classes whose kernel does not decide."""
    decides = plan.loss.domain is not Domain.CLASS_NUMBERS or "threshold" in plan.params or plan.refuses is not None
    return not decides and predictions.ndim == 2 and predictions.shape[1] > 1 and labels.ndim == 1


def as_read(plan: Plan, predictions: Array) -> Array:
    """Predictions as fractions and natural logarithms."""
    if plan.settings.percent:
        return predictions / 100.0
    return predictions if plan.settings.log_base == "e" else predictions * np.log(float(plan.settings.log_base))


def _weights(judge: RowJudge, view: Arranged) -> None:
    weights = view.weights
    if weights is None:
        return
    judge.report(
        "weights",
        ~(np.isfinite(weights) & (weights >= 0.0)),
        ("1 sample weight is negative, NaN or infinite", "{n} sample weights are negative, NaN or infinite"),
        lambda i: f"{view.batch.where(i, None)}: {weights[i]:g}",
    )


def _finite(judge: RowJudge, view: Arranged) -> Arranged:
    """Treat NaN and infinity as ``--nan`` says; a logit of -inf is allowed (an excluded class)."""
    logits = judge.plan.kind in (Kind.LOGITS, Kind.LOG_PROBABILITIES, Kind.SCORES)
    x, labels = view.predictions, view.labels
    policy = judge.plan.settings.nan
    bad, bad_labels = _not_finite(x, policy), _not_finite(labels, policy)
    if not bad.any() and not bad_labels.any():
        return view
    if logits:
        bad &= x != -np.inf
    nothing_left = (x == -np.inf).all(axis=-1) if logits and judge.plan.per_class else np.zeros(len(x), dtype=bool)
    if policy == "keep" and judge.plan.layout.form is Form.SPARSE:
        bad, nothing_left = np.zeros_like(bad), np.zeros_like(nothing_left)  # but a label of NaN is no class
        policy = "error"
    either = any_in_row(bad) | any_in_row(bad_labels) | any_in_row(nothing_left)
    if policy == "keep" or not either.any():
        return view
    if policy == "skip":
        judge.tally.skipped += int(either.sum())
        return view.without(either)
    _refuse_odd(judge, view, bad, bad_labels, nothing_left)
    return view if judge.plan.refuses is not None else view.without(either)


def _refuse_odd(judge: RowJudge, view: Arranged, bad: Mask, bad_labels: Mask, nothing_left: Mask) -> None:
    """Report NaN and infinity, and rows of logits without a class."""
    x, labels = view.predictions, view.labels
    hint = "--nan skip leaves such rows out, --nan keep lets them make the result NaN"
    judge.report(
        "non-finite",
        bad,
        ("1 row of predictions holds NaN or infinity", "{n} rows of predictions hold NaN or infinity"),
        view.where(bad),
        hint,
        fatal=bool(x.dtype.kind == "f" and np.isnan(x).any()),
    )
    judge.report(
        "non-finite-label",
        bad_labels,
        ("1 label is NaN or infinite", "{n} labels are NaN or infinite"),
        view.where_label(bad_labels),
        hint,
        fatal=bool(labels.dtype.kind == "f" and np.isnan(labels).any()),
    )
    judge.report(
        "no-class",
        nothing_left,
        (
            "1 row of logits rules out every class (-inf throughout)",
            "{n} rows of logits rule out every class (-inf throughout)",
        ),
        lambda i: view.batch.where(view.line(i), None),
        hint,
    )


def _range(judge: RowJudge, view: Arranged) -> Array:
    """Refuse what can't be probabilities or log-probabilities; rounding just outside is moved to the limit."""
    x = view.predictions
    if judge.plan.kind is Kind.PROBABILITIES:
        low, high, what = 0.0, 1.0, "values outside [0, 1]: they are not probabilities"
    elif judge.plan.kind is Kind.LOG_PROBABILITIES:
        low, high, what = -np.inf, 0.0, "values above 0: they are not log-probabilities"
    else:
        return x
    if not x.size or x.dtype == object or (x.min() >= low and x.max() <= high):
        return x  # words are refused by the kernel
    bad = (x < low - ROUNDING) | (x > high + (NEARLY if judge.plan.kind is Kind.PROBABILITIES else ROUNDING))
    hint = "--pred with the columns that are, or --id with one that tells the rows apart" if _some_apart(bad) else ""
    judge.report("range", bad, (f"1 row holds {what}", f"{{n}} rows hold {what}"), view.where(bad), hint)
    judge.tally.rounded += int((any_in_row((x < low) | (x > high)) & ~any_in_row(bad)).sum())
    inside: Array = np.clip(x, low, high)
    return inside


def _some_apart(bad: Mask) -> bool:
    """Whether some columns are bad throughout and others nowhere: they hold something else."""
    return bad.ndim == 2 and bool((bad.all(axis=0) | ~bad.any(axis=0)).all() and not bad.all())


def _mask_range(judge: RowJudge, view: Arranged) -> None:
    """Refuse values that a loss of masks is not defined for."""
    x = view.predictions
    if judge.plan.loss.domain is Domain.MASKS and judge.plan.kind is Kind.VALUES and x.dtype.kind == "f":
        bad = (x < -ROUNDING) | (x > 1.0 + NEARLY)
        what = "values outside [0, 1]: they are neither a mask nor probabilities"
        hint = "losscli sigmoid or softmax first, if they are logits"
        judge.report("mask-range", bad, (f"1 row holds {what}", f"{{n}} rows hold {what}"), view.where(bad), hint)


def _not_finite(array: NDArray[Any], policy: str) -> Mask:
    """Where a number is not finite, or a word is empty; with ``error`` empty words are refused later, as labels."""
    if array.dtype.kind == "f":
        infinite: Mask = ~np.isfinite(array)
        return infinite
    if array.dtype == object and policy != "error":
        return np.asarray(array == "", dtype=bool)
    return np.zeros(array.shape, dtype=bool)


def _one_each(batch: Batch) -> Array | None:
    """The sample weights ``(n,)``."""
    weights = batch.weights
    if weights is None or weights.ndim == 1:
        return weights
    if weights.shape[1:] == (1,):
        return weights[:, 0]
    raise InputError(f"sample weights of shape (N, {weights.shape[1]}): the plain commands take one a row")
