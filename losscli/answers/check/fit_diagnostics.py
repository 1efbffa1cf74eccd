"""Diagnostics of labels that could be read, but fit the predictions better otherwise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from losscli.answers.check.finding import Case, Diagnostics, Found, Severity
from losscli.answers.check.label_diagnostics import typeable
from losscli.core.change import change
from losscli.losses.vocabulary import Form, Kind, Takes
from losscli.text import listed, quoted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from losscli.core.evidence import Evidence

diagnostic = Diagnostics(judges=True)
_MANY, _SOME = 30, 10  # rows that are hardly all alike by chance
_LIKELY = 0.8


@diagnostic("shifted", Severity.WARNING, computed=True)
def shifted(case: Case) -> Found | None:
    """Labels that fit far better when they count from 1."""
    seen, plan = case.evidence, case.plan
    if seen.confusion is None or plan.layout.form is not Form.SPARSE or plan.by_name or plan.takes is not Takes.CLASS:
        return None
    base = plan.settings.label_base or 0
    if case.tally.label_range[0] <= base:
        return None
    hits = int(seen.confusion.diagonal(offset=-1).sum())
    if not _better(hits, case.tally.hits, case.tally.decisions, plan.width):
        return None
    return Found(
        f"no label is {base}, and {hits:,} of {case.tally.decisions:,} predictions are the class before the label "
        f"({case.tally.hits:,} are the label): the labels look {base + 1}-based",
        hint="{}",
        change=change(label_base=base + 1),
    )


@diagnostic("swapped-columns", Severity.WARNING, computed=True)
def swapped_columns(case: Case) -> Found | None:
    """Predictions that fit far better with the class columns in another order."""
    seen, plan = case.evidence, case.plan
    if seen.confusion is None or (plan.takes is Takes.BINARY and plan.width > 1):
        return None
    order = _best_order(seen.confusion)
    if order is None:
        return None
    hits = sum(int(seen.confusion[label, column]) for label, column in enumerate(order))
    if not _better(hits, case.tally.hits, case.tally.decisions, len(order)):
        return None
    base, weights = plan.settings.label_base or 0, plan.class_weight
    named = plan.class_names if plan.by_name else None  # numbers go by position, whatever the columns are called
    known = named or tuple(str(c + base) for c in range(len(order)))
    names = tuple(known[order.index(column)] for column in range(len(order)))
    moved: dict[str, Any] = {}
    if isinstance(weights, Sequence) and not isinstance(weights, str):
        by_class = named and isinstance(plan.settings.class_weight, Mapping)
        moved = (
            {} if by_class else {"class_weight": tuple(weights[order.index(column)] for column in range(len(order)))}
        )
    by_number = plan.layout.form is not Form.SPARSE and plan.takes is Takes.CLASS
    unasked = by_number or seen.label_between or not typeable(names)  # no option can express the change
    what = (
        "1 - p fits better than p" if plan.width == 1 else f"the columns fit the classes in the order {listed(names)}"
    )
    return Found(
        f"{what}: {hits:,} of {case.tally.decisions:,} predictions would be right, now {case.tally.hits:,} are",
        hint="" if unasked else "{}",
        change=None if unasked else change(classes=names, label_base=None, **moved),
        improves=True,
    )


def _best_order(confusion: NDArray[np.int64]) -> list[int] | None:
    """The column predicted most often for each label, if that is a permutation other than the present order."""
    if not confusion.any(axis=1).all():
        return None
    order = [int(column) for column in confusion.argmax(axis=1)]
    return order if sorted(order) == list(range(len(order))) != order else None


def _better(hits: int, now: int, count: int, classes: int) -> bool:
    """Whether so many hits are most rows, far more than ``now``, and beyond chance (by three standard deviations)."""
    if not count:
        return False
    chance = 1.0 / classes
    luck = chance + 3.0 * math.sqrt(chance * (1.0 - chance) / count)
    return hits >= 0.6 * count and hits - now >= 0.3 * count and hits >= luck * count


@diagnostic("swapped-arguments", Severity.WARNING)
def swapped_arguments(case: Case) -> Found | None:
    """Predictions that are all 0 or 1, with labels between 0 and 1."""
    seen = case.evidence
    if not case.plan.takes.predicts_label or not seen.rows or seen.hard < seen.rows:
        return None
    if not seen.label_between or seen.label_low < 0.0 or seen.label_high > 1.0:
        return None
    return Found(
        "all predictions are 0 or 1, and labels lie between: predictions and labels look swapped",
        hint="{}",
        change=change(swap=True),
    )


@diagnostic("labels-are-predictions", Severity.WARNING, computed=True)
def labels_are_predictions(case: Case) -> Found | None:
    """Labels equal to the prediction in all of 30 rows or more, or probabilities from 0.5 up for both labels."""
    seen, tally, takes = case.evidence, case.tally, case.plan.takes
    if takes is Takes.CLASS and tally.decisions >= _MANY and tally.hits == tally.decisions:
        what = f"the label is the likeliest class in all {tally.decisions:,} rows"
    elif tally.summary.count >= _MANY and _all_equal(case):
        what = f"the prediction is the label in all {tally.summary.count:,} rows"
    elif takes is Takes.BINARY and case.plan.width == 1 and tally.decisions >= _SOME and _both(seen):
        if case.plan.kind is not Kind.PROBABILITIES or seen.low < 0.5:
            return None
        what = f"no probability is below 0.5 in {tally.decisions:,} rows, whatever the label"
    else:
        return None
    return Found(
        f"{what}: the labels may be the predictions, not the true ones",
        hint="give the true labels: as the second argument, or with --label",
    )


def _all_equal(case: Case) -> bool:
    """Whether all predictions equal their labels, by a loss of values or of decisions."""
    loss, summary = case.plan.loss, case.tally.summary
    if case.plan.takes is Takes.BINARY:
        return case.evidence.hard == case.evidence.rows and case.tally.hits == case.tally.decisions
    if case.plan.takes is Takes.DECISION:
        return (summary.min == 1.0) if loss.higher_is_better else (summary.max == 0.0)
    return case.plan.takes is Takes.VALUE and {"zero-at-target", "symmetric"} <= loss.laws and summary.max == 0.0


def _both(seen: Evidence) -> bool:
    return seen.confusion is not None and bool((seen.confusion.sum(axis=1) > 0).all())


@diagnostic("shifted-labels", Severity.WARNING, computed=True)
def shifted_labels(case: Case) -> Found | None:
    """Predictions that fit the label of the row before or after far more often than their own, in 30 rows or more."""
    seen, tally = case.evidence, case.tally
    if seen.confusion is None or tally.decisions < _MANY or case.plan.takes not in (Takes.CLASS, Takes.BINARY):
        return None
    most, which = max((seen.shifts.before, "before"), (seen.shifts.after, "after"))
    pairs = tally.decisions - 1
    if most < _LIKELY * pairs or most - tally.hits < 4.0 * (pairs**0.5):
        return None
    return Found(
        f"{most / pairs:.0%} of the predictions fit the label of the row {which}, and only "
        f"{tally.hits / tally.decisions:.0%} their own: the labels look shifted by a row",
        hint="is there a header in one file only? --header or --no-header",
    )


@diagnostic("single-class", Severity.WARNING, computed=True)
def single_class(case: Case) -> Found | None:
    """Labels of one class only, in ten rows or more."""
    seen, count = case.evidence, case.tally.decisions
    if seen.confusion is None or count < 10 or (case.plan.takes is Takes.BINARY and case.plan.width > 1):
        return None
    present = seen.confusion.sum(axis=1).nonzero()[0].tolist()
    if len(present) != 1:
        return None
    sorter = _sorter(case)
    return Found(
        f"all {count:,} labels are class {_class(case, present[0])}: nothing tells whether the predictions follow the "
        "labels" + (f", and {sorter} raises" if sorter else "")
    )


@diagnostic("missing-class", Severity.INFO, computed=True)
def missing_class(case: Case) -> Found | None:
    """A class with a column, but without a label."""
    seen = case.evidence
    if seen.confusion is None or case.plan.takes is not Takes.CLASS:
        return None
    absent = (seen.confusion.sum(axis=1) == 0).nonzero()[0].tolist()
    if not absent or len(absent) == len(seen.confusion) - 1:
        return None
    names = listed([_class(case, c) for c in absent], 5)
    sorter = _sorter(case)
    needs = f"; {sorter} needs labels= to know of the class" if sorter else ""
    return Found(f"no row is labelled {names}: fine here{needs}")


def _sorter(case: Case) -> str:
    """The framework that takes the labels that occur, sorted, as the classes of this loss."""
    return next((reference.title for reference in case.plan.loss.references if reference.sorts_labels), "")


def _class(case: Case, number: int) -> str:
    names = case.plan.names
    return str(number + (case.plan.settings.label_base or 0)) if names is None else quoted(names.names[number])


@diagnostic("unsorted-columns", Severity.INFO)
def unsorted_columns(case: Case) -> Found | None:
    """Class names of the columns that are not in sorted order."""
    plan = case.plan
    if plan.names is None or not plan.by_name or plan.settings.classes is not None or plan.takes is not Takes.CLASS:
        return None
    ordered = tuple(sorted(plan.names.names))
    if ordered == plan.names.names or plan.names.numeric:
        return None
    sorter = _sorter(case)
    return Found(
        "the class columns are not in sorted order; they were matched to the labels by name",
        hint=f"{sorter} takes them as if they were sorted" if sorter else "",
        change=change(classes=ordered),
    )
