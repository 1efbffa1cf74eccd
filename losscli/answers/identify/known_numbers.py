"""Numbers with a known cause, recognised without data: the cost of a guess, of a clip, of a second softmax."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.answers.check.input_diagnostics import floor
from losscli.core.readings import binary_log_probabilities
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Kind
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.answers.identify.written_number import WrittenNumber
    from losscli.losses.vocabulary import Reading

_USUAL = (2, 3, 4, 5, 10, 20, 27, 100, 1000)
_MOST_CLASSES = 100_000
_EPSILONS = (1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
_MOST_ROWS = 32
_NO, _YES = "probability 0, label 1", "probability 1, label 0"
_BEYOND = {
    math.inf: (
        "-ln 0: the truth has probability 0, or a logit of -inf, and no clip prevents it",
        "a number too large for its type: exp of a large logit, the square of a large error (float32 ends at 3.4e38, "
        "float16 at 65504)",
        "an infinity among the predictions, the labels or the weights",
        "a division by 0: a label of 0 in a percentage error, a variance of 0",
    ),
    -math.inf: (
        "ln 0: a log-likelihood where the truth has probability 0; the loss is minus that",
        "an infinity among the predictions, the labels or the weights",
    ),
    math.nan: (
        "NaN among the predictions, the labels or the weights",
        "0 times infinity: 0 ln 0 without a clip, or a weight of 0 on an infinite loss",
        "infinity minus infinity: a softmax over a row of -inf, or with +inf in it",
        "the logarithm or the root of a negative number: logits taken for probabilities, a negative rate or variance",
        "a mean of nothing: no rows, all labels ignored, weights that sum to 0",
    ),
}


@record
class Fingerprint:
    """A number and its cause; the smaller the cost, the likelier."""

    value: float
    cause: str
    cost: float


def fingerprints(target: WrittenNumber, *, classes: int | None = None, samples: int | None = None) -> list[Fingerprint]:
    """The causes that fit a number, the likeliest first."""
    if not target.finite:
        key = next(key for key in _BEYOND if target.match(key) is not None)
        return [Fingerprint(key, cause, float(i)) for i, cause in enumerate(_BEYOND[key])]
    if target.value < 0.0:
        turned = fingerprints(target.turned, classes=classes, samples=samples)
        sign = "with its sign flipped, as a log-likelihood"
        return [Fingerprint(-one.value, f"{one.cause}; {sign}", one.cost) for one in turned]
    known = [*_coins(), *_guesses(target, classes), *_softmaxes(target, classes), *_limits()]
    fitting = [one for one in [*known, *_parts(target, known, samples)] if target.match(one.value) is not None]
    first: dict[str, Fingerprint] = {}
    for one in sorted(fitting, key=lambda one: (one.cost, abs(one.value - target.value))):
        first.setdefault(one.cause, one)
    return list(first.values())


def _guesses(target: WrittenNumber, classes: int | None) -> Iterator[Fingerprint]:
    """``ln C``: all classes get the same probability."""
    for c in _candidates(math.exp(min(target.value, 20.0)), classes):
        what = "no better than a guess: an untrained model, or labels that were shuffled"
        yield Fingerprint(math.log(c), f"ln {c:,}: {c:,} equally likely classes, {what}", _rarity(c))
        yield Fingerprint(math.log2(c), f"log2 {c:,}: {c:,} equally likely classes, in bits", 4.0 + _rarity(c))


def _coins() -> Iterator[Fingerprint]:
    """The scores of a model that knows nothing."""
    yield Fingerprint(
        0.25, "the Brier score, or squared error, of a probability of one half: no better than a coin flip", 0.2
    )
    yield Fingerprint(0.5, "the AUC of scores that say nothing, or are all the same: no better than a coin flip", 0.2)


def _softmaxes(target: WrittenNumber, classes: int | None) -> Iterator[Fingerprint]:
    """The least and the largest cross-entropy of a softmax of probabilities."""
    least = 1.0 + math.e * math.expm1(min(max(target.value, 0.0), 20.0))
    most = math.exp(min(target.value, 20.0)) + 1.0 - math.e
    for c in _candidates(least, classes):
        cause = f"the floor of double softmax with {c:,} classes, ln(1 + {c - 1:,}/e): right, but softmax applied twice"
        yield Fingerprint(floor(c), cause, 0.5 + _rarity(c))
    for c in _candidates(most, classes):
        cause = f"the ceiling of double softmax with {c:,} classes, ln(e + {c - 1:,}): wrong, and softmax applied twice"
        yield Fingerprint(math.log(math.e + c - 1), cause, 2.0 + _rarity(c))
    if classes is not None and floor(classes) < target.value < floor(classes) + 1.0:
        cause = f"within the band of double softmax with {classes:,} classes, {floor(classes):.4f} to "
        yield Fingerprint(target.value, f"{cause}{floor(classes) + 1.0:.4f}", 6.0)
    yield Fingerprint(floor(2), "a sigmoid of a probability of 1 for a label of 1: sigmoid applied twice", 1.0)
    yield Fingerprint(
        math.log1p(math.e), "a sigmoid of a probability of 1 for a label of 0: sigmoid applied twice", 2.0
    )


def _candidates(estimate: float, classes: int | None) -> set[int]:
    """Numbers of classes near an estimate, or the known one."""
    if classes is not None:
        return {classes}
    near = {round(estimate) + i for i in (-1, 0, 1)} | set(_USUAL)
    return {c for c in near if 2 <= c <= _MOST_CLASSES}


def _rarity(classes: int) -> float:
    return 0.0 if classes in _USUAL else 1.0 + 2.0 * math.log10(classes)


def _limits() -> Iterator[Fingerprint]:
    """The cost of probability 0 for the truth, under every convention that bounds it."""
    found: dict[tuple[str, str], list[tuple[str, str, float]]] = {}
    for loss in LOSSES:
        if not loss.log_score or not loss.takes.predicts_label:
            continue
        for name, reference in loss.conventions.items():
            for dtype in ("float64", "float32"):
                for side, value in _sides(reference.reading, dtype):
                    found.setdefault((f"{value:.7g}", name), []).append((dtype, side, value))
    names: dict[tuple[str, float], list[str]] = {}
    for (_, name), limits in found.items():
        dtypes, sides = ({one[i] for one in limits} for i in (0, 1))
        where = "" if len(dtypes) > 1 else f" in {dtypes.pop()}"
        how = "the truth has probability 0" if len(sides) > 1 else sides.pop()
        names.setdefault((f"{where}: {how}", limits[0][2]), []).append(name)
    for (how, value), called in names.items():
        yield Fingerprint(value, f"the clip of {', '.join(called)}{how}", 0.5 if "float32" in how else 0.0)
    for eps in _EPSILONS:
        yield Fingerprint(-math.log(eps), f"-ln {eps:g}: a clip or epsilon of {eps:g}, {_NO}", 3.0)
        cause = f"-ln(1 - (1 - {eps:g})): a clip of {eps:g}, {_YES}"
        yield Fingerprint(-math.log1p(-(1.0 - eps)), cause, 3.5)


def _sides(reading: Reading, dtype: str) -> Iterator[tuple[str, float]]:
    """The cost of a certain but wrong prediction, at either end."""
    read = binary_log_probabilities(np.array([0.0, 1.0], dtype), Kind.PROBABILITIES, reading.in_dtype(dtype))
    assert read.log_q is not None
    for side, log in ((_NO, read.log_p[0]), (_YES, read.log_q[1])):
        if math.isfinite(log):
            yield side, -float(log)


def _parts(target: WrittenNumber, known: list[Fingerprint], samples: int | None) -> Iterator[Fingerprint]:
    """``k`` of ``N`` rows completely wrong, the others right."""
    limits = [one for one in known if "clip" in one.cause]
    for rows in (samples,) if samples is not None else range(2, _MOST_ROWS + 1):
        for one in limits:
            k = round(target.value / one.value * rows)
            if (0 < k < rows and math.gcd(k, rows) == 1) or (samples is not None and 0 < k < rows):
                cause = f"{k} of {rows} rows completely wrong: {k}/{rows} of {one.value:.7g}, {one.cause}"
                yield Fingerprint(one.value * k / rows, cause, 5.0 + one.cost + rows / 10.0)
