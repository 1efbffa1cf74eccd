"""Are the conventions of older versions those of the versions, and does ``--like`` find them by name?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli import evaluate
from losscli.core.calls.call_values import Call
from losscli.errors import UsageError
from losscli.losses import LOSSES, find
from losscli.losses.reference import Reference
from losscli.losses.vocabulary import EXACT, Form, Kind, Reading, Takes
from losscli.record import replace
from tests.support.shell import losscli

if TYPE_CHECKING:
    from losscli.losses.loss import Loss

CASES = json.loads((Path(__file__).parents[1] / "golden" / "versions.json").read_text())["cases"]
ONE = ("0,1", "1,0")  # one certainty wrong on either side


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['like']}-{case['loss']}-{case['dtype']}")
def test_an_older_convention_gives_what_the_old_version_gave(case: dict[str, Any]) -> None:
    report = evaluate(
        case["loss"], case["predictions"], case["labels"], like=case["like"], dtype=case["dtype"], reduction="none"
    )
    assert report.per_sample is not None
    tolerance = 1e-14 if case["dtype"] == "float64" else 2e-6
    assert report.per_sample.tolist() == pytest.approx(case["values"], rel=tolerance, abs=tolerance * 1e-2)
    assert report.convention == case["like"]
    assert f"|{case['like']}|" in report.signature


def values(loss: Loss, reference: Reference) -> Any:
    """What a call makes of certainties that are wrong, and of rows that do not sum to 1."""
    takes = reference.takes or loss.takes
    by_class = takes in (Takes.CLASS, Takes.DISTRIBUTION, Takes.RAW)
    x = np.array([[0.0, 1.0], [0.3, 0.7], [0.5, 0.3]]) if by_class else np.array([[0.0], [1.0], [0.3]])
    y = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]) if by_class else np.array([[1.0], [0.0], [1.0]])
    if by_class and (reference.form is Form.SPARSE or (takes is Takes.RAW and "log_prob" not in ids(reference))):
        y = y.argmax(axis=1).astype(float)
    return Call(loss, reference, {}).terms(x, y, {}).values


def ids(reference: Reference) -> set[str]:
    return {param.name for param in reference.options}


READ = [
    pytest.param(loss, one, id=one.call)
    for loss in LOSSES
    for one in loss.references
    if one.reading != EXACT and one.reads is Kind.PROBABILITIES
]


@pytest.mark.parametrize(("loss", "reference"), READ)
def test_a_convention_has_its_numbers_in_one_place(loss: Loss, reference: Reference) -> None:
    """A kernel that repeats a clip stays as it is when the clip of the convention moves."""
    reading = reference.reading
    moved = Reading(
        clip=0.1 if reading.clip else 0.0,
        log_floor=-1.0 if reading.log_floor > -np.inf else reading.log_floor,
        add=0.1 if reading.add else 0.0,
        zero=0.1 if reading.zero else 0.0,
    )
    assert moved != reading
    assert not np.array_equal(values(loss, reference), values(loss, replace(reference, reading=moved)), equal_nan=True)


@pytest.mark.parametrize(
    ("like", "dtype", "digits"),
    [
        ("tf==2.4", "float32", ["15.424949", "15.333239"]),  # tensorflow/tensorflow#41595 and #51675
        ("keras==2.6", "float32", ["15.424949", "15.333239"]),  # keras-team/keras#15249
        ("keras", "float32", ["16.118095", "15.942385"]),  # Keras 3.15
        ("torch==1.4", "float64", ["27.631021", "27.631021"]),  # pytorch/pytorch#4867: 27.6310
        ("torch==0.4", "float64", ["27.631021", "27.631021"]),
        ("torch", "float64", ["100.000000", "100.000000"]),  # pytorch/pytorch#49844
        ("kaggle", "float64", ["34.538776", "34.539576"]),  # scikit-learn#6703: both sides of 1e-15
        ("sklearn==1.1", "float64", ["34.538776", "34.539576"]),
        ("sklearn", "float64", ["36.043653", "36.043653"]),  # 52 log 2
        ("sklearn", "float32", ["15.942385", "15.942385"]),  # 23 log 2: the epsilon of the dtype, since 1.2
    ],
)
def test_the_numbers_of_certainty_that_people_meet(like: str, dtype: str, digits: list[str]) -> None:
    done = losscli("bce", *ONE, "--like", like, "--dtype", dtype, "-r", "none", "-q")
    assert [f"{float(line):.6f}" for line in done.out.splitlines()] == digits


def test_what_torch_04_adds_makes_a_certainty_cost_less_than_nothing() -> None:
    """pytorch/pytorch#8147: -1.0001e-12 for a prediction of 1 that is right; gone in 0.4.1."""
    [value] = losscli("bce", "1", "1", "--like", "torch==0.4.0", "-q").out.split()
    assert float(value) == pytest.approx(-1.0001e-12, rel=1e-4)
    assert losscli("bce", "1", "1", "--like", "torch==0.4.1", "-q").out == "0.0\n"


