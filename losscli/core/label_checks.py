"""Labels as a kernel takes them: class numbers, or one number for each prediction; bad ones are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.checked import Target
from losscli.core.labels import without_ones
from losscli.errors import InputError
from losscli.losses.vocabulary import Domain, Form, Takes
from losscli.text import quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.checked import Arranged, RowJudge
    from losscli.core.class_names import ClassNames
    from losscli.ops import Array, Index, Mask


_WANTED = {Domain.MASKS: "between 0 and 1", Domain.RELEVANCE: "0 or 1"}  # of labels in the predictions' shape
_FAR = 2.0**53  # labels beyond it are out of range either way, and exact up to it
_SUM = 1e-3  # as near to 1 as shares add up


def check_labels(judge: RowJudge, view: Arranged) -> tuple[Target, Mask | None]:
    """The labels for the kernel, and which of them count (None for all)."""
    plan = judge.plan
    _in_domain(judge, view)
    if plan.layout.form is Form.NONE or plan.takes.as_given:
        given: Any = _sparse(judge, view)[0].index if plan.by_name else view.labels
        return Target(None, given), None
    if plan.decided:
        return Target(None, _decided(judge, view)), None
    if plan.layout.form is Form.SPARSE:
        return _sparse(judge, view)
    dense = _dense(judge, view)
    if plan.class_weight is not None and plan.takes is Takes.CLASS and plan.refuses is None:
        _of_one_class(judge, view, dense)
    return Target(None, dense), None


def _in_domain(judge: RowJudge, view: Arranged) -> None:
    """Report labels of the predictions' shape that the loss is not defined for."""
    labels, wanted = view.labels, _WANTED.get(judge.plan.loss.domain)
    if wanted is None or labels.dtype == object or judge.plan.by_name:
        return
    if without_ones(labels.shape) != without_ones(view.predictions.shape):
        return
    hard = wanted == "0 or 1"
    outside = (labels != 0) & (labels != 1) & ~np.isnan(labels) if hard else (labels < 0) | (labels > 1)
    hint = "a mask of 0 and 255 is divided by 255" if not hard and (labels == 255).any() else ""
    _report_outside(judge, view, outside, wanted, hint)


def _report_outside(judge: RowJudge, view: Arranged, outside: Mask, wanted: str, hint: str = "") -> None:
    """Report rows with labels that are not what is wanted."""
    said = (f"1 row of labels is not {wanted}", f"{{n}} rows of labels are not {wanted}")
    judge.report("label-outside", outside, said, view.where_label(outside), hint)


def _of_one_class(judge: RowJudge, view: Arranged, dense: Array) -> None:
    """Refuse labels that are not one class, and so have no class weight."""
    several = np.abs(dense.sum(axis=-1) - 1.0) > _SUM
    judge.report(
        "label-mixed",
        several,
        ("--class-weight: 1 label is not one class", "--class-weight: {n} labels are not one class"),
        lambda i: view.batch.where_label(view.line(i)),
        "--sample-weight weighs rows",
    )


def _sparse(judge: RowJudge, view: Arranged) -> tuple[Target, Mask | None]:
    """Class numbers ``0..C-1`` from numbers or names, and which of them count."""
    plan, labels = judge.plan, view.labels
    if labels.dtype == object:
        return Target(_named(judge, view, labels), None), None
    if plan.by_name and plan.names is not None and plan.names.valued:
        return Target(_valued(judge, view, plan.names), None), None
    if labels.dtype.kind == "f":
        labels = _whole(judge, view)
    labels = labels.astype(np.int64)
    ignored = _ignored(judge, labels)
    rest = labels if ignored is None else labels[~ignored]
    if rest.size:
        low, high = judge.tally.label_range
        judge.tally.label_range = (min(low, int(rest.min())), max(high, int(rest.max())))
    if plan.by_name and plan.names is not None:
        index, span, count = plan.names.find_numbers(labels), plan.names.source, len(plan.names.names)
    else:
        base, count = plan.settings.label_base or 0, plan.width
        index, span = labels - base, f"{base}..{plan.width - 1 + base}"
    bad = (index < 0) | (index >= count)
    if ignored is not None:
        bad &= ~ignored
    if bad.any():
        judge.tally.outside.add(np.unique(labels[bad]).tolist())
        index = np.where(bad, 0, index)
    judge.report(
        "label-range", bad, (f"1 label lies outside {span}", f"{{n}} labels lie outside {span}"), view.where_label(bad)
    )
    if ignored is None:
        return Target(index, None), None
    return Target(np.where(ignored, 0, index), None), ~ignored


