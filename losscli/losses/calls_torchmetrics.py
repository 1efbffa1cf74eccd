"""The functions of ``torchmetrics.functional``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.dataset_scores import no_weights, summed
from losscli.losses.deviances import deviance
from losscli.losses.label_sets import class_index
from losscli.losses.reference import MEAN, WHOLE, Reductions, Reference, Rule, Shapes, calls_in
from losscli.losses.vocabulary import EXACT, Kind, Param, Reading, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


SUM_FIRST = Reductions({"sum": Rule.SUM, "mean": Rule.MEAN, "none": Rule.NONE})
SMALLEST = 1.17e-6  # least divisor of a percentage

OUTPUTS = Param("num_outputs", 1, "Several outputs have a value each; 1 takes all entries together.", ge=1)
LOG_PROB = Param("log_prob", False, "Both are log-probabilities.")
IGNORED = Param("ignore_index", None, "Rows with this label are ignored.")


# Functions of two arrays of one shape that give one number.
call = calls_in("torchmetrics.functional", reads=Kind.VALUES, shapes=Shapes.EQUAL, reductions=MEAN)


def whole_call(name: str, kernel: Any, **data: Any) -> Reference:
    """A function whose kernel gets all rows and reduces them."""
    return call(name, takes=Takes.SET, kernel=kernel, reductions=WHOLE, **data)


def pair(x: Array, y: Labels | None, weights: Array | None) -> tuple[Array, Array]:
    """Predictions and labels of one shape.

    Raises:
        InputError: Other shapes.
        UsageError: Sample weights.
    """
    no_weights(weights)
    if y is None or object in (x.dtype, y.dtype) or x.shape != y.shape:
        shape = "words" if y is not None and y.dtype == object else f"shape {None if y is None else y.shape}"
        raise InputError(f"predictions of shape {x.shape} and labels of {shape} do not match")
    if not x.size:
        raise InputError("there are no rows")
    return x, y.astype(x.dtype)


def by_output(x: Array, num_outputs: int) -> Array:
    """All entries in one column, or a column for each output.

    Raises:
        UsageError: Another number of outputs.
    """
    if num_outputs == 1:
        return x.reshape(-1, 1)
    if x.ndim != 2 or x.shape[1] != num_outputs:
        raise UsageError(f"--num-outputs {num_outputs}: the predictions have shape {x.shape}")
    return x


def means(values: Array) -> Array:
    """The mean over the rows of each column; a single one is a number."""
    means = summed(values) / values.dtype.type(len(values))
    return means.reshape(()) if means.size == 1 else means


def _mse(x: Array, y: Labels, weights: Array | None, *, squared: bool, num_outputs: int) -> Array:
    x, y = (by_output(one, num_outputs) for one in pair(x, y, weights))
    found = means((x - y) ** 2)
    return found if squared else np.sqrt(found)


def _mae(x: Array, y: Labels, weights: Array | None, *, num_outputs: int) -> Array:
    x, y = (by_output(one, num_outputs) for one in pair(x, y, weights))
    return means(abs(x - y))


def _log_cosh(x: Array, y: Labels, weights: Array | None) -> Array:
    """The literal formula: infinite for differences from 710 on, 89 in float32."""
    x, y = pair(x, y, weights)
    error = (x - y).reshape(len(x), -1)
    values = np.where(abs(error) > np.log(np.finfo(x.dtype).max), np.inf, ops.log_cosh(error))
    return means(values.astype(x.dtype))


def _share(x: Array, y: Array) -> Array:
    return abs(x - y) / np.maximum(abs(y), SMALLEST)


def _log_gap(x: Array, y: Array) -> Array:
    return (np.log1p(x) - np.log1p(y)) ** 2


def _symmetric_share(x: Array, y: Array) -> Array:
    return 2.0 * abs(x - y) / np.maximum(abs(x) + abs(y), SMALLEST)


def _weighted_share(x: Array, y: Labels, weights: Array | None) -> Array:
    x, y = pair(x, y, weights)
    return np.asarray(summed(abs(x - y).reshape(-1)) / np.maximum(summed(abs(y).reshape(-1)), SMALLEST))


def _moments(x: Array, y: Labels, weights: Array | None) -> tuple[Array, Array, Array, Array]:
    """For each output: the variances (divided by n - 1), the covariance, and the difference of the means."""
    x, y = pair(x, y, weights)
    if len(x) < 2:
        raise InputError("a correlation needs two rows")
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    a, b = (one - one.mean(axis=0) for one in (x, y))
    n = len(x) - 1.0
    return summed(a * a) / n, summed(b * b) / n, summed(a * b) / n, x.mean(axis=0) - y.mean(axis=0)


def _pearson(x: Array, y: Labels, weights: Array | None) -> Array:
    mine, theirs, both, _ = _moments(x, y, weights)
    found = np.clip(both / np.sqrt(mine * theirs), -1.0, 1.0)
    return found.reshape(()) if found.size == 1 else np.asarray(found)


def _concordance(x: Array, y: Labels, weights: Array | None) -> Array:
    mine, theirs, both, apart = _moments(x, y, weights)
    found = 2.0 * both / (mine + theirs + apart * apart)
    return found.reshape(()) if found.size == 1 else np.asarray(found)


def _minkowski(x: Array, y: Labels, weights: Array | None, *, p: float) -> Array:
    x, y = pair(x, y, weights)
    if not p >= 1.0:
        raise UsageError(f"--p {p:g}: at least 1")
    return ops.norm((x - y).reshape(-1), p)


def _nrmse(x: Array, y: Labels, weights: Array | None, *, normalization: str, num_outputs: int) -> Array:
    """Torchmetrics' normalized_root_mean_squared_error: the root divided by a statistic of the labels."""
    x, y = (by_output(one, num_outputs) for one in pair(x, y, weights))
    match normalization:
        case "mean":
            size: Any = means(y)
        case "range":
            size = y.max(axis=0) - y.min(axis=0)
        case "std":
            size = np.sqrt(means((y - y.mean(axis=0)) ** 2))
        case _:
            size = np.sqrt((y * y).sum(axis=0))
    found = np.sqrt(means((x - y) ** 2)) / size
    return found.reshape(()) if found.size == 1 else np.asarray(found)


