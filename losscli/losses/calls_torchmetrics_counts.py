"""The functions of ``torchmetrics.functional.classification`` that count right and wrong decisions, in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.calls_torchmetrics import IGNORED, whole_call
from losscli.losses.calls_torchmetrics_classes import (
    CLASSES,
    FLOAT32,
    THRESHOLD,
    Asked,
    decided,
    in_unit,
    probabilities,
)
from losscli.losses.dataset_scores import no_weights
from losscli.losses.vocabulary import Param
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.losses.reference import Reference
    from losscli.ops import Array, Labels

    Outcomes = tuple[Array, Array, Array, Array]  # true and false positives, true and false negatives

LABELS = Param("num_labels", None, "The number of labels; by default the columns of the predictions.")
AVERAGE = Param(
    "average", "macro", "Over the classes that are there or said.", choices=("micro", "macro", "weighted", "none")
)
TOP_K = Param("top_k", 1, "A label among the k largest scores is right.", ge=1)
ZERO_DIVISION = Param("zero_division", 0.0, "What 0 / 0 is.")
TASKS = {
    "binary": (THRESHOLD, IGNORED),
    "multiclass": (CLASSES, AVERAGE, TOP_K, IGNORED),
    "multilabel": (LABELS, THRESHOLD, AVERAGE, IGNORED),
}
BY_TOP_K = ("accuracy", "precision", "recall", "negative")  # with top_k, their mean is over true classes
NOTES = {
    "binary": f"A sigmoid comes first if a score lies outside 0..1. {FLOAT32}",
    "multiclass": f"The mean over the classes that are there or said, unless --average says otherwise. {FLOAT32}",
    "multilabel": f"The mean over the labels; a sigmoid comes first if a score lies outside 0..1. {FLOAT32}",
}


def indicators(x: Array, y: Labels, ignored: float | None, num_labels: float | None) -> Labels:
    """Which entries count, once all others prove to be 0 or 1.

    Raises:
        InputError: Other shapes or labels.
        UsageError: Another number of labels.
    """
    if x.shape != y.shape or object in (x.dtype, y.dtype):
        raise shapes_differ(x.shape, y.shape)
    if num_labels is not None and (x.ndim < 2 or num_labels != x.shape[1]):
        raise UsageError(f"--num-labels {num_labels:g}: the predictions have shape {x.shape}")
    counts = np.ones(y.shape, bool) if ignored is None else y != ignored
    if not np.isin(y[counts], (0, 1)).all():
        raise InputError("labels other than 0 and 1")
    return counts


def _outcomes(said: Labels, true: Labels, counts: Labels, axes: tuple[int, ...]) -> Outcomes:
    pairs = ((said, true), (said, ~true), (~said, ~true), (~said, true))
    found: list[Any] = [(a & b & counts).sum(axis=axes).astype(np.float32) for a, b in pairs]
    return found[0], found[1], found[2], found[3]


def _of_classes(x: Array, y: Labels, asked: Asked) -> tuple[Outcomes, Array]:
    """For each class, and the confusion matrix of the rows that count."""
    num_classes = asked.num_classes
    if asked.top_k > 1 and x.ndim == y.ndim + 1:
        best = np.argsort(-x, axis=1, kind="stable")[:, : int(asked.top_k)]
        true = np.expand_dims(y, 1)
        x = np.where((best == true).any(axis=1), y, best[:, 0]) if x.ndim > 1 else x
        num_classes = num_classes or best.shape[1]
    matrix = decided(x, y, num_classes, asked.ignore_index)
    right, said, there = np.diagonal(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    wrong, lost = said - right, there - right
    return (right, wrong, matrix.sum() - (wrong + lost + right), lost), matrix


def _share(asked: Asked, outcomes: Outcomes) -> tuple[Array, Array]:
    """What is divided by what."""
    tp, fp, tn, fn = outcomes
    b = np.float32(asked.beta * asked.beta)
    match asked.stat:
        case "precision":
            return tp, tp + fp
        case "specificity":
            return tn, tn + fp
        case "negative":
            return tn, tn + fn
        case "jaccard":
            return tp, tp + fp + fn
        case "f":
            return (1 + b) * tp, (1 + b) * tp + b * fn + fp
        case "accuracy" | "hamming" if asked.task != "multiclass":
            return tp + tn, tp + fp + tn + fn
    return tp, tp + fn


def _ratio(above: Any, below: Any, empty: float) -> Array:
    zero = below == 0.0
    return np.where(zero, np.float32(empty), above / np.where(zero, 1.0, below)).astype(np.float32)


def _averaged(scores: Array, outcomes: Outcomes, asked: Asked) -> Array:
    """The mean over the classes that are there or said, or over all labels; weighted by how many there are."""
    tp, fp, _, fn = outcomes
    if asked.average == "weighted":
        weights = tp + fn
    elif asked.task == "multilabel":
        weights = np.ones_like(scores)
    else:
        only_there = asked.top_k > 1 and asked.stat in BY_TOP_K
        weights = (tp + fn + (0 if only_there else fp) > 0.0).astype(scores.dtype)
    return np.asarray((weights * scores / (weights.sum() or 1.0)).sum(), scores.dtype)


def scored(x: Array, y: Labels, weights: Array | None, **how: Any) -> Array:
    """A share of decisions that are right, for one task."""
    no_weights(weights)
    asked = Asked(**how)
    if asked.task == "multiclass":
        outcomes, _ = _of_classes(x, y, asked)
    else:
        counts = indicators(x, y, asked.ignore_index, asked.num_labels)
        said = probabilities(x, ops.sigmoid) > asked.threshold
        axes = tuple(i for i in range(x.ndim) if i != 1 or asked.task == "binary")
        outcomes = _outcomes(said, y == 1, counts, axes)
    above, below = _share(asked, outcomes)
    left_out = _left_out(asked, len(outcomes[0]) if outcomes[0].ndim else 0)
    if asked.mean == "micro":
        below = below if left_out is None else np.delete(below, left_out)
        above, below = np.asarray(above.sum()), np.asarray(below.sum())
    scores = _ratio(above, below, asked.zero_division)
    scores = np.float32(1.0) - scores if asked.stat == "hamming" else scores
    if asked.mean in ("micro", "binary", "none"):
        return np.asarray(scores)
    if left_out is not None and asked.average == "macro":
        tp, fp, tn, fn = (np.delete(one, left_out) for one in outcomes)
        outcomes, scores = (tp, fp, tn, fn), np.delete(scores, left_out)
    if asked.stat == "jaccard" and asked.average == "weighted" and not (outcomes[0] + outcomes[3]).any():
        return np.asarray(np.nan, np.float32)
    return _averaged(scores, outcomes, asked)


def _left_out(asked: Asked, classes: int) -> int | None:
    """The ignored class, which the Jaccard index leaves out."""
    ignored = asked.ignore_index
    return int(ignored) if asked.stat == "jaccard" and ignored is not None and 0 <= ignored < classes else None


TASK = Param("task", "binary", "What labels are; required there.", choices=tuple(TASKS))


def of_task(name: str, kernel: Any, average: str, *more: Param, fixed: dict[str, Any]) -> Reference:
    """The function that takes the task as an argument."""
    left = (AVERAGE, TOP_K) if fixed.get("stat") == "jaccard" else (AVERAGE,)
    options = dict.fromkeys(one for task in TASKS.values() for one in task if one not in left)
    chosen = (replace(AVERAGE, default=average),) if average else ()
    note = f"--task says which of three it is. {FLOAT32}"
    return whole_call(name, kernel, options=(TASK, *options, *chosen, *more), fixed=fixed, apart=True, note=note)


def calls(
    name: str, stat: str, *more: Param, tasks: tuple[str, ...] = tuple(TASKS), of_all: str = "micro"
) -> tuple[Reference, ...]:
    """The functions of a score, one for each task, and the one that takes the task, with ``of_all`` as its average."""
    together = (of_task(name, scored, of_all, *more, fixed={"stat": stat}),) if of_all else ()
    return together + tuple(
        whole_call(
            f"classification.{task}_{name}",
            scored,
            options=(*(one for one in TASKS[task] if one is not TOP_K or stat != "jaccard"), *more),
            fixed={"stat": stat, "task": task},
            apart=True,
            note=NOTES[task],
        )
        for task in tasks
    )


def _exact(x: Array, y: Labels, weights: Array | None, **how: Any) -> Array:
    """The share of rows of which all entries are right."""
    no_weights(weights)
    asked = Asked(**how)
    if asked.task == "multilabel":
        counts = indicators(x, y, asked.ignore_index, asked.num_labels)
        right = ((probabilities(x, ops.sigmoid) > asked.threshold) == (y == 1)) | ~counts
        rows = np.moveaxis(right, 1, -1).reshape(-1, right.shape[1])
    else:
        said = x.argmax(axis=1) if x.ndim == y.ndim + 1 else x
        if said.shape != y.shape:
            raise shapes_differ(x.shape, y.shape)
        if object in (said.dtype, y.dtype):
            raise InputError("predictions or labels are words; this call takes numbers")
        rows = ((said == y) | (y == asked.ignore_index)).reshape(len(y), -1)
    return _ratio(np.float32(rows.all(axis=1).sum()), np.float32(len(rows)), 0.0)


def _correlation(x: Array, y: Labels, weights: Array | None, **how: Any) -> Array:
    """Matthews's coefficient; of several labels that of all their entries."""
    no_weights(weights)
    asked = Asked(**how)
    if asked.task == "multiclass":
        return _matthews(_of_classes(x, y, asked)[1])
    counts = indicators(x, y, asked.ignore_index, asked.num_labels)
    p = x if in_unit(x[counts] if asked.task == "binary" else x) else ops.sigmoid(x)
    tp, fp, tn, fn = _outcomes(p > asked.threshold, y == 1, counts, tuple(range(x.ndim)))
    return _matthews(np.array([[tn, fp], [fn, tp]], np.float32))


