"""From a batch as it was read to arrays a kernel can trust; bad rows are counted and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.bad_rows import Problem
from losscli.core.evidence import NEARLY, ROUNDING
from losscli.core.running import Tally
from losscli.errors import InputError, quoted
from losscli.losses.vocabulary import Form, Kind, Takes
from losscli.ops import any_in_row
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.core.plan import Plan
    from losscli.ops import Array

    Mask = NDArray[np.bool_]

_FAR = 2.0**53  # labels beyond it are out of range either way, and exact up to it


@record
class Target:
    """Labels for a kernel: class numbers ``(n, ...)``, or else one number for each prediction."""

    index: NDArray[np.intp] | None
    dense: Array | None

    def rows(self, mask: Mask) -> Target:
        """The labels of some rows."""
        if self.index is not None:
            return Target(self.index[mask], None)
        assert self.dense is not None
        return Target(None, self.dense[mask])


@record
class Checked:
    """Checked arrays, as a kernel takes them.

    Attributes:
        predictions: ``(m, ...)``, finite but for logits of -inf.
        target: The labels that go with them.
        weights: ``(m,)`` or None.
        lines: The m rows' places within the batch, None if they are all of it: rows with NaN may be left out.
        counted: Like the labels, False where one is to be ignored; None if all count.
        extras: Further arrays the kernel takes, by name.
    """

    predictions: Array
    target: Target
    weights: Array | None
    lines: NDArray[np.intp] | None
    counted: Mask | None
    extras: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@record
class _Rows:
    """Arranged rows of a batch and where they came from."""

    batch: Batch
    predictions: Array
    labels: NDArray[Any]
    weights: Array | None
    lines: NDArray[np.intp] | None = None

    @property
    def numbers(self) -> int | NDArray[np.intp]:
        """The rows' 0-based numbers within the data set: of all rows of the batch, the first one's."""
        return self.batch.start if self.lines is None else self.batch.start + self.lines

    def line(self, i: int) -> int:
        return i if self.lines is None else int(self.lines[i])

    def where(self, bad: Mask) -> Callable[[int], str]:
        """Names the first bad prediction of a row."""

        def place(i: int) -> str:
            column = int(np.flatnonzero(bad[i])[0]) if bad.ndim > 1 else None
            value = self.predictions[i].reshape(-1)[column or 0]
            return f"{self.batch.where(self.line(i), column)}: {value:g}"

        return place

    def where_label(self, bad: Mask) -> Callable[[int], str]:
        """Names the first bad label of a row."""

        def place(i: int) -> str:
            label = self.labels[i][bad[i]].tolist()[0] if bad.ndim > 1 else self.labels[i]
            text = quoted(label) if isinstance(label, str) else f"{label:g}"
            return f"{self.batch.where_label(self.line(i))}: {text}"

        return place

    def without(self, bad: Mask) -> _Rows:
        lines = np.flatnonzero(~bad)
        weights = None if self.weights is None else self.weights[lines]
        return replace(
            self, predictions=self.predictions[lines], labels=self.labels[lines], weights=weights, lines=lines
        )


class Checker:
    """Checks every batch under one plan.

    Args:
        plan: What predictions and labels are taken for.
        evidence: Whether to look at what the numbers are like, too.
    """

    def __init__(self, plan: Plan, *, evidence: bool) -> None:
        self.plan = plan
        self.tally = Tally()
        self.evidence = evidence

    def check(self, batch: Batch, tally: Tally) -> Checked | None:
        """The arrays of a good batch; None once a problem has turned up, here or before, in the tally of its counts."""
        self.tally = tally
        predictions, labels = self.plan.layout.arrange(batch)
        if self.plan.takes is not Takes.CLASS:  # whose rows are summed alike however they lie in memory
            predictions = np.ascontiguousarray(predictions)
        view = _Rows(batch, predictions, labels, _one_each(batch))
        self._weights(view)
        view = self._finite(view)
        if self.plan.settings.percent:
            view = replace(view, predictions=view.predictions / 100.0)
        if self.plan.settings.log_base != "e":
            view = replace(view, predictions=view.predictions * np.log(float(self.plan.settings.log_base)))
        if self.evidence and view.predictions.dtype != object:
            self.tally.evidence.add_predictions(view.numbers, view.predictions, per_class=self.plan.per_class)
        predictions = self._range(view)
        target, counted = self._target(view)
        if self.tally.problems.first is not None:
            return None
        extras = {name: array if view.lines is None else array[view.lines] for name, array in batch.extras.items()}
        if self.plan.layout.one_row:
            extras = {name: array[None] for name, array in extras.items()}
        if self.plan.settings.dtype == "float32" and predictions.dtype != object:
            predictions = predictions.astype(np.float32)
            dense: Any = target.dense
            single = dense.astype(np.float32) if dense is not None and dense.dtype != object else dense
            target = Target(target.index, single)
        return Checked(predictions, target, view.weights, view.lines, counted, extras)

    def _target(self, view: _Rows) -> tuple[Target, Mask | None]:
        """The labels as the kernel takes them, and which of them count."""
        plan = self.plan
        if plan.layout.form is Form.NONE or plan.takes.as_given:
            return Target(None, view.labels if not plan.by_name else self._classes(view)), None
        if plan.decided:
            return Target(None, self._decided(view)), None
        if plan.layout.form is Form.SPARSE:
            return self._sparse(view)
        return Target(None, self._dense(view)), None

    def _report(
        self,
        kind: str,
        bad: Mask,
        sentences: tuple[str, str],
        place: Callable[[int], str],
        hint: str = "",
        *,
        fatal: bool = False,
    ) -> None:
        """Count rows with anything bad; ``sentences`` are for one row and for ``{n}``."""
        if not bad.any():
            return
        lines = np.flatnonzero(any_in_row(bad))
        places = (place(int(i)) for i in lines)
        fatal = fatal or self.plan.refuses is None or kind in self.plan.refuses
        problem = Problem(kind, *sentences, hint, fatal=fatal)
        self.tally.problems.report(problem, len(lines), int(bad.sum()), places)

    def _weights(self, view: _Rows) -> None:
        weights = view.weights
        if weights is None:
            return
        self._report(
            "weights",
            ~(np.isfinite(weights) & (weights >= 0.0)),
            ("1 sample weight is negative, NaN or infinite", "{n} sample weights are negative, NaN or infinite"),
            lambda i: f"{view.batch.where(i, None)}: {weights[i]:g}",
        )

    def _finite(self, view: _Rows) -> _Rows:
        """Treat NaN and infinity as ``--nan`` says; a logit of -inf is allowed (an excluded class)."""
        logits = self.plan.kind in (Kind.LOGITS, Kind.LOG_PROBABILITIES, Kind.SCORES)
        x, labels = view.predictions, view.labels
        policy = self.plan.settings.nan
        bad, bad_labels = _not_finite(x, policy), _not_finite(labels, policy)
        if not bad.any() and not bad_labels.any():
            return view
        if logits:
            bad &= x != -np.inf
        nothing_left = (x == -np.inf).all(axis=-1) if logits and self.plan.per_class else np.zeros(len(x), dtype=bool)
        if policy == "keep" and self.plan.layout.form is Form.SPARSE:
            bad, nothing_left = np.zeros_like(bad), np.zeros_like(nothing_left)  # but a label of NaN is no class
            policy = "error"
        either = any_in_row(bad) | any_in_row(bad_labels) | any_in_row(nothing_left)
        if policy == "keep" or not either.any():
            return view
        if policy == "skip":
            self.tally.skipped += int(either.sum())
            return view.without(either)
        hint = "--nan skip leaves such rows out, --nan keep lets them make the result NaN"
        self._report(
            "non-finite",
            bad,
            ("1 row of predictions holds NaN or infinity", "{n} rows of predictions hold NaN or infinity"),
            view.where(bad),
            hint,
            fatal=bool(x.dtype.kind == "f" and np.isnan(x).any()),
        )
        self._report(
            "non-finite-label",
            bad_labels,
            ("1 label is NaN or infinite", "{n} labels are NaN or infinite"),
            view.where_label(bad_labels),
            hint,
            fatal=bool(labels.dtype.kind == "f" and np.isnan(labels).any()),
        )
        self._report(
            "no-class",
            nothing_left,
            (
                "1 row of logits rules out every class (-inf throughout)",
                "{n} rows of logits rule out every class (-inf throughout)",
            ),
            lambda i: view.batch.where(view.line(i), None),
            hint,
        )
        return view if self.plan.refuses is not None else view.without(either)

    def _range(self, view: _Rows) -> Array:
        """Refuse what can't be probabilities or log-probabilities; rounding just outside is moved to the limit."""
        x = view.predictions
        if self.plan.kind is Kind.PROBABILITIES:
            low, high, what = 0.0, 1.0, "values outside [0, 1]: they are not probabilities"
        elif self.plan.kind is Kind.LOG_PROBABILITIES:
            low, high, what = -np.inf, 0.0, "values above 0: they are not log-probabilities"
        else:
            return x
        if not x.size or (x.min() >= low and x.max() <= high):
            return x
        bad = (x < low - ROUNDING) | (x > high + (NEARLY if self.plan.kind is Kind.PROBABILITIES else ROUNDING))
        self._report("range", bad, (f"1 row holds {what}", f"{{n}} rows hold {what}"), view.where(bad))
        self.tally.rounded += int((any_in_row((x < low) | (x > high)) & ~any_in_row(bad)).sum())
        inside: Array = np.clip(x, low, high)
        return inside

    def _sparse(self, view: _Rows) -> tuple[Target, Mask | None]:
        """Class numbers ``0..C-1`` from numbers or names, and which of them count."""
        plan, labels = self.plan, view.labels
        if labels.dtype == object:
            return Target(self._named(view, labels.tolist()), None), None
        if labels.dtype.kind == "f":
            labels = self._whole(view)
        labels = labels.astype(np.int64)
        ignored: Mask | None = None
        rest = labels
        if plan.settings.ignore_index is not None:
            ignored = labels == plan.settings.ignore_index
            rest = labels[~ignored]
            self.tally.ignored += int(ignored.sum())
        if rest.size:
            low, high = self.tally.label_range
            self.tally.label_range = (min(low, int(rest.min())), max(high, int(rest.max())))
        if plan.by_name and plan.names is not None:
            index, span, count = plan.names.find_numbers(labels), plan.names.source, len(plan.names.names)
        else:
            base, count = plan.settings.label_base or 0, plan.width
            index, span = labels - base, f"{base}..{plan.width - 1 + base}"
        bad = (index < 0) | (index >= count)
        if ignored is not None:
            bad &= ~ignored
        if bad.any():
            self.tally.outside.add(np.unique(labels[bad]).tolist())
            index = np.where(bad, 0, index)
        self._report(
            "label-range",
            bad,
            (f"1 label lies outside {span}", f"{{n}} labels lie outside {span}"),
            view.where_label(bad),
        )
        if ignored is None or not ignored.any():
            return Target(index, None), None
        return Target(np.where(ignored, 0, index), None), ~ignored

    def _classes(self, view: _Rows) -> Any:
        """The numbers of the columns that labels name, for a kernel that takes them as labels."""
        return self._sparse(view)[0].index

    def _whole(self, view: _Rows) -> NDArray[np.int64]:
        """Labels that were written as floats."""
        labels = view.labels
        with np.errstate(invalid="ignore"):
            whole: NDArray[np.int64] = labels.astype(np.int64)
        if (whole == labels).all():
            return whole
        fractional = labels != np.floor(labels)
        self._report(
            "fractional-label",
            fractional,
            ("1 label is not a whole class number", "{n} labels are not whole class numbers"),
            view.where_label(fractional),
            "mse or mae compare values; soft labels need one number for each class",
        )
        return np.where(np.isfinite(labels) & ~fractional, np.clip(labels, -_FAR, _FAR), 0.0).astype(np.int64)

    def _named(self, view: _Rows, texts: list[str]) -> NDArray[np.intp]:
        names = self.plan.names
        assert names is not None, "the plan refuses words without class names"
        index = names.find(texts)
        if self.evidence:
            self.tally.words.add(texts)
        bad = index < 0
        if bad.any():
            hint = names.suggestion(texts[int(np.flatnonzero(bad)[0])])
            self._report(
                "unknown-class",
                bad,
                (f"1 label is not among {names.source}", f"{{n}} labels are not among {names.source}"),
                view.where_label(bad.reshape(view.labels.shape)),
                hint,
            )
        return index

    def _dense(self, view: _Rows) -> Array:
        """Labels of the predictions' shape."""
        labels, takes = view.labels, self.plan.takes
        if labels.dtype == object:
            return self._named(view, labels.tolist()).astype(np.float64)
        dense = labels.astype(np.float64)
        if self.evidence:
            self.tally.evidence.add_labels(dense, per_class=self.plan.per_class or self.plan.width == 2)
        if self.plan.by_name and not self.plan.per_class:
            return self._one_of_two(view, dense)
        if self.plan.layout.form is Form.SIGNS:
            return self._signs(view, dense)
        if self.plan.layout.form is Form.VALUES:
            return dense
        self.tally.forms.add(dense, per_class=self.plan.per_class)
        if takes is Takes.DECISION and self.plan.per_class and self.plan.settings.form is None:
            self._one_class(view, dense)
        hard = takes is Takes.DECISION and not self.plan.per_class
        outside = (dense != 0.0) & (dense != 1.0) if hard else (dense < 0.0) | (dense > 1.0)
        if outside.any():
            self.tally.outside.add(np.unique(dense[outside]).tolist())
        hint, wanted = "", "0 or 1" if hard else "between 0 and 1"
        if not self.plan.per_class:
            hint = (
                "labels of -1 and 1 belong to a hinge loss; class numbers go with one prediction column for each class"
            )
        self._report(
            "label-outside",
            outside,
            (f"1 row of labels is not {wanted}", f"{{n}} rows of labels are not {wanted}"),
            view.where_label(outside),
            hint,
        )
        return dense

    def _one_of_two(self, view: _Rows, dense: Array) -> Array:
        """0 and 1 for two numbers that are the names of the classes."""
        names = self.plan.names
        assert names is not None
        index = names.find_numbers(np.where(np.isfinite(dense), dense, 0.0).astype(np.int64))
        bad = (index < 0) | (index >= len(names.names)) | (dense != np.floor(dense))
        if bad.any():
            texts = [f"{label:.17g}" for label in dense.reshape(-1).tolist()]
            return self._named(view, texts).reshape(dense.shape).astype(np.float64)
        return index.astype(np.float64)

    def _decided(self, view: _Rows) -> Any:
        """Classes to compare predicted ones with: words with words, or whole numbers with such."""
        x, labels = view.predictions, view.labels
        if (x.dtype == object) != (labels.dtype == object):
            sides = ("words", "numbers") if x.dtype == object else ("numbers", "words")
            raise InputError(f"the predictions are {sides[0]} and the labels {sides[1]}", self.plan.loss.name)
        if x.dtype == object:
            return labels
        fractional = x != np.floor(x)
        self._report(
            "fractional-class",
            fractional,
            ("1 prediction is no class number, as the others are", "{n} predictions are no class numbers"),
            view.where(fractional),
        )
        return labels

    def _one_class(self, view: _Rows, dense: Array) -> None:
        """Refuse dense labels that do not mark exactly one class in each row."""
        marks = ((dense == 0.0) | (dense == 1.0)).all(axis=-1) & (dense.sum(axis=-1) != 1.0)
        self._report(
            "not-one-hot",
            marks,
            ("1 row of labels marks no class or several", "{n} rows of labels mark no class or several"),
            lambda i: view.batch.where_label(view.line(i)),
            "--label-form multi-hot decides each column for itself",
        )

    def _signs(self, view: _Rows, dense: Array) -> Array:
        """Labels of -1 and 1; 0 means -1."""
        outside = (dense != 0.0) & (np.abs(dense) != 1.0)
        self._report(
            "label-outside",
            outside,
            ("1 row of labels is not -1 or 1 (or 0 or 1)", "{n} rows of labels are not -1 or 1 (or 0 or 1)"),
            view.where_label(outside),
        )
        return np.where(dense == 0.0, -1.0, dense)


def _not_finite(array: NDArray[Any], policy: str) -> Mask:
    """Where there is no number, or no word; words that are missing are refused as labels anyway."""
    if array.dtype.kind == "f":
        infinite: Mask = ~np.isfinite(array)
        return infinite
    if array.dtype == object and policy != "error":
        return np.asarray(array == "", dtype=bool)
    return np.zeros(array.shape, dtype=bool)


def _one_each(batch: Batch) -> Array | None:
    """The sample weights, one a row."""
    weights = batch.weights
    if weights is None or weights.ndim == 1:
        return weights
    if weights.shape[1:] == (1,):
        return weights[:, 0]
    raise InputError(f"sample weights of shape (N, {weights.shape[1]}): the plain commands take one a row")
