"""The formulas of losses for wrong labels, sequences, detectors, margins, evidence and views; see ``formulas``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.accuracy.formulas import (
    REFERENCES,
    SPECIAL,
    Inputs,
    Maker,
    Reference,
    _power,
    _sizes,
    _times,
    binary,
    classes,
    scores,
    vectors,
)
from tests.accuracy.formulas_zoo import matched
from tests.accuracy.primitives import generator, mp

if TYPE_CHECKING:
    from collections.abc import Iterator


def taylor(log_p: Any, *, order: int) -> Any:
    return mp.fsum((-mp.expm1(log_p)) ** k / k for k in range(1, order + 1))


def _tempered_log(p: Any, t: Any) -> Any:
    return mp.log(p) if t == 1 else (p ** (1 - t) - 1) / (1 - t)


def _tempered_exp(x: Any, t: Any) -> Any:
    return mp.exp(x) if t == 1 else max(1 + (1 - t) * x, mp.mpf(0)) ** (1 / (1 - t))


def bi_tempered(x: Any, y: Any, *, t1: float, t2: float) -> Any:
    a, b, top = mp.mpf(t1), mp.mpf(t2), max(x)
    labels = [mp.mpf(int(c == y)) for c in range(len(x))] if isinstance(y, int) else y

    def excess(norm: Any) -> Any:
        return mp.fsum(_tempered_exp(v - top - norm, b) for v in x) - 1

    high = -_tempered_log(mp.mpf(1) / len(x), b)
    norm = mp.mpf(0) if not excess(0) else mp.findroot(excess, (mp.mpf(0), high), solver="illinois", verify=False)
    p = [_tempered_exp(v - top - norm, b) for v in x]
    value = mp.mpf(0)
    for one, t in zip(p, labels, strict=True):
        value += t * (_tempered_log(t, a) - _tempered_log(one, a)) if t else 0
        value -= (t ** (2 - a) - one ** (2 - a)) / (2 - a)
    return value, (1 + value) * (1 + b)


def quality_focal(log_p: Any, log_q: Any, y: Any, *, beta: float) -> Any:
    p, q = -mp.expm1(log_q), -mp.expm1(log_p)
    cost = -(_times(y, log_p) + _times(1 - y, log_q))
    off, most = abs(y * q - (1 - y) * p), y * q + (1 - y) * p
    value = _times(_power(off, beta), cost)
    return value, value + beta * cost * most * (_power(off, beta - 1) if off and beta else 0)


def varifocal(log_p: Any, log_q: Any, y: Any, *, alpha: float, gamma: float) -> Any:
    cost = -(_times(y, log_p) + _times(1 - y, log_q))
    value = _times(y, cost) if y > 0 else _times(mp.mpf(alpha) * _power(-mp.expm1(log_q), gamma), cost)
    return value, value * (1 + gamma)


def _log_softmax(x: Any) -> list[Any]:
    top = max(x)
    rest = mp.log1p(mp.fsum(mp.exp(v - top) for v in x) - 1)
    return [v - top - rest for v in x]


def distribution_focal(x: Any, y: Any) -> Any:
    logs, left = _log_softmax(x), min(int(mp.floor(y)), len(x) - 2)
    return -((left + 1 - y) * logs[left] + (y - left) * logs[left + 1])


def values_between(scale: float, count: int) -> Iterator[Inputs]:
    """Logits of 0 to 4, and values there."""
    rng = generator(61, scale + 2)
    x = rng.normal(size=(count, 5)) * max(scale, 1.0)
    y = rng.uniform(0, 4, count)
    y[:5] = np.arange(5)
    yield Inputs(x, y)


def distillation(x: Any, y: Any, *, temperature: float) -> Any:
    size, degree = max(abs(v) for v in (*x, *y)), mp.mpf(temperature)
    s, t = (_log_softmax([v / degree for v in row]) for row in (x, y))
    value = degree**2 * mp.fsum(mp.exp(b) * (b - a) for a, b in zip(s, t, strict=True))
    return value, value + degree * size + degree**2


def evidential(x: Any, y: Any) -> Any:
    a = [v + 1 for v in x]
    whole, labels = mp.fsum(a), [mp.mpf(int(c == y)) for c in range(len(x))] if isinstance(y, int) else y
    p = [v / whole for v in a]
    value = mp.fsum((t - v) ** 2 + v * (1 - v) / (whole + 1) for t, v in zip(labels, p, strict=True))
    return value, value + mp.fsum(t**2 + v**2 for t, v in zip(labels, p, strict=True))


def evidence(scale: float, count: int) -> Iterator[Inputs]:
    """From 0 on, of all sizes."""
    rng = generator(62, scale + 2)
    x = rng.exponential(size=(count, 4)) * max(scale, 1.0) * rng.integers(0, 2, (count, 4))
    if scale == SPECIAL:
        x = _sizes(rng, (count, 4), -300.0, 150.0)
    y = rng.integers(0, 4, count)
    yield Inputs(x, y)
    yield Inputs(x, rng.dirichlet(np.ones(4), count))


def evidential_regression(x: Any, y: Any, *, nu: Any, alpha: Any, beta: Any, weight: float) -> Any:
    w = 2 * beta * (1 + nu)
    terms = [mp.log(mp.pi / nu) / 2, -alpha * mp.log(w), (alpha + mp.mpf(1) / 2) * mp.log(nu * (x - y) ** 2 + w)]
    terms += [mp.loggamma(alpha) - mp.loggamma(alpha + mp.mpf(1) / 2), mp.mpf(weight) * abs(x - y) * (2 * nu + alpha)]
    return mp.fsum(terms), 2 + mp.fsum(abs(t) for t in (terms[0], mp.log(w), terms[1] + terms[2], *terms[3:]))


def uncertain(scale: float, count: int) -> Iterator[Inputs]:
    """Values, and how sure they are."""
    for weight in (0.0, 0.1):
        rng = generator(63, scale + 2, int(weight * 10))
        x, y = rng.normal(size=(2, count)) * max(scale, 1.0)
        spread = 1000.0 if scale == SPECIAL else 3.0
        further = {name: rng.exponential(size=count) * spread + 1e-3 for name in ("nu", "alpha", "beta")}
        yield Inputs(x, y, None, {"weight": weight}, further)


def ctc(x: Any, y: Any, *, blank: int) -> Any:
    listed = y[: y.index(-1)] if -1 in y else y
    states = [blank]
    for label in listed:
        states += [label, blank]
    found = [mp.mpf(k < 2) for k in range(len(states))]
    for t, row in enumerate(x):
        p = [mp.exp(v) for v in _log_softmax(row)]
        before, found = found, []
        for k, state in enumerate(states):
            ways = before[k] + (before[k - 1] if k and t else 0)
            if t and k > 1 and state not in (blank, states[k - 2]):
                ways += before[k - 2]
            found.append(ways * p[state])
    value = mp.fsum(found[-2:])
    size = 1 + max(abs(v) for row in x for v in row)
    return (-mp.log(value), -mp.log(value) + len(x) * size) if value else mp.inf


def sequences(*params: dict[str, Any]) -> Maker:
    """Rows of steps, some too few for their labels."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            for steps in (1, 3, 9):
                rng = generator(64, scale + 2, j, steps)
                rows = max(6, count // 12)
                x = rng.normal(size=(rows, steps, 4)) * min(max(scale, 1.0), 100.0)
                blank = given.get("blank", 0)
                y = rng.choice([c for c in range(4) if c != blank], (rows, 3))
                y = np.where(np.arange(3) < rng.integers(0, 4, (rows, 1)), y, -1)
                yield Inputs(x, y, None, given)

    return make


def _behind(x: Any, y: int, own: Any, scale: float, size: Any) -> Any:
    z = [mp.mpf(scale) * (own if c == y else v) for c, v in enumerate(x)]
    top = max(z)
    value = top - z[y] + mp.log1p(mp.fsum(mp.exp(v - top) for v in z) - 1)
    return value, value * (1 + 2 * mp.mpf(scale) * size)


def arcface(x: Any, y: int, *, margin: float, scale: float) -> Any:
    angle, m = mp.acos(x[y]), mp.mpf(margin)
    own = mp.cos(angle + m) if angle <= mp.pi - m else x[y] - m * mp.sin(m)
    return _behind(x, y, own, scale, 2 + m)


def cosface(x: Any, y: int, *, margin: float, scale: float) -> Any:
    return _behind(x, y, x[y] - mp.mpf(margin), scale, 1 + mp.mpf(margin))


def ldam(x: Any, y: int, *, counts: Any, max_margin: float, scale: float) -> Any:
    rows = [mp.mpf(v) for v in counts] if counts else [mp.mpf(1)] * len(x)
    margin = mp.mpf(max_margin) * (min(rows) / rows[y]) ** (mp.mpf(1) / 4)
    return _behind(x, y, x[y] - margin, scale, mp.mpf(max_margin) + max(abs(v) for v in x))


def cosines(*params: dict[str, Any]) -> Maker:
    """Rows of cosines, some of them 1 and -1, and class numbers."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            rng = generator(65, scale + 2, j)
            x = np.cos(rng.uniform(0, np.pi, (count, 4)))
            if scale == SPECIAL:
                x = rng.choice([-1.0, 0.0, 1.0, 1e-9, 1 - 1e-12], x.shape)
            yield Inputs(x, rng.integers(0, 4, count), None, given)

    return make


def _covariances(x: Any, y: Any, divisor: int) -> Any:
    means = [[mp.fsum(c) / len(c) for c in zip(*a, strict=True)] for a in (x, y)]
    first, second = ([[v - m[d] for d, v in enumerate(row)] for row in a] for a, m in zip((x, y), means, strict=True))
    width = range(len(means[0]))
    return [[mp.fsum(a[i] * b[j] for a, b in zip(first, second, strict=True)) / divisor for j in width] for i in width]


def vicreg(x: Any, y: Any, *, invariance: float, variance: float, covariance: float, eps: float) -> Any:
    n, d = len(x), len(x[0])
    gap = mp.fsum((a - b) ** 2 for u, v in zip(x, y, strict=True) for a, b in zip(u, v, strict=True)) / (n * d)
    thin, alike = mp.mpf(0), mp.mpf(0)
    for view in (x, y):
        c = _covariances(view, view, n - 1)
        thin += mp.fsum(max(0, 1 - mp.sqrt(c[i][i] + mp.mpf(eps))) for i in range(d)) / d
        alike += mp.fsum(c[i][j] ** 2 for i in range(d) for j in range(d) if i != j) / d
    value = mp.mpf(invariance) * gap + mp.mpf(variance) * thin / 2 + mp.mpf(covariance) * alike
    most = max(abs(v) for row in (*x, *y) for v in row)
    return value, value + mp.mpf(variance) * (1 + most**2) + mp.mpf(covariance) * d * most**4


def barlow_twins(x: Any, y: Any, *, redundancy: float, eps: float) -> Any:
    d = range(len(x[0]))
    c, a, b = (_covariances(*pair, len(x)) for pair in ((x, y), (x, x), (y, y)))
    roots = [[mp.sqrt(m[i][i] + mp.mpf(eps)) for i in d] for m in (a, b)]
    r = [[c[i][j] / (roots[0][i] * roots[1][j]) for j in d] for i in d]
    value = mp.fsum((1 - r[i][i]) ** 2 for i in d)
    value += mp.mpf(redundancy) * mp.fsum(r[i][j] ** 2 for i in d for j in d if i != j)
    most = max(abs(v) / roots[k][j] for k, a in enumerate((x, y)) for row in a for j, v in enumerate(row))
    return value, value + len(x[0]) * most**2


REFERENCES.update(
    {
        "taylor-cross-entropy": Reference(taylor, classes({}, {"order": 1}, {"order": 9}), 90),
        "bi-tempered": Reference(
            bi_tempered,
            scores({}, {"t1": 1.0, "t2": 1.0}, {"t1": 0.2, "t2": 4.0}, {"t1": 0.5, "t2": 0.5}, hot=True),
            90,
        ),
        "quality-focal": Reference(quality_focal, binary({}, {"beta": 1.0}, {"beta": 0.0}), 400),
        "varifocal": Reference(varifocal, binary({}, {"gamma": 0.0}, {"alpha": 0.25, "gamma": 1.5}), 400),
        "distribution-focal": Reference(distribution_focal, values_between, 400),
        "distillation": Reference(distillation, vectors({}, {"temperature": 4.0}), 90),
        "evidential": Reference(evidential, evidence, 700),
        "evidential-regression": Reference(evidential_regression, uncertain),
        "ctc": Reference(ctc, sequences({}, {"blank": 3}), 400),
        "arcface": Reference(arcface, cosines({}, {"margin": 0.3, "scale": 30.0}, {"margin": 0.0}), 400),
        "cosface": Reference(cosface, cosines({}, {"margin": 0.2, "scale": 1.0}), 400),
        "ldam": Reference(ldam, scores({}, {"max_margin": 0.1, "scale": 1.0}), 700),
        "vicreg": Reference(vicreg, matched({}, {"eps": 0.0}, {"covariance": 0.0}), 90),
        "barlow-twins": Reference(barlow_twins, matched({}, {"redundancy": 1.0, "eps": 0.0}), 90),
    }
)
