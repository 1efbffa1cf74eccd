"""Are bits, bans and perplexities the same loss in another unit?"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

import losscli as package
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from tests.support.laws import sample
from tests.support.shell import losscli

IN_NATS = [loss for loss in LOSSES if loss.unit == "nats"]
SIZES = {"2": (math.log(2.0), "bits"), "10": (math.log(10.0), "bans")}


def document(*args: str) -> dict[str, Any]:
    result = losscli(*args, "-f", "json")
    assert result.status == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


@pytest.mark.parametrize("base", SIZES)
@pytest.mark.parametrize("loss", IN_NATS, ids=lambda loss: loss.name)
def test_every_number_is_divided(loss: Any, base: str) -> None:
    x, y, options = sample(loss, np.random.default_rng(1))
    nats: Any = package.evaluate(loss.name, x, y, **options)
    other: Any = package.evaluate(loss.name, x, y, base=base, **options)
    size, unit = SIZES[base]
    near: Any = {"rel": 1e-12, "abs": 1e-300}
    assert other.unit == unit
    assert f",base={base}|" in other.signature
    assert other.value == pytest.approx(nats.value / size, **near)
    if nats.per_sample is not None:
        assert other.per_sample == pytest.approx(nats.per_sample / size, **near)
    for name, number in nats.summary.to_dict().items():
        wanted = number if name == "count" or number is None else number / size
        assert other.summary.to_dict()[name] == pytest.approx(wanted, nan_ok=True, **near), name
    if nats.baseline is not None:
        assert other.baseline.uniform == pytest.approx(nats.baseline.uniform / size, **near)
        assert other.baseline.class_prior == pytest.approx(nats.baseline.class_prior / size, **near)
        assert other.baseline.skill == pytest.approx(nats.baseline.skill, rel=1e-9)
    assert other.accuracy == nats.accuracy
    if nats.perplexity is not None:
        assert other.perplexity == pytest.approx(nats.perplexity, rel=1e-12)


WITHOUT_BASE = [loss for loss in LOSSES if loss.unit != "nats" and "base" not in {param.name for param in loss.params}]


@pytest.mark.parametrize("loss", WITHOUT_BASE, ids=lambda loss: loss.name)
def test_other_losses_have_no_base(loss: Any) -> None:
    result = losscli(loss.name, "1,2", "1,2", "--base", "2")
    assert (result.status, result.out) == (2, "")
    x, y, options = sample(loss, np.random.default_rng(1))
    with pytest.raises(package.errors.UsageError, match="takes no argument base"):
        package.evaluate(loss.name, x, y, base="2", **options)


def test_an_unknown_base_is_refused() -> None:
    assert losscli("ce", "[[0.5,0.5]]", "0", "--base", "3").status == 2


def test_notes_speak_in_the_same_unit() -> None:
    """By hand: the clip 1e-7 costs log2(1e7) bits; -log2 0.8 is 0.3219281."""
    args = ("ce", "[[1,0],[0.8,0.2]]", "1,0", "--base", "2", "-f", "csv")
    notes = losscli(*args).err
    assert "most in row 1: 23.2535 instead of inf" in notes  # log2(1e7) = 23.2535
    weighted = losscli("ce", "[[0.5,0.5],[0.25,0.75]]", "1,0", "--base", "2", "--sample-weight", "1,3", "-f", "csv")
    assert "divided by N = 2; divided by sum(w) = 4 they are 1.75" in weighted.err  # (1 x 1 + 3 x 2) / 4


@pytest.mark.parametrize(
    ("args", "value"),
    [
        # torcheval.metrics.text.Perplexity, documentation: tensor(2.7593), and 3.5372 with ignore_index=1
        (("[[0.3659,0.7025,0.3104],[0.0097,0.6577,0.1947]]", "2,1", "--from-logits"), 2.7593),
        (("[[0.3659,0.7025,0.3104],[0.0097,0.6577,0.1947]]", "2,1", "--from-logits", "--ignore-index", "1"), 3.5372),
        # huggingface/evaluate, pull request 242: exp of the loss is 70.6083, and 2 to its power was printed, 19.1218;
        # the two agree on the loss: log 70.6083 = 4.25715
        ((f"[[{math.exp(-4.25715)},{1 - math.exp(-4.25715)}]]", "0"), 70.6083),
    ],
)
def test_perplexities_that_others_print(args: tuple[str, ...], value: float) -> None:
    for base in ("e", "2", "10"):
        assert document("ce", *args, "--base", base)["perplexity"] == pytest.approx(value, rel=2e-5)


def test_two_to_the_nats_is_no_perplexity() -> None:
    loss = document("ce", f"[[{1 / 70.6083},{1 - 1 / 70.6083}]]", "0")
    assert 2 ** loss["value"] == pytest.approx(19.1218, abs=1e-3)
    assert loss["perplexity"] == pytest.approx(70.6083, rel=1e-9)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_only_log_scores_have_a_perplexity(loss: Any) -> None:
    x, y, options = sample(loss, np.random.default_rng(2))
    for reduction in ("mean", "weighted-mean", "sum", "none")[: 1 if loss.takes is Takes.SET else None]:
        report: Any = package.evaluate(loss.name, x, y, reduction=reduction, **options)
        means = loss.log_score and reduction in ("mean", "weighted-mean")
        assert report.perplexity == (pytest.approx(math.exp(report.value)) if means else None)


@pytest.mark.parametrize("weight", ["1", "3", "0.5,1"])
@pytest.mark.parametrize("name", ["bce", "torch.nn.BCEWithLogitsLoss"])
def test_a_weighted_answer_has_no_perplexity(name: str, weight: str) -> None:
    """``exp`` of a loss whose positive answers count more is that of no probability."""
    args = ["[[0.2,0.7],[0.9,0.6]]", "[[0,1],[1,0]]"]
    found = document(name, *args, "--pos-weight", weight)["perplexity"]
    assert (found is None) is (weight != "1")


def test_a_perplexity_without_end() -> None:
    assert document("ce", "[[1,0]]", "1", "--like", "exact")["perplexity"] == "Infinity"
    assert document("ce", "[[1e5,0]]", "1", "--from-logits")["perplexity"] == "Infinity"
