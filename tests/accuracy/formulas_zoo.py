"""The formulas of the robust, embedding, preference and segmentation losses of deep learning; see ``formulas``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.accuracy.formulas import (
    REFERENCES,
    SPECIAL,
    Inputs,
    Maker,
    Reference,
    _close,
    _power,
    _sizes,
    _times,
    _xlogy,
    binary,
    distributions,
    sets,
    values,
    vectors,
)
from tests.accuracy.primitives import generator, mp

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALES_OF_ERRORS: tuple[dict[str, Any], ...] = ({}, {"scale": 0.1}, {"scale": 30.0})


def barron(of_ratio: Any) -> Any:
    """A loss of ``(x - y) / scale``."""

    def formula(x: Any, y: Any, *, scale: float) -> Any:
        r = (x - y) / mp.mpf(scale)
        with mp.workdps(60 + (int(max(0, -2 * mp.log10(abs(r)))) if r else 0)):
            return of_ratio(r)

    return formula


def jensen_shannon(logs: Any, t: Any) -> Any:
    terms, size = [], mp.mpf(0)
    for log_p, b in zip(logs, t, strict=True):
        p = mp.exp(log_p)
        m = (p + b) / 2
        terms.append((_xlogy(b, b / m if m else 1) + _xlogy(p, p / m if m else 1)) / 2)
        size += (p + b) * (1 + abs(log_p) if p else 1)
    return mp.fsum(terms), size


def asymmetric(log_p: Any, log_q: Any, y: Any, *, gamma_neg: float, gamma_pos: float, shift: float) -> Any:
    yes = _times(_power(-mp.expm1(log_p), gamma_pos), -log_p)
    missed = max(mp.exp(log_p) - mp.mpf(shift), mp.mpf(0)) if shift else mp.exp(log_p)
    no = _times(_power(missed, gamma_neg), -(mp.log(1 - missed) if shift else log_q))
    value = _times(y, yes) + _times(1 - y, no)
    # the rounding of p before the shift is taken from it, and the power of that difference
    slope = (
        (1 - y) * (gamma_neg + 1) * _power(missed, max(gamma_neg - 1, 0)) * mp.exp(log_p) * (1 + abs(log_p))
        if shift
        else 0
    )
    return value, value * (1 + gamma_neg + gamma_pos) / 2 + slope


def minkowski(x: Any, y: Any, *, p: float) -> Any:
    flat = [abs(a - b) for a, b in zip(_flat(x), _flat(y), strict=True)]
    value = mp.fsum(d ** mp.mpf(p) for d in flat) ** (1 / mp.mpf(p)) if any(flat) else mp.mpf(0)
    return value, value * (1 + mp.mpf(p))


def psnr(x: Any, y: Any, *, max_val: float, sample_weight: Any = None) -> Any:
    rows = [row if isinstance(row, list) else [row] for row in x]
    labels = [row if isinstance(row, list) else [row] for row in y]
    w = sample_weight or [mp.mpf(1)] * len(rows)
    squares = [
        mp.fsum((a - b) ** 2 for a, b in zip(r, s, strict=True)) / len(r) for r, s in zip(rows, labels, strict=True)
    ]
    mse = mp.fsum(a * b for a, b in zip(w, squares, strict=True)) / mp.fsum(w)
    value = 10 * mp.log10(mp.mpf(max_val) ** 2 / mse)
    return value, max(abs(value), mp.mpf(9))


def pairwise_squared_error(x: Any, y: Any) -> Any:
    e = [a - b for a, b in zip(x, y, strict=True)]
    n = len(e)
    pairs = [(e[i] - e[j]) ** 2 for i in range(n) for j in range(i)]
    return mp.fsum(pairs) / len(pairs), max(abs(v) for v in e) ** 2


def crps(x: Any, y: Any) -> Any:
    x = x if isinstance(x, list) else [x]
    m = len(x)
    far = mp.fsum(abs(v - y) for v in x) / m
    return far - mp.fsum(abs(a - b) for a in x for b in x) / (2 * m * m)


def ensembles(scale: float, count: int) -> Iterator[Inputs]:
    """Forecasts about a value, some of them equal to it or to each other."""
    for members in (1, 2, 7):
        rng = generator(51, scale + 2, members)
        y = rng.normal(size=count) * max(scale, 1.0)
        x = rng.normal(size=(count, members)) * max(scale, 1.0)
        x[::3] = _close(rng, np.broadcast_to(y[::3, None], x[::3].shape))
        x[::5, 0] = y[::5]
        if scale == SPECIAL:
            x = _sizes(rng, x.shape, -300.0, 300.0)
            y = _sizes(rng, y.shape, -300.0, 300.0)
        yield Inputs(x, y)


def alone(scale: float, count: int) -> Iterator[Inputs]:
    """Numbers without labels."""
    rng = generator(52, scale + 2)
    yield Inputs(rng.normal(size=count) * max(scale, 1.0), np.zeros(count))


def rows_of(several: Maker) -> Maker:
    """Only those inputs that are rows of several."""
    return lambda scale, count: (given for given in several(scale, count) if np.ndim(given.x) > 1)


def _flat(a: Any) -> list[Any]:
    return [v for row in a for v in (row if isinstance(row, list) else [row])]


REFERENCES.update(
    {
        "charbonnier": Reference(barron(lambda r: mp.sqrt(r * r + 1) - 1), values(*SCALES_OF_ERRORS)),
        "cauchy": Reference(barron(lambda r: mp.log(r * r / 2 + 1)), values(*SCALES_OF_ERRORS)),
        "geman-mcclure": Reference(barron(lambda r: 2 * r * r / (r * r + 4)), values(*SCALES_OF_ERRORS)),
        "welsch": Reference(barron(lambda r: -mp.expm1(-r * r / 2)), values(*SCALES_OF_ERRORS)),
        "asymmetric": Reference(
            asymmetric, binary({}, {"shift": 0.0}, {"gamma_pos": 0.0, "gamma_neg": 1.0}, {"label_smoothing": 0.1}), 90
        ),
        "jensen-shannon": Reference(jensen_shannon, distributions, 90),
        "minkowski": Reference(minkowski, sets({}, {"p": 1.0}, {"p": 3.0}, {"p": 7.5}), 90),
        "peak-signal-to-noise-ratio": Reference(psnr, sets({}, {"max_val": 255.0}, weighted=True), 90),
        "pairwise-squared-error": Reference(pairwise_squared_error, vectors(), 90),
        "crps": Reference(crps, ensembles, 90),
        "given": Reference(lambda x, _: x, alone),
    }
)
