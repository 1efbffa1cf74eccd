"""Errors of forecasts: of ensembles, and scaled by the naive forecast's error or the size of the values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.dataset_scores import average, columns, summed
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Role, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "regression"

TRAIN = Param("train", None, "The series before the forecast, oldest first.", vector=True, role=Role.SERIES)
SEASON = Param("season", 1, "The naive forecast repeats the value this many steps earlier.", ge=1, usual=(7, 12, 24))
SCALE = Param("scale", None, "The naive forecast's error, instead of the series.", ge=1e-300)
QUANTILES = Param(
    "quantiles",
    None,
    "The quantile of each column; by default evenly spread, 0.1 to 0.9 for nine.",
    vector=True,
    role=Role.SERIES,
)
SERIES: dict[str, Any] = {"train": [1.0, 3.0, 2.0, 4.0]}


def seasonal(train: Any, season: float) -> Array:
    """The differences of a series from its values one season before.

    Raises:
        UsageError: The series is no longer than a season.
        InputError: It holds NaN or infinity.
    """
    series = np.asarray(train, np.float64).reshape(-1)
    step = int(season)
    if len(series) <= step:
        raise UsageError(f"--train has {len(series)} values; more than --season {step} are needed")
    if not np.isfinite(series).all():
        raise InputError("--train holds NaN or infinity")
    return series[step:] - series[:-step]


def _unit(train: Any, season: float, scale: float | None, *, squared: bool) -> Any:
    """The naive forecast's error: the mean, or the root of the mean square."""
    if (train is None) == (scale is None):
        what = "either the series before the forecast or the naive forecast's error on it is needed"
        raise UsageError(what, hint="--train with a file or values, or --scale")
    if scale is not None:
        return scale
    gaps = seasonal(train, season)
    found = ops.root_mean(gaps, lambda squares: average(squares, None)) if squared else summed(abs(gaps)) / len(gaps)
    if not found:
        raise InputError("the naive forecast makes no error on --train, which would be the divisor")
    return found


@loss(
    name="mean-absolute-scaled-error",
    aliases=("mase",),
    summary="The absolute difference as a multiple of the naive forecast's mean error; below 1 beats it.",
    formula="|x - y| / mean_t |train[t] - train[t - season]|",
    steps=(("unit", "mean(abs(seasonal(train, season))) if scale is None else scale"), ("loss", "abs(x - y) / unit")),
    takes=Takes.VALUE,
    params=(TRAIN, SEASON, SCALE),
    laws=frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"}),
    examples=(
        Example("3,5", "4,8", 1.2, "by hand: (1 + 3) / 2 / (5 / 3)", SERIES),
        Example("3,5", "4,8", 2.0, "by hand: (1 + 3) / 2 / 1", {**SERIES, "season": 2}),
        Example("3,5", "4,8", 4.0, "by hand: (1 + 3) / 2 / 0.5", {"scale": 0.5}),
    ),
    source="Hyndman and Koehler 2006, Another look at measures of forecast accuracy; sktime 1.2",
)
def mean_absolute_scaled_error(
    prediction: Array, target: Array, *, train: Any, season: float, scale: float | None
) -> Array:
    """In units of the naive forecast's error."""
    return np.asarray(abs(prediction - target) / _unit(train, season, scale, squared=False))


@loss(
    name="root-mean-squared-scaled-error",
    aliases=("rmsse",),
    family="scores",
    summary="The root of the mean squared difference as a multiple of the naive forecast's before.",
    formula="sqrt(mean (x - y)^2) / sqrt(mean_t (train[t] - train[t - season])^2)",
    steps=(
        ("unit", "sqrt(mean(seasonal(train, season)^2)) if scale is None else scale"),
        ("mse", "average((x - y)^2, w)"),
        ("loss", "sqrt(mean(mse)) / unit"),
    ),
    takes=Takes.SET,
    params=(TRAIN, SEASON, SCALE),
    laws=frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"}),
    examples=(
        Example("3,5", "4,8", 1.2909944487358056, "by hand: sqrt(5 / 3)", SERIES),
        Example("3,5", "4,8", 4.47213595499958, "by hand: sqrt(5) / 0.5", {"scale": 0.5}),
    ),
    source="Makridakis et al. 2022, The M5 competition; sktime 1.2 mean_squared_scaled_error",
)
def root_mean_squared_scaled_error(
    prediction: Array, target: Labels, weights: Array | None, *, train: Any, season: float, scale: float | None
) -> Array:
    """One root over all rows and outputs; M5 counts a series from its first sale on."""
    x, y, weights = columns(prediction, target, weights)
    unit = _unit(train, season, scale, squared=True)
    return np.asarray(ops.root_mean(x - y, lambda squares: np.asarray(average(squares, weights).mean())) / unit)


