"""Are pieces of data counted as one, or refused if they are not of one kind?"""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import losscli

if TYPE_CHECKING:
    from collections.abc import Callable

P = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]


def first(name: str = "ce", **options: Any) -> losscli.Evaluation:
    return losscli.Evaluation(name, **options).update(P, [1, 2])


def test_columns_may_come_in_another_order() -> None:
    counted = losscli.Evaluation("ce", label="y")
    counted.update({"a": [0.1], "b": [0.9], "y": ["b"]}).update({"b": [0.8], "y": ["b"], "a": [0.2]})
    assert counted.value == losscli.evaluate("ce", [[0.1, 0.9], [0.2, 0.8]], [1, 1]).value
    counted = losscli.Evaluation("mse", label=["y", "z"], pred=["p", "q"])
    counted.update({"p": [1.0], "q": [2.0], "y": [1.0], "z": [2.0]}).update({"q": [2], "z": [2], "y": [1], "p": [1]})
    assert counted.value == 0.0


def test_a_bad_row_is_named_by_its_number_in_the_whole() -> None:
    counted = first().update([[2.0, 0.5, 0.1]], [0])
    with pytest.raises(losscli.InputError, match="at row 3: 2"):
        counted.report()
    counted = losscli.Evaluation("ce", label="y").update({"a": [0.1], "b": [0.9], "y": ["b"]})
    with pytest.raises(losscli.InputError, match="predictions, row 1, column y, row 2 of all: 'c'"):
        counted.update({"a": [0.1], "b": [0.9], "y": ["c"]}).report()


def test_it_shows_what_it_is() -> None:
    assert repr(first()) == "Evaluation('cross-entropy'), 2 rows so far"
    assert float(first()) == first().value == 1.176939193690798
    report = losscli.Evaluation("nll").update([-1.0], bytes=[3]).update(np.array([-2.0]), bytes=[4]).report()
    assert report.rates == losscli.evaluate("nll", [-1, -2], bytes=7).rates
    assert losscli.Evaluation("nll", bytes=7).update([-1.0]).update([-2.0]).report().rates == report.rates


@pytest.mark.parametrize(
    ("name", "options", "piece"),
    [
        ("ce", {}, (P, [1, 2])),
        ("ce", {"ci": True}, (P, [1, 2])),
        ("ce", {"bootstrap": 50}, (P, [1, 2])),
        ("auc", {}, ([0.1, 0.9], [0, 1])),  # keeps its rows
        ("f1", {"average": "macro"}, ([0, 1], [1, 1])),
        ("torch.nn.MSELoss", {}, ([0.1], [1.0])),
        ("ce", {"label": "y", "by": "g"}, ({"a": [0.1, 0.4], "b": [0.9, 0.6], "y": ["b", "a"], "g": ["u", "v"]},)),
        ("auc", {"label": "y"}, ({"p": [0.1, 0.9], "y": [0, 1]},)),
    ],
    ids=str,
)
def test_it_goes_on_where_it_was_pickled(name: str, options: dict[str, Any], piece: tuple[Any, ...]) -> None:
    expected = losscli.Evaluation(name, **options).update(*piece).update(*piece).update(*piece).report()
    counted = pickle.loads(pickle.dumps(losscli.Evaluation(name, **options))).update(*piece)
    counted = copy.deepcopy(pickle.loads(pickle.dumps(counted.update(*piece))))
    again = pickle.loads(pickle.dumps(counted)).update(*piece).report()
    assert again.to_dict() == expected.to_dict()
    assert again == pickle.loads(pickle.dumps(expected))


def test_places_are_pickled_too() -> None:
    counted = losscli.Evaluation("auc", label="y").update({"p": [0.1, 0.9], "y": [0, 1]})
    counted.update({"p": [0.5, None], "y": [1, 0]})
    for one in (counted, pickle.loads(pickle.dumps(counted))):
        with pytest.raises(losscli.InputError, match="at predictions, row 2, column p, row 4 of all: nan"):
            one.report()


def test_what_was_picked_is_counted_over_all_pieces() -> None:
    counted = losscli.Evaluation("mse", label="y", where="g > 1")
    counted.update({"p": [1.0, 2.0], "y": [1, 1], "g": [1, 2]}).update({"p": [1.0, 2.0], "y": [1, 1], "g": [2, 2]})
    assert ("rows", "3 of 4") in [(one.what, one.value) for one in counted.report().decisions]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: first().update([[0.5, 0.5]], [1]), "predictions of shape (N, 2) after others of shape (N, 3)"),
        (lambda: first().update([0.5], [1]), "predictions of shape (N,) after others of shape (N, 3)"),
        (lambda: first().update(P, np.eye(3)[:2]), "labels of shape (N, 3) after others of shape (N,)"),
        (lambda: losscli.Evaluation("ce").update([P], [[1, 2]]).update([P[:1]], [[1]]), "predictions of shape (N, 1, 3) after others of shape (N, 2, 3); try: reshape(-1, C) makes a row of each place, and reshape(-1) one of its label"),
        (lambda: losscli.Evaluation("mse", label="y").update({"p": [1], "y": [1]}).update({"q": [1], "y": [1]}), "predictions with the columns q, y after others with p, y"),
        (lambda: losscli.Evaluation("mse").update({"p": [1], "y": [1]}).update({"p": [1]}, [1]), "predictions with the columns p after others with p, y"),
        (lambda: first().update(P, [1, 2], label_smoothing=0.1), "update takes no argument label_smoothing; try: options belong to Evaluation(...)"),
        (lambda: first(per=["a", "b"]), "Evaluation takes no argument per; try: evaluate(..., per=...)"),
    ],
)  # fmt: skip
def test_a_piece_of_another_kind_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(losscli.LossError) as raised:
        call()
    assert str(raised.value) == message
