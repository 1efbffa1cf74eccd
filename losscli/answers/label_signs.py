"""Diagnostics of labels, and of rows that cannot be read at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.answers.finding import Case, Diagnostics, Found, Severity, change
from losscli.core.problems import rows
from losscli.errors import quoted
from losscli.losses.spec import Form, Takes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

diagnostic = Diagnostics()


@diagnostic("labels-are-positions", Severity.ERROR, problem="label-range")
def labels_are_positions(case: Case) -> Found | None:
    """Labels that are not among column names which are numbers."""
    problem = case.problem("label-range")
    if problem is None or not case.plan.by_name:
        return None
    hint = "--label-base 0 if they are positions, counted from 0"
    return Found(problem.message, problem.where, hint, change(label_base=0))


@diagnostic("one-based", Severity.ERROR, problem="label-range")
def one_based(case: Case) -> Found | None:
    """Labels from 1 to the number of classes."""
    problem, base = case.problem("label-range"), case.plan.settings.label_base or 0
    low, high = case.tally.label_range
    if problem is None or low - base != 1 or high - base != case.plan.width:
        return None
    hint = f"labels run from {low} to {high}: --label-base {base + 1} if they count from {base + 1}"
    return Found(problem.message, problem.where, hint, change(label_base=base + 1))


@diagnostic("unlabelled", Severity.ERROR, problem="label-range")
def unlabelled(case: Case) -> Found | None:
    """A label below the first class, as marks rows that have none."""
    problem, settings = case.problem("label-range"), case.plan.settings
    low, high = case.tally.label_range
    base = settings.label_base or 0
    if problem is None or not -(2**31) < low < base <= high or settings.ignore_index is not None:
        return None
    hint = f"--ignore-index={low:.0f} if that marks rows without a label"
    return Found(problem.message, problem.where, hint, change(ignore_index=int(low)))


@diagnostic("label-range", Severity.ERROR, problem="label-range")
def label_range(case: Case) -> Found | None:
    """Class numbers outside the columns."""
    problem = case.problem("label-range")
    if problem is None:
        return None
    return Found(problem.message, problem.where, f"the predictions have {case.plan.width} columns: is one missing?")


@diagnostic("other-two-labels", Severity.ERROR, problem="label-outside")
def other_two_labels(case: Case) -> Found | None:
    """Yes-or-no labels written as -1 and 1, or as 1 and 2."""
    problem, seen = case.problem("label-outside"), case.evidence
    if problem is None or case.plan.loss.takes is not Takes.BINARY or seen.label_between or seen.label_zeros:
        return None
    low, high = seen.label_low, seen.label_high
    if (low, high) not in ((-1.0, 1.0), (1.0, 2.0)):
        return None
    names = (f"{low:g}", f"{high:g}")
    hint = f"--classes={','.join(names)} if they mean no and yes"
    return Found(problem.message, problem.where, hint, change(classes=names))


@diagnostic("shifted", Severity.WARNING)
def shifted(case: Case) -> Found | None:
    """Labels that fit far better when they count from 1."""
    seen, plan = case.evidence, case.plan
    if (
        seen.confusion is None
        or plan.layout.form is not Form.SPARSE
        or plan.by_name
        or plan.loss.takes is not Takes.CLASS
    ):
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
        hint=f"--label-base {base + 1}",
        change=change(label_base=base + 1),
    )


@diagnostic("swapped-columns", Severity.WARNING)
def swapped_columns(case: Case) -> Found | None:
    """Predictions that fit far better with the class columns in another order."""
    seen, plan = case.evidence, case.plan
    if seen.confusion is None or (plan.loss.takes is Takes.BINARY and plan.width > 1):
        return None
    order = _best_order(seen.confusion)
    if order is None:
        return None
    hits = sum(int(seen.confusion[label, column]) for label, column in enumerate(order))
    if not _better(hits, case.tally.hits, case.tally.decisions, len(order)):
        return None
    base = plan.settings.label_base or 0
    known = plan.names.names if plan.names is not None else tuple(str(c + base) for c in range(len(order)))
    names = tuple(known[order.index(column)] for column in range(len(order)))
    dense = plan.layout.form is not Form.SPARSE and plan.loss.takes is Takes.CLASS
    what = (
        "1 - p fits better than p" if plan.width == 1 else f"the columns fit the classes in the order {_listed(names)}"
    )
    return Found(
        f"{what}: {hits:,} of {case.tally.decisions:,} predictions would be right, now {case.tally.hits:,} are",
        hint="" if dense else f"--classes={','.join(names)}",
        change=None if dense else change(classes=names, label_base=None),
    )


def _best_order(confusion: NDArray[np.int64]) -> list[int] | None:
    """The column predicted most often for each label, if that is an order and another one than today's."""
    if not confusion.any(axis=1).all():
        return None
    order = [int(column) for column in confusion.argmax(axis=1)]
    return order if sorted(order) == list(range(len(order))) != order else None