def _matthews(cells: Array) -> Array:
    """Matthews's coefficient of a confusion matrix; if two classes lack spread, torchmetrics's small number."""
    there, said, right = cells.sum(axis=1), cells.sum(axis=0), np.trace(cells)
    if cells.size == 4 and right * (cells.sum() - right) == 0 and cells.sum():
        return np.asarray(1.0 if right else -1.0, np.float32)
    whole = cells.sum()
    above = right * whole - (there * said).sum()
    below = (whole**2 - (said * said).sum()) * (whole**2 - (there * there).sum())
    if below == 0.0 and cells.size == 4:
        (tn, fp), (fn, tp) = cells
        eps = np.finfo(np.float32).eps
        small = np.sqrt(eps)
        for zero, value in (
            (fn + tn, small * (tp - fp)),
            (fp + tn, small * (tp - fn)),
            (tp + fn, small * (tn - fp)),
            (tp + fp, small * (tn - fn)),
        ):
            if zero == 0:
                above = value
                break
        below = (tp + fp + eps) * (tp + fn + eps) * (tn + fp + eps) * (tn + fn + eps)
    return np.asarray(above / np.sqrt(below) if below else 0.0, np.float32)


BETA = Param("beta", 1.0, "How much recall counts beside precision.", ge=0.0)
RIGHT = calls("accuracy", "accuracy", tasks=("binary", "multilabel"))
RECALLS = calls("accuracy", "accuracy", tasks=("multiclass",), of_all="")
PRECISION = calls("precision", "precision", ZERO_DIVISION)
RECALL = calls("recall", "recall", ZERO_DIVISION)
F = (*calls("f1_score", "f", ZERO_DIVISION), *calls("fbeta_score", "f", BETA, ZERO_DIVISION))
SPECIFICITY = calls("specificity", "specificity")
NEGATIVE = calls("negative_predictive_value", "negative", ZERO_DIVISION)
JACCARD = calls("jaccard_index", "jaccard", ZERO_DIVISION, of_all="macro")
HAMMING = calls("hamming_distance", "hamming")
EXACT = tuple(
    whole_call(
        f"classification.{task}_exact_match",
        _exact,
        options=options,
        fixed={"task": task, "stat": "exact"},
        apart=True,
        note=f"Of a row all must be right. {FLOAT32}",
    )
    for task, options in (("multiclass", (CLASSES, IGNORED)), ("multilabel", (LABELS, THRESHOLD, IGNORED)))
)
MATTHEWS = tuple(
    whole_call(
        f"classification.{task}_matthews_corrcoef",
        _correlation,
        options=tuple(one for one in options if one not in (AVERAGE, TOP_K)),
        fixed={"task": task, "stat": "matthews"},
        apart=True,
        note=FLOAT32,
    )
    for task, options in TASKS.items()
)