def _relative(x: Array, y: Labels, weights: Array | None, *, squared: bool) -> Array:
    """Torchmetrics' relative_squared_error: squared error over the labels' variation, averaged over outputs."""
    x, y = pair(x, y, weights)
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    variance = summed(y * y) - summed(y) ** 2 / len(y)
    shares = summed((y - x) ** 2) / np.maximum(variance, np.finfo(x.dtype).eps)
    return np.asarray((shares if squared else np.sqrt(shares)).mean())


def _tweedie(x: Array, y: Array, *, power: float) -> Array:
    """Torchmetrics' tweedie_deviance_score: impossible values are refused."""
    from losscli.losses.dataset_scores import check_domain, check_power

    check_power(power)
    check_domain(x, y, power)
    return deviance(x, y, power)


def _crps(x: Array, y: Labels) -> Array:
    if x.ndim != 2 or x.shape[1] < 2 or y.shape != x.shape[:1]:
        raise InputError(f"rows of at least 2 forecasts with one value each: not {x.shape} with {y.shape}")
    return ops.step_distance(x, y)


def _cosine(x: Array, y: Array) -> Array:
    if x.ndim != 2 or x.shape != y.shape:
        raise InputError(f"two arrays (N, D) are wanted, not {x.shape} and {y.shape}")
    x, y = x.astype(np.float32), y.astype(np.float32)  # whatever the input dtype
    sizes = [np.sqrt((one.astype(np.float64) ** 2).sum(axis=-1)).astype(np.float32) for one in (x, y)]
    return np.asarray((x * y).sum(axis=-1) / (sizes[0] * sizes[1]))


def _rows(p: Array, q: Labels) -> tuple[Array, Array]:
    if p.ndim != 2 or p.shape != q.shape:
        raise InputError(f"two arrays (N, C) are wanted, not {p.shape} and {q.shape}")
    return p, q.astype(p.dtype)


def _kl(p: Array, q: Labels, *, log_prob: bool) -> Array:
    """Torchmetrics' kl_divergence: KL(predictions || labels)."""
    p, q = _rows(p, q)
    if log_prob:
        return np.asarray((np.exp(p) * (p - q)).sum(axis=-1))
    p, q = (one / one.sum(axis=-1, keepdims=True) for one in (p, q))
    return _divergence(p, q)


def _divergence(p: Array, q: Array) -> Array:
    q = np.maximum(q, np.finfo(p.dtype).eps)
    return np.asarray((ops.xlogy(p, p) - ops.xlogy(p, q)).sum(axis=-1))


def _jensen_shannon(p: Array, q: Labels, *, log_prob: bool, reading: Reading = EXACT) -> Array:
    p, q = _rows(p, q)
    if log_prob:
        middle = np.logaddexp(p, q) - np.log(2.0).astype(p.dtype)
        return np.asarray(sum(0.5 * (np.exp(one) * (one - middle)).sum(axis=-1) for one in (p, q)))
    if reading.rescale:
        p, q = (one / one.sum(axis=-1, keepdims=True) for one in (p, q))
    middle = 0.5 * (p + q)
    return 0.5 * _divergence(p, middle) + 0.5 * _divergence(q, middle)


