"""The formulas of losses of batches of vectors and of signals; see ``formulas``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.accuracy.formulas import REFERENCES, Inputs, Reference, _dot, cosine, groups, vectors
from tests.accuracy.formulas_zoo import matched
from tests.accuracy.primitives import generator, mp

if TYPE_CHECKING:
    from collections.abc import Iterator


def _apart(x: Any) -> list[list[Any]]:
    return [[mp.sqrt(mp.fsum((a - b) ** 2 for a, b in zip(u, v, strict=True))) for v in x] for u in x]


def _split(y: Any, i: int) -> tuple[list[int], list[int]]:
    """The others of the label of row i, and the rows of other labels."""
    return [j for j in range(len(y)) if j != i and y[j] == y[i]], [j for j in range(len(y)) if y[j] != y[i]]


def multi_similarity(x: Any, y: Any, *, alpha: float, beta: float, base: float) -> Any:
    a, b, c, found = mp.mpf(alpha), mp.mpf(beta), mp.mpf(base), []
    for i, row in enumerate(x):
        own, others = _split(y, i)
        near = mp.log1p(mp.fsum(mp.exp(-a * (cosine(row, x[j]) - c)) for j in own)) / a
        far = mp.log1p(mp.fsum(mp.exp(b * (cosine(row, x[j]) - c)) for j in others)) / b
        found.append((near + far, (near + far) * (1 + max(a, b))))
    return found


def n_pairs(x: Any, y: Any) -> Any:
    found = []
    for i, row in enumerate(x):
        s = [_dot(row, other) for other in y]
        value = mp.log1p(mp.fsum(mp.exp(v - s[i]) for j, v in enumerate(s) if j != i))
        size = max(mp.fsum(abs(a * b) for a, b in zip(row, other, strict=True)) for other in y)
        found.append((value, (1 + value) * (1 + size)))
    return found


def lifted_structure(x: Any, y: Any, *, margin: float) -> Any:
    d, m, found, most = _apart(x), mp.mpf(margin), [], mp.mpf(1)
    for i in range(len(y)):
        own, others = _split(y, i)
        for j in own:
            rivals = mp.fsum(mp.exp(m - d[i][k]) + mp.exp(m - d[j][k]) for k in others)
            excess = max(mp.mpf(0), d[i][j] + mp.log(rivals)) if others else mp.mpf(0)
            found.append(excess**2 / 2)
            most = max(most, d[i][j], m, *(d[i][k] for k in others))
    return mp.fsum(found) / len(found), most**2


def batch_hard(x: Any, y: Any, *, margin: float) -> Any:
    d, m, found = _apart(x), mp.mpf(margin), []
    for i in range(len(y)):
        own, others = _split(y, i)
        near, away = max([d[i][j] for j in own] or [mp.mpf(0)]), min(d[i][k] for k in others)
        found.append((max(mp.mpf(0), near - away + m), max(near, away, m)))
    return found


def semi_hard(x: Any, y: Any, *, margin: float) -> Any:
    d, m, found, most = _apart(x), mp.mpf(margin), [], mp.mpf(0)
    for i in range(len(y)):
        own, others = _split(y, i)
        for j in own:
            farther = [d[i][k] for k in others if d[i][k] > d[i][j]]
            away = min(farther) if farther else max(d[i][k] for k in others)
            found.append(max(mp.mpf(0), d[i][j] - away + m))
            most = max(most, d[i][j], away, m)
    return mp.fsum(found) / len(found), most


def _centred(v: Any, zero_mean: bool) -> Any:
    mean = mp.fsum(v) / len(v) if zero_mean else mp.mpf(0)
    return [a - mean for a in v]


def _decibels(wave: Any, noise: Any, zero_mean: bool) -> Any:
    value = 10 * mp.log10(_dot(wave, wave) / _dot(noise, noise))
    return value, max(abs(value), mp.mpf(9)) * (1 + (mp.mpf(10) ** (abs(value) / 20) if zero_mean else 0))


def signals(scale: float, count: int) -> Iterator[Inputs]:
    """Pairs of vectors but the first, which may be zeros; two numbers less their mean are always parallel."""
    for given in vectors({}, {"zero_mean": True})(scale, count):
        if not given.params or given.x.shape[1] > 2:
            yield Inputs(given.x[1:], given.y[1:], None, given.params)


def snr(x: Any, y: Any, *, zero_mean: bool) -> Any:
    noise = [a - b for a, b in zip(x, y, strict=True)]
    return _decibels(_centred(y, zero_mean), _centred(noise, zero_mean), zero_mean)


def si_sdr(x: Any, y: Any, *, zero_mean: bool) -> Any:
    x, y = _centred(x, zero_mean), _centred(y, zero_mean)
    a = _dot(x, y) / _dot(y, y)
    return _decibels([a * v for v in y], [u - a * v for u, v in zip(x, y, strict=True)], zero_mean)


def zlpr(x: Any, y: Any) -> Any:
    near = mp.log1p(mp.fsum(mp.exp(-v) for v, t in zip(x, y, strict=True) if t))
    return near + mp.log1p(mp.fsum(mp.exp(v) for v, t in zip(x, y, strict=True) if not t))


def several(scale: float, count: int) -> Iterator[Inputs]:
    """Scores of classes, of which some are right."""
    rng = generator(71, scale + 2)
    yield Inputs(rng.normal(size=(count, 5)) * max(scale, 1.0), rng.integers(0, 2, (count, 5)))


REFERENCES.update(
    {
        "multi-similarity": Reference(multi_similarity, groups({}, {"alpha": 1.0, "beta": 1.0, "base": 0.0})),
        "signal-to-noise-ratio": Reference(snr, signals, 120),
        "si-sdr": Reference(si_sdr, signals, 120),
        "zlpr": Reference(zlpr, several, 90),
        "n-pairs": Reference(n_pairs, matched({})),
        "lifted-structure": Reference(lifted_structure, groups({}, {"margin": 0.2})),
        "batch-hard-triplet": Reference(batch_hard, groups({}, {"margin": 0.2})),
        "semi-hard-triplet": Reference(semi_hard, groups({}, {"margin": 0.2})),
    }
)
