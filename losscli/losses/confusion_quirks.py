"""Decisions as scikit-learn's calls count them: labels by class, or rows of indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, shapes_differ
from losscli.lazy import np
from losscli.losses.confusion_counts import (
    Counts,
    averaged,
    by_label,
    columns_of,
    correlation,
    counted,
    kappa,
    matrix,
    weights_for,
)
from losscli.losses.label_sets import alike, same_length

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.losses.vocabulary import Kernel
    from losscli.ops import Array, Labels


def _sklearn_counts(
    x: Labels, y: Labels, weights: Array | None, average: Any, pos_label: Any, labels: Labels | None
) -> Counts:
    """Counts by class; for rows of indicators by column, or with ``samples`` by row."""
    same_length(x, y)
    several = [a.ndim == 2 and a.shape[1] > 1 for a in (x, y)]
    if any(several):
        return _indicator_counts(x, y, weights, average)
    if average == "samples":
        raise InputError("--average samples is for rows of indicators")
    x, y = columns_of(x, y)
    each = weights_for(y, weights)
    classes = counted(x, y, average, pos_label)
    if labels is not None and average != "binary":
        classes = np.asarray([alike(y, label) for label in np.asarray(labels).tolist()], y.dtype)
    return Counts(by_label(each * (x == y), y, classes), by_label(each, x, classes), by_label(each, y, classes))


def _indicator_counts(x: Labels, y: Labels, weights: Array | None, average: Any) -> Counts:
    if x.shape != y.shape or x.dtype == object or y.dtype == object:
        raise shapes_differ(x.shape, y.shape)
    if not (np.isin(x, (0, 1)).all() and np.isin(y, (0, 1)).all()):
        raise InputError("rows of labels must be indicators, 0 or 1")
    if average == "binary":
        raise InputError("--average binary is for one label a row", hint="--average macro, micro, weighted or samples")
    each = weights_for(y, weights)
    if average == "samples":
        return Counts(*(table.sum(axis=1, dtype=np.float64) for table in ((x * y), x, y)))
    return Counts(*((each[:, None] * table).sum(axis=0) for table in ((x * y), x, y)))


def _mean_of(above: Array, below: Array, found: Counts, weights: Array | None, means: tuple[Any, Any]) -> Array:
    """The mean over classes, or for ``samples`` over rows with their weights."""
    average, zero_division = means
    if average == "samples" and weights is not None:
        found = Counts(found.right, found.said, np.asarray(weights, np.float64))
        average = "weighted"
    return averaged(above, below, found, average, float(zero_division) if zero_division != "warn" else 0.0)


def f_terms(found: Counts, beta: float) -> tuple[Array, Array]:
    """The numerator and denominator of F, for each class."""
    if beta == np.inf:
        return found.right, found.true
    square = beta * beta
    return (1.0 + square) * found.right, found.said + square * found.true


def _of_counts(terms: Callable[..., tuple[Array, Array]]) -> Kernel:
    """The call of scikit-learn that divides the first term by the second, for each class."""

    def kernel(x: Labels, y: Labels, weights: Array | None, *, labels: Labels | None, **how: Any) -> Array:
        average, pos_label, zero_division = (how.pop(name) for name in ("average", "pos_label", "zero_division"))
        found = _sklearn_counts(x, y, weights, average, pos_label, labels)
        return _mean_of(*terms(found, **how), found, weights, (average, zero_division))

    return kernel


sklearn_precision = _of_counts(lambda found: (found.right, found.said))
sklearn_recall = _of_counts(lambda found: (found.right, found.true))
sklearn_jaccard = _of_counts(lambda found: (found.right, found.said + found.true - found.right))
sklearn_f_beta = _of_counts(lambda found, beta=1.0: f_terms(found, beta))


def f_of(found: Counts, beta: float, average: str | None) -> Array:
    """F of the classes that count."""
    return averaged(*f_terms(found, beta), found, average)


def sklearn_matthews(x: Labels, y: Labels, weights: Array | None) -> Array:
    """sklearn.metrics.matthews_corrcoef."""
    x, y = columns_of(x, y)
    return correlation(matrix(weights_for(y, weights), y, x))


def sklearn_kappa(x: Labels, y: Labels, weights: Array | None, *, weighing: str | None, labels: Labels | None) -> Array:
    """sklearn.metrics.cohen_kappa_score: labels choose the rows and give the order."""
    x, y = columns_of(x, y)
    each = weights_for(y, weights)
    if labels is None:
        return kappa(matrix(each, y, x), weighing)
    classes = [alike(y, label) for label in np.asarray(labels).tolist()]
    cells = np.array([[each[(y == a) & (x == b)].sum() for b in classes] for a in classes])
    return kappa(cells, weighing)
