"""Every loss beside its formula: what mpmath makes of it, and on which inputs the two are compared.

A formula here is written from the text of the declaration, not from the kernel. It gives the value of a sample and,
where terms of both signs may cancel, the size that the loss's stated bound is relative to; without one, the error is
counted in units in the last place of the value itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from losscli.core.checked import Target
from losscli.core.plain_values import per_sample
from losscli.core.readings import class_log_probabilities
from losscli.losses import LOSSES
from losscli.losses.vocabulary import EXACT, Form, Kind, Takes
from tests.accuracy.primitives import LARGEST, LEAST, SCALES, Row, generator, log1mexp, log_sigmoid, mp, ulps

if TYPE_CHECKING:
    from losscli.losses.loss import Loss

Array = NDArray[np.float64]
RECORDED = Path(__file__).parents[1] / "golden" / "accuracy.json"
LEAST_COSINE = 2.0**-52  # below it the doubled precision of the sums shows
LEAST_DISTANCE = 2.0**-106
SPECIAL = -1.0  # instead of a scale: the ends of float64


@dataclass(frozen=True)
class Inputs:
    """Arrays for one evaluation."""

    x: Any
    y: Any
    kind: Kind | None = None
    params: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Truth:
    """The value of a sample, and what its error is relative to."""

    value: Any
    size: Any

    @classmethod
    def of(cls, found: Any) -> Truth:
        """From what a formula gives: the value, or with a size of its own."""
        return cls(*found) if isinstance(found, tuple) else cls(found, found)


Formula = Callable[..., Any]
Maker = Callable[[float, int], Iterator[Inputs]]


@dataclass(frozen=True)
class Reference:
    """A formula and its inputs; ``digits`` where the formula as it stands loses more than 40."""

    formula: Formula
    inputs: Maker
    digits: int = 60


# What losscli computes, and what is true


def computed(loss: Loss, given: Inputs) -> Array:
    """Per-sample values of plain mathematics."""
    params = {param.name: param.default for param in loss.params} | given.params
    smoothing = params.pop("label_smoothing", 0.0)
    y = np.asarray(given.y)
    sparse = y.dtype.kind == "i" and y.ndim < np.ndim(given.x)
    plan = SimpleNamespace(
        loss=loss,
        takes=loss.takes,
        kind=given.kind or loss.kinds[0],
        params=params,
        smoothing=smoothing,
        per_class=sparse,
        layout=SimpleNamespace(form=Form.SPARSE if sparse else Form.VALUES),
        decided=False,
        weighs_shares=False,
    )
    raw = loss.takes in (Takes.RAW, Takes.SET)
    target = Target(y, None) if sparse and not raw else Target(None, y if raw else y.astype(np.float64))
    with np.errstate(all="ignore"):
        return per_sample(cast("Any", plan), given.x, target, EXACT, dict(given.extras)).loss + 0.0


def truths(loss: Loss, reference: Reference, given: Inputs) -> list[Truth]:
    """The same by the formula."""
    params = {param.name: param.default for param in loss.params} | given.params
    with mp.workdps(reference.digits):
        match loss.takes:
            case Takes.CLASS:
                found = [_class_truth(reference, given, i, dict(params)) for i in range(len(given.x))]
            case Takes.BINARY:
                found = [_binary_truth(reference, given, i, dict(params)) for i in range(len(given.x))]
            case Takes.DISTRIBUTION:
                found = [reference.formula(_logs(given, i), exact(given.y[i]), **params) for i in range(len(given.x))]
            case Takes.VALUE | Takes.MARGIN:
                found = [_elementwise_truth(reference, given, i, params) for i in range(len(given.x))]
            case Takes.SET:
                found = [reference.formula(exact(given.x), exact(given.y), **params, **_extras(given, None))]
            case Takes.RAW if loss.whole:
                found = reference.formula(exact(given.x), exact(given.y), **params)
            case _:
                found = [
                    reference.formula(exact(given.x[i]), exact(np.asarray(given.y)[i]), **params, **_extras(given, i))
                    for i in range(len(given.x))
                ]
        return [Truth.of(one) for one in found]


def exact(a: Any) -> Any:
    """An array as nested lists of exact numbers; whole numbers stay as they are."""
    if isinstance(a, np.ndarray):
        return [exact(row) for row in a] if a.ndim else exact(a.item())
    return mp.mpf(float(a)) if isinstance(a, float | np.floating) else int(a)


def _extras(given: Inputs, i: int | None) -> dict[str, Any]:
    return {name: exact(a if i is None else a[i]) for name, a in given.extras.items()}


def _logs(given: Inputs, i: int) -> list[Any]:
    """Log-probabilities of a row of classes."""
    row = given.x[i]
    if given.kind is Kind.LOGITS:
        return Row.of(row).log_softmax
    if given.kind is Kind.LOG_PROBABILITIES:
        return [mp.mpf(v) for v in row.tolist()]
    return [mp.log(mp.mpf(v)) if v else mp.ninf for v in row.tolist()]


def _class_truth(reference: Reference, given: Inputs, i: int, params: dict[str, Any]) -> Any:
    smoothing = mp.mpf(params.pop("label_smoothing", 0.0))
    logs = _logs(given, i)
    if np.ndim(given.y) == 1 and not smoothing:
        return reference.formula(logs[given.y[i]], **params)
    weights = [mp.mpf(int(k == given.y[i])) for k in range(len(logs))] if np.ndim(given.y) == 1 else exact(given.y[i])
    weights = [w * (1 - smoothing) + smoothing / len(logs) for w in weights]
    terms = [(w, Truth.of(reference.formula(log, **params))) for w, log in zip(weights, logs, strict=True) if w]
    return mp.fsum(w * t.value for w, t in terms), mp.fsum(w * t.size for w, t in terms)


def _binary_truth(reference: Reference, given: Inputs, i: int, params: dict[str, Any]) -> Any:
    smoothing = mp.mpf(params.pop("label_smoothing", 0.0))
    parts = []
    for x, y in zip(np.atleast_1d(given.x[i]).tolist(), np.atleast_1d(given.y[i]).tolist(), strict=True):
        if given.kind is Kind.LOGITS:
            log_p, log_q = log_sigmoid(x), log_sigmoid(-x)
        elif given.kind is Kind.LOG_PROBABILITIES:
            log_p, log_q = mp.mpf(x), log1mexp(x)
        else:
            log_p, log_q = (mp.log(mp.mpf(x)) if x else mp.ninf), (mp.log1p(-mp.mpf(x)) if x < 1 else mp.ninf)
        target = mp.mpf(y) * (1 - smoothing) + smoothing / 2
        parts.append(Truth.of(reference.formula(log_p, log_q, target, **params)))
        if smoothing:  # the smoothed label is rounded, and 1 less it
            whole = [Truth.of(reference.formula(log_p, log_q, mp.mpf(t), **params)).value for t in (0, 1)]
            parts[-1] = Truth(parts[-1].value, max(parts[-1].size, *whole))
    return _mean(parts)


def _elementwise_truth(reference: Reference, given: Inputs, i: int, params: dict[str, Any]) -> Any:
    x, y = np.atleast_1d(given.x[i]).tolist(), np.atleast_1d(given.y[i]).tolist()
    further = {name: np.atleast_1d(a[i]).tolist() for name, a in given.extras.items()}
    return _mean(
        [
            Truth.of(
                reference.formula(
                    mp.mpf(a), mp.mpf(b), **params, **{name: mp.mpf(values[k]) for name, values in further.items()}
                )
            )
            for k, (a, b) in enumerate(zip(x, y, strict=True))
        ]
    )


def _mean(parts: list[Truth]) -> Any:
    return mp.fsum(p.value for p in parts) / len(parts), max(mp.fsum(abs(p.size) for p in parts) / len(parts), 0)


def error(one: float, truth: Truth) -> float:
    """How wrong a number is, in units in the last place of the size that it is measured by."""
    if truth.size == truth.value or not (np.isfinite(one) and mp.isfinite(truth.value) and mp.isfinite(truth.size)):
        return ulps(one, truth.value)
    size = max(abs(truth.size), abs(truth.value))
    if size >= LARGEST:
        return ulps(one, truth.value) if abs(truth.value) < LARGEST else 0.0
    return ulps(float(size), mp.mpf(float(size)) + (mp.mpf(one) - truth.value))


def measured(loss: Loss, given: Inputs, *, of_value: bool = False) -> float:
    """The worst error of the samples; ``of_value`` ignores what the loss states."""
    found = np.atleast_1d(computed(loss, given)).reshape(-1).tolist()
    wanted = truths(loss, REFERENCES[loss.name], given)
    if of_value:
        wanted = [Truth(t.value, t.value) for t in wanted]
    return max(error(a, t) for a, t in zip(found, wanted, strict=True))


def worst_error(loss: Loss, scale: float, count: int, *, of_value: bool = False) -> float:
    """The worst error at a scale, or with ``SPECIAL`` at the ends of float64."""
    made = REFERENCES[loss.name].inputs(scale, count)
    return max(measured(loss, given, of_value=of_value) for given in made)


# Inputs


def _sizes(rng: np.random.Generator, shape: Any, low: float = -320.0, high: float = 307.0) -> Array:
    """Positive numbers of all sizes."""
    return np.asarray(10.0 ** rng.uniform(low, high, shape))


def _close(rng: np.random.Generator, x: Array) -> Array:
    """Numbers that agree with ``x`` to some of its digits, or to all but the last."""
    return x * (1.0 + rng.normal(size=x.shape) * 10.0 ** rng.uniform(-16.5, -1, x.shape))


def _rows(scale: float, count: int, classes: int) -> tuple[Array, NDArray[np.intp]]:
    """Logits and labels; half of the rows are confidently right. Special: one logit is huge, or all tie."""
    rng = generator(20, scale + 2, classes)
    y = rng.integers(classes, size=count)
    x = rng.normal(size=(count, classes)) * (scale if scale > 0 else 1.0)
    each, half = np.arange(count), count // 2
    if scale == SPECIAL:
        x[each, rng.integers(classes, size=count)] = _sizes(rng, count, 0.0, 307.0) * rng.choice([-1.0, 1.0], count)
        x[half:] = 700.0 * rng.normal(size=(count - half, 1)) * (1 + 1e-15 * rng.normal(size=(count - half, classes)))
        x[-1, y[-1]] += 744.0 if classes == 2 else 700.0  # every subnormal term may be off by half a unit
    else:
        x[each[:half], y[:half]] = x[:half].max(axis=1) + scale * rng.uniform(size=half)
    return x, y


def _simplex(rng: np.random.Generator, count: int, classes: int, *, subnormal: bool = False) -> Array:
    """Rows that sum to 1 but for rounding, with tiny entries."""
    p = rng.dirichlet(np.full(classes, 0.3), count)
    if subnormal:
        p[:, 1:] = _sizes(rng, (count, classes - 1), -323.0, -1.0) / classes
        p[:, 0] = 1.0 - p[:, 1:].sum(axis=1)
        p[0] = np.eye(classes)[0]
    return np.maximum(p, 1e-320)


def class_inputs(scale: float, count: int, kinds: tuple[Kind, ...], params: tuple[dict[str, Any], ...]) -> Any:
    """Rows of classes, of each kind, with class numbers, soft labels and label smoothing."""
    for j, given in enumerate(params):
        for kind in kinds:
            for classes in (2, 5, 40):
                some = max(4, (count if classes < 40 else count // 10) // len(params))
                x, y = _rows(scale, some, classes)
                rng = generator(21, scale + 2, classes, j)
                if kind is not Kind.LOGITS:
                    if scale not in (SPECIAL, SCALES[0]) and Kind.LOGITS in kinds:
                        continue
                    x = _simplex(rng, some, classes, subnormal=scale == SPECIAL)
                    x = np.where(x > 0, np.log(x), -np.inf) if kind is Kind.LOG_PROBABILITIES else x
                yield Inputs(x, y, kind, given)
                if classes == 5 and not j and kind is Kind.LOGITS:
                    yield Inputs(x, rng.dirichlet(np.ones(classes), some), kind, given)


def classes(*params: dict[str, Any], kinds: tuple[Kind, ...] = Takes.CLASS.kinds) -> Maker:
    return lambda scale, count: class_inputs(scale, count, kinds, params or ({},))


def binary(*params: dict[str, Any]) -> Maker:
    """Logits, probabilities and log-probabilities; labels of 0 and 1, and soft ones."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            rng = generator(22, scale + 2, j)
            some = max(8, count // max(1, len(params)))
            hard, soft = rng.integers(0, 2, some).astype(float), rng.uniform(size=some)
            x = np.concatenate([rng.normal(size=some - some // 2), rng.uniform(-2, 2, some // 2)]) * max(scale, 1.0)
            if scale == SPECIAL:
                sign = rng.choice([-1.0, 1.0], some)
                x = np.where(rng.uniform(size=some) < 0.5, _sizes(rng, some), rng.uniform(700, 746, some)) * sign
                soft = np.where(rng.uniform(size=some) < 0.5, _sizes(rng, some, -60, 0), 1 - soft * 2.0**-50)
                p = _sizes(rng, some, -323.0, 0.0)
                p = np.where(rng.uniform(size=some) < 0.3, 1.0 - p / 2, p)
                yield Inputs(p, hard, Kind.PROBABILITIES, given)
                yield Inputs(p * 0.5, soft, Kind.PROBABILITIES, given)
                yield Inputs(-_sizes(rng, some, -300.0, 300.0), hard, Kind.LOG_PROBABILITIES, given)
            elif scale == SCALES[0]:
                yield Inputs(rng.uniform(size=some), hard, Kind.PROBABILITIES, given)
                yield Inputs(
                    rng.uniform(size=(some // 2, 2)), soft.reshape(-1)[: some // 2 * 2].reshape(-1, 2), None, given
                )
                yield Inputs(-rng.exponential(size=some), soft, Kind.LOG_PROBABILITIES, given)
            yield Inputs(x, hard, Kind.LOGITS, given)
            yield Inputs(x, soft, Kind.LOGITS, given)

    return make


def distributions(scale: float, count: int) -> Iterator[Inputs]:
    """Rows of classes with soft labels, of which some are nearly the prediction."""
    rng = generator(23, scale + 2)
    x, _ = _rows(scale, count, 5)
    yield Inputs(x, _simplex(rng, count, 5), Kind.LOGITS)
    near = np.exp(class_log_probabilities(x, Kind.LOGITS, EXACT).log_p)
    yield Inputs(x, np.maximum(_close(rng, near), 0.0), Kind.LOGITS)
    if scale in (SPECIAL, SCALES[0]):
        p = _simplex(rng, count, 5, subnormal=scale == SPECIAL)
        yield Inputs(p, _simplex(rng, count, 5, subnormal=scale == SPECIAL), Kind.PROBABILITIES)
        yield Inputs(np.log(p), _close(rng, p), Kind.LOG_PROBABILITIES)


def masses(scale: float, count: int) -> Iterator[Inputs]:
    """Rows of positive numbers that need not sum to 1."""
    rng = generator(24, scale + 2)
    x = rng.exponential(size=(count, 5)) * max(scale, 1.0)
    if scale == SPECIAL:
        x = _sizes(rng, x.shape, -300.0, 300.0)
        yield Inputs(x, _sizes(rng, x.shape, -300.0, 300.0))
    yield Inputs(x, rng.permuted(x))
    yield Inputs(x, _close(rng, x))


def _pairs(
    scale: float, count: int, *, positive: bool, high: float = 307.0, low: float = -320.0
) -> tuple[Array, Array]:
    """Two columns of numbers: unrelated ones, and close ones."""
    rng = generator(25, scale + 2, positive)
    x, y = (rng.normal(size=count) * (scale if scale > 0 else 1.0) for _ in "xy")
    if scale == SPECIAL:
        x, y = (_sizes(rng, count, low, high) * rng.choice([-1.0, 1.0], count) for _ in "xy")
        y[: count // 4] = _sizes(rng, count // 4, -3.0, 3.0)
    y[count // 2 :] = _close(rng, x[count // 2 :])
    y[-2:] = x[-2:]
    if positive:
        x, y = abs(x), abs(y)
    return x, y


def values(*params: dict[str, Any], positive: bool = False, high: float = 307.0, low: float = -320.0) -> Maker:
    """Predictions and values of each scale, one or two in a row; of all sizes."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for given in params or ({},):
            some = max(12, count // max(1, len(params)))
            x, y = _pairs(scale, some, positive=positive, high=high, low=low)
            yield Inputs(x, y, None, given)
            if scale != SPECIAL:
                even = some // 2 * 2
                yield Inputs(x[:even].reshape(-1, 2), y[:even].reshape(-1, 2), None, given)

    return make


def counts(*params: dict[str, Any], logs: bool) -> Maker:
    """Rates or their logarithms, with counts; rates of about 1 have a logarithm of about 0."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for given in params:
            rng = generator(26, scale + 2)
            some = max(12, count // len(params))
            x = rng.normal(size=some) * max(scale, 1.0) if logs else rng.exponential(size=some) * max(scale, 1.0)
            y = np.floor(rng.exponential(size=some) * 5.0 * max(scale, 1.0))
            if scale == SPECIAL:
                x = rng.uniform(-745, 709, some) if logs else _sizes(rng, some)
                y = np.where(
                    rng.uniform(size=some) < 0.5, _sizes(rng, some, 0.0, 300.0), _sizes(rng, some, -300.0, 1.0)
                )
                if not logs:
                    x[::3] = 1.0 + rng.normal(size=len(x[::3])) * 10.0 ** rng.uniform(-16, -5, len(x[::3]))
                    x[::6] -= 1e-7
            yield Inputs(x, y, None, given)

    return make


def variances(scale: float, count: int) -> Iterator[Inputs]:
    rng = generator(27, scale + 2)
    for full in (False, True):
        x, y = _pairs(scale, count // 2, positive=False)
        var = rng.exponential(size=len(x)) * max(scale, 1.0)
        given: dict[str, Any] = {"full": full}
        if scale == SPECIAL:
            var = _sizes(rng, len(x), -300.0, 307.0)
            var[::2] = _close(rng, np.ones(len(var[::2])))
            given["eps"] = 0.0
        yield Inputs(x, y, None, given, {"var": var})


def signs(*params: dict[str, Any], positive: bool = False, second: bool = False) -> Maker:
    """Scores with labels of -1 and 1; some scores are at a margin of 1 but for the last digits."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for given in params or ({},):
            rng = generator(28, scale + 2)
            x, other = _pairs(scale, count, positive=positive)
            sign = rng.choice([-1.0, 1.0], count)
            if scale == SPECIAL:
                x[: count // 3] = sign[: count // 3] * _close(rng, np.ones(count // 3))
            yield Inputs(x, sign, None, given, {"input2": other} if second else {})
            if scale != SPECIAL:
                even, pair = count // 2 * 2, (-1, 2)
                extras = {"input2": other[:even].reshape(pair)} if second else {}
                yield Inputs(abs(x[:even]).reshape(pair), sign[:even].reshape(pair), None, given, extras)

    return make


def scores(*params: dict[str, Any], hot: bool = False) -> Maker:
    """Rows of scores with class numbers, one-hot or soft labels; some rows are close to a margin of 1."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for given in params or ({},):
            for width in (2, 5):
                rng = generator(29, scale + 2, width)
                x, y = _rows(scale, count // 2, width)
                if scale == SPECIAL:
                    x[: count // 8] = _sizes(rng, (count // 8, width), -300.0, 306.0)
                    x[-count // 4 :] = rng.normal(size=(len(x[-count // 4 :]), 1))
                    x[np.arange(len(x)), y] += _close(rng, np.ones(len(x)))
                if hot:
                    yield Inputs(x, np.eye(width)[y], None, given)
                    yield Inputs(x, _simplex(rng, len(x), width), None, given)
                else:
                    yield Inputs(x, y, None, given)

    return make


def listed(scale: float, count: int) -> Iterator[Inputs]:
    """Rows of scores with lists of class numbers, filled up with -1."""
    for width in (2, 5):
        rng = generator(30, scale + 2, width)
        x, _ = _rows(scale, count // 2, width)
        if scale == SPECIAL:
            x[: count // 8] = _sizes(rng, (count // 8, width), -300.0, 306.0)
        order = np.argsort(rng.uniform(size=x.shape), axis=1)
        y = np.where(np.arange(width) < rng.integers(0, width + 1, len(x))[:, None], order, -1)
        yield Inputs(x, y)


def decisions(*params: dict[str, Any]) -> Maker:
    """Scores with ties, class numbers, and 0/1 labels."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for given in params or ({},):
            x, y = _rows(scale, count, 5)
            yield Inputs(np.round(x) if scale > 0 else x, y, None, given)
            if "k" not in given:
                rng = generator(31, scale + 2)
                yield Inputs(rng.normal(size=count) * max(scale, 1.0), rng.integers(0, 2, count) * 1.0, None, given)

    return make


def brier_inputs(scale: float, count: int) -> Iterator[Inputs]:
    rng = generator(32, scale + 2)
    for given in ({}, {"scale_by_half": "true"}, {"scale_by_half": "false"}):
        for width in (2, 5):
            p = _simplex(rng, count // 3, width, subnormal=scale == SPECIAL)
            yield Inputs(p, rng.integers(width, size=len(p)), None, dict(given))
        p = _sizes(rng, count // 3, -320.0, 0.0) if scale == SPECIAL else rng.uniform(size=count // 3)
        p[::3] = 1.0 - p[::3]
        yield Inputs(p, rng.integers(0, 2, len(p)) * 1.0, None, dict(given))


def labels(*params: dict[str, Any], several: bool) -> Maker:
    """Predicted labels and true ones; rows of indicators if ``several``."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for given in params or ({},):
            rng = generator(33, scale + 2)
            x, y = (rng.integers(0, 4, count) for _ in "xy")
            yield Inputs(x, np.where(rng.uniform(size=count) < 0.5, x, y), None, given)
            if several:
                yield Inputs(rng.integers(0, 2, (count, 7)), rng.integers(0, 2, (count, 7)), None, given)

    return make


def vectors(*params: dict[str, Any], names: tuple[str, ...] = (), sign: bool = False, sure: bool = False) -> Maker:
    """Pairs of vectors: unrelated, nearly parallel, nearly at right angles; of all lengths.

    Args:
        names: They are further arrays of these names, not labels.
        sign: The labels are signs.
        sure: Labels are numbers from 0 on.
    """

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            for width in (2, 7):
                rng = generator(34, scale + 2, width, j)
                some = max(9, count // max(2, 2 * len(params)))
                x, y, z = (rng.normal(size=(some, width)) * max(scale, 1.0) for _ in "xyz")
                third = some // 3
                y[:third] = _close(rng, x[:third])
                z[:third] = _close(rng, y[:third])
                if not sure:
                    u, v = x[third : 2 * third], y[third : 2 * third]
                    v -= u * ((u * v).sum(axis=1) / (u * u).sum(axis=1))[:, None]
                    y[0] = 3.0 * np.round(x[0])
                    x[0] = np.round(x[0]) + np.eye(width)[0]
                    y[0] = 3.0 * x[0]
                if scale == SPECIAL:
                    size = _sizes(rng, (some, 1), -290.0, 300.0)
                    x, y, z = x * size, y * size * (1.0 if names else 1.0 / np.sqrt(size)), z * size
                    x[-1] = np.eye(width)[0] * LEAST * 4
                y = abs(y) if sure else y
                signs_ = rng.choice([-1.0, 1.0], some)
                label: Any = signs_ if sign else np.zeros(some) if names else y
                yield Inputs(x, label, None, given, dict(zip(names, (y, z), strict=False)))

    return make


def groups(*params: dict[str, Any]) -> Maker:
    """Unit vectors in four directions, more or less, each labelled by its direction, most of them."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            rng = generator(35, scale + 2, j)
            for spread in (0.01, 0.3, 1.0):
                y = rng.integers(0, 3, min(12, max(8, count // 30)))
                y[:2] = [0, 1]
                x = np.eye(4)[y] + rng.normal(size=(len(y), 4)) * spread
                yield Inputs(x / np.sqrt((x * x).sum(axis=1, keepdims=True)), y, None, given)

    return make


def regions(*params: dict[str, Any], columns: int = 1) -> Maker:
    """Predicted and true regions, soft and hard, some nearly equal."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            rng = generator(36, scale + 2, j)
            shape = (max(8, count // 20), columns) if columns > 1 else (max(8, count // 20),)
            y: Array = rng.integers(0, 2, shape).astype(np.float64)
            y[:columns] = np.eye(columns) if columns > 1 else 1.0
            x = rng.uniform(size=shape)
            if scale == SPECIAL:
                tiny = _sizes(rng, shape, -300.0, -1.0)
                x = np.where(y > 0, 1.0 - tiny, tiny)
            yield Inputs(x, y, None, given)
            yield Inputs(x, rng.uniform(size=shape), None, given, {"sample_weight": rng.exponential(size=shape[0])})
            yield Inputs(np.minimum(_close(rng, y), 1.0), y, None, given)

    return make


def sets(*params: dict[str, Any], low: float = -320.0, high: float = 307.0, **how: Any) -> Maker:
    """All rows at once: one or two columns of values, of all sizes, far from 0, and close to the labels."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            rng = generator(37, scale + 2, j)
            rows = max(6, count // 12)
            y = rng.normal(size=rows) * max(scale, 1.0)
            x = rng.normal(size=rows) * max(scale, 1.0)
            weights = {"sample_weight": rng.exponential(size=rows)} if how.get("weighted") else {}
            if how.get("positive"):
                x, y = np.abs(x), np.abs(y)
            if scale == SPECIAL and not how.get("tame"):
                size = _sizes(rng, 1, low, high)
                yield Inputs(x * size / 10, y * size / 10, None, given)
                x, y = (_sizes(rng, rows, low, high) * (1.0 if how.get("positive") else -1.0) for _ in "xy")
            elif scale == SPECIAL:
                x, y = 1e6 + x, 1e6 + y
            yield Inputs(x, y, None, given)
            yield Inputs(_close(rng, y), y, None, given, weights)
            if not how.get("single"):
                yield Inputs(np.stack([x, y], axis=1), np.stack([y, _close(rng, y)], axis=1), None, given)

    return make


def forecast_sets(scale: float, count: int) -> Iterator[Inputs]:
    """Probabilities of all rows, with class numbers."""
    rng = generator(38, scale + 2)
    for width in (2, 4):
        rows = max(8, count // 10)
        y = np.concatenate([np.arange(width), rng.integers(width, size=rows - width)])
        for p in (_simplex(rng, rows, width, subnormal=scale == SPECIAL), 0.98 * np.eye(width)[y] + 0.02 / width):
            yield Inputs(p, y)
        if width == 2:
            yield Inputs(rng.uniform(size=rows), y)


# Formulas


def _largest(*terms: Any) -> Any:
    """Their sum, of which the largest is the measure."""
    return mp.fsum(terms), max(abs(t) for t in terms)


def _xlogy(x: Any, y: Any) -> Any:
    return x * mp.log(y) if x else mp.mpf(0)


def _times(weight: Any, cost: Any) -> Any:
    return weight * cost if weight else mp.mpf(0)


def _lack(log_p: Any) -> Any:
    """1 - p."""
    return -mp.expm1(log_p)


def _power(x: Any, p: Any) -> Any:
    """x^p of x >= 0."""
    return x ** mp.mpf(p) if x else mp.mpf(p == 0)


def focal(log_p: Any, *, gamma: float, alpha: float) -> Any:
    value = mp.mpf(alpha) * _power(_lack(log_p), gamma) * -log_p
    return value, value * (1 + mp.mpf(gamma)) / 2


def binary_cross_entropy(log_p: Any, log_q: Any, y: Any, *, pos_weight: float = 1.0) -> Any:
    return -(mp.mpf(pos_weight) * _times(y, log_p) + _times(1 - y, log_q))


def binary_focal(log_p: Any, log_q: Any, y: Any, *, gamma: float, alpha: float | None) -> Any:
    miss = y * _lack(log_p) + (1 - y) * _lack(log_q)
    value = _power(miss, gamma) * binary_cross_entropy(log_p, log_q, y)
    if alpha is not None:
        value *= y * mp.mpf(alpha) + (1 - y) * (1 - mp.mpf(alpha))
    return value, value * (1 + mp.mpf(gamma)) / 2


def poly(log_p: Any, *, epsilon: float) -> Any:
    value, largest = _largest(-log_p, mp.mpf(epsilon) * _lack(log_p))
    return (value, largest) if epsilon < 0 else value


def kl(logs: Any, t: Any) -> Any:
    terms = [_xlogy(v, v) for v in t] + [-_times(v, log) for v, log in zip(t, logs, strict=True)]
    return mp.fsum(terms), mp.fsum(abs(term) for term in terms)


def generalized_kl(x: Any, y: Any) -> Any:
    return mp.fsum(_xlogy(b, b) - _xlogy(b, a) - b + a for a, b in zip(x, y, strict=True))


def log_cosh(x: Any, y: Any) -> Any:
    size = abs(x - y)
    with mp.workdps(60 + int(max(0, -2 * mp.log10(size))) if size else 60):
        return mp.log((mp.exp(size) + mp.exp(-size)) / 2) if size < 1000 else size - mp.log(2)


def poisson_nll(x: Any, y: Any, *, log_input: bool, full: bool, eps: float) -> Any:
    terms = [mp.exp(x), -y * x] if log_input else [x, -y * mp.log(x + mp.mpf(eps))]
    if full and y > 1:
        terms += [y * mp.log(y), -y, mp.log(2 * mp.pi * y) / 2]
    return _largest(*terms)


def gaussian_nll(x: Any, y: Any, *, full: bool, eps: float, var: Any) -> Any:
    v = max(var, mp.mpf(eps))
    return _largest(mp.log(v) / 2, (x - y) ** 2 / v / 2, mp.log(2 * mp.pi) / 2 if full else mp.mpf(0))


def deviance(x: Any, y: Any, *, power: float) -> Any:
    p = mp.mpf(power)
    if x == y:
        return mp.mpf(0)
    if p == 0:
        return (x - y) ** 2
    if p == 1:
        return 2 * (_xlogy(y, y) - _xlogy(y, x) - y + x)
    if p == 2:
        return 2 * (mp.log(x) - mp.log(y) + y / x - 1)
    return 2 * (_power(max(y, 0), 2 - p) / ((1 - p) * (2 - p)) - y * x ** (1 - p) / (1 - p) + x ** (2 - p) / (2 - p))


def tweedie(x: Any, y: Any, *, power: float) -> Any:
    value = deviance(x, y, power=power)
    return value, value * (1 if power in (0.0, 1.0, 1.5, 2.0, 3.0) else 2)


def categorical_hinge(x: Any, t: Any) -> Any:
    own = [a * b for a, b in zip(t, x, strict=True)]
    other = [(1 - a) * b for a, b in zip(t, x, strict=True)]
    value = max(mp.mpf(0), 1 + max(other) - mp.fsum(own))
    return (value, value) if set(t) <= {0, 1} else (value, max(1, *map(abs, own), *map(abs, other)))


def multi_margin(x: Any, y: int, *, p: int, margin: float) -> Any:
    excess = [max(mp.mpf(0), mp.mpf(margin) - x[y] + v) ** p for c, v in enumerate(x) if c != y]
    return mp.fsum(excess) / len(x)


def sparsemax(x: Any, s: Any) -> Any:
    return mp.mpf(0) if s * x >= 1 else -s * x if s * x <= -1 else (1 - s * x) ** 2 / 4


def multiclass_sparsemax(x: Any, y: int) -> Any:
    ordered = sorted(x, reverse=True)
    best = max(k for k in range(1, len(x) + 1) if 1 + k * ordered[k - 1] > mp.fsum(ordered[:k]))
    threshold = (mp.fsum(ordered[:best]) - 1) / best
    p = [max(mp.mpf(0), v - threshold) for v in x]
    return mp.fsum(a * (v - x[y]) for a, v in zip(p, x, strict=True)) + (1 - mp.fsum(a * a for a in p)) / 2


def multilabel_margin(x: Any, y: list[int]) -> Any:
    own = y[: y.index(-1)] if -1 in y else y
    excess = [1 - x[j] + x[i] for j in own for i in range(len(x)) if i not in own]
    return mp.fsum(max(mp.mpf(0), e) for e in excess) / len(x)


def hinge_embedding(x: Any, s: Any, *, margin: float) -> Any:
    return x if s == 1 else max(mp.mpf(0), mp.mpf(margin) - x)


def accuracy(x: Any, y: Any, *, top_k: int = 1, threshold: float = 0.5) -> Any:
    if not isinstance(x, list):
        return mp.mpf(int((x > mp.mpf(threshold)) == (y == 1)))
    order = sorted(range(len(x)), key=lambda c: (-x[c], c))
    return mp.mpf(int(y in order[:top_k]))


def top_k_accuracy(x: Any, y: int, *, k: int) -> Any:
    return mp.mpf(int(sum(v > x[y] for v in x) < k))


def brier(p: Any, y: Any, *, scale_by_half: str) -> Any:
    if not isinstance(p, list):
        return (p - y) ** 2 * (2 if scale_by_half == "false" else 1)
    half = len(p) < 3 if scale_by_half == "auto" else scale_by_half == "true"
    return mp.fsum((v - (c == y)) ** 2 for c, v in enumerate(p)) / (2 if half else 1)


def hamming(x: Any, y: Any) -> Any:
    pairs = list(zip(x, y, strict=True)) if isinstance(x, list) else [(x, y)]
    return mp.mpf(sum(a != b for a, b in pairs)) / len(pairs)


def zero_one(x: Any, y: Any) -> Any:
    return mp.mpf(int(x != y))


def balanced_accuracy(x: Any, y: Any, *, adjusted: bool) -> Any:
    found = sorted(set(y))
    shares = [mp.mpf(sum(a == b == c for a, b in zip(x, y, strict=True))) / y.count(c) for c in found]
    score, chance = mp.fsum(shares) / len(found), mp.mpf(1) / len(found)
    return ((score - chance) / (1 - chance), score / (1 - chance)) if adjusted else score


def _dot(x: Any, y: Any) -> Any:
    return mp.fsum(a * b for a, b in zip(x, y, strict=True))


def cosine(x: Any, y: Any) -> Any:
    return _dot(x, y) / mp.sqrt(_dot(x, x) * _dot(y, y))


def cosine_similarity(x: Any, y: Any) -> Any:
    value = cosine(x, y)
    return value, max(abs(value), LEAST_COSINE) * (1 if value > 0 else -1)


def cosine_distance(x: Any, y: Any) -> Any:
    value = 1 - cosine(x, y)
    return value, max(value, LEAST_DISTANCE)


def cosine_embedding(x: Any, s: Any, *, input2: Any, margin: float) -> Any:
    found = cosine(x, input2)
    value = 1 - found if s == 1 else max(mp.mpf(0), found - mp.mpf(margin))
    return value, max(value, LEAST_DISTANCE if s == 1 else LEAST_COSINE)


def _distance(x: Any, y: Any, p: float) -> Any:
    sizes = [abs(a - b) for a, b in zip(x, y, strict=True)]
    if p == np.inf:
        return max(sizes)
    return _power(mp.fsum(_power(v, p) for v in sizes), 1 / mp.mpf(p))


def triplet(x: Any, _: Any, *, positive: Any, negative: Any, margin: float, p: float, swap: bool) -> Any:
    away = _distance(x, negative, p)
    away = min(away, _distance(positive, negative, p)) if swap else away
    near = _distance(x, positive, p)
    return max(mp.mpf(0), near - away + mp.mpf(margin)), max(near, away, abs(margin))


def nt_xent(x: Any, y: Any, *, temperature: float) -> Any:
    t, each = mp.mpf(temperature), range(len(x))
    alike = [[cosine(x[i], x[j]) for j in each] for i in each]
    costs = [
        mp.log1p(mp.fsum(mp.exp((alike[i][k] - alike[i][j]) / t) for k in each if y[k] != y[i]))
        for i in each
        for j in each
        if i != j and y[i] == y[j]
    ]
    value = mp.fsum(costs) / len(costs)
    return value, value * (1 + 1 / t)


def circle(x: Any, y: Any, *, gamma: float, margin: float, remove_diagonal: bool) -> Any:
    g, m, found = mp.mpf(gamma), mp.mpf(margin), []
    for i, row in enumerate(x):
        d = [max(mp.mpf(0), 1 - _dot(row, other)) for other in x]
        own = [j for j in range(len(x)) if y[j] == y[i] and not (remove_diagonal and j == i)]
        others = [j for j in range(len(x)) if y[j] != y[i]]
        near = mp.fsum(mp.exp(-g * (m + d[j]) * (m - d[j])) for j in own)
        far = mp.fsum(mp.exp(g * max(mp.mpf(0), 1 + m - d[j]) * (1 - m - d[j])) for j in others)
        value = mp.log1p(near * far)
        found.append((value, value * (1 + g)))
    return found


def listwise(x: Any, y: Any) -> Any:
    logs = Row.of(np.array([float(v) for v in x])).log_softmax
    return -mp.fsum(_times(w, log) for w, log in zip(y, logs, strict=True))


def tversky(x: Any, y: Any, *, alpha: float = 0.5, beta: float = 0.5, sample_weight: Any = None) -> Any:
    w = sample_weight or [1] * len(x)
    both = mp.fsum(c * a * b for a, b, c in zip(x, y, w, strict=True))
    alarms = mp.fsum(c * a * (1 - b) for a, b, c in zip(x, y, w, strict=True))
    missed = mp.fsum(c * (1 - a) * b for a, b, c in zip(x, y, w, strict=True))
    return 1 - both / (both + mp.mpf(alpha) * alarms + mp.mpf(beta) * missed)


def generalized_dice(x: Any, y: Any, *, sample_weight: Any = None) -> Any:
    w = sample_weight or [1] * len(x)
    above = below = mp.mpf(0)
    for c in range(len(x[0])):
        size = mp.fsum(k * row[c] for row, k in zip(y, w, strict=True))
        weight = 1 / size**2 if size else mp.mpf(0)
        above += weight * mp.fsum(k * a[c] * b[c] for a, b, k in zip(x, y, w, strict=True))
        below += weight * mp.fsum(k * (a[c] + b[c]) for a, b, k in zip(x, y, w, strict=True))
    return 1 - 2 * above / below


def _columns(a: Any) -> list[Any]:
    return [list(column) for column in zip(*a, strict=True)] if isinstance(a[0], list) else [a]


def _average(numbers: Any, weights: Any = None) -> Any:
    if weights is None:
        return mp.fsum(numbers) / len(numbers)
    return mp.fsum(a * w for a, w in zip(numbers, weights, strict=True)) / mp.fsum(weights)


def _over_columns(of_column: Callable[..., Any]) -> Formula:
    """A formula of one output, averaged over all outputs."""

    def formula(x: Any, y: Any, sample_weight: Any = None, **params: Any) -> Any:
        params.pop("multioutput", None)
        pairs = zip(_columns(x), _columns(y), strict=True)
        return _mean([Truth.of(of_column(a, b, sample_weight, **params)) for a, b in pairs])

    return formula


def root_mean_squared_error(x: Any, y: Any, sample_weight: Any = None) -> Any:
    squares = [
        _average([(a - b) ** 2 for a, b in zip(*rows, strict=True)])
        for rows in zip(zip(*_columns(x), strict=True), zip(*_columns(y), strict=True), strict=True)
    ]
    return mp.sqrt(_average(squares, sample_weight))


@_over_columns
def root_mean_squared_log_error(x: Any, y: Any, w: Any) -> Any:
    return mp.sqrt(_average([(mp.log1p(a) - mp.log1p(b)) ** 2 for a, b in zip(x, y, strict=True)], w))


@_over_columns
def median_absolute_error(x: Any, y: Any, w: Any) -> Any:
    sizes, n = sorted(abs(a - b) for a, b in zip(x, y, strict=True)), len(x)
    return (sizes[(n - 1) // 2] + sizes[n // 2]) / 2


def max_error(x: Any, y: Any) -> Any:
    return max(abs(a - b) for a, b in zip(x, y, strict=True))


def _share(missed: Any, whole: Any) -> Any:
    """The share that is explained; its measure is the larger of 1 and the share that is missed."""
    return 1 - missed / whole, max(1, missed / whole)


@_over_columns
def r2_score(x: Any, y: Any, w: Any, *, force_finite: bool) -> Any:
    mean = _average(y, w)
    missed = _average([(a - b) ** 2 for a, b in zip(x, y, strict=True)], w)
    return _share(missed, _average([(b - mean) ** 2 for b in y], w))


@_over_columns
def explained_variance(x: Any, y: Any, w: Any, *, force_finite: bool) -> Any:
    off, mean = [b - a for a, b in zip(x, y, strict=True)], _average(y, w)
    middle = _average(off, w)
    return _share(_average([(e - middle) ** 2 for e in off], w), _average([(b - mean) ** 2 for b in y], w))


def d2_tweedie(x: Any, y: Any, *, power: float, sample_weight: Any = None) -> Any:
    mean = _average(y, sample_weight)
    missed = _average([deviance(a, b, power=power) for a, b in zip(x, y, strict=True)], sample_weight)
    return _share(missed, _average([deviance(mean, b, power=power) for b in y], sample_weight))


def _pinball(x: Any, y: Any, alpha: Any) -> Any:
    return alpha * (y - x) if y >= x else (1 - alpha) * (x - y)


def _d2_pinball(x: Any, y: Any, w: Any, *, alpha: float = 0.5) -> Any:
    share, ordered = mp.mpf(alpha), sorted(y)
    place = share * len(y)
    k = int(mp.floor(place))
    best = ordered[k] if place != k else (ordered[max(k - 1, 0)] + ordered[min(k, len(y) - 1)]) / 2
    missed = _average([_pinball(a, b, share) for a, b in zip(x, y, strict=True)])
    return _share(missed, _average([_pinball(best, b, share) for b in y]))


def _of_labels(p: Any, y: Any) -> tuple[Any, list[Any]]:
    rows = p if isinstance(p[0], list) else [[1 - v, v] for v in p]
    return rows, [mp.mpf(y.count(c)) / len(y) for c in range(len(rows[0]))]


def d2_brier(p: Any, y: Any) -> Any:
    rows, shares = _of_labels(p, y)
    missed = [mp.fsum((v - (c == k)) ** 2 for c, v in enumerate(row)) for row, k in zip(rows, y, strict=True)]
    null = [mp.fsum((v - (c == k)) ** 2 for c, v in enumerate(shares)) for k in y]
    return _share(mp.fsum(missed), mp.fsum(null))


def d2_log_loss(p: Any, y: Any) -> Any:
    rows, shares = _of_labels(p, y)
    least = mp.mpf(2) ** -52
    missed = [-mp.log(min(max(row[k], least), 1 - least)) for row, k in zip(rows, y, strict=True)]
    return _share(mp.fsum(missed), mp.fsum(-mp.log(shares[k]) for k in y))


def calibration_error(p: Any, y: Any, *, n_bins: int, norm: str) -> Any:
    bins: dict[int, list[Any]] = {}
    for row, k in zip(p, y, strict=True):
        chosen = row if not isinstance(row, list) else max(row)
        right = k if not isinstance(row, list) else int(row.index(chosen) == k)
        bins.setdefault(max(int(mp.ceil(chosen * n_bins)), 1), []).append(chosen - right)
    gaps = [(abs(mp.fsum(gaps)) / len(gaps), mp.mpf(len(gaps)) / len(p)) for gaps in bins.values()]
    if norm == "max":
        return max(gap for gap, _ in gaps), mp.mpf(1)
    power = 2 if norm == "l2" else 1
    return mp.fsum(share * gap**power for gap, share in gaps) ** (mp.mpf(1) / power), mp.mpf(1)


def calibration_sets(scale: float, count: int) -> Iterator[Inputs]:
    for given in forecast_sets(scale, count):
        for params in ({}, {"n_bins": 4, "norm": "l2"}, {"norm": "max"}):
            yield Inputs(given.x, given.y, params=params)


def gce(log_p: Any, *, q: float) -> Any:
    return -mp.expm1(mp.mpf(q) * log_p) / mp.mpf(q) if q else -log_p


def huber(x: Any, y: Any, *, delta: float) -> Any:
    e, d = abs(x - y), mp.mpf(delta)
    return e**2 / 2 if e <= d else d * (e - d / 2)


def smooth_l1(x: Any, y: Any, *, beta: float) -> Any:
    e, b = abs(x - y), mp.mpf(beta)
    return e**2 / (2 * b) if e < b else e - b / 2


def mean_squared_log_error(x: Any, y: Any, *, floor: float) -> Any:
    return (mp.log1p(max(x, mp.mpf(floor))) - mp.log1p(max(y, mp.mpf(floor)))) ** 2


def smape(x: Any, y: Any) -> Any:
    return 200 * abs(x - y) / (abs(x) + abs(y)) if x or y else mp.mpf(0)


def pseudo_huber(x: Any, y: Any, *, delta: float) -> Any:
    d = mp.mpf(delta)
    return d**2 * (mp.sqrt(1 + ((x - y) / d) ** 2) - 1)


def fair(x: Any, y: Any, *, c: float) -> Any:
    r = abs(x - y) / mp.mpf(c)
    return mp.mpf(c) ** 2 * (r - mp.log1p(r))


def expectile(x: Any, y: Any, *, alpha: float) -> Any:
    return (mp.mpf(alpha) if y >= x else 1 - mp.mpf(alpha)) * (x - y) ** 2


def wape(x: Any, y: Any, *, sample_weight: Any = None) -> Any:
    w = sample_weight or [1] * len(x)
    rows = [(zip(a, b, strict=True) if isinstance(a, list) else [(a, b)]) for a, b in zip(x, y, strict=True)]
    pairs = [(k, a, b) for k, row in zip(w, rows, strict=True) for a, b in row]
    return mp.fsum(k * abs(a - b) for k, a, b in pairs) / mp.fsum(k * abs(b) for k, _, b in pairs)


def tweedie_nll(x: Any, y: Any, *, rho: float) -> Any:
    r = mp.mpf(rho)
    return x ** (2 - r) / (2 - r) - y * x ** (1 - r) / (1 - r)


def aft(x: Any, y: Any, *, distribution: str, scale: float) -> Any:
    z = (mp.log(y) - x) / mp.mpf(scale)
    parts = {
        "normal": (z**2 / 2, mp.log(2 * mp.pi) / 2),
        "extreme": (mp.exp(z), -z),
        "logistic": (2 * mp.log1p(mp.exp(z)), -z),
    }[distribution]
    value, largest = _largest(*parts, mp.log(mp.mpf(scale)), mp.log(y))
    return value, largest * (1 + abs(z) if distribution == "extreme" else 1)


def cox(x: Any, y: Any, *, sample_weight: Any = None) -> Any:
    w, rows = sample_weight or [1] * len(x), range(len(x))
    events = [i for i in rows if y[i] > 0]
    risk = {i: mp.log(mp.fsum(w[j] * mp.exp(x[j]) for j in rows if abs(y[j]) >= y[i])) for i in events}
    value = mp.fsum(w[i] * (risk[i] - x[i]) for i in events) / mp.fsum(w[i] for i in events)
    return value, max(value, *(abs(risk[i]) for i in events), *(abs(x[i]) for i in events))


def _of_classes(above: Callable[..., Any]) -> Formula:
    """A ratio of counts of each class, averaged: what it divides by what, from right, predicted and true."""

    def formula(x: Any, y: Any, *, average: str, pos_label: str, threshold: float, **params: Any) -> Any:
        found = sorted({*x, *y}) if average != "binary" else [int(pos_label)]
        pairs = list(zip(x, y, strict=True))
        counts = [(sum(a == b == c for a, b in pairs), x.count(c), y.count(c)) for c in found]
        terms = [above(*count, **params) for count in counts]
        if average == "micro":
            return mp.fsum(a for a, _ in terms) / mp.fsum(b for _, b in terms)
        each = [mp.mpf(a) / b if b else mp.mpf(0) for a, b in terms]
        return _average(each, [mp.mpf(true) for _, _, true in counts] if average == "weighted" else None)

    return formula


def f_beta(right: int, said: int, true: int, *, beta: float) -> Any:
    square = mp.mpf(beta) ** 2
    return (1 + square) * right, said + square * true


def matthews(x: Any, y: Any, *, threshold: float) -> Any:
    n, found = len(x), sorted({*x, *y})
    said, true = ([mp.mpf(a.count(c)) / n for c in found] for a in (x, y))
    right = mp.mpf(sum(a == b for a, b in zip(x, y, strict=True))) / n
    spread = (1 - _dot(said, said)) * (1 - _dot(true, true))
    return (right - _dot(said, true)) / mp.sqrt(spread) if spread else mp.mpf(0), mp.mpf(1)


def kappa(x: Any, y: Any, *, weighing: str, threshold: float) -> Any:
    found, power = sorted({*x, *y}), {"none": 0, "linear": 1, "quadratic": 2}[weighing]
    far = [[mp.mpf(abs(i - j)) ** power if i != j else mp.mpf(0) for j in range(len(found))] for i in range(len(found))]
    missed = mp.fsum(far[found.index(b)][found.index(a)] for a, b in zip(x, y, strict=True))
    whole = mp.fsum(
        far[i][j] * y.count(a) * x.count(b) / mp.mpf(len(x)) for i, a in enumerate(found) for j, b in enumerate(found)
    )
    return _share(missed, whole)


def auc(x: Any, y: Any, *, pos_label: str, sample_weight: Any = None) -> Any:
    w = sample_weight or [mp.mpf(1)] * len(x)
    pairs = [(i, j, w[i] * w[j]) for i in range(len(x)) for j in range(len(x)) if y[i] == 1 and y[j] == 0]
    ahead = mp.fsum(share * (mp.mpf(x[i] > x[j]) + mp.mpf(x[i] == x[j]) / 2) for i, j, share in pairs)
    return ahead / mp.fsum(share for _, _, share in pairs)


def average_precision(x: Any, y: Any, *, pos_label: str, sample_weight: Any = None) -> Any:
    w, rows = sample_weight or [mp.mpf(1)] * len(x), range(len(x))
    yes = [i for i in rows if y[i] == 1]
    above = {i: [j for j in rows if x[j] >= x[i]] for i in yes}
    precision = [mp.fsum(w[j] for j in above[i] if y[j] == 1) / mp.fsum(w[j] for j in above[i]) for i in yes]
    return _average(precision, [w[i] for i in yes])


def ndcg(x: Any, y: Any, *, k: float | None, gain: str, empty: float) -> Any:
    worth = [2**v - 1 if gain == "exponential" else v for v in y]
    discount = [1 / mp.log(i + 2, 2) if k is None or i < k else mp.mpf(0) for i in range(len(x))]
    order = sorted(range(len(x)), key=lambda i: -x[i])
    shared = [_average([discount[p] for p, j in enumerate(order) if x[j] == x[i]]) for i in range(len(x))]
    best = _dot(sorted(worth, reverse=True), discount)
    return _dot(worth, shared) / best if best else mp.mpf(empty)


def mean_average_precision(x: Any, y: Any, *, k: float | None, empty: float) -> Any:
    hits = [y[i] > 0 for i in sorted(range(len(x)), key=lambda i: -x[i])]
    most = len(x) if k is None else int(k)
    found = mp.fsum(mp.mpf(sum(hits[: i + 1])) / (i + 1) for i in range(min(most, len(x))) if hits[i])
    return found / min(sum(hits), most) if any(hits) else mp.mpf(empty)


def label_ranking_loss(x: Any, y: Any) -> Any:
    pairs = [x[i] <= x[j] for i in range(len(x)) for j in range(len(x)) if y[i] and not y[j]]
    return mp.mpf(sum(pairs)) / len(pairs) if pairs else mp.mpf(0)


def label_ranking_average_precision(x: Any, y: Any) -> Any:
    shares = [
        mp.mpf(sum(v >= x[i] and bool(t) for v, t in zip(x, y, strict=True))) / sum(v >= x[i] for v in x)
        for i in range(len(x))
        if y[i]
    ]
    return _average(shares) if shares else mp.mpf(1)


def coverage_error(x: Any, y: Any) -> Any:
    return mp.mpf(max((sum(v >= x[i] for v in x) for i in range(len(x)) if y[i]), default=0))


def _moments(x: Any, y: Any, w: Any) -> tuple[Any, ...]:
    a, b = _average(x, w), _average(y, w)
    u, v = [p - a for p in x], [q - b for q in y]
    products = ([p * q for p, q in zip(*pair, strict=True)] for pair in ((u, v), (u, u), (v, v)))
    return a, b, *(_average(terms, w) for terms in products)


@_over_columns
def pearson(x: Any, y: Any, w: Any) -> Any:
    _, _, both, x_alone, y_alone = _moments(x, y, w)
    return both / mp.sqrt(x_alone * y_alone), mp.mpf(1)


@_over_columns
def concordance(x: Any, y: Any, w: Any) -> Any:
    a, b, both, x_alone, y_alone = _moments(x, y, w)
    return 2 * both / (x_alone + y_alone + (a - b) ** 2), mp.mpf(1)


def confusion_count(x: Any, y: Any, *, outcome: str, threshold: float) -> Any:
    yes, true = x > mp.mpf(threshold), y > 0.5
    return mp.mpf(int({"tp": yes and true, "fp": yes and not true, "fn": not yes and true}[outcome]))


def separated(scale: float, count: int) -> Iterator[Inputs]:
    """Scores of all rows, some of which tie, with labels of 0 and 1."""
    rng = generator(40, scale + 2)
    rows = max(8, count // 6)
    y = np.append([0, 1], rng.integers(0, 2, rows - 2))
    for x in (rng.normal(size=rows) + y, np.round(rng.normal(size=rows) + y), rng.normal(size=rows) * max(scale, 1.0)):
        yield Inputs(x, y)
        yield Inputs(x, y, extras={"sample_weight": rng.exponential(size=rows) + 0.1})


def rankings(*params: dict[str, Any], relevance: bool = False) -> Maker:
    """Lists of scores, some of which tie, with 0/1 labels or relevance."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            rng = generator(41, scale + 2, j)
            x = rng.normal(size=(max(8, count // 4), 6)) * max(scale, 1.0)
            x[::2] = np.round(rng.normal(size=x[::2].shape) * 2.0)
            y = rng.integers(0, 4 if relevance else 2, x.shape) * 1.0
            yield Inputs(x, y, None, given)
            if relevance:
                yield Inputs(x, rng.exponential(size=x.shape), None, given)

    return make


def lifetimes(scale: float, count: int) -> Iterator[Inputs]:
    """Log hazards and times, some censored, some equal."""
    rng = generator(42, scale + 2)
    rows = max(8, count // 8)
    y = np.append(1.0, np.floor(rng.exponential(size=rows - 1) * 5.0 + 1.0) * rng.choice([-1.0, 1.0], rows - 1))
    yield Inputs(rng.normal(size=rows) * max(scale, 1.0), y)
    yield Inputs(rng.normal(size=rows), y, extras={"sample_weight": rng.exponential(size=rows) + 0.1})


def times(*params: dict[str, Any]) -> Maker:
    """Logarithms of times, and times."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params):
            rng = generator(43, scale + 2, j)
            some = max(8, count // len(params))
            yield Inputs(
                rng.normal(size=some) * 3.0, np.exp(rng.normal(size=some) * min(max(scale, 1.0), 30.0)), None, given
            )

    return make


AVERAGES: tuple[dict[str, Any], ...] = tuple({"average": name} for name in ("macro", "weighted", "micro"))
SMOOTH: tuple[dict[str, Any], ...] = ({}, {"label_smoothing": 0.1}, {"label_smoothing": 1e-3})
GAMMAS: tuple[dict[str, Any], ...] = (*SMOOTH, {"gamma": 0.5}, {"gamma": 5.0})
POWERS: tuple[dict[str, Any], ...] = tuple({"power": p} for p in (1.0, 1.1, 1.5, 1.9, 2.0, 2.5, 3.0))

REFERENCES: dict[str, Reference] = {
    "cross-entropy": Reference(lambda log_p: -log_p, classes(*SMOOTH)),
    "negative-log-likelihood": Reference(lambda log_p: -log_p, classes(kinds=(Kind.LOG_PROBABILITIES,))),
    "binary-cross-entropy": Reference(binary_cross_entropy, binary(*SMOOTH, {"pos_weight": 3.7})),
    "kl-divergence": Reference(kl, distributions),
    "generalized-kl-divergence": Reference(generalized_kl, masses, 90),
    "focal": Reference(focal, classes(*GAMMAS)),
    "binary-focal": Reference(binary_focal, binary(*GAMMAS, {"alpha": 0.25})),
    "generalized-cross-entropy": Reference(gce, classes({}, {"q": 1.0}, {"q": 0.01}, {"q": 0.0})),
    "poly-cross-entropy": Reference(poly, classes({}, {"epsilon": 0.5}, {"epsilon": -1.0})),
    "brier": Reference(brier, brier_inputs),
    "mean-squared-error": Reference(lambda x, y: (x - y) ** 2, values()),
    "mean-absolute-error": Reference(lambda x, y: abs(x - y), values()),
    "mean-absolute-percentage-error": Reference(
        lambda x, y, epsilon: 100 * abs(x - y) / max(abs(y), mp.mpf(epsilon)), values({}, {"epsilon": 1e-300})
    ),
    "mean-squared-log-error": Reference(mean_squared_log_error, values({}, {"floor": -0.5}, {"floor": -1 + 2.0**-53})),
    "half-squared-error": Reference(lambda x, y: (x - y) ** 2 / 2, values()),
    "huber": Reference(huber, values({}, {"delta": 0.1}, {"delta": 50.0})),
    "smooth-l1": Reference(smooth_l1, values({}, {"beta": 0.1}, {"beta": 50.0})),
    "log-cosh": Reference(log_cosh, values()),
    "quantile": Reference(
        lambda x, y, alpha: _pinball(x, y, mp.mpf(alpha)), values({}, {"alpha": 0.9}, {"alpha": 0.0}, {"alpha": 1e-9})
    ),
    "poisson": Reference(
        lambda x, y, epsilon: _largest(x, -y * mp.log(x + mp.mpf(epsilon))), counts({}, {"epsilon": 0.0}, logs=False)
    ),
    "poisson-nll": Reference(
        poisson_nll,
        lambda scale, count: [
            *counts({}, {"full": True}, logs=True)(scale, count // 2),
            *counts({"log_input": False}, {"log_input": False, "full": True}, logs=False)(scale, count // 2),
        ].__iter__(),
    ),
    "gaussian-nll": Reference(gaussian_nll, variances),
    "tweedie-deviance": Reference(tweedie, values(*POWERS, {"power": -1.0}, positive=True, low=-90, high=90), 150),
    "poisson-deviance": Reference(lambda x, y: deviance(x, y, power=1.0), values(positive=True), 150),
    "gamma-deviance": Reference(lambda x, y: deviance(x, y, power=2.0), values(positive=True, low=-300), 150),
    "hinge": Reference(lambda x, s: max(mp.mpf(0), 1 - s * x), signs()),
    "squared-hinge": Reference(lambda x, s: max(mp.mpf(0), 1 - s * x) ** 2, signs()),
    "categorical-hinge": Reference(categorical_hinge, scores(hot=True), 700),
    "multi-margin": Reference(multi_margin, scores({}, {"p": 2}, {"margin": 0.3})),
    "perceptron": Reference(lambda x, s: max(mp.mpf(0), -s * x), signs()),
    "multiclass-perceptron": Reference(lambda x, y: max(x) - x[y], scores()),
    "sparsemax": Reference(sparsemax, signs()),
    "multiclass-sparsemax": Reference(multiclass_sparsemax, scores(), 700),
    "soft-margin": Reference(lambda x, s: -log_sigmoid(float(s * x)), signs()),
    "multilabel-margin": Reference(multilabel_margin, listed),
    "hinge-embedding": Reference(hinge_embedding, signs({}, {"margin": 0.3}, positive=True)),
    "margin-ranking": Reference(
        lambda x, s, input2, margin: max(mp.mpf(0), mp.mpf(margin) - s * (x - input2)),
        signs({}, {"margin": 0.3}, second=True),
        700,
    ),
    "accuracy": Reference(accuracy, decisions({}, {"top_k": 3})),
    "top-k-accuracy": Reference(top_k_accuracy, decisions({"k": 1}, {"k": 3})),
    "zero-one": Reference(zero_one, labels(several=True)),
    "hamming": Reference(hamming, labels(several=True)),
    "balanced-accuracy": Reference(balanced_accuracy, labels({}, {"adjusted": True}, several=False)),
    "cosine-similarity": Reference(cosine_similarity, vectors(), 120),
    "cosine-distance": Reference(cosine_distance, vectors(), 120),
    "cosine-embedding": Reference(cosine_embedding, vectors({}, {"margin": 0.5}, names=("input2",), sign=True), 120),
    "triplet-margin": Reference(
        triplet, vectors(*({"p": p} for p in (2.0, 1.0, 3.0, np.inf)), {"swap": True}, names=("positive", "negative"))
    ),
    "nt-xent": Reference(nt_xent, groups({}, {"temperature": 0.5}, {"temperature": 0.01})),
    "circle": Reference(circle, groups({}, {"gamma": 1.0}, {"remove_diagonal": False, "margin": 0.1})),
    "listwise-softmax": Reference(listwise, vectors(sure=True)),
    "dice": Reference(tversky, regions(), 700),
    "tversky": Reference(tversky, regions({}, {"alpha": 0.3, "beta": 1.6}), 700),
    "generalized-dice": Reference(generalized_dice, regions(columns=3), 700),
    "root-mean-squared-error": Reference(root_mean_squared_error, sets(weighted=True)),
    "root-mean-squared-log-error": Reference(root_mean_squared_log_error, sets(weighted=True, positive=True)),
    "median-absolute-error": Reference(median_absolute_error, sets()),
    "max-error": Reference(max_error, sets(single=True)),
    "r2-score": Reference(r2_score, sets(weighted=True, tame=True)),
    "explained-variance": Reference(explained_variance, sets(weighted=True, tame=True)),
    "d2-tweedie-score": Reference(d2_tweedie, sets({}, *POWERS, weighted=True, tame=True, positive=True, single=True)),
    "d2-pinball-score": Reference(_over_columns(_d2_pinball), sets({}, {"alpha": 0.3}, tame=True)),
    "d2-absolute-error-score": Reference(_over_columns(_d2_pinball), sets(tame=True)),
    "d2-brier": Reference(d2_brier, forecast_sets),
    "d2-log-loss": Reference(d2_log_loss, forecast_sets),
    "calibration-error": Reference(calibration_error, calibration_sets),
    "symmetric-mean-absolute-percentage-error": Reference(smape, values()),
    "weighted-absolute-percentage-error": Reference(wape, sets(weighted=True)),
    "pseudo-huber": Reference(pseudo_huber, values({}, {"delta": 0.1}, {"delta": 50.0}), 700),
    "fair": Reference(fair, values({}, {"c": 0.1}, {"c": 50.0}, high=300.0, low=-150.0), 700),
    "lq": Reference(lambda x, y, q: _power(abs(x - y), q), values({}, {"q": 1.5}, {"q": 1.0})),
    "expectile": Reference(expectile, values({}, {"alpha": 0.9}, {"alpha": 0.0})),
    "threshold-error": Reference(
        lambda x, y, threshold: mp.mpf(int(abs(x - y) >= mp.mpf(threshold))), values({}, {"threshold": 0.3})
    ),
    "gamma-nll": Reference(lambda x, y: _largest(y / x, mp.log(x)), values(positive=True, low=-150, high=150)),
    "tweedie-nll": Reference(
        tweedie_nll, values({}, {"rho": 1.1}, {"rho": 1.9}, positive=True, low=-150, high=150), 200
    ),
    "aft-nll": Reference(aft, times({}, {"distribution": "logistic", "scale": 0.5}, {"distribution": "extreme"})),
    "cox-nll": Reference(cox, lifetimes, 700),
    "precision": Reference(_of_classes(lambda right, said, true: (right, said)), labels(*AVERAGES, several=False)),
    "recall": Reference(_of_classes(lambda right, said, true: (right, true)), labels(*AVERAGES, several=False)),
    "f-beta": Reference(_of_classes(f_beta), labels(*AVERAGES, {"average": "macro", "beta": 2.0}, several=False)),
    "jaccard": Reference(
        _of_classes(lambda right, said, true: (right, said + true - right)), labels(*AVERAGES, several=False)
    ),
    "matthews-correlation": Reference(matthews, labels(several=False)),
    "cohen-kappa": Reference(kappa, labels({}, {"weighing": "linear"}, {"weighing": "quadratic"}, several=False)),
    "confusion-count": Reference(
        confusion_count, values({}, {"outcome": "tp"}, {"outcome": "fn", "threshold": 0.1}, positive=True)
    ),
    "auc": Reference(auc, separated),
    "average-precision": Reference(average_precision, separated),
    "ndcg": Reference(ndcg, rankings({}, {"k": 3.0}, {"gain": "exponential"}, relevance=True)),
    "mean-average-precision": Reference(mean_average_precision, rankings({}, {"k": 2.0})),
    "label-ranking-loss": Reference(label_ranking_loss, rankings()),
    "label-ranking-average-precision": Reference(label_ranking_average_precision, rankings()),
    "coverage-error": Reference(coverage_error, rankings()),
    "pearson-correlation": Reference(pearson, sets(weighted=True, tame=True)),
    "concordance-correlation": Reference(concordance, sets(weighted=True, tame=True)),
}


# Tables


def _cell(error: float | None) -> str:
    if error is None or np.isinf(error):
        return f"{'inf':>9}"
    return f"{error:>9.2g}" if error >= 100.0 else f"{error:>9.2f}"


def print_losses(count: int) -> None:
    """Print the worst error of each loss at each scale and at the ends of float64."""
    print(f"\nworst error of each loss in ulp, about {count} samples of each kind")
    print("(* of what the loss states under accuracy, see losscli losses NAME)\n")
    print(f"{'scale':<32}" + "".join(f"{scale:>9g}" for scale in SCALES) + f"{'special':>9}")
    for loss in LOSSES:
        errors = [worst_error(loss, scale, count) for scale in (*SCALES, SPECIAL)]
        print(f"{loss.name + ' *' * bool(loss.accuracy):<32}" + "".join(map(_cell, errors)))


def print_frameworks(count: int) -> None:
    """Print the recorded errors of frameworks and of textbook formulas, each under those of losscli."""
    data = json.loads(RECORDED.read_text())
    versions = ", ".join(f"{name} {version}" for name, version in data["versions"].items())
    print(f"\nworst error in ulp of the value, beside recorded ones of {versions}\n")
    print(f"{'scale':<52}" + "".join(f"{scale:>9g}" for scale in data["scales"]))
    for name, table in data["losses"].items():
        loss = next(loss for loss in LOSSES if loss.name == name)
        print(table["inputs"])
        ours = [_plain_error(loss, float(scale), count) for scale in data["scales"]]
        print(f"  {'losscli ' + name:<50}" + "".join(map(_cell, ours)))
        for implementation, errors in table["errors"].items():
            print(f"  {implementation:<50}" + "".join(map(_cell, errors)))


def _plain_error(loss: Loss, scale: float, count: int) -> float:
    """The worst error of logits or values without parameters, in ulp of the value."""
    made = REFERENCES[loss.name].inputs(scale, count)
    plain = (given for given in made if given.kind in (None, Kind.LOGITS) and not given.params)
    return max(measured(loss, given, of_value=True) for given in plain)
