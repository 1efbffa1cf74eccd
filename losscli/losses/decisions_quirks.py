"""Decisions as one framework's call counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError, shapes_differ
from losscli.lazy import np
from losscli.losses.label_sets import column, numbers_of, same_length, sorted_classes

if TYPE_CHECKING:
    from losscli.ops import Array, Index, Labels, Mask


def equal(x: Array, y: Array) -> Array:
    """keras.metrics.Accuracy: predictions are labels."""
    return np.asarray(x == y, x.dtype)


def above(x: Array, y: Array, *, threshold: float) -> Array:
    """keras.metrics.BinaryAccuracy: a label that is neither 0 nor 1 is never matched."""
    return np.asarray((x > threshold) == y, x.dtype)


def _argmax(x: Array) -> Index:
    """The first largest entry, as on TensorFlow: NaN is less than all numbers, -0 less than 0."""
    if x.dtype == object:
        raise InputError("the predictions are words; this call takes scores")
    if x.dtype.kind == "f":
        x = np.where((x == 0.0) & np.signbit(x), -np.finfo(x.dtype).tiny, np.where(np.isnan(x), -np.inf, x))
    return np.asarray(x.argmax(axis=-1))


def keras_dense(x: Array, y: Labels) -> Array:
    """keras.metrics.CategoricalAccuracy: the largest of both; a column of class numbers counts as one row."""
    best, own = _argmax(x), _argmax(_numbers(y))
    if own.ndim == x.ndim:
        own = own[..., 0]
    return np.asarray(_fitting(own, best) == best, x.dtype)


def keras_sparse(x: Array, y: Labels) -> Array:
    """keras.metrics.SparseCategoricalAccuracy: an invalid class number is never matched."""
    y, best = _numbers(y), _argmax(x)
    if y.ndim == x.ndim and y.shape[-1] == 1:
        y = y[..., 0]
    hits = np.asarray(_fitting(y, best) == best, x.dtype)
    return hits[..., 0] if hits.ndim > 1 and hits.shape[-1] == 1 else hits


def keras_top_k(x: Array, y: Labels, *, k: int, from_sorted_ids: bool = False) -> Array:
    """keras.metrics.SparseTopKCategoricalAccuracy on TensorFlow: all that tie with the k-th count.

    A row with NaN or infinity, and a label that is no class, is a miss.

    Raises:
        InputError: There is not one label for each row.
    """
    y = _numbers(y)
    shape, rows, y = y.shape, x.reshape(-1, x.shape[-1]), y.reshape(-1)
    if len(rows) != len(y):
        raise shapes_differ(x.shape, shape)
    if from_sorted_ids:
        return np.asarray((rows[:, :k] == y[:, None]).any(axis=1).reshape(shape), x.dtype)
    y = y.astype(np.int64)
    known = (y >= 0) & (y < rows.shape[1]) & np.isfinite(rows).all(axis=1)
    own = np.take_along_axis(rows, np.where(known, y, 0)[:, None], axis=1)
    return np.asarray((known & ((rows > own).sum(axis=1) < k)).reshape(shape), x.dtype)


def keras_top_k_dense(x: Array, y: Labels, *, k: int) -> Array:
    """keras.metrics.TopKCategoricalAccuracy on TensorFlow: see ``keras_top_k``."""
    return keras_top_k(x, _argmax(_numbers(y)), k=k)


def _numbers(y: Labels) -> Labels:
    if y.dtype == object:
        raise InputError("the labels are words; this call takes numbers")
    return y


def _fitting(y: Labels, x: Labels) -> Labels:
    """Refuse labels that do not broadcast."""
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        raise InputError(f"decisions of shape {x.shape} and labels of shape {y.shape} do not match") from None
    return y


def wrong_labels(x: Labels, y: Labels) -> Mask:
    """Where labels differ, ``(N, L)``; L is 1 unless the rows are indicators of several labels.

    Raises:
        InputError: What scikit-learn refuses: scores, words against numbers, rows against single labels.
    """
    same_length(x, y)
    if (x.dtype == object) != (y.dtype == object):
        raise InputError("predictions and labels are a mix of words and numbers")
    several = [a.ndim == 2 and a.shape[1] > 1 for a in (x, y)]
    if all(several):
        for rows in (x, y):
            if rows.dtype == object or len(np.unique(rows)) > 2 or (rows != np.floor(rows)).any():
                raise InputError("rows of labels must be indicators, 0 or 1")
        if x.shape != y.shape:
            raise shapes_differ(x.shape, y.shape)
        return np.asarray(x != y)
    if any(several):
        raise InputError(f"predictions of shape {x.shape} and labels of shape {y.shape} are a mix of rows and labels")
    return np.asarray(column(x, "predictions") != column(y))[:, None]


def row_right(x: Labels, y: Labels) -> Array:
    """sklearn.metrics.accuracy_score: 1.0 where all labels of a row are right."""
    return np.asarray(~wrong_labels(x, y).any(axis=1), np.float64)


def sklearn_top_k(x: Array, y: Labels, *, k: int, labels: Labels | None) -> Array:
    """sklearn.metrics.top_k_accuracy_score: of equal scores the last class counts first.

    With two classes and one score a row: above 0.5 if all scores lie in 0..1, else above 0; k = 2 is always right.

    Raises:
        InputError: Scores are not finite, or not of as many classes as the labels.
    """
    same_length(x, y)
    y = column(y)
    if not np.isfinite(x).all():
        raise InputError("the scores hold NaN or infinity")
    classes = sorted_classes(y, labels)
    if labels is not None and not np.array_equal(classes, labels):
        raise InputError("--labels must be sorted, each one once")
    binary = len(sorted_classes(y)) <= 2 and len(classes) <= 2
    if binary and x.ndim == 2 and x.shape[1] == 1:
        x = x[:, 0]
    if x.ndim != (1 if binary else 2):
        raise InputError(f"scores of shape {x.shape} for {len(classes)} classes", hint="name all classes with --labels")
    if len(classes) != (2 if binary else x.shape[1]):
        raise InputError(f"{len(classes)} classes for scores of shape {x.shape}", hint="name all classes with --labels")
    index = numbers_of(y, classes)
    if binary:
        threshold = 0.5 if x.min() >= 0.0 and x.max() <= 1.0 else 0.0
        return ((x > threshold) == index).astype(np.float64) if k == 1 else np.ones(len(x))
    best = np.argsort(x, axis=1, kind="stable")[:, ::-1][:, :k]
    return np.asarray((best == index[:, None]).any(axis=1), np.float64)