def levels(x: Array, quantiles: Any) -> Array:
    """The quantile that each column predicts, ``(Q,)``.

    Raises:
        UsageError: There are more or fewer than columns, or one lies outside 0..1.
    """
    count = x.shape[1]
    if quantiles is None:
        return np.asarray(np.arange(1.0, count + 1.0) / (count + 1.0))
    found = np.asarray(quantiles, np.float64).reshape(-1)
    if len(found) != count:
        raise UsageError(f"--quantiles has {len(found)} values, the predictions have {count} columns")
    if not ((found >= 0.0) & (found <= 1.0)).all():
        raise UsageError("--quantiles must lie between 0 and 1")
    return found


def pinballs(x: Array, y: Array, quantiles: Array) -> Array:
    """The quantile loss of each column."""
    gaps = y[:, None] - x
    return np.maximum(quantiles * gaps, (quantiles - 1.0) * gaps)


@loss(
    name="weighted-quantile-loss",
    aliases=("wql",),
    family="scores",
    summary="Of several quantiles of each value: twice their pinball losses over the total of the values' sizes.",
    formula="mean over columns c of 2 sum_i max(q_c d, (q_c - 1) d) / sum_i |y[i]|      d = y[i] - x[i, c]",
    steps=(
        ("q", "levels(x, quantiles)"),
        ("cost", "pinballs(x, y, q)"),
        ("loss", "2 * total(w * cost) / size(q) / total(w * abs(y))"),
    ),
    takes=Takes.SET,
    domain=Domain.ENSEMBLES,
    params=(QUANTILES,),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example(
            "[[1,2,4]]",
            "3",
            0.2777777777777778,
            "by hand: 2 (0.5 + 0.5 + 0.25) / 3 / 3",
            {"quantiles": [0.25, 0.5, 0.75]},
        ),
        Example("[[2],[4]]", "4,1", 1.0, "by hand: 2 (1 + 1.5) / 5"),
    ),
    undefined="it divides by the labels, which are all 0",
    source="Park et al. 2022, Learning quantile functions without quantile crossing; GluonTS 0.17",
)
def weighted_quantile_loss(x: Array, y: Labels, weights: Array | None, *, quantiles: Any) -> Array:
    """Rows ``(N, Q)`` of Q quantiles with one value ``(N,)`` each.

    Raises:
        InputError: Other shapes, or labels that are all 0.
    """
    x, y = x[:, None] if x.ndim == 1 else x, np.asarray(y, np.float64)
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise InputError(f"quantiles of each value are wanted: not predictions {x.shape} with labels {y.shape}")
    q = levels(x, quantiles)
    each = np.ones(len(x)) if weights is None else np.asarray(weights, np.float64).reshape(-1)
    if len(each) != len(x):
        raise InputError(f"{len(each)} sample weights for {len(x)} rows")
    cost, whole = summed((each[:, None] * pinballs(x, y, q)).reshape(-1)), summed(each * abs(y))
    if not whole:
        raise InputError("the labels are all 0, and their total would be the divisor")
    return np.asarray(2.0 * (cost / whole) / len(q))


@loss(
    name="crps",
    aliases=("continuous-ranked-probability-score",),
    summary="How far an ensemble of forecasts is from the outcome; for one member the absolute difference.",
    formula="mean_i |x[i] - y| - mean_ij |x[i] - x[j]| / 2",
    steps=(
        ("far", "mean(abs(x - y))"),
        ("spread", "total(abs(differences(x, x))) / size(x)^2"),
        ("loss", "far - spread / 2"),
    ),
    takes=Takes.RAW,
    domain=Domain.ENSEMBLES,
    unit="label units",
    references=("calls_torchmetrics.CRPS",),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("[[1,3]]", "2", 0.5, "by hand: 1 - 4 / 4 / 2"),
        Example("[[0,0,3],[1,1,1]]", "0,3", 1.1666666666666667, "by hand: (1 - 12 / 9 / 2 + 2) / 2"),
    ),
    source="Gneiting and Raftery 2007, Strictly proper scoring rules, prediction, and estimation, (20)",
)
def crps(x: Array, y: Labels) -> Array:
    """Rows ``(N, M)`` of M forecasts with one value ``(N,)`` each.

    Raises:
        InputError: Other shapes.
    """
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if x.ndim == 1 and y.ndim == 1:
        x = x[:, None]
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise InputError(f"an ensemble for each value is wanted: not predictions {x.shape} with labels {y.shape}")
    return ops.step_distance(x, y)