def _ignored(judge: RowJudge, labels: NDArray[np.int64]) -> Mask | None:
    """Which labels are to be ignored; None if none is."""
    if judge.plan.settings.ignore_index is None:
        return None
    found: Mask = labels == judge.plan.settings.ignore_index
    if not found.any():
        return None
    judge.tally.ignored += int(found.sum())
    return found


def _valued(judge: RowJudge, view: Arranged, names: ClassNames) -> Index:
    """The classes of labels that are numbers, by the names of the columns."""
    index = names.find_values(view.labels)
    bad = index < 0
    if bad.any():
        judge.tally.outside.add(np.unique(view.labels[bad]).tolist())
        span = names.source
        said = (f"1 label lies outside {span}", f"{{n}} labels lie outside {span}")
        judge.report("label-range", bad, said, view.where_label(bad))
    return np.where(bad, 0, index)


def _whole(judge: RowJudge, view: Arranged) -> NDArray[np.int64]:
    """Class numbers that were written as floats."""
    labels = view.labels
    with np.errstate(invalid="ignore"):
        whole: NDArray[np.int64] = labels.astype(np.int64)
    if (whole == labels).all():
        return whole
    fractional = labels != np.floor(labels)
    judge.report(
        "fractional-label",
        fractional,
        ("1 label is not a whole class number", "{n} labels are not whole class numbers"),
        view.where_label(fractional),
        "mse or mae compare values; soft labels need one number for each class",
    )
    return np.where(np.isfinite(labels) & ~fractional, np.clip(labels, -_FAR, _FAR), 0.0).astype(np.int64)


def predicted_names(judge: RowJudge, view: Arranged) -> Array:
    """Predicted words as numbers of the classes, whose names and order were given."""
    words, names = view.predictions, judge.plan.names
    assert names is not None, "only --classes gives words numbers"
    index = names.find([str(word) for word in words.ravel().tolist()]).reshape(words.shape)
    bad = index < 0
    if bad.any():
        judge.report(
            "unknown-prediction",
            bad,
            (f"1 prediction is not among {names.source}", f"{{n}} predictions are not among {names.source}"),
            lambda i: f"{view.batch.where(view.line(i), None)}: {quoted(str(words[i]))}",
            names.suggestion(str(words[bad][0])),
        )
    return index.astype(np.float64)


def _named(judge: RowJudge, view: Arranged, words: NDArray[Any]) -> Index:
    names, texts = judge.plan.names, words.reshape(-1).tolist()
    assert names is not None, "the plan refuses words without class names"
    index = names.find(texts).reshape(words.shape)
    if judge.evidence:
        judge.tally.words.add(texts)
    bad = index < 0
    if bad.any():
        hint = names.suggestion(words[bad][0])
        if "--classes" in hint and judge.plan.loss.domain is Domain.BINARY_SCORES:
            hint = "--pred with the column of a yes, and --pos-label with its label"
        judge.report(
            "unknown-class",
            bad,
            (f"1 label is not among {names.source}", f"{{n}} labels are not among {names.source}"),
            view.where_label(bad),
            hint,
        )
    return index


