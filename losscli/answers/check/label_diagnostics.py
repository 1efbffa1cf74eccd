"""Diagnostics of labels, and of rows that cannot be read at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.check.finding import Case, Diagnostics, Found, Severity
from losscli.core.change import change
from losscli.losses.vocabulary import Takes
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence

diagnostic = Diagnostics()
MARKS = (255, 65535)  # "no label" in images of 8 and 16 bits


@diagnostic("labels-are-positions", Severity.ERROR, problem="label-range")
def labels_are_positions(case: Case) -> Found | None:
    """Labels that are not among column names, where these are numbers."""
    problem, (low, high) = case.problem("label-range"), case.tally.label_range
    if problem is None or not case.plan.by_name or low < 0 or high >= case.plan.width:
        return None
    hint = "{} if they are positions, counted from 0"
    return Found(problem.message, problem.where, hint, change(label_base=0))


@diagnostic("one-based", Severity.ERROR, problem="label-range")
def one_based(case: Case) -> Found | None:
    """As many labels in a row as there are classes, from another number: from 1 on, or -1, 0 and 1."""
    problem, base = case.problem("label-range"), case.plan.settings.label_base or 0
    low, high = case.tally.label_range
    if problem is None or low == base or high - low != case.plan.width - 1:
        return None
    hint = f"labels run from {low} to {high}: {{}} if they count from {low}"
    if low < base and case.plan.settings.ignore_index is None:
        hint = f"--ignore-index={low} if that marks rows without a label; {hint}"
    return Found(problem.message, problem.where, hint, change(label_base=low))


@diagnostic("unlabelled", Severity.ERROR, problem="label-range")
def unlabelled(case: Case) -> Found | None:
    """A single number below the first class, or 255, among good labels, as used for rows without a label."""
    problem, settings, outside = case.problem("label-range"), case.plan.settings, case.tally.outside.values
    if problem is None or case.tally.ignored or outside is None or len(outside) != 1:
        return None
    mark = int(min(outside))
    if case.tally.label_range == (mark, mark):
        return None
    if not -(2**31) < mark < (settings.label_base or 0) and mark not in MARKS:
        return None
    hint = "{} if that marks rows without a label"
    return Found(problem.message, problem.where, hint, change(ignore_index=mark))


@diagnostic("label-range", Severity.ERROR, problem="label-range")
def label_range(case: Case) -> Found | None:
    """Class numbers for which there is no column."""
    problem = case.problem("label-range")
    if problem is None:
        return None
    return Found(problem.message, problem.where, f"the predictions have {case.plan.width} columns: is one missing?")


@diagnostic("other-two-labels", Severity.ERROR, problem="label-outside")
def other_two_labels(case: Case) -> Found | None:
    """Yes-or-no labels written as two other numbers: -1 and 1, 1 and 2, 2 and 4."""
    problem, seen, outside = case.problem("label-outside"), case.evidence, case.tally.outside.values
    if problem is None or case.plan.takes is not Takes.BINARY or seen.label_between or seen.label_zeros:
        return None
    low, high = seen.label_low, seen.label_high
    if outside is None or outside - {low, high} or low < 1.0 < high:
        return None
    names = (f"{low:g}", f"{high:g}")
    if low == high or any(float(name) not in (low, high) for name in names):
        return None
    hint = "{} if they mean no and yes"
    return Found(problem.message, problem.where, hint, change(classes=names))


@diagnostic("letter-case", Severity.ERROR, problem="unknown-class")
def letter_case(case: Case) -> Found | None:
    """Labels that differ from class names only in case."""
    problem, names, words = case.problem("unknown-class"), case.plan.names, case.tally.words.values
    if problem is None or names is None or words is None:
        return None
    written = {word.casefold(): word for word in words}
    folded = [name.casefold() for name in names.names]
    if len(written) < len(words) or len(set(folded)) < len(folded) or not set(written) <= set(folded):
        return None
    renamed = tuple(written.get(fold, name) for fold, name in zip(folded, names.names, strict=True))
    if not typeable(renamed):
        return Found(problem.message, problem.where, "they differ from the names in capital letters only")
    hint = f"{{}}: they differ from {names.source} in capital letters only"
    return Found(problem.message, problem.where, hint, change(classes=renamed))


def typeable(names: Sequence[str]) -> bool:
    """Whether ``--classes`` can hold the names: it is split at commas, and blanks are stripped."""
    return all(name == name.strip() and name and "," not in name for name in names)


def _plain(kind: str) -> None:
    """Bad rows that explain themselves."""

    def find(case: Case) -> Found | None:
        problem = case.problem(kind)
        return None if problem is None else Found(problem.message, problem.where, problem.hint)

    find.__doc__ = _PLAIN[kind]
    diagnostic("bad-weights" if kind == "weights" else kind, Severity.ERROR, problem=kind)(find)


_PLAIN = {
    "weights": "Sample weights that are negative, NaN or infinite.",
    "non-finite": "Predictions that are NaN or infinite.",
    "non-finite-label": "Labels that are NaN or infinite.",
    "no-class": "Rows of logits that are all -inf.",
    "mask-range": "Predictions of regions that are neither masks nor probabilities.",
    "fractional-label": "Class numbers that are not whole.",
    "unknown-class": "Labels that name no class.",
    "not-one-hot": "Rows of 0 and 1 that mark no class, or several.",
    "label-outside": "Labels outside of what the loss takes.",
    "label-mixed": "Labels of no class or several, beside class weights.",
}
for _kind in _PLAIN:
    _plain(_kind)


@diagnostic("skipped", Severity.NOTE)
def skipped(case: Case) -> Found | None:
    """Rows left out by ``--nan skip``."""
    n = case.tally.skipped
    what = count(n, "row with NaN or infinity was", "rows with NaN or infinity were")
    return Found(f"{what} left out") if n else None


@diagnostic("ignored", Severity.NOTE, computed=True)
def ignored(case: Case) -> Found | None:
    """Labels equal to ``--ignore-index``."""
    n = case.tally.ignored
    if not n:
        return None
    equal = f"equal to {case.plan.settings.ignore_index}"
    what = count(n, f"label {equal} was", f"labels {equal} were")
    return Found(f"{what} ignored; {case.tally.summary.count:,} counted")


@diagnostic("many-ignored", Severity.INFO, computed=True)
def many_ignored(case: Case) -> Found | None:
    """More than one label in twenty ignored, under a mean over the others."""
    n, summary = case.tally.ignored, case.tally.summary
    whole = n + summary.count
    if 20 * n <= whole or case.plan.reduction != "mean" or not summary.count:
        return None
    return Found(
        f"{n / whole:.0%} of the labels are ignored, and the mean is over the others; "
        f"divided by all {whole:,} it would be {summary.total.over(whole):.7g}"
    )
