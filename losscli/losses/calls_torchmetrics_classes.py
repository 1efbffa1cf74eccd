"""The functions of ``torchmetrics.functional.classification``: scores outside 0..1 are logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.calls_torchmetrics import IGNORED, means, whole_call
from losscli.losses.dataset_scores import no_weights
from losscli.losses.label_sets import class_index
from losscli.losses.vocabulary import Param
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.ops import Array, Labels


FLOAT32 = "Computed in float32."
THRESHOLD = Param("threshold", 0.5, "Probabilities above it say yes.")
CLASSES = Param("num_classes", None, "The number of classes; by default the columns of the predictions.")


@record(kw_only=True)
class Asked:
    """What a function of decisions or areas was asked for.

    Attributes:
        stat: Which score.
        task: What labels are: ``binary``, ``multiclass`` or ``multilabel``.
        threshold: Probabilities above it say yes.
        ignore_index: Rows or entries with this label do not count.
        num_classes: None for the columns of the predictions, as is ``num_labels``.
        average: Over the classes or labels; of two classes there is none.
        top_k: A label among so many of the largest scores is right.
        beta: How much recall counts beside precision.
        zero_division: What 0 / 0 is.
        thresholds: How many there are on a curve, or which; None for every score.
        max_fpr: The area ends at this share of false alarms.
        least: The least value of the other score, of one at a fixed value of another.
    """

    stat: str
    task: str
    threshold: float = 0.5
    ignore_index: float | None = None
    num_classes: float | None = None
    num_labels: float | None = None
    average: str = "macro"
    top_k: float = 1
    beta: float = 1.0
    zero_division: float = 0.0
    thresholds: Any = None
    max_fpr: float | None = None
    least: float | None = None

    @property
    def mean(self) -> str:
        """How classes are averaged: ``binary`` if there is one number only."""
        return "binary" if self.task == "binary" else self.average


def in_unit(x: Array) -> bool:
    """Whether all values lie in 0..1, so that torchmetrics takes them for probabilities."""
    return bool(((x >= 0.0) & (x <= 1.0)).all())


def probabilities(x: Array, through: Callable[[Array], Array]) -> Array:
    """Scores as torchmetrics reads them: through a sigmoid or softmax if one lies outside 0..1."""
    return x if in_unit(x) else through(x)


def _binary_rows(x: Array, y: Labels, ignore_index: float | None) -> tuple[Array, Labels]:
    """Flat probabilities, made so by a sigmoid if one lies outside 0..1, and their labels."""
    _numbers(x, y)
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    x, y = x.reshape(-1), y.reshape(-1)
    if ignore_index is not None:
        x, y = x[y != ignore_index], y[y != ignore_index]
    if not np.isin(y, (0, 1)).all():
        raise InputError("labels other than 0 and 1")
    return probabilities(x, ops.sigmoid), y


def class_rows(x: Array, y: Labels, num_classes: float | None, ignore_index: float | None) -> tuple[Array, Labels]:
    """Scores ``(N, C)`` and class numbers ``(N,)`` of the rows that count; further axes become rows.

    Raises:
        InputError: Other shapes, or a label that is no class.
        UsageError: ``num_classes`` is another number.
    """
    _numbers(x, y)
    if x.ndim < 2 or y.shape != (x.shape[0], *x.shape[2:]):
        raise shapes_differ(x.shape, y.shape)
    if num_classes is not None and num_classes != x.shape[1]:
        raise UsageError(f"--num-classes {num_classes:g}: the predictions have {x.shape[1]} classes")
    x, y = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]), y.reshape(-1)
    if ignore_index is not None:
        x, y = x[y != ignore_index], y[y != ignore_index]
    return x, class_index(y, x.shape[1])


def _numbers(x: Array, y: Labels) -> None:
    if x.dtype == object or y is None or y.dtype == object:
        raise InputError("predictions and labels must be numbers here")


def _binary_hinge(x: Array, y: Labels, weights: Array | None, *, squared: bool, ignore_index: float | None) -> Array:
    no_weights(weights)
    p, y = _binary_rows(x, y, ignore_index)
    short = np.maximum(1.0 - np.where(y == 1, p, -p), 0.0)
    return means((short * short if squared else short)[:, None])


def _class_hinge(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    num_classes: float | None,
    squared: bool,
    multiclass_mode: str,
    ignore_index: float | None,
) -> Array:
    """The hinge loss; scores go through a softmax first if one lies outside 0..1."""
    no_weights(weights)
    x, y = class_rows(x, y, num_classes, ignore_index)
    x = probabilities(x, ops.softmax)
    hot = ops.one_hot(y, x.shape[1], bool)
    if multiclass_mode == "crammer-singer":
        margin = ops.take(x, y) - np.where(hot, -np.inf, x).max(axis=1)
    else:
        margin = np.where(hot, x, -x)
    short = np.maximum(1.0 - margin, 0.0)
    values = (short * short if squared else short).reshape(len(x), -1)
    return means(values)


def _binned(p: Labels, right: Labels, n_bins: int, norm: str) -> Array:
    """The calibration error over bins closed on the left; an empty bin has no gap."""
    edges = np.linspace(0.0, 1.0, n_bins + 1, dtype=p.dtype)
    place = np.searchsorted(edges, p, side="right") - 1
    number = np.bincount(place, minlength=n_bins + 1)
    gaps = abs(np.bincount(place, p, n_bins + 1) - np.bincount(place, right, n_bins + 1)) / np.maximum(number, 1)
    share = number / number.sum()
    match norm:
        case "l1":
            return np.asarray((gaps * share).sum(), p.dtype)
        case "max":
            return np.asarray(gaps.max(), p.dtype)
        case _:
            return np.asarray(np.sqrt((gaps * gaps * share).sum()), p.dtype)


def _binary_calibration(
    x: Array, y: Labels, weights: Array | None, *, n_bins: int, norm: str, ignore_index: float | None
) -> Array:
    no_weights(weights)
    p, y = _binary_rows(x, y, ignore_index)
    return _binned(p, y.astype(x.dtype), n_bins, norm)


def _class_calibration(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    num_classes: float | None,
    n_bins: int,
    norm: str,
    ignore_index: float | None,
) -> Array:
    no_weights(weights)
    x, y = class_rows(x, y, num_classes, ignore_index)
    p = probabilities(x, ops.softmax)
    chosen, right = p.max(axis=1).astype(np.float32), p.argmax(axis=1) == y  # whatever the input dtype
    return _binned(chosen, right.astype(np.float32), n_bins, norm)


BINARY_HINGE = whole_call(
    "classification.binary_hinge_loss",
    _binary_hinge,
    options=(Param("squared", False, "The squares."), IGNORED),
    note="Labels are 0 and 1; a sigmoid comes first if a score lies outside 0..1.",
)
CLASS_HINGE = whole_call(
    "classification.multiclass_hinge_loss",
    _class_hinge,
    options=(
        CLASSES,
        Param("squared", False, "The squares."),
        Param("multiclass_mode", "crammer-singer", "The best other class, or each class against the rest.",
              choices=("crammer-singer", "one-vs-all")),
        IGNORED,
    ),
    note="Only the best other class counts, by default; a softmax comes first if a score lies outside 0..1.",
)  # fmt: skip
BINS = Param("n_bins", 15, "Number of bins.", ge=1)
NORM = Param("norm", "l1", "Mean gap, root of the mean square, or largest gap.", choices=("l1", "l2", "max"))
CALIBRATION = (
    whole_call(
        "classification.binary_calibration_error",
        _binary_calibration,
        options=(BINS, NORM, IGNORED),
        note="Bins are closed on their left; a sigmoid comes first if a value lies outside 0..1.",
    ),
    whole_call(
        "classification.multiclass_calibration_error",
        _class_calibration,
        options=(CLASSES, BINS, NORM, IGNORED),
        note="Bins are closed on their left; a softmax comes first if a value lies outside 0..1.",
    ),
)


def decided(x: Array, y: Labels, num_classes: float | None, ignore_index: float | None) -> Array:
    """The confusion matrix, true classes in rows; scores decide for the largest, class numbers are taken as given.

    Raises:
        InputError: A number is no class.
    """
    _numbers(x, y)
    if x.shape == y.shape:
        counts = np.ones(y.shape, bool) if ignore_index is None else y != ignore_index
        said, true = x[counts].astype(np.int64), y[counts].astype(np.int64)
        size = int(num_classes or max(said.max(initial=0), true.max(initial=0)) + 1)
        if ((said < 0) | (said >= size) | (true < 0) | (true >= size)).any():
            raise InputError(f"class numbers outside 0..{size - 1}")
    else:
        x, true = class_rows(x, y, num_classes, ignore_index)
        said, size = x.argmax(axis=1), x.shape[1]
    counted = np.bincount(true * size + said, minlength=size * size).reshape(size, size)
    return counted.astype(np.float32)  # whatever the input dtype


def _kappa(
    x: Array,
    y: Labels,
    used: Array | None,
    *,
    num_classes: float | None,
    weights: str | None,
    ignore_index: float | None,
) -> Array:
    no_weights(used)
    matrix = decided(x, y, num_classes, ignore_index)
    there, said, size = matrix.sum(axis=1), matrix.sum(axis=0), len(matrix)
    chance = np.multiply.outer(there, said) / said.sum()
    apart = abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float32)
    cost = {"linear": apart, "quadratic": apart * apart}.get(weights or "none", (apart > 0.0).astype(np.float32))
    return np.asarray(np.float32(1.0) - (cost * matrix).sum() / (cost * chance).sum(), np.float32)


def _binary_kappa(
    x: Array, y: Labels, used: Array | None, *, weights: str | None, threshold: float, ignore_index: float | None
) -> Array:
    no_weights(used)
    p, y = _binary_rows(x, y, ignore_index)
    return _kappa((p > threshold).astype(x.dtype), y, None, num_classes=2, weights=weights, ignore_index=None)


APART = Param("weights", None, "How far two classes are apart.", choices=("linear", "quadratic", "none"))
KAPPA = (
    whole_call(
        "classification.binary_cohen_kappa",
        _binary_kappa,
        options=(APART, THRESHOLD, IGNORED),
        apart=True,
        note=FLOAT32,
    ),
    whole_call(
        "classification.multiclass_cohen_kappa", _kappa, options=(CLASSES, APART, IGNORED), apart=True, note=FLOAT32
    ),
)
