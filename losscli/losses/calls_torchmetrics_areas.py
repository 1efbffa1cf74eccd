"""The areas under curves of ``torchmetrics.functional.classification``, in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.lazy import np
from losscli.losses.calls_torchmetrics import IGNORED, whole_call
from losscli.losses.calls_torchmetrics_classes import CLASSES, class_rows, no_weights, probabilities
from losscli.losses.calls_torchmetrics_counts import FLOAT32, LABELS, TASK, indicators
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from losscli.losses.reference import Reference
    from losscli.ops import Array, Labels

    Points = tuple[Array, Array]

THRESHOLDS = Param(
    "thresholds", None, "How many thresholds from 0 to 1, or which; by default every score.", vector=True
)
MAX_FPR = Param("max_fpr", None, "The area up to this share of false alarms.", ge=0.0, le=1.0)


def _counted(p: Array, yes: NDArray[Any], thresholds: Any) -> tuple[Array, Array]:
    """Right and false yes at each threshold, the highest first; all scores are thresholds if there are none."""
    if thresholds is None:
        order = np.argsort(-p, kind="stable")
        last = np.append(np.diff(p[order]) != 0.0, True) if len(p) else np.zeros(0, bool)
        right = np.cumsum(yes[order])[last]
        return right, np.arange(1, len(p) + 1)[last] - right
    given = np.asarray(thresholds, np.float64).reshape(-1)
    one = np.ndim(thresholds) == 0 or (given.size == 1 and given[0] > 1)
    points = np.linspace(0.0, 1.0, int(given[0])) if one else given
    said = p[None] >= points.astype(np.float32).astype(p.dtype)[::-1, None]
    return (said & yes).sum(axis=1), (said & ~yes).sum(axis=1)


def _shares(counts: Array, whole: int) -> Array:
    return (counts / whole if whole else np.zeros(len(counts))).astype(np.float32)


def _area(p: Array, yes: NDArray[Any], thresholds: Any, max_fpr: float | None = None) -> Any:
    """Under the ROC curve; of one class alone 0."""
    right, false = _counted(p, yes, thresholds)
    if thresholds is None:
        right, false = np.append(0, right), np.append(0, false)
    across, up = _shares(false, int((~yes).sum())), _shares(right, int(yes.sum()))
    if max_fpr is None or max_fpr == 1 or not across.sum() or not up.sum():
        return np.trapezoid(up, across)
    most = np.float32(max_fpr)
    stop = int(np.searchsorted(across, most, side="right"))
    part = (most - across[stop - 1]) / (across[stop] - across[stop - 1])
    height = up[stop - 1] + part * (up[stop] - up[stop - 1])
    area = np.trapezoid(np.append(up[:stop], height), np.append(across[:stop], most))
    least = np.float32(0.5) * most**2
    return np.float32(0.5) * (1 + (area - least) / (most - least))


def _precision(p: Array, yes: NDArray[Any], thresholds: Any, _: Any = None) -> Any:
    """Average precision; without a yes each threshold counts as having found all."""
    right, false = _counted(p, yes, thresholds)
    with np.errstate(all="ignore"):
        precision = np.nan_to_num((right / (right + false)).astype(np.float32))
        found = (
            (right / yes.sum()).astype(np.float32) if yes.any() else np.full(len(right), np.float32(thresholds is None))
        )
    return (np.diff(np.append(np.float32(0.0), found)) * precision).sum()


def _columns(
    x: Array, y: Labels, task: str, ignored: float | None, num_classes: float | None, num_labels: float | None
) -> list[tuple[Array, NDArray[Any]]]:
    """Probabilities and whether they are right, for each class or label; one pair of two classes."""
    if task == "multiclass":
        x, y = class_rows(x, y, num_classes, ignored)
        p = probabilities(x, ops.softmax)
        return [(p[:, c], y == c) for c in range(p.shape[1])]
    counts = indicators(x, y, ignored, num_labels)
    if task == "binary":
        p = x[counts]
        return [(probabilities(p, ops.sigmoid), y[counts] == 1)]
    p = probabilities(x, ops.sigmoid)
    return [(p[:, c][counts[:, c]], y[:, c][counts[:, c]] == 1) for c in range(p.shape[1])]


_CURVES: dict[str, Callable[..., Any]] = {"auroc": _area, "average_precision": _precision}


def area(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    task: str,
    curve: str,
    thresholds: Any,
    max_fpr: float | None = None,
    num_classes: float | None = None,
    num_labels: float | None = None,
    average: str = "binary",
    ignore_index: float | None = None,
) -> Array:
    """One area, or the mean over classes or labels."""
    no_weights(weights)
    average = "binary" if task == "binary" else average
    pairs = _columns(x, y, task, ignore_index, num_classes, num_labels)
    if average == "micro":
        pairs = [(np.concatenate([p for p, _ in pairs]), np.concatenate([true for _, true in pairs]))]
    found: Any = np.array([_CURVES[curve](p, true, thresholds, max_fpr) for p, true in pairs], np.float32)
    if curve == "average_precision" and task == "multiclass" and thresholds is None and not pairs[0][1].all():
        found = np.where([true.any() for _, true in pairs], found, np.float32(np.nan))
    if average in ("binary", "micro", "none"):
        return np.asarray(found if average == "none" else found.reshape(()))
    known = ~np.isnan(found)
    there = np.array([true.sum() if average == "weighted" else 1.0 for _, true in pairs], np.float32)[known]
    if not there.sum():
        return np.asarray(0.0 if known.any() else np.nan, np.float32)
    return np.asarray(np.sum(found[known] * (there / there.sum())), np.float32)


def _average(*choices: str) -> Param:
    return Param("average", "macro", "How the classes are averaged.", choices=choices)


def _calls(curve: str, *more: Param) -> tuple[Reference, ...]:
    options = {
        "binary": (*more, THRESHOLDS, IGNORED),
        "multiclass": (CLASSES, _average("macro", "weighted", "none"), THRESHOLDS, IGNORED),
        "multilabel": (LABELS, _average("micro", "macro", "weighted", "none"), THRESHOLDS, IGNORED),
    }
    every = (CLASSES, LABELS, _average("macro", "weighted", "micro", "none"), *more, THRESHOLDS, IGNORED)
    whole = whole_call(
        curve,
        area,
        options=(TASK, *every),
        fixed={"curve": curve},
        apart=True,
        note=f"--task says which of three it is. {FLOAT32}",
        unweighted=FLOAT32,
    )
    return whole, *(
        whole_call(
            f"classification.{task}_{curve}",
            area,
            options=options[task],
            fixed={"task": task, "curve": curve},
            apart=True,
            note=f"A class without rows counts, too. {FLOAT32}",
            unweighted=FLOAT32,
        )
        for task in options
    )


AUROC = _calls("auroc", MAX_FPR)
AVERAGE_PRECISION = _calls("average_precision")