def _psnr(x: Array, y: Labels, weights: Array | None, *, data_range: float | None, base: float) -> Array:
    """Torchmetrics' peak_signal_noise_ratio over all entries."""
    x, y = pair(x, y, weights)
    if data_range is None:
        data_range = float(y.max() - y.min())
    noise: Any = means(((x - y) ** 2).reshape(-1, 1))
    return np.asarray((2.0 * np.log(data_range) - np.log(noise)) * (10.0 / np.log(base)))


def _perplexity(x: Array, y: Labels, weights: Array | None, *, ignore_index: float | None) -> Array:
    """Torchmetrics' perplexity of logits ``(B, T, V)``."""
    no_weights(weights)
    if x.ndim != 3 or y.shape != x.shape[:2]:
        raise InputError(f"logits (B, T, V) with labels (B, T) are wanted, not {x.shape} with {y.shape}")
    kept = np.ones(y.shape, bool) if ignore_index is None else y != ignore_index
    index = class_index(np.where(kept, y, 0), x.shape[-1])
    cost = -ops.log_softmax_at(x, index)[kept]
    return np.exp(summed(cost) / x.dtype.type(cost.size)) if cost.size else np.asarray(np.nan, x.dtype)


SQUARED_OPTION = Param("squared", True, "The mean; otherwise its root.")
SQUARED = whole_call("mean_squared_error", _mse, options=(SQUARED_OPTION, OUTPUTS))
ABSOLUTE = whole_call("mean_absolute_error", _mae, options=(OUTPUTS,))
LOG_COSH = whole_call(
    "log_cosh_error", _log_cosh, note="Infinite from a difference of 710 on; one value for each output."
)
PERCENTAGE = call(
    "mean_absolute_percentage_error", kernel=_share, note="A fraction, not percent; divides by at least 1.17e-6."
)
SQUARED_LOG = call("mean_squared_log_error", kernel=_log_gap, note="Takes negative values above -1 as they are.")
TWEEDIE = call(
    "tweedie_deviance_score",
    kernel=_tweedie,
    options=(Param("power", 0.0, "Power of the variance: 0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian."),),
    note="The default power is 0, the squared difference.",
)
MINKOWSKI = whole_call("minkowski_distance", _minkowski, options=(Param("p", 2.0, "Degree of the norm; required."),))
NRMSE = whole_call(
    "normalized_root_mean_squared_error",
    _nrmse,
    options=(
        Param("normalization", "mean", "The statistic of the labels that it is divided by.",
              choices=("mean", "range", "std", "l2")),
        OUTPUTS,
    ),
    note="The root over the mean of the labels, by default.",
)  # fmt: skip
RELATIVE = whole_call(
    "relative_squared_error",
    _relative,
    options=(SQUARED_OPTION,),
    note="Squared error over the variation of the labels: 1 - R2.",
)
CRPS = call("continuous_ranked_probability_score", takes=Takes.RAW, kernel=_crps, whole=True)
COSINE = call(
    "cosine_similarity",
    kernel=_cosine,
    reductions=SUM_FIRST,
    note="Computed in float32. The default reduction is the SUM.",
)
KL = Reference(
    "torchmetrics.functional.kl_divergence",
    takes=Takes.RAW,
    kernel=_kl,
    options=(LOG_PROB,),
    whole=True,
    note="Of the FIRST argument from the second, the other way round: sum p (log p - log q); rows are rescaled.",
)
JENSEN_SHANNON = Reference(
    "torchmetrics.functional.jensen_shannon_divergence",
    reading=Reading(rescale=True),
    takes=Takes.RAW,
    kernel=_jensen_shannon,
    options=(LOG_PROB,),
    whole=True,
    note="Rows of both are rescaled.",
)
PSNR = whole_call(
    "image.peak_signal_noise_ratio",
    _psnr,
    options=(
        Param("data_range", None, "The largest value of a signal; by default that of the labels less the least."),
        Param("base", 10.0, "Of the logarithm."),
    ),
    note="The signal's range is that of the labels, unless --data-range says what it may be.",
)
PERPLEXITY = whole_call(
    "text.perplexity",
    _perplexity,
    reads=Kind.LOGITS,
    options=(IGNORED,),
    apart=True,
    note="exp of the mean over the tokens that count; no shift.",
)
SYMMETRIC = call(
    "symmetric_mean_absolute_percentage_error",
    kernel=_symmetric_share,
    note="A fraction, 0 to 2; divides by at least 1.17e-6.",
)
WEIGHTED = whole_call(
    "weighted_mean_absolute_percentage_error", _weighted_share, note="A fraction; divides by at least 1.17e-6."
)
PEARSON = whole_call("pearson_corrcoef", _pearson)
CONCORDANCE = whole_call("concordance_corrcoef", _concordance, note="With variances over N - 1.")
