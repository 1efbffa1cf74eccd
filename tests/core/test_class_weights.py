"""Do class weights and an ignored class mean the same, however labels are written?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from losscli import evaluate
from losscli.errors import InputError
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from tests.support.shell import losscli

P = np.array([[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.2, 0.2, 0.6], [0.5, 0.1, 0.4]])
Y = np.array([0, 1, 2, 2])
HOT = np.eye(3)[Y]
WEIGHTS = [1.0, 2.0, 0.5]


@pytest.mark.parametrize("weights", [WEIGHTS, "balanced"])
@pytest.mark.parametrize("loss", [one.name for one in LOSSES if one.takes is Takes.CLASS and len(one.kinds) > 1])
@pytest.mark.parametrize("reduction", ["mean", "sum", "weighted-mean"])
def test_one_hot_labels_are_class_numbers(loss: str, weights: list[float] | str, reduction: str) -> None:
    options: dict[str, Any] = {"class_weight": weights, "reduction": reduction}
    want = evaluate(loss, P, Y, **options).value
    assert evaluate(loss, P, HOT, **options).value == want
    assert want != evaluate(loss, P, Y, reduction=reduction).value


@pytest.mark.parametrize("like", ["exact", "keras", "optax"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_smoothed_class_numbers_are_smoothed_one_hot_labels(like: str, reduction: str) -> None:
    options: dict[str, Any] = {"like": like, "reduction": reduction, "label_smoothing": 0.1}
    want = evaluate("ce", P, Y, class_weight=WEIGHTS, **options).value
    assert evaluate("ce", P, HOT, class_weight=WEIGHTS, **options).value == pytest.approx(want, rel=1e-14)
    if like == "exact":
        smooth = HOT * 0.9 + 0.1 / 3
        rows = -(smooth * np.log(P) * WEIGHTS).sum(axis=-1)
        assert want == pytest.approx(rows.mean() if reduction == "mean" else rows.sum(), rel=1e-14)


def test_in_every_row_of_a_sequence_and_in_what_is_said_of_it() -> None:
    sequences = (P.reshape(2, 2, 3), HOT.reshape(2, 2, 3))
    assert evaluate("ce", *sequences, class_weight=WEIGHTS).value == evaluate("ce", P, Y, class_weight=WEIGHTS).value
    data = (str(P.tolist()), str(HOT.astype(int).tolist()))
    exact = losscli("ce", *data, "--class-weight", "1,2,0.5", "--like", "exact", "-q").out.strip()
    compared = losscli("ce", *data, "--class-weight", "1,2,0.5", "--compare", "-f", "csv")
    assert f"exact,,probabilities,{exact}," in compared.out
    explained = losscli("ce", *data, "--class-weight", "1,2,0.5", "--explain", "2", "--like", "exact")
    assert "class weight" in explained.out, explained.err


@pytest.mark.parametrize("rows", [[[0.5, 0.0, 0.0]], [[0.0, 0.0, 0.0]], [[1.0, 1.0, 0.0]]])
def test_a_label_of_several_classes_has_no_class_weight(rows: list[list[float]]) -> None:
    labels = np.vstack([HOT[:3], rows])
    with pytest.raises(InputError, match="not one class"):
        evaluate("ce", P, labels, class_weight=WEIGHTS)
    for command in ([], ["--compare"], ["--explain"]):
        run = losscli("ce", str(P.tolist()), str(labels.tolist()), "--class-weight", "1,2,0.5", *command)
        assert (run.status, run.out) == (3, "")
        assert "not one class" in run.err
    weighted = losscli("torch.nn.CrossEntropyLoss", str(P.tolist()), str(labels.tolist()), "--weight", "1,2,0.5", "-q")
    assert weighted.status == 0  # its own weights are of the classes of a label


SOFT = np.array([[0.9, 0.1, 0.0], [0.2, 0.3, 0.5], [0.0, 1.0, 0.0], [0.25, 0.5, 0.25]])


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("labels", [SOFT, HOT])
def test_torch_weighs_each_class_of_a_soft_label(
    labels: np.ndarray[Any, Any], reduction: str, smoothing: float
) -> None:
    """And its mean divides by the rows: torch 2.13, CrossEntropyLoss with probabilities as targets."""
    logits = np.log(P)
    smooth = labels * (1.0 - smoothing) + smoothing / 3
    want = -(smooth * np.array(WEIGHTS) * (logits - np.log(P.sum(axis=1, keepdims=True)))).sum()
    want /= len(P) if reduction == "mean" else 1
    options: dict[str, Any] = {"label_smoothing": smoothing, "reduction": reduction}
    plain = evaluate("ce", logits, labels, from_logits=True, like="torch", class_weight=WEIGHTS, **options)
    call = evaluate("nn.CrossEntropyLoss", logits, labels, weight=WEIGHTS, **options)
    assert plain.value == pytest.approx(want, rel=1e-14)
    assert call.value == pytest.approx(want, rel=1e-14)


def test_keras_weighs_a_soft_label_by_its_largest_class() -> None:
    """As ``fit(class_weight=...)`` of Keras 3.15 does: the weight of ``argmax(y)``, in a mean over the rows."""
    each = np.array(WEIGHTS)[SOFT.argmax(axis=1)] * -(SOFT * np.log(P)).sum(axis=1)
    assert evaluate("ce", P, SOFT, class_weight=WEIGHTS).value == pytest.approx(each.mean(), rel=1e-6)
    exact = evaluate("ce", P, SOFT, class_weight=WEIGHTS, like="exact").value
    assert exact == pytest.approx(-(SOFT * np.array(WEIGHTS) * np.log(P)).sum() / 4, rel=1e-14)
    data = (str(P.tolist()), str(SOFT.tolist()), "--class-weight", "1,2,0.5")
    compared = losscli("ce", *data, "--compare", "keras,torch", "-f", "csv").out
    plain = losscli("ce", *data, "-q").out.strip()
    assert f",{plain}," in compared
    explained = losscli("ce", *data, "--explain", "2", "--like", "exact").out
    assert "q * t / sum(q * t)" in explained
    assert "With every step rounded" not in explained


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("ce", "[[0.9,0.1],[0.3,0.7]]", "[[1,0],[0,1]]"), "soft"),
        (("focal", "[[0.9,0.1],[0.3,0.7]]", "[[0.5,0.5],[0,1]]"), "soft"),
        (("ce", "[[0.9,0.1],[0.3,0.7]]", "cat,dog", "--classes", "cat,dog"), "words"),
        (("acc", "0.2,0.9,0.8", "0,1,-1"), "binary"),
        (("acc", "cat,dog,cat", "cat,dog,dog"), "words"),
        (("nll", "-0.1,-0.2"), "missing"),
    ],
)
def test_only_a_class_number_is_ignored(command: tuple[str, ...], said: str) -> None:
    run = losscli(*command, "--ignore-index", "1")
    assert (run.status, run.out) == (2, "")
    assert run.err.splitlines()[0] == f"Error: --ignore-index 1: it is for class numbers, and labels are {said}"


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_smoothed_class_numbers_weigh_under_like_torch_as_in_the_call(reduction: str) -> None:
    options = ["--label-smoothing", "0.1", "--reduction", reduction, "-q"]
    logits, y = "[[0.1,0.7,0.2],[0.3,0.3,0.4],[0.6,0.3,0.1]]", "0,2,1"
    call = losscli("torch.nn.CrossEntropyLoss", logits, y, "--weight", "1,2,3", *options)
    plain = losscli("ce", logits, y, "--from-logits", "--like", "torch", "--class-weight", "1,2,3", *options)
    assert float(plain.out) == pytest.approx(float(call.out), rel=1e-14)
    other = losscli("ce", logits, y, "--from-logits", "--like", "keras", "--class-weight", "1,2,3", *options)
    assert other.out != plain.out
    refused = losscli("ce", logits, y, "--from-logits", "--like", "torch", "--class-weight", "1,0,3", *options)
    assert refused.status == 2
    assert "--class-weight of 0 beside --label-smoothing" in refused.err
