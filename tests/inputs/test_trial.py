"""Is a submission beside its solution read right at the first command, whatever columns and ids are called?"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Columns = dict[str, list[Any]]
PAIRS, ENOUGH = 40, 36
NAMES = {
    "odd": ["multiple diseases", "powdery, mildew", 'leaf "curl"', "d'Anjou", "A/B", ">60", "18-25", "x_y", "other"],
    "accents": ["café", "naïve", "Zürich", "año", "crème", "São", "Łódź", "piñata"],
    "counted": ["1", "2", "3", "4", "5", "6", "7", "8"],
    "dates": [f"2020-0{i}-01" for i in range(1, 9)],
    "versions": [f"v{i}.{i % 3}" for i in range(8)],
    "words": ["lynx", "otter", "crane", "newt", "ibex", "skua", "vole", "wren"],
    "capital": ["NegRisk", "PosRisk", "NoRisk", "MaxRisk", "MinRisk", "AvgRisk", "OldRisk", "NewRisk"],
}
AROUND: list[Callable[[str], str]] = [
    str, str, str, "p_{}".format, "prob_{}".format, "{}_prob".format, "P({})".format, "Class_{}".format,
    "score.{}".format, "{} probability".format, "y_pred_{}".format,
]  # fmt: skip
IDS = [
    "seg",
    "Open Time",
    "Sample No.",
    "target_id",
    "class_id",
    "store",
    "url",
    "isbn",
    "hash",
    "plot",
    "q",
    "Unnamed: 0",
]
VALUES = [
    "label",
    "target",
    "class",
    "y",
    "Target",
    "truth",
    "Survived",
    "what",
    "Category",
    "value",
    "score",
    "Expected",
]
OUTPUTS = [["lat", "lon"], ["width", "height", "depth"], ["y_1", "y_2", "y_3"], ["weight", "height"], ["t1", "t2"]]


class Trial:
    """A pair of tables made from a seed."""

    def __init__(self, seed: int, number: int) -> None:
        self.rng = np.random.default_rng([seed, number])
        self.rows = int(self.rng.choice([20, 30, 60]))
        self.name = self.one(VALUES)
        self.submission: Columns = {}
        self.solution: Columns = {}
        self.right = 0.0
        self.loss = ""
        self.ids = self._ids()
        self.one([self._classes, self._one_hot, self._labels, self._yes, self._values, self._outputs, self._words])()

    def one(self, among: Sequence[Any]) -> Any:
        return among[int(self.rng.integers(len(among)))]

    def _word(self) -> str:
        return "".join(self.one("bdfklmnrstz") + self.one("aeiou") for _ in range(3))

    def _ids(self) -> Columns:
        count, name = self.rows, self.one([*IDS, self._word()])
        numbers = self.rng.choice(10**6, count, replace=False)
        made: list[Callable[[], list[Any]]] = [
            lambda: [f"{number:08x}" for number in numbers], lambda: list(range(7, 7 + count)), numbers.tolist,
            lambda: [9007199254740993 + 2 * int(number) for number in numbers], lambda: [f"{n:07}" for n in numbers],
            lambda: [f"img/{number}.png" for number in numbers], lambda: [f"{number}.0" for number in numbers],
            lambda: [f"{self._word()} {i}" for i in range(count)],
            lambda: [str(np.datetime64("2019-03-01") + np.timedelta64(i, "D")) for i in range(count)],
        ]  # fmt: skip
        if self.rng.random() < 0.1:
            return {"shop": [f"s{i // 5}" for i in range(count)], self._word(): [f"d{i % 5}" for i in range(count)]}
        return {name: self.one(made)()}

    def _named(self) -> tuple[list[str], Callable[[str], str], Callable[[str], str]]:
        kind = self.one(sorted(NAMES))
        names = self.rng.permutation(NAMES[kind])[: self.rng.integers(2, 7)].tolist()
        apart = (lambda text: unicodedata.normalize("NFD", text)) if kind == "accents" else str
        return names, self.one(AROUND), apart

    def _shares(self, width: int) -> tuple[Any, Any]:
        truth = self.rng.integers(0, width, self.rows)
        truth[:width] = range(width)
        shares = self.rng.dirichlet(np.ones(width), self.rows) + 0.3 * np.eye(width)[truth]
        return truth, np.round(shares / shares.sum(1, keepdims=True), 4)

    def _predict(self, names: Sequence[str], around: Callable[[str], str], numbers: Any) -> None:
        order = self.rng.permutation(len(names)).tolist()
        self.submission |= {around(names[k]): [f"{value:.4f}" for value in numbers[:, k]] for k in order}

    def _classes(self) -> None:
        names, around, apart = self._named()
        truth, shares = self._shares(len(names))
        self._predict(names, around, shares)
        self.solution[self.name] = [apart(names[k]) for k in truth]
        self._entropy(shares, truth)

    def _one_hot(self) -> None:
        names, around, apart = self._named()
        truth, shares = self._shares(len(names))
        self._predict(names, around, shares)
        self.solution |= {apart(names[k]): (truth == k).astype(int).tolist() for k in self.rng.permutation(len(names))}
        self._entropy(shares, truth)

    def _entropy(self, shares: Any, truth: Any) -> None:
        shares = np.clip(shares / shares.sum(1, keepdims=True), 1e-7, 1 - 1e-7)
        self.loss, self.right = "ce", float(-np.log(shares[range(self.rows), truth]).mean())

    def _labels(self) -> None:
        names, around, _ = self._named()
        shares = np.round(self.rng.uniform(0.02, 0.98, (self.rows, len(names))), 4)
        truth = (self.rng.random(shares.shape) < 0.4).astype(int)
        self._predict(names, around, shares)
        self.solution |= {around(names[k]): truth[:, k].tolist() for k in self.rng.permutation(len(names))}
        self.loss, self.right = "bce", float(-np.log(np.where(truth, shares, 1 - shares)).mean())

    def _yes(self) -> None:
        shares = np.round(self.rng.uniform(0.02, 0.98, self.rows), 4)
        truth = self.rng.integers(0, 2, self.rows)
        truth[:2] = 0, 1
        no, yes = self.one([("0", "1"), ("False", "True"), ("no", "yes"), ("0.0", "1.0")])
        name = self.one([self.name, "prob", "prediction", "risk", "p0" if no[0] == "0" else "p_no"])
        given = 1 - shares if name in ("p0", "p_no") else shares
        self.submission[name] = [f"{value:.4f}" for value in given]
        self.solution[self.name] = [(no, yes)[k] for k in truth]
        pairs = np.sign(shares[truth == 1][:, None] - shares[truth == 0]) / 2 + 0.5
        log_loss = float(-np.log(np.where(truth, shares, 1 - shares)).mean())
        self.loss, self.right = self.one([("bce", log_loss), ("auc", float(pairs.mean()))])

    def _values(self) -> None:
        self._regress([self.name], self.one([str, str, "{}_pred".format, lambda _: self._word()]))

    def _outputs(self) -> None:
        self._regress(self.one(OUTPUTS), self.one([str, "pred_{}".format, "{}_pred".format]))

    def _regress(self, names: list[str], around: Callable[[str], str]) -> None:
        truth = np.round(self.rng.normal(50, 20, (self.rows, len(names))), 2)
        guess = np.round(truth + self.rng.normal(0, 5, truth.shape), 2)
        self.submission = {around(name): guess[:, k].tolist() for k, name in enumerate(names)}
        self.solution = {names[k]: truth[:, k].tolist() for k in self.rng.permutation(len(names))}
        self.loss, self.right = self.one(
            [("mse", ((guess - truth) ** 2).mean()), ("mae", np.abs(guess - truth).mean())]
        )

    def _words(self) -> None:
        names, _, apart = self._named()
        truth = self.rng.integers(0, len(names), self.rows)
        guess = np.where(self.rng.random(self.rows) < 0.7, truth, self.rng.integers(0, len(names), self.rows))
        self.submission[self.one([self.name, "prediction", "predicted_class", self._word()])] = [
            names[k] for k in guess
        ]
        self.solution[self.name] = [apart(names[k]) for k in truth]
        self.loss, self.right = "acc", float((guess == truth).mean())

    def tables(self) -> tuple[str, str, str]:
        """The submission, the solution in the same order, and in another."""
        count, delimiter = self.rows, self.one([",", ",", ";", "\t"])
        rests: Columns = {
            "comment": [self.one(["ok", "x, y", 'see "a"', ""]) for _ in range(count)],
            "fold": [i % 5 for i in range(count)],
            "weight": [f"{value:.2f}" for value in self.rng.uniform(0.5, 2, count)],
            "date": [f"2021-{1 + day % 12:02d}-{1 + day % 28:02d}" for day in self.rng.integers(0, 300, count)],
            "city": [self.one(["Ulm", "Bonn", "Köln"]) for _ in range(count)],
        }
        taken = {*self.ids, *self.submission, *self.solution}
        both = [
            {name: rest for name, rest in rests.items() if self.rng.random() < 0.1 and name not in taken}
            for _ in range(2)
        ]
        if self.rng.random() < 0.3:
            both[1]["Usage"] = [self.one(["Public", "Private"]) for _ in range(count)]
        first, second = (
            {**self.ids, **own, **rest} for own, rest in zip((self.submission, self.solution), both, strict=True)
        )
        return (
            self._text(first, range(count), delimiter),
            self._text(second, range(count), delimiter),
            self._text(second, self.rng.permutation(count).tolist(), delimiter),
        )

    def _text(self, columns: Columns, rows: Sequence[int], delimiter: str) -> str:
        names = self.rng.permutation([*columns]).tolist() if self.rng.random() < 0.5 else [*columns]
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([columns[name][row] for name in names] for row in rows)
        return out.getvalue()


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 9))])
def test_pairs(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong, refused, unpaired = [], [], []
    for number in range(PAIRS):
        trial = Trial(seed, number)
        for name, text in zip(("sub.csv", "sol.csv", "other.csv"), trial.tables(), strict=True):
            (tmp_path / name).write_text(text, encoding="utf8")
        for args in (("sol.csv",), ("other.csv",), ("other.csv", "--join", ",".join(trial.ids))):
            done = losscli(trial.loss, "sub.csv", *args, "-f", "json")
            close = done.status == 0 and json.loads(done.out)["value"] == pytest.approx(trial.right, rel=1e-6)
            told = (number, trial.loss, args, done.err.strip()[:300])
            if done.status == 0 and not close:
                wrong.append(told)
            elif done.status and args[0] == "sol.csv":
                refused.append(told)
            elif done.status and len(args) > 1:
                unpaired.append(told)
    assert not wrong
    assert not unpaired
    assert len(refused) <= PAIRS - ENOUGH, refused