def _better(hits: int, now: int, count: int, classes: int) -> bool:
    """Whether so many hits are many, far more than now, and no luck (three standard deviations)."""
    chance = 1.0 / classes
    luck = chance + 3.0 * math.sqrt(chance * (1.0 - chance) / count) if count else 1.0
    return hits >= 0.6 * count and hits - now >= 0.3 * count and hits >= luck * count


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "")


@diagnostic("swapped-arguments", Severity.WARNING)
def swapped_arguments(case: Case) -> Found | None:
    """Predictions that are all 0 or 1, with labels between."""
    seen = case.evidence
    if case.plan.loss.takes not in (Takes.CLASS, Takes.BINARY) or not seen.rows or seen.hard < seen.rows:
        return None
    if not seen.label_between or seen.label_low < 0.0 or seen.label_high > 1.0:
        return None
    return Found(
        "all predictions are 0 or 1, and labels lie between: predictions and labels look swapped",
        hint="give them in the other order",
        change=change(swap=True),
    )


@diagnostic("single-class", Severity.WARNING)
def single_class(case: Case) -> Found | None:
    """Labels of one class only, in ten rows or more."""
    seen, count = case.evidence, case.tally.decisions
    if seen.confusion is None or count < 10 or (case.plan.loss.takes is Takes.BINARY and case.plan.width > 1):
        return None
    present = seen.confusion.sum(axis=1).nonzero()[0].tolist()
    if len(present) != 1:
        return None
    return Found(
        f"all {count:,} labels are class {_class(case, present[0])}: nothing tells whether the predictions follow the "
        "labels, and scikit-learn raises"
    )


@diagnostic("missing-class", Severity.INFO)
def missing_class(case: Case) -> Found | None:
    """A class of the columns that no label names."""
    seen = case.evidence
    if seen.confusion is None or case.plan.loss.takes is not Takes.CLASS:
        return None
    absent = (seen.confusion.sum(axis=1) == 0).nonzero()[0].tolist()
    if not absent or len(absent) == len(seen.confusion) - 1:
        return None
    names = ", ".join(_class(case, c) for c in absent[:5]) + (" …" if len(absent) > 5 else "")
    return Found(f"no row is labelled {names}: fine here; scikit-learn needs labels= to know of the class")


def _class(case: Case, number: int) -> str:
    names = case.plan.names
    return str(number + (case.plan.settings.label_base or 0)) if names is None else quoted(names.names[number])


@diagnostic("unsorted-columns", Severity.INFO)
def unsorted_columns(case: Case) -> Found | None:
    """Class names of the columns that are not in sorted order."""
    plan = case.plan
    if (
        plan.names is None
        or not plan.by_name
        or plan.settings.classes is not None
        or plan.loss.takes is not Takes.CLASS
    ):
        return None
    ordered = tuple(sorted(plan.names.names))
    if ordered == plan.names.names or plan.names.numeric:
        return None
    return Found(
        "the class columns are not in sorted order; they were matched to the labels by name",
        hint="scikit-learn takes them as if they were sorted",
        change=change(classes=ordered),
    )


def _plain(kind: str) -> None:
    """Bad rows that explain themselves."""

    def find(case: Case) -> Found | None:
        problem = case.problem(kind)
        return None if problem is None else Found(problem.message, problem.where, problem.hint)

    find.__doc__ = _PLAIN[kind]
    diagnostic(kind, Severity.ERROR, problem=kind)(find)


_PLAIN = {
    "weights": "Sample weights that are negative, NaN or infinite.",
    "non-finite": "Predictions that are NaN or infinite.",
    "non-finite-label": "Labels that are NaN or infinite.",
    "no-class": "Rows of logits that are all -inf.",
    "fractional-label": "Class numbers that are not whole.",
    "unknown-class": "Labels that name no class.",
    "not-one-hot": "Rows of 0 and 1 that mark no class, or several.",
    "label-outside": "Labels outside of what the loss takes.",
}
for _kind in _PLAIN:
    _plain(_kind)


@diagnostic("skipped", Severity.NOTE)
def skipped(case: Case) -> Found | None:
    """Rows left out by ``--nan skip``."""
    n = case.tally.skipped
    return Found(f"{rows(n)} with NaN or infinity {'was' if n == 1 else 'were'} left out") if n else None


@diagnostic("ignored", Severity.NOTE)
def ignored(case: Case) -> Found | None:
    """Labels equal to ``--ignore-index``."""
    n = case.tally.ignored
    if not n:
        return None
    return Found(
        f"{n:,} label{'' if n == 1 else 's'} equal to {case.plan.settings.ignore_index} "
        f"{'was' if n == 1 else 'were'} ignored; {case.tally.summary.count:,} counted"
    )
