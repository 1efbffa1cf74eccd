"""The correlation of predictions and values: Pearson's, and Lin's concordance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.losses.dataset_scores import MULTIOUTPUT, OVER_OUTPUTS, average, columns, over_outputs
from losscli.losses.loss import Example, loss
from losscli.losses.reference import AXES, keras_metric
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

EPSILON = 1e-7
KERAS_NOTE = "Within each row, then the mean over rows; adds 1e-7 to the divisor."
UNDEFINED = "predictions or labels do not vary"
SHARED = (("u", "x - average(x, w)"), ("v", "y - average(y, w)"))
CORRELATION: dict[str, Any] = {
    "family": "scores",
    "takes": Takes.SET,
    "higher_is_better": True,
    "params": (MULTIOUTPUT,),
    "laws": frozenset({"row-permutation"}),
    "accuracy": "A few ulp of 1, unless values agree to 8 digits: means are subtracted.",
    "undefined": UNDEFINED,
}


def _apart(x: Array, y: Array) -> tuple[Array, Array]:
    """The distances from the means of the last axis."""
    return x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)


def keras_pearson(x: Array, y: Array) -> Array:
    """keras.metrics.PearsonCorrelation: NaN for constant rows."""
    u, v = _apart(x, y)
    u, v = (a / a.std(axis=-1, keepdims=True) for a in (u, v))
    return np.asarray((u * v).mean(axis=-1))


def keras_concordance(x: Array, y: Array) -> Array:
    """keras.metrics.ConcordanceCorrelation: 1e-7 is added to the divisor."""
    u, v = _apart(x, y)
    apart = (x.mean(axis=-1, keepdims=True) - y.mean(axis=-1, keepdims=True)) ** 2
    norm = u.var(axis=-1, keepdims=True) + v.var(axis=-1, keepdims=True) + apart
    shifted = y - x.mean(axis=-1, keepdims=True)
    return np.asarray((2.0 * shifted * u / (norm + EPSILON)).mean(axis=-1))


@loss(
    name="pearson-correlation",
    aliases=("pearson", "pearsonr"),
    summary="Linear correlation of predictions and labels: 1 for a rising line, whatever its slope.",
    formula="cov(x, y) / sqrt(var(x) var(y))",
    steps=(*SHARED, ("each", "average(u * v, w) / sqrt(average(u^2, w) * average(v^2, w))"), ("score", OVER_OUTPUTS)),
    references=(
        keras_metric(
            "PearsonCorrelation",
            takes=Takes.VECTOR,
            kernel=keras_pearson,
            options=(AXES,),
            note="Within each row, then the mean over rows.",
        ),
        "calls_torchmetrics.PEARSON",
    ),
    examples=(
        Example("1,2,4", "1,2,3", 0.9819805060619657, "by hand: 3 / sqrt(2 * 14 / 3)"),
        Example("2,4,6", "3,2,1", -1.0, "by hand: a falling line"),
    ),
    source="Pearson 1895",
    **CORRELATION,
)
def pearson_correlation(x: Array, y: Labels, weights: Array | None, *, multioutput: Any) -> Array:
    """``(N,)`` or ``(N, outputs)``: of each output, then their mean."""
    x, y, weights = columns(x, y, weights)
    u, v = x - average(x, weights), y - average(y, weights)
    size, other = (np.sqrt(average(a * a, weights)) for a in (u, v))
    each = average(u * v, weights) / np.where(size * other > 0.0, size * other, np.nan)
    return over_outputs(np.clip(each, -1.0, 1.0), multioutput)


@loss(
    name="concordance-correlation",
    aliases=("concordance", "ccc"),
    summary="Correlation that also counts an offset and another scale: 1 only where predictions are the labels.",
    formula="2 cov(x, y) / (var(x) + var(y) + (mean(x) - mean(y))^2)",
    steps=(
        *SHARED,
        ("below", "average(u^2, w) + average(v^2, w) + average(x - y, w)^2"),
        ("each", "2 * average(u * v, w) / below"),
        ("score", OVER_OUTPUTS),
    ),
    references=(
        keras_metric(
            "ConcordanceCorrelation", takes=Takes.VECTOR, kernel=keras_concordance, options=(AXES,), note=KERAS_NOTE
        ),
        "calls_torchmetrics.CONCORDANCE",
    ),
    examples=(
        Example("1,2,4", "1,2,3", 0.8571428571428571, "by hand: 2 * 1 / (14 / 9 + 2 / 3 + 1 / 9)"),
        Example("2,3,4", "1,2,3", 0.5714285714285714, "by hand: (4 / 3) / (2 / 3 + 2 / 3 + 1)"),
    ),
    source="Lin 1989, A concordance correlation coefficient to evaluate reproducibility",
    **CORRELATION,
)
def concordance_correlation(x: Array, y: Labels, weights: Array | None, *, multioutput: Any) -> Array:
    """``(N,)`` or ``(N, outputs)``: of each output, then their mean."""
    x, y, weights = columns(x, y, weights)
    u, v = x - average(x, weights), y - average(y, weights)
    below = average(u * u, weights) + average(v * v, weights) + average(x - y, weights) ** 2
    each = 2.0 * average(u * v, weights) / np.where(below > 0.0, below, np.nan)
    return over_outputs(each, multioutput)
