"""Labels as scikit-learn reads them: any words or whole numbers; the classes are the distinct ones, sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, shapes_differ
from losscli.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Index, Labels


def column(y: Labels, what: str = "labels") -> Labels:
    """One label per row: ``(N,)`` or ``(N, 1)`` give ``(N,)``.

    Raises:
        InputError: Several columns, or numbers that are not whole.
    """
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise InputError(f"the {what} have shape {y.shape}; one a row is wanted")
    if y.dtype.kind == "f" and not (np.isfinite(y) & (y == np.floor(y))).all():
        raise InputError(f"the {what} are neither words nor whole numbers")
    return y


def same_length(x: Labels, y: Labels) -> None:
    """Refuse empty input, and labels that are not one per row.

    Raises:
        InputError: The lengths differ, or are 0.
    """
    if not x.ndim or not y.ndim or len(x) != len(y):
        raise shapes_differ(x.shape, y.shape)
    if not len(x):
        raise InputError("there are no rows")


def alike(y: Labels, value: Any) -> Any:
    """An option's class in the type of the labels: a number if they are numbers.

    Raises:
        InputError: The labels are numbers, and the option is none.
    """
    if y.dtype == object or not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        raise InputError(f"the labels are numbers, {value!r} is not") from None


def sorted_classes(y: Labels, labels: Labels | None = None) -> Labels:
    """The distinct labels in sorted order, or those of ``labels`` if it is given.

    Raises:
        InputError: Some labels are words and some numbers, or one has more than 64 bits.
    """
    try:
        given = None if labels is None else [alike(y, label) for label in np.asarray(labels).tolist()]
        return np.unique(y if given is None else np.asarray(given, y.dtype))
    except TypeError:
        raise InputError("some labels are words and some are numbers") from None
    except OverflowError:
        raise InputError("a class number has more than 64 bits") from None


def numbers_of(y: Labels, classes: Labels) -> Index:
    """The position of each label among the classes.

    Raises:
        InputError: A label is not among them.
    """
    if len(classes) and y.dtype == classes.dtype and y.dtype.kind in "iuf" and bool((classes[1:] > classes[:-1]).all()):
        found = np.minimum(np.searchsorted(classes, y), len(classes) - 1)
        found[classes[found] != y] = -1
    else:
        place = {label: n for n, label in enumerate(classes.tolist())}
        found = np.array([place.get(label, -1) for label in y.tolist()], dtype=np.intp)
    if (found < 0).any():
        unknown = y[found < 0].tolist()
        raise InputError(f"{len(unknown):,} labels are not among the given ones: {unknown[:5]}", hint="--labels")
    return found


def class_index(y: Labels, classes: int) -> NDArray[np.int64]:
    """Class numbers as indices.

    Raises:
        InputError: A number is no class.
    """
    outside = ~((y >= 0) & (y < classes))
    bad = outside | (y != np.floor(y))
    if bad.any():
        shown = ", ".join(f"{label:.15g}" for label in y[bad].tolist()[:5])
        if not outside.any():
            raise InputError(f"labels that are not whole: [{shown}]", hint="class numbers are 0, 1, 2 and so on")
        raise InputError(f"labels outside 0..{classes - 1}: [{shown}]")
    return y.astype(np.int64)


def indicators(proba: Array, y: Labels, labels: Labels | None) -> tuple[Array, Array]:
    """Probabilities and 0/1 labels, both of shape ``(N, C)``, as ``log_loss`` and ``brier_score_loss`` make them.

    Args:
        proba: ``(N,)`` or ``(N, 1)`` are of the second of two classes.
        y: Labels, or a row of 0s and 1s for each sample.
        labels: All classes, if ``y`` does not show them.

    Raises:
        InputError: What scikit-learn refuses.
    """
    in_unit_interval(proba)
    same_length(proba, y)
    if proba.ndim == 1:
        proba = proba[:, None]
    if proba.ndim != 2:
        raise InputError(f"probabilities of shape {proba.shape}: rows of classes are wanted")
    if proba.shape[1] == 1:
        proba = np.concatenate([1.0 - proba, proba], axis=1)
    if y.ndim == 2 and y.shape[1] > 1:
        if labels is not None or y.dtype == object or not np.isin(y, (0, 1)).all():
            raise InputError("rows of labels must be 0s and 1s, and come without --labels")
        hot = y.astype(proba.dtype)
    else:
        y = column(y)
        classes = sorted_classes(y, labels)
        if len(classes) < 2:
            raise InputError(f"the only label is {classes.tolist()[0]!r}", hint="name all classes with --labels")
        hot = (numbers_of(y, classes)[:, None] == np.arange(len(classes))).astype(proba.dtype)
    if hot.shape != proba.shape:
        raise InputError(
            f"the labels are of {hot.shape[1]} classes, the probabilities of {proba.shape[1]}",
            hint="name all classes with --labels",
        )
    return proba, hot


def in_unit_interval(proba: Array) -> None:
    """Refuse numbers that are not probabilities.

    Raises:
        InputError: A value below 0 or above 1, or NaN.
    """
    outside = ~((proba >= 0.0) & (proba <= 1.0))
    if outside.any():
        raise InputError(f"{int(outside.sum()):,} probabilities lie outside 0..1: {proba[outside].tolist()[:5]}")
