"""Decisions counted by class, from which precision, recall, F and the like are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.label_sets import alike, column, numbers_of, same_length, sorted_classes
from losscli.losses.vocabulary import Param
from losscli.record import record
from losscli.text import printable, quoted

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


AVERAGES = ("binary", "macro", "micro", "weighted", "none")
AVERAGE = Param(
    "average",
    "binary",
    "Of the class of --pos-label alone (binary); the mean over the classes, evenly (macro) or by how many rows have "
    "them (weighted); of all counts together (micro); or each class (none).",
    choices=AVERAGES,
)
POS_LABEL = Param("pos_label", "1", "The class that binary is about.")
ZERO_DIVISION = Param("zero_division", 0.0, "What 0 / 0 counts as.")
THRESHOLD = Param("threshold", 0.5, "Probabilities above it are a yes; labels are not affected.")


@record
class Counts:
    """The weights of the rows of each class, ``(C,)``: rightly predicted, predicted, and true."""

    right: Array
    said: Array
    true: Array


def decide(x: Labels, y: Labels, threshold: float = 0.5) -> Labels:
    """Predicted labels unchanged; probabilities of yes and rows of scores as the class they decide for.

    Raises:
        InputError: Scores without a threshold for yes; probabilities with labels other than 0 and 1.
    """
    if x.dtype == object:
        return x
    if x.ndim == 2 and x.shape[1] > 1 and (y.ndim == 1 or y.shape[1:] == (1,)):
        if y.dtype == object:
            raise InputError(
                "the labels are words, the predictions rows of scores", hint="write labels as class numbers"
            )
        return np.asarray(x.argmax(axis=1))
    if x.dtype.kind != "f" or (x == np.floor(x)).all():
        return x
    if not ((x >= 0.0) & (x <= 1.0)).all():
        raise InputError(
            "the predictions are neither labels nor probabilities",
            hint="decide first, as in: losscli sigmoid, or compare with a threshold",
        )
    other = y[(y != 0) & (y != 1)]
    if other.size:
        what = f"the predictions are probabilities of label 1, and a label is {printable(str(other[0]))}"
        raise InputError(what, hint="labels of 0 and 1, or predicted labels")
    return np.asarray(x > threshold, x.dtype)


def pixels(x: Labels, y: Labels, weights: Array | None) -> tuple[Labels, Labels, Array | None]:
    """Labels unchanged; for masks, or scores of classes for each pixel, one row per pixel.

    Raises:
        InputError: Shapes that do not match.
    """
    masks = y.ndim > 2 or (y.ndim == 2 and x.ndim == 3 and y.shape[1] > 1)
    if not masks or x.dtype == object or y.dtype == object:
        return x, y, weights
    if x.ndim == y.ndim + 1:
        x = x.argmax(axis=-1)
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    return x.reshape(-1), y.reshape(-1), None if weights is None else np.repeat(weights, y[0].size)


def decided(x: Labels, y: Labels, weights: Array | None, threshold: float) -> tuple[Labels, Labels, Array | None]:
    """Predicted and true labels, one per row, and the weights of the rows."""
    x, y, weights = pixels(x, y, weights)
    return decide(x, y, threshold), y, weights


def columns_of(x: Labels, y: Labels) -> tuple[Labels, Labels]:
    """Predicted and true labels, one per row.

    Raises:
        InputError: Words on one side only, or shapes that do not match.
    """
    same_length(x, y)
    if (x.dtype == object) != (y.dtype == object):
        raise InputError("predictions and labels are a mix of words and numbers")
    x, y = column(x, "predictions"), column(y)
    return (x, y) if x.dtype == object else (x.astype(np.float64), y.astype(np.float64))


def weights_for(y: Labels, weights: Array | None) -> Array:
    """One weight for each row.

    Raises:
        InputError: Another number of them.
    """
    if weights is None:
        return np.ones(len(y))
    found = np.asarray(weights, np.float64)
    if found.shape != (len(y),):
        raise InputError(f"sample weights of shape {found.shape} for {len(y)} rows")
    return found


def counted(x: Labels, y: Labels, average: str | None, pos_label: Any) -> Labels:
    """The classes that count: all that occur, or for ``binary`` the positive one.

    Raises:
        InputError: More than two classes, or two of which neither is the positive one.
    """
    classes = sorted_classes(np.concatenate([x, y]))
    if average != "binary":
        return classes
    if len(classes) > 2:
        raise InputError(
            f"{len(classes)} classes, and --average binary is for two", hint="--average macro, micro, weighted or none"
        )
    positive = alike(y, pos_label)
    if positive not in classes.tolist() and len(classes) == 2:
        names = [str(name) if y.dtype == object else f"{name:g}" for name in classes.tolist()]
        hint = f"--pos-label {quoted(names[-1])} if that is the positive one"
        raise InputError(f"no label is {pos_label}; they are {', '.join(names)}", hint=hint)
    return np.asarray([positive], y.dtype)


def by_label(v: Array, labels: Labels, classes: Labels) -> Array:
    """The sum over the rows of each of some classes."""
    return np.array([np.sum(v[labels == one]) for one in classes.tolist()], np.float64)


def counts(x: Labels, y: Labels, weights: Array | None, average: str | None, pos_label: Any) -> Counts:
    """The counts of each class that counts."""
    x, y = columns_of(x, y)
    each, classes = weights_for(y, weights), counted(x, y, average, pos_label)
    return Counts(by_label(each * (x == y), y, classes), by_label(each, x, classes), by_label(each, y, classes))


def ratio(above: Any, below: Any, zero_division: float = 0.0) -> Any:
    """``above / below``, with a chosen value for 0 / 0."""
    none = np.asarray(below) == 0.0
    with np.errstate(all="ignore"):
        return np.where(none, zero_division, np.divide(above, np.where(none, 1.0, below)))[()]


def averaged(above: Array, below: Array, found: Counts, average: str | None, zero_division: float = 0.0) -> Array:
    """One ratio of all classes together, their mean without NaN, or each of them.

    Raises:
        UsageError: There is no such average.
    """
    if average == "micro":
        return np.asarray(ratio(above.sum(), below.sum(), zero_division))
    each = np.asarray(ratio(above, below, zero_division))
    if average is None or average == "none":
        return each
    if average not in ("binary", "macro", "weighted", "samples"):
        raise UsageError(f"--average {average} is not known here", hint=", ".join(AVERAGES))
    weights = found.true if average == "weighted" else np.ones(len(each))
    weights = np.where(np.isnan(each), 0.0, weights)
    whole = weights.sum()
    return np.asarray((weights * np.nan_to_num(each)).sum() / whole if whole else zero_division)


def matrix(weights: Array, y: Labels, x: Labels) -> Array:
    """The confusion matrix ``(true, predicted)`` of the classes that occur, in sorted order."""
    classes = sorted_classes(np.concatenate([x, y]))
    size = len(classes)
    cells = numbers_of(y, classes) * size + numbers_of(x, classes)
    return np.asarray(np.bincount(cells, weights, size * size), np.float64).reshape(size, size)


def apart(size: int, weighing: str | None) -> Array:
    """The distance of two classes by their positions: 0 or 1, linear, or squared."""
    gap = np.subtract.outer(np.arange(size), np.arange(size))
    if weighing in (None, "none"):
        return np.asarray(gap != 0, np.float64)
    return np.asarray(abs(gap) if weighing == "linear" else gap * gap, np.float64)


def correlation(cells: Array) -> Array:
    """Matthews's coefficient of a confusion matrix; 0 if either side has only one class."""
    true, said = cells.sum(axis=1), cells.sum(axis=0)
    if not true.any():
        return np.asarray(np.nan)
    spread = (true.sum() ** 2 - true @ true) * (said.sum() ** 2 - said @ said)
    shared = np.trace(cells) * true.sum() - true @ said  # of counts, not fractions: whole numbers are exact
    return np.asarray(shared / np.sqrt(spread) if spread > 0.0 else 0.0)


def kappa(cells: Array, weighing: str | None) -> Array:
    """Cohen's kappa of a confusion matrix; NaN if chance agreement is complete."""
    far = apart(len(cells), weighing)
    found = (far * cells).sum() * cells.sum()
    by_chance = (far * np.outer(cells.sum(axis=1), cells.sum(axis=0))).sum()
    with np.errstate(all="ignore"):
        return np.asarray((by_chance - found) / by_chance)  # of whole numbers, rounded once