def test_kaggle_rescales_rows_and_gives_its_own_acceptance_value() -> None:
    """kaggle.com/wiki/MultiClassLogLoss: 1.881797068998267 for six rows."""
    rows = "[[.5,.5],[.1,.9],[.01,.99],[.9,.1],[.75,.25],[.001,.999]]"
    value = float(losscli("ce", rows, "0,0,0,1,1,1", "--like", "kaggle", "-q").out)
    assert value == pytest.approx(1.881797068998267, rel=1e-15)
    doubled = "[[1,1],[.2,1.8],[.02,1.98],[1.8,.2],[1.5,.5],[.002,1.998]]"
    assert losscli("ce", doubled, "0,0,0,1,1,1", "--like", "kaggle").status == 3  # 1.8 is no probability
    halved = "[[.25,.25],[.05,.45],[.005,.495],[.45,.05],[.375,.125],[.0005,.4995]]"
    again = float(losscli("ce", halved, "0,0,0,1,1,1", "--like", "kaggle", "-q").out)
    assert again == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("1.2", True),
        ("1.2.0", True),
        ("1.4", True),
        ("1.4.2", True),
        ("1.2-1.4", True),
        ("1.10", False),
        ("1.1", False),
        ("1.1.9", False),
        ("1.5", False),
        ("1", False),
        ("", False),
        ("new", False),
        ("1.", False),
        ("1.4-", False),
        ("١.٤", False),
    ],
)
def test_a_version_is_within_its_range(version: str, found: bool) -> None:
    assert Reference("sklearn.metrics.log_loss", versions="1.2-1.4").covers(version) is found


def test_a_framework_without_versions_has_none() -> None:
    assert not Reference("optax.losses.l2_loss").covers("0.2.8")


@pytest.mark.parametrize(
    ("loss", "like", "what"),
    [
        ("ce", "sklearn==0.1", "--like sklearn==0.1: of its versions there are 1.5-, 1.2-1.4, 0.14-1.1"),
        ("ce", "optax==0.2", "--like optax==0.2: one convention for all versions"),
        ("ce", "sklearn==", "--like sklearn==: of its versions there are 1.5-, 1.2-1.4, 0.14-1.1"),
        ("mse", "kaggle", "--like kaggle: kaggle has no mean-squared-error"),
        ("bce", "flux==1", "--like flux==1: flux==1 has no binary-cross-entropy"),
        ("bce", "a\x1b[31m", "--like a\\x1b[31m: a\\x1b[31m has no binary-cross-entropy"),
    ],
)
def test_an_unknown_version_or_name_lists_what_there_is(loss: str, like: str, what: str) -> None:
    done = losscli(loss, "0.2,0.8", "1" if loss == "ce" else "1,0", "--like", like)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"Error: {what}"
    declared = find(loss)
    assert declared is not None
    assert done.err.splitlines()[1] == f"  try  one of {', '.join(['exact', *declared.conventions])}"


def test_every_convention_can_be_typed() -> None:
    for loss in LOSSES:
        for name, reference in loss.conventions.items():
            assert loss.convention(name) is reference
            if reference.versions:
                assert loss.convention(f"{reference.framework}=={reference.versions}") is reference


def test_evaluate_takes_the_same_names() -> None:
    with pytest.raises(UsageError, match=r"sklearn==0\.1"):
        evaluate("ce", [[0.2, 0.8]], [1], like="sklearn==0.1")


class TestNothingIsSilent:
    def test_what_is_added_is_told(self) -> None:
        done = losscli("bce", "0.25,0.5", "1,0", "--like", "tf==2.4")
        assert "note: 1e-07 was added to each probability within the logarithm (tf==2.4)" in done.err
        assert "plain mathematics gives 1.039721" in done.err  # (log 4 + log 2) / 2
        assert "clipped" not in done.err

    def test_nothing_is_added_to_logits(self) -> None:
        assert losscli("bce", "0.25,-0.5", "1,0", "--like", "tf==2.4", "--from-logits").err == ""

    def test_a_probability_of_zero_is_counted(self) -> None:
        done = losscli("bce", "0,1,1,0.5", "1,0,1,0", "--like", "torch==1.4")
        assert "note: 2 rows were clipped at a probability of 1e-12 (torch==1.4)" in done.err

    def test_rows_divided_after_the_clip_are_counted(self) -> None:
        rows = "[[0.2,0.6,0.4],[0.5,0.25,0.5],[0.5,0.25,0.25]]"
        done = losscli("ce", rows, "1,0,0", "--like", "sklearn==1.4")
        assert "warning: 2 rows did not sum to 1 and were divided by the sum (sklearn==1.4)" in done.err
        without = losscli("ce", rows, "1,0,0", "--like", "sklearn==1.4", "--no-rescale", "-q")
        assert without.out == losscli("ce", rows, "1,0,0", "--like", "sklearn", "-q").out

    def test_the_catalogue_has_their_ranges(self) -> None:
        page = losscli("losses", "ce").out
        assert "versions   1.2-1.4" in page
        assert "note       For --like sklearn==1.2-1.4; no command." in page
        assert "sklearn==0.14-1.1" in losscli("losses", "ce", "-f", "markdown").out
        [record] = json.loads(losscli("losses", "ce", "-f", "json").out)["losses"]
        calls = [(call["call"], call["versions"], call["like"]) for call in record["calls"] if call["versions"]]
        assert calls == [
            ("sklearn.metrics.log_loss", "1.5-", "sklearn"),
            ("sklearn.metrics.log_loss", "1.2-1.4", "sklearn==1.2-1.4"),
            ("sklearn.metrics.log_loss", "0.14-1.1", "sklearn==0.14-1.1"),
        ]
        assert record["conventions"][-2:] == ["sklearn==1.2-1.4", "sklearn==0.14-1.1"]
