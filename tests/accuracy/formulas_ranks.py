"""The formulas of ranks, first items, centre lines and what is not of a class; see ``formulas``."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.accuracy.formulas import (
    AVERAGES,
    REFERENCES,
    SPECIAL,
    Inputs,
    Reference,
    _average,
    _moments,
    _over_columns,
    labels,
    rankings,
    sets,
    values,
)
from tests.accuracy.primitives import generator, mp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.accuracy.formulas import Formula


def adaptive_wing(x: Any, y: Any, *, omega: float, theta: float, epsilon: float, alpha: float) -> Any:
    d, a, w, t, e = abs(x - y), mp.mpf(alpha) - y, *map(mp.mpf, (omega, theta, epsilon))
    power = (t / e) ** a
    if d < t:
        return w * mp.log1p((d / e) ** a), w * mp.log1p((d / e) ** a) * max(
            1, abs(a) * max(1, abs(mp.log(d / e)) if d else 1)
        )
    slope = w * a * power / (t * (1 + power))
    edge = w * mp.log1p(power)
    return edge + slope * (d - t), (edge + abs(slope) * d) * max(1, abs(a))


def near_one(scale: float, count: int) -> Iterator[Inputs]:
    """Heat maps."""
    rng = generator(61, scale + 2)
    for given in ({}, {"omega": 1.0, "theta": 0.2}, {"epsilon": 0.5}):
        y = rng.uniform(size=max(12, count // 3))
        size = 10.0 ** rng.uniform(-15, 0, len(y)) if scale == SPECIAL else 1.0
        yield Inputs(y + size * rng.normal(size=len(y)), y, None, given)


def rmspe(x: Any, y: Any, sample_weight: Any = None) -> Any:
    rows = [[(a, b)] if not isinstance(a, list) else list(zip(a, b, strict=True)) for a, b in zip(x, y, strict=True)]
    return mp.sqrt(_average([_average([((a - b) / b) ** 2 for a, b in row]) for row in rows], sample_weight))


def _hits(x: Any, y: Any) -> list[bool]:
    return [y[i] > 0 for i in sorted(range(len(x)), key=lambda i: -x[i])]


def of_first(of: Callable[[list[bool], list[bool]], Any]) -> Formula:
    """A score of the hits among the first items, and of all."""
    return lambda x, y, *, k: mp.mpf(of(_hits(x, y)[: None if k is None else int(k)], _hits(x, y)))


def _ranks(values: Any) -> list[Any]:
    return [mp.fsum((v < one) + mp.mpf(v == one) / 2 for v in values) + mp.mpf(1) / 2 for one in values]


@_over_columns
def spearman(x: Any, y: Any, _: Any) -> Any:
    _, _, both, mine, theirs = _moments(_ranks(x), _ranks(y), None)
    return both / mp.sqrt(mine * theirs), mp.mpf(1)


def kendall(x: Any, y: Any) -> Any:
    pairs = [(mp.sign(a - c), mp.sign(b - d)) for (a, b), (c, d) in product(zip(x, y, strict=True), repeat=2)]
    return mp.fsum(a * b for a, b in pairs) / mp.sqrt(
        mp.fsum(a * a for a, _ in pairs) * mp.fsum(b * b for _, b in pairs)
    )


def negatives(of: Callable[[Any, Any, Any, Any], tuple[Any, Any]]) -> Formula:
    """A ratio of what is not of a class, from right, predicted, true and all."""

    def formula(x: Any, y: Any, *, average: str, pos_label: str, threshold: float) -> Any:
        found = sorted({*x, *y}) if average != "binary" else [int(pos_label)]
        counts = [(sum(a == b == c for a, b in zip(x, y, strict=True)), x.count(c), y.count(c)) for c in found]
        terms = [of(*count, len(x)) for count in counts]
        if average == "micro":
            return mp.mpf(sum(a for a, _ in terms)) / sum(b for _, b in terms)
        each = [mp.mpf(a) / b if b else mp.mpf(0) for a, b in terms]
        return _average(each, [mp.mpf(true) for _, _, true in counts] if average == "weighted" else None)

    return formula


def centre_lines(x: Any, y: Any, *, iterations: float, smooth: float, sample_weight: Any = None) -> Any:
    w = sample_weight or [mp.mpf(1)] * len(x)
    mine, theirs = ([thinned(image, int(iterations)) for image in images] for images in (x, y))

    def share(lines: Any, regions: Any) -> Any:
        cells = [
            (c * s, r)
            for c, a, b in zip(w, lines, regions, strict=True)
            for u, v in zip(a, b, strict=True)
            for s, r in zip(u, v, strict=True)
        ]
        return (mp.fsum(s * r for s, r in cells) + smooth) / (mp.fsum(s for s, _ in cells) + smooth)

    p, s = share(mine, y), share(theirs, x)
    return 1 - 2 * p * s / (p + s), mp.mpf(1)


def thinned(image: Any, iterations: int) -> Any:
    high, wide = len(image), len(image[0])

    def of(cells: Any, i: int, j: int, steps: Any, most: Any) -> Any:
        near = [(i + a, j + b) for a, b in steps]
        return most(cells[a][b] for a, b in near if 0 <= a < high and 0 <= b < wide)

    def mapped(cells: Any, steps: Any, most: Any) -> Any:
        return [[of(cells, i, j, steps, most) for j in range(wide)] for i in range(high)]

    cross, square = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)], list(product((-1, 0, 1), repeat=2))
    found = None
    for _ in range(iterations + 1):
        thin = mapped(image, cross, min)
        opened = mapped(thin, square, max)
        more = [[max(a - b, 0) for a, b in zip(u, v, strict=True)] for u, v in zip(image, opened, strict=True)]
        found = (
            more
            if found is None
            else [[a + max(b - a * b, 0) for a, b in zip(u, v, strict=True)] for u, v in zip(found, more, strict=True)]
        )
        image = thin
    return found


def tubes(scale: float, count: int) -> Iterator[Inputs]:
    """Small images."""
    rng = generator(62, scale + 2)
    for given in ({}, {"iterations": 1, "smooth": 0.1}):
        y = (rng.uniform(size=(max(2, count // 50), 4, 5)) < 0.5) * 1.0
        yield Inputs(rng.uniform(size=y.shape), y, None, given, {"sample_weight": rng.exponential(size=len(y))})
        yield Inputs(np.abs(y - 0.01 * rng.uniform(size=y.shape)), y, None, given)


FIRST: tuple[dict[str, Any], ...] = ({}, {"k": 1.0}, {"k": 3.0})
REFERENCES.update(
    {
        "adaptive-wing": Reference(adaptive_wing, near_one, 90),
        "mean-error": Reference(lambda x, y: (x - y, abs(x) + abs(y)), values()),
        "root-mean-squared-percentage-error": Reference(rmspe, sets(weighted=True, low=-150.0, high=150.0), 400),
        "reciprocal-rank": Reference(
            of_first(lambda first, _: mp.mpf(1) / (first.index(True) + 1) if any(first) else 0), rankings(*FIRST)
        ),
        "precision-at-k": Reference(of_first(lambda first, _: mp.mpf(sum(first)) / len(first)), rankings(*FIRST)),
        "recall-at-k": Reference(
            of_first(lambda first, every: mp.mpf(sum(first)) / sum(every) if any(every) else 0), rankings(*FIRST)
        ),
        "hit-rate": Reference(of_first(lambda first, _: int(any(first))), rankings(*FIRST)),
        "spearman-correlation": Reference(spearman, sets(tame=True)),
        "kendall-correlation": Reference(kendall, sets(tame=True, single=True)),
        "specificity": Reference(
            negatives(lambda right, said, true, n: (n + right - said - true, n - true)),
            labels(*AVERAGES, several=False),
        ),
        "negative-predictive-value": Reference(
            negatives(lambda right, said, true, n: (n + right - said - true, n - said)),
            labels(*AVERAGES, several=False),
        ),
        "centre-line-dice": Reference(centre_lines, tubes, 60),
    }
)