def _dense(judge: RowJudge, view: Arranged) -> Array:
    """Labels of the predictions' shape."""
    labels, takes, signs = view.labels, judge.plan.takes, judge.plan.layout.form is Form.SIGNS
    if labels.dtype == object:
        named = _named(judge, view, labels).astype(np.float64)
        return _signs(judge, view, named) if signs else named
    dense = labels.astype(np.float64)
    if judge.evidence:
        judge.tally.evidence.add_labels(dense, per_class=judge.plan.per_class or judge.plan.width == 2)
    if judge.plan.by_name and not judge.plan.per_class:
        dense = _one_of_two(judge, view, dense)
        return _signs(judge, view, dense) if signs else dense
    if signs:
        return _signs(judge, view, dense)
    if judge.plan.layout.form is Form.VALUES:
        return dense
    judge.tally.forms.add(dense, per_class=judge.plan.per_class)
    if takes is Takes.DECISION and judge.plan.per_class and judge.plan.settings.form is None:
        _one_class(judge, view, dense)
    hard = takes is Takes.DECISION and not judge.plan.per_class
    outside = (dense != 0.0) & (dense != 1.0) if hard else (dense < 0.0) | (dense > 1.0)
    if outside.any():
        judge.tally.outside.add(np.unique(dense[outside]).tolist())
    hint, wanted = "", "0 or 1" if hard else "between 0 and 1"
    if not judge.plan.per_class:
        signs = bool((np.abs(dense) == 1.0).all())
        hint = "class numbers go with one prediction column for each class"
        hint = "--classes=-1,1 names the two classes; a hinge loss takes -1 and 1 as they are" if signs else hint
    _report_outside(judge, view, outside, wanted, _left_out(dense, outside) or hint)
    return dense


def _left_out(dense: Array, outside: Mask) -> str:
    """A hint if a single negative number occurs along with 0 and 1: competitions mark rows to be left out like that."""
    odd = np.unique(dense[outside])
    if len(odd) != 1 or odd[0] >= 0.0 or not ((dense == 0.0).any() and (dense == 1.0).any()):
        return ""
    return f"--na={odd[0]:g} --nan skip leaves out such rows"


def _one_of_two(judge: RowJudge, view: Arranged, dense: Array) -> Array:
    """0 and 1 for two numbers that are the names of the classes."""
    names = judge.plan.names
    assert names is not None
    index = names.find_numbers(np.where(np.isfinite(dense), dense, 0.0).astype(np.int64))
    bad = (index < 0) | (index >= len(names.names)) | (dense != np.floor(dense))
    if bad.any():
        texts: NDArray[Any] = np.array([f"{label:.17g}" for label in dense.reshape(-1).tolist()], dtype=object)
        return _named(judge, view, texts.reshape(dense.shape)).astype(np.float64)
    return index.astype(np.float64)


def _decided(judge: RowJudge, view: Arranged) -> Any:
    """Classes to compare with predicted classes: words with words, or whole numbers with whole numbers."""
    x, labels = view.predictions, view.labels
    if (x.dtype == object) != (labels.dtype == object):
        sides = ("words", "numbers") if x.dtype == object else ("numbers", "words")
        what = f"the predictions are {sides[0]} and the labels {sides[1]}"
        raise InputError(what, judge.plan.loss.name, "write both alike")
    if x.dtype == object:
        return labels
    fractional = x != np.floor(x)
    judge.report(
        "fractional-class",
        fractional,
        ("1 prediction is not a class number, as the others are", "{n} predictions are not class numbers"),
        view.where(fractional),
    )
    return labels


def _one_class(judge: RowJudge, view: Arranged, dense: Array) -> None:
    """Refuse dense labels that do not mark exactly one class in each row."""
    marks = ((dense == 0.0) | (dense == 1.0)).all(axis=-1) & (dense.sum(axis=-1) != 1.0)
    judge.report(
        "not-one-hot",
        marks,
        ("1 row of labels marks no class or several", "{n} rows of labels mark no class or several"),
        lambda i: view.batch.where_label(view.line(i)),
        "--label-form multi-hot decides each column for itself",
    )


def _signs(judge: RowJudge, view: Arranged, dense: Array) -> Array:
    """Labels of -1 and 1; 0 means -1."""
    outside = (dense != 0.0) & (np.abs(dense) != 1.0)
    _report_outside(judge, view, outside, "-1 or 1 (or 0 or 1)")
    return np.where(dense == 0.0, -1.0, dense)
