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
    classes,
    distributions,
    forecast_sets,
    groups,
    sets,
    signs,
    values,
    vectors,
)
from tests.accuracy.primitives import generator, mp

if TYPE_CHECKING:
    from collections.abc import Iterator

FOUR = ("rejected", "ref_chosen", "ref_rejected")
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


def softplus(z: Any) -> Any:
    with mp.workdps(60 + int(abs(z) * 2 / mp.log(10)) if abs(z) < 800 else 60):
        return mp.log(1 + mp.exp(z)) if z < 800 else z


def _paired(z: Any, size: Any, smoothing: float = 0.0) -> Any:
    """A preference whose difference was rounded: the slope of the cost is at most 1."""
    s = mp.mpf(smoothing)
    value = (1 - s) * softplus(-z) + s * softplus(z)
    return value, value + size


def dpo(x: Any, _: Any, *, rejected: Any, ref_chosen: Any, ref_rejected: Any, beta: float, flips: float) -> Any:
    z = mp.mpf(beta) * ((x - ref_chosen) - (rejected - ref_rejected))
    return _paired(z, mp.mpf(beta) * max(abs(v) for v in (x, rejected, ref_chosen, ref_rejected)), flips)


def ipo(x: Any, _: Any, *, rejected: Any, ref_chosen: Any, ref_rejected: Any, beta: float) -> Any:
    goal = 1 / (2 * mp.mpf(beta))
    d = (x - ref_chosen) - (rejected - ref_rejected) - goal
    return d**2, max(abs(v) for v in (x, rejected, ref_chosen, ref_rejected, goal)) ** 2


def kto(x: Any, s: Any, *, ref: Any, beta: float, kl: float, desirable_weight: float, undesirable_weight: float) -> Any:
    w = mp.mpf(desirable_weight if s == 1 else undesirable_weight)
    value = w / (1 + mp.exp(s * mp.mpf(beta) * (x - ref - mp.mpf(kl))))
    return value, value * (1 + mp.mpf(beta) * max(abs(x), abs(ref), abs(mp.mpf(kl))))


def simpo(x: Any, _: Any, *, rejected: Any, beta: float, gamma: float) -> Any:
    size = mp.mpf(beta) * max(abs(x), abs(rejected)) + abs(mp.mpf(gamma))
    return _paired(mp.mpf(beta) * (x - rejected) - mp.mpf(gamma), size)


def cpo(x: Any, _: Any, *, rejected: Any, beta: float, flips: float, alpha: float) -> Any:
    size = mp.mpf(beta) * max(abs(x), abs(rejected))
    value, size = _paired(mp.mpf(beta) * (x - rejected), size, flips)
    return value - mp.mpf(alpha) * x, size + mp.mpf(alpha) * abs(x)


def orpo(x: Any, _: Any, *, rejected: Any, beta: float) -> Any:
    a, b = (v - mp.log(-mp.expm1(v)) for v in (x, rejected))
    return -x + mp.mpf(beta) * softplus(b - a), -x + mp.mpf(beta) * (1 + max(abs(a), abs(b)))


def bradley_terry(x: Any, _: Any, *, rejected: Any, margin: float) -> Any:
    return _paired(x - rejected - mp.mpf(margin), max(abs(x), abs(rejected), abs(mp.mpf(margin))))


