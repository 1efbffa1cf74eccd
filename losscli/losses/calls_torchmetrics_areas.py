"""The areas under curves of ``torchmetrics.functional.classification``, in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.losses.calls_torchmetrics import IGNORED, whole_call
from losscli.losses.calls_torchmetrics_classes import CLASSES, FLOAT32, Asked, class_rows, probabilities
from losscli.losses.calls_torchmetrics_counts import LABELS, TASK, indicators
from losscli.losses.dataset_scores import no_weights
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.losses.reference import Reference
    from losscli.ops import Array, Labels

    Points = tuple[Labels, Labels]  # in float32

THRESHOLDS = Param(
    "thresholds", None, "How many thresholds from 0 to 1, or which; by default every score.", vector=True
)
MAX_FPR = Param("max_fpr", None, "The area up to this share of false alarms.", ge=0.0, le=1.0)


def _counted(p: Array, yes: Labels, thresholds: Any) -> tuple[Array, Array]:
    """True and false positives at each threshold, the highest first; without thresholds, at each score."""
    if thresholds is None:
        order = np.argsort(-p, kind="stable")
        last = np.append(np.diff(p[order]) != 0.0, True) if len(p) else np.zeros(0, bool)
        right = np.cumsum(yes[order])[last]
        return right, np.arange(1, len(p) + 1)[last] - right
    given = np.asarray(thresholds, np.float64).reshape(-1)
    one = np.ndim(thresholds) == 0 or (given.size == 1 and given[0] > 1)
    points = np.linspace(0.0, 1.0, int(given[0])) if one else given
    said = p[None] >= points.astype(np.float32).astype(p.dtype)[::-1, None]
    found: list[Any] = [(said & rows).sum(axis=1) for rows in (yes, ~yes)]
    return found[0], found[1]


def _shares(counts: Array, whole: int) -> Array:
    return (counts / whole if whole else np.zeros(len(counts))).astype(np.float32)


def _area(p: Array, yes: Labels, asked: Asked) -> Any:
    """Under the ROC curve; of one class alone 0."""
    across, up = _roc(p, yes, asked)
    max_fpr = asked.max_fpr
    if max_fpr is None or max_fpr == 1 or not across.sum() or not up.sum():
        return np.trapezoid(up, across)
    most = np.float32(max_fpr)
    stop = int(np.searchsorted(across, most, side="right"))
    part = (most - across[stop - 1]) / (across[stop] - across[stop - 1])
    height = up[stop - 1] + part * (up[stop] - up[stop - 1])
    area = np.trapezoid(np.append(up[:stop], height), np.append(across[:stop], most))
    least = np.float32(0.5) * most**2
    return np.float32(0.5) * (1 + (area - least) / (most - least))


def _roc(p: Array, yes: Labels, asked: Asked) -> Points:
    """The shares of false and of right alarms at each threshold, the highest first."""
    right, false = _counted(p, yes, asked.thresholds)
    if asked.thresholds is None:
        right, false = np.append(0, right), np.append(0, false)
    return _shares(false, int((~yes).sum())), _shares(right, int(yes.sum()))


def _precision_recall(p: Array, yes: Labels, asked: Asked) -> Points:
    """At each threshold; without a yes each of the scores counts as having found all."""
    right, false = _counted(p, yes, asked.thresholds)
    with np.errstate(all="ignore"):
        precision = np.nan_to_num((right / (right + false)).astype(np.float32))
        if yes.any():
            return precision, (right / yes.sum()).astype(np.float32)
    return precision, np.full(len(right), np.float32(asked.thresholds is None))


def _precision(p: Array, yes: Labels, asked: Asked) -> Any:
    """Average precision."""
    precision, found = _precision_recall(p, yes, asked)
    return (np.diff(np.append(np.float32(0.0), found)) * precision).sum()


def _at(p: Array, yes: Labels, asked: Asked) -> Any:
    """The largest value of one score where another is at least so much; 0 if it never is."""
    if asked.stat in ("precision", "recall"):
        precision, recall = _precision_recall(p, yes, asked)
        score, fixed = (recall, precision) if asked.stat == "recall" else (precision, recall)
    else:
        alarms, sensitivity = _roc(p, yes, asked)
        specificity = np.float32(1.0) - alarms
        score, fixed = (sensitivity, specificity) if asked.stat == "sensitivity" else (specificity, sensitivity)
    return np.max(score[fixed >= np.float32(asked.least or 0.0)], initial=np.float32(0.0))


def _columns(x: Array, y: Labels, asked: Asked) -> list[tuple[Array, Labels]]:
    """Probabilities and whether they are right, for each class or label; one pair of two classes."""
    if asked.task == "multiclass":
        x, y = class_rows(x, y, asked.num_classes, asked.ignore_index)
        p = probabilities(x, ops.softmax)
        return [(p[:, c], y == c) for c in range(p.shape[1])]
    counts = indicators(x, y, asked.ignore_index, asked.num_labels)
    if asked.task == "binary":
        p = x[counts]
        return [(probabilities(p, ops.sigmoid), y[counts] == 1)]
    p = probabilities(x, ops.sigmoid)
    return [(p[:, c][counts[:, c]], y[:, c][counts[:, c]] == 1) for c in range(p.shape[1])]


OTHER = {"precision": "recall", "recall": "precision", "sensitivity": "specificity", "specificity": "sensitivity"}
_CURVES: dict[str, Callable[..., Any]] = {"auroc": _area, "average_precision": _precision}


def area(x: Array, y: Labels, weights: Array | None, **how: Any) -> Array:
    """One area, or the mean over classes or labels."""
    no_weights(weights)
    asked = Asked(**how)
    pairs = _columns(x, y, asked)
    if asked.mean == "micro":
        pairs = [(np.concatenate([p for p, _ in pairs]), np.concatenate([true for _, true in pairs]))]
    found: Any = np.array([_CURVES[asked.stat](p, true, asked) for p, true in pairs], np.float32)
    every_score = asked.task == "multiclass" and asked.thresholds is None
    if asked.stat == "average_precision" and every_score and not pairs[0][1].all():
        found = np.where([true.any() for _, true in pairs], found, np.float32(np.nan))
    if asked.mean in ("binary", "micro", "none"):
        return np.asarray(found if asked.mean == "none" else found.reshape(()))
    known = ~np.isnan(found)
    there = np.array([true.sum() if asked.mean == "weighted" else 1.0 for _, true in pairs], np.float32)[known]
    if not there.sum():
        return np.asarray(0.0 if known.any() else np.nan, np.float32)
    return np.asarray(np.sum(found[known] * (there / there.sum())), np.float32)


def at(x: Array, y: Labels, weights: Array | None, **how: Any) -> Array:
    """A score where another is at least so much: of two classes one number, else one for each class or label."""
    no_weights(weights)
    asked = Asked(**how)
    if asked.least is None:
        other = OTHER[asked.stat]
        raise UsageError(f"this call takes the least {other}", hint=f"--min-{other} 0.5")
    found: Any = np.array([_at(p, true, asked) for p, true in _columns(x, y, asked)], np.float32)
    return np.asarray(found.reshape(()) if asked.task == "binary" else found)


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
        fixed={"stat": curve},
        apart=True,
        note=f"--task says which of three it is. {FLOAT32}",
        unweighted=FLOAT32,
    )
    return whole, *(
        whole_call(
            f"classification.{task}_{curve}",
            area,
            options=options[task],
            fixed={"task": task, "stat": curve},
            apart=True,
            note=f"A class without rows counts, too. {FLOAT32}",
            unweighted=FLOAT32,
        )
        for task in options
    )


AUROC = _calls("auroc", MAX_FPR)
AVERAGE_PRECISION = _calls("average_precision")


def _fixed(name: str, stat: str) -> tuple[Reference, ...]:
    other = OTHER[stat]
    least = Param(f"min_{other}", None, f"The {other} is at least so much; required there.", to="least")
    tasks: dict[str, tuple[Param, ...]] = {"binary": (), "multiclass": (CLASSES,), "multilabel": (LABELS,)}
    note = f"The threshold that is found beside it is not shown. {FLOAT32}"
    shared: dict[str, Any] = {"apart": True, "note": note}
    of_any = (TASK, least, CLASSES, LABELS, THRESHOLDS, IGNORED)
    return whole_call(name, at, options=of_any, fixed={"stat": stat}, **shared), *(
        whole_call(
            f"classification.{task}_{name}",
            at,
            options=(*own, least, THRESHOLDS, IGNORED),
            fixed={"task": task, "stat": stat},
            **shared,
        )
        for task, own in tasks.items()
    )


PRECISION = _fixed("precision_at_fixed_recall", "precision")
RECALL = (*_fixed("recall_at_fixed_precision", "recall"), *_fixed("sensitivity_at_specificity", "sensitivity"))
SPECIFICITY = _fixed("specificity_at_sensitivity", "specificity")