def answers(*params: dict[str, Any], names: tuple[str, ...], sign: bool = False) -> Maker:
    """Log-probabilities of answers, of all sizes; some of those beside them are nearly the same."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            rng = generator(53, scale + 2, j)
            some = max(12, count // max(1, len(params)))
            x = -rng.exponential(size=some) * max(scale, 1.0) - 1e-3
            if scale == SPECIAL:
                x = -_sizes(rng, some, -6.0, 100.0)
            extras = {name: -rng.exponential(size=some) * max(scale, 1.0) - 1e-3 for name in names}
            for name in names:
                extras[name][::3] = _close(rng, x[::3])
            y = rng.choice([-1.0, 1.0], some) if sign else np.zeros(some)
            yield Inputs(x, y, None, given, extras)

    return make


def _cosines(x: Any, y: Any) -> Any:
    def length(v: Any) -> Any:
        return mp.sqrt(mp.fsum(a * a for a in v))

    return [[mp.fsum(a * b for a, b in zip(u, v, strict=True)) / (length(u) * length(v)) for v in y] for u in x]


def _found(s: Any, at: int, left: Any = ()) -> Any:
    return mp.log(mp.fsum(mp.exp(v) for k, v in enumerate(s) if k not in left)) - s[at]


def info_nce(x: Any, y: Any, *, temperature: float) -> Any:
    s = [[v / mp.mpf(temperature) for v in row] for row in _cosines(x, y)]
    columns = [list(column) for column in zip(*s, strict=True)]
    value = mp.fsum(_found(s[i], i) + _found(columns[i], i) for i in range(len(s))) / (2 * len(s))
    return value, (1 + value) * (1 + 1 / mp.mpf(temperature))


def siglip(x: Any, y: Any, *, scale: float, bias: float) -> Any:
    s = [[mp.mpf(scale) * v + mp.mpf(bias) for v in row] for row in _cosines(x, y)]
    terms = [softplus(-v if i == j else v) for i, row in enumerate(s) for j, v in enumerate(row)]
    return mp.fsum(terms) / len(s), (len(s) + mp.fsum(terms) / len(s)) * (1 + mp.mpf(scale) + abs(mp.mpf(bias)))


def contrastive(x: Any, y: Any, *, margin: float) -> Any:
    d = [[mp.sqrt(mp.fsum((a - b) ** 2 for a, b in zip(u, v, strict=True))) for v in x] for u in x]
    pairs = [(i, j) for i in range(len(x)) for j in range(len(x)) if i != j]
    m = mp.mpf(margin)
    terms = [d[i][j] ** 2 / 2 if y[i] == y[j] else max(mp.mpf(0), m - d[i][j]) ** 2 / 2 for i, j in pairs]
    return mp.fsum(terms) / len(pairs), max(m, *(d[i][j] for i, j in pairs)) ** 2


def supcon(x: Any, y: Any, *, temperature: float) -> Any:
    s = [[v / mp.mpf(temperature) for v in row] for row in _cosines(x, x)]
    found = []
    for i in range(len(y)):
        mates = [j for j in range(len(y)) if j != i and y[j] == y[i]]
        if mates:
            found.append(mp.fsum(_found(s[i], j, (i,)) for j in mates) / len(mates))
    value = mp.fsum(found) / len(found)
    return value, (1 + value) * (1 + 1 / mp.mpf(temperature))


def matched(*params: dict[str, Any]) -> Maker:
    """Two batches of vectors, of which the second is near the first, or not."""

    def make(scale: float, count: int) -> Iterator[Inputs]:
        for j, given in enumerate(params or ({},)):
            rng = generator(54, scale + 2, j)
            x = rng.normal(size=(7, 4)) * max(scale, 1.0)
            yield Inputs(x, rng.normal(size=(7, 4)), None, given)
            yield Inputs(x, x * (1.0 + rng.normal(size=x.shape) * 0.1), None, given)

    return make


def _lovasz(errors: Any, truth: Any) -> Any:
    order = sorted(range(len(errors)), key=lambda k: -errors[k])
    size, value, last, wrong = sum(truth), mp.mpf(0), mp.mpf(0), [0, 0]
    for k in order:
        wrong[truth[k]] += 1
        now = 1 - mp.mpf(size - wrong[1]) / (size + wrong[0])
        value, last = value + errors[k] * (now - last), now
    return value


def lovasz_softmax(x: Any, y: Any) -> Any:
    found = []
    for c in sorted(set(y)):
        truth = [int(label == c) for label in y]
        found.append(_lovasz([abs(t - row[c]) for t, row in zip(truth, x, strict=True)], truth))
    return mp.fsum(found) / len(found), mp.mpf(1)


def lovasz_hinge(x: Any, y: Any) -> Any:
    errors = [max(mp.mpf(0), 1 - v * (2 * t - 1)) for v, t in zip(x, y, strict=True)]
    return _lovasz(errors, y), max(*errors, mp.mpf(1))


def forecast_rows(scale: float, count: int) -> Iterator[Inputs]:
    """Rows of probabilities."""
    return (given for given in forecast_sets(scale, count) if np.ndim(given.x) == 2)


def scored(scale: float, count: int) -> Iterator[Inputs]:
    """Scores of pixels with labels of 0 and 1."""
    rng = generator(55, scale + 2)
    y = rng.integers(0, 2, 40)
    yield Inputs(rng.normal(size=40) * max(scale, 1.0), y)
    yield Inputs(_close(rng, np.where(y > 0, 1.0, -1.0)), y)


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


def _naive(train: Any, season: float, scale: float | None, power: int) -> Any:
    if scale is not None:
        return mp.mpf(scale)
    gaps = [abs(mp.mpf(b) - mp.mpf(a)) ** power for a, b in zip(train, train[int(season) :], strict=False)]
    return (mp.fsum(gaps) / len(gaps)) ** (mp.mpf(1) / power)


def mase(x: Any, y: Any, *, train: Any, season: float, scale: float | None) -> Any:
    return abs(x - y) / _naive(train, season, scale, 1)


def rmsse(x: Any, y: Any, *, train: Any, season: float, scale: float | None) -> Any:
    squares = [(a - b) ** 2 for a, b in zip(_flat(x), _flat(y), strict=True)]
    return mp.sqrt(mp.fsum(squares) / len(squares)) / _naive(train, season, scale, 2)


def wql(x: Any, y: Any, *, quantiles: Any, sample_weight: Any = None) -> Any:
    count = len(x[0])
    q = [mp.mpf(v) for v in (quantiles or [(i + 1.0) / (count + 1.0) for i in range(count)])]
    costs = [max(q[c] * (b - a[c]), (q[c] - 1) * (b - a[c])) for a, b in zip(x, y, strict=True) for c in range(count)]
    return 2 * mp.fsum(costs) / mp.fsum(map(abs, y)) / count


def tukey(x: Any, y: Any, *, c: float) -> Any:
    t = min(mp.mpf(1), ((x - y) / mp.mpf(c)) ** 2)
    return mp.mpf(c) ** 2 / 6 * t * (3 - 3 * t + t * t)


def wing(x: Any, y: Any, *, width: float, epsilon: float) -> Any:
    d, w, epsilon = abs(x - y), mp.mpf(width), mp.mpf(epsilon)
    near = w * mp.log1p(min(d, w) / epsilon)
    return near + max(d - w, 0), max(near, d, w if d >= w else 0)


def tube(power: int) -> Any:
    """The epsilon-insensitive loss, to a power."""

    def formula(x: Any, y: Any, *, epsilon: float) -> Any:
        d, epsilon = abs(x - y), mp.mpf(epsilon)
        return max(mp.mpf(0), d - epsilon) ** power, max(d, epsilon) ** power

    return formula


def modified_huber(x: Any, s: Any) -> Any:
    z = s * x
    return max(mp.mpf(0), 1 - z) ** 2 if z >= -1 else -4 * z


def symmetric_ce(log_p: Any, *, alpha: float, beta: float, zero_cost: float) -> Any:
    return _times(mp.mpf(alpha), -log_p) + mp.mpf(beta) * mp.mpf(zero_cost) * -mp.expm1(log_p)


def box_loss(kind: str) -> Any:
    """One minus the overlap of two boxes, and what is added to it."""

    def formula(x: Any, y: Any, *, eps: float) -> Any:
        def area(b: Any) -> Any:
            return (b[2] - b[0]) * (b[3] - b[1])

        shared = [max(mp.mpf(0), min(x[i + 2], y[i + 2]) - max(x[i], y[i])) for i in (0, 1)]
        around = [min(x[0], y[0]), min(x[1], y[1]), max(x[2], y[2]), max(x[3], y[3])]
        union, eps = area(x) + area(y) - shared[0] * shared[1], mp.mpf(eps)
        value = 1 - shared[0] * shared[1] / (union + eps)
        if kind == "giou":
            value += (area(around) - union) / (area(around) + eps)
        if kind in ("diou", "ciou"):
            apart = sum(((x[i] + x[i + 2]) / 2 - (y[i] + y[i + 2]) / 2) ** 2 for i in (0, 1))
            value += apart / ((around[2] - around[0]) ** 2 + (around[3] - around[1]) ** 2 + eps)
        if kind == "ciou":
            tilts = [mp.atan((b[2] - b[0]) / (b[3] - b[1])) for b in (x, y)]
            v = 4 / mp.pi**2 * (tilts[1] - tilts[0]) ** 2
            iou = shared[0] * shared[1] / (union + eps)
            value += v * v / (1 - iou + v + eps) if v else 0
        return value, 2 + value

    return formula


def boxes(scale: float, count: int) -> Iterator[Inputs]:
    """Of sizes around the scale, anywhere; a third of them nearly the same."""
    rng = generator(59, scale + 2)
    size = min(max(abs(scale), 1e-100), 1e100)
    both = rng.normal(size=(2, count, 4)) * size
    both[..., 2:] = both[..., :2] + rng.exponential(size=(2, count, 2)) * size + size * 1e-3
    both[1, ::3] = both[0, ::3] + np.append([0, 0], [1e-9, 1e-9]) * size
    yield Inputs(both[0], both[1], None, {})


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
        "info-nce": Reference(info_nce, matched({}, {"temperature": 1.0}, {"temperature": 0.01})),
        "siglip": Reference(siglip, matched({}, {"scale": 1.0, "bias": 0.0})),
        "contrastive": Reference(contrastive, groups({}, {"margin": 0.3})),
        "supcon": Reference(supcon, groups({}, {"temperature": 1.0}, {"temperature": 0.01})),
        "lovasz-softmax": Reference(lovasz_softmax, forecast_rows),
        "lovasz-hinge": Reference(lovasz_hinge, scored),
        "dpo": Reference(dpo, answers({}, {"flips": 0.1}, {"beta": 1.0}, names=FOUR), 90),
        "ipo": Reference(ipo, answers({}, {"beta": 2.0}, names=FOUR), 90),
        "kto": Reference(kto, answers({}, {"kl": 0.3, "desirable_weight": 1.5}, names=("ref",), sign=True), 90),
        "simpo": Reference(simpo, answers({}, {"beta": 10.0, "gamma": 0.5}, names=("rejected",)), 90),
        "cpo": Reference(cpo, answers({}, {"alpha": 0.0}, {"flips": 0.1}, names=("rejected",)), 90),
        "orpo": Reference(orpo, answers({}, {"beta": 1.0}, names=("rejected",)), 90),
        "bradley-terry": Reference(bradley_terry, answers({}, {"margin": 1.0}, names=("rejected",)), 90),
        "mean-absolute-scaled-error": Reference(
            mase, values({"scale": 0.3}, {"train": [1.0, 3.0, 2.5, 4.0, 7.1]}, {"train": [1.0, 3.0, 2.5], "season": 2})
        ),
        "root-mean-squared-scaled-error": Reference(
            rmsse, sets({"scale": 0.3}, {"train": [1.0, 3.0, 2.5, 4.0, 7.1], "season": 2}), 90
        ),
        "weighted-quantile-loss": Reference(wql, ensembles, 90),
        "tukey": Reference(tukey, values({}, {"c": 0.1}, {"c": 50.0})),
        "wing": Reference(wing, values({}, {"width": 1.0, "epsilon": 0.3}, {"width": 100.0}), 90),
        "epsilon-insensitive": Reference(tube(1), values({}, {"epsilon": 0.0}, {"epsilon": 2.0})),
        "squared-epsilon-insensitive": Reference(tube(2), values({}, {"epsilon": 0.0}, {"epsilon": 2.0})),
        "exponential": Reference(lambda x, s: mp.exp(-s * x), signs()),
        "modified-huber": Reference(modified_huber, signs()),
        "symmetric-cross-entropy": Reference(
            symmetric_ce, classes({}, {"alpha": 0.0}, {"alpha": 6.0, "beta": 0.1}), 90
        ),
        "box-iou": Reference(box_loss("iou"), boxes, 700),
        "generalized-box-iou": Reference(box_loss("giou"), boxes, 700),
        "distance-box-iou": Reference(box_loss("diou"), boxes, 700),
        "complete-box-iou": Reference(box_loss("ciou"), boxes, 700),
        "given": Reference(lambda x, _: x, alone),
    }
)
