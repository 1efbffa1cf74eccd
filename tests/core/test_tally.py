"""Do findings and reports depend on how the rows were cut?"""

from __future__ import annotations

import json
import pickle
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losscli.answers.check.check import check, chosen
from losscli.answers.check.inspect import Inspection
from losscli.core.batch import Batch, Dataset
from losscli.core.evaluate import Evaluation
from losscli.core.running import Tally
from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps
from losscli.inputs import ReadOptions, read
from losscli.losses.meant import find_loss
from losscli.losses.vocabulary import Kind
from losscli.record import replace
from tests.answers.test_check import BY_COMMAND_ONLY, PAIRS, columns_of, softmax, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.answers.check.finding import Finding
    from losscli.losses.loss import Loss

CHUNKS = (1, 7, 1000, 65536)


def wide(rows: int, seed: int) -> tuple[Any, Any]:
    """Probabilities over four classes and labels they mostly fit."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, rows)
    return softmax(rng.normal(0.0, 1.0, (rows, 4)) + 2.0 * np.eye(4)[labels]), labels


def odd(rows: int, seed: int) -> tuple[Any, Any]:
    """The same with rows of zeros, of ones, beyond the clip, off the sum, and out of order."""
    p, labels = wide(rows, seed)
    rng = np.random.default_rng(seed + 1)
    p[rng.random(rows) < 0.1] = 0.0
    p[rng.random(rows) < 0.1] = np.eye(4)[1]
    p[rng.random(rows) < 0.1, 2] = 1e-9
    p[rng.random(rows) < 0.1] *= 0.9
    return p, labels


def bad(rows: int, seed: int) -> tuple[Any, Any]:
    """The same with a few rows that cannot be read."""
    p, labels = odd(rows, seed)
    rng = np.random.default_rng(seed + 2)
    p[rng.random(rows) < 0.05, 1] = rng.choice([np.nan, 1.5, -0.5])
    labels[rng.random(rows) < 0.05] = rng.choice([4, 255, -1])
    return p, labels


MAKERS = {"wide": wide, "odd": odd, "bad": bad}


def seen(findings: Sequence[Finding]) -> list[Any]:
    """What may be compared: NaN is like NaN."""
    return [(finding.id, finding.severity, finding.found, repr(finding.value)) for finding in findings]


@pytest.mark.parametrize("name", MAKERS)
def test_a_check_of_a_long_file_does_not_depend_on_the_chunks(name: str, tmp_path: Any) -> None:
    p, labels = MAKERS[name](1300, 1)  # beyond the first 1,000, in which fixes are tried
    path = tmp_path / "rows.csv"
    path.write_text(table({"y": labels.tolist(), **columns_of(p.tolist())}))
    answers = []
    for chunk_rows in CHUNKS[1:]:
        dataset = read(str(path), None, ReadOptions(chunk_rows=chunk_rows))
        answer = check(chosen(None, Settings(), dataset))
        report = None if answer.report is None else answer.report.to_dict()
        answers.append((answer.steps.loss, seen(answer.findings), answer.samples, json.dumps(report)))
    assert bool(answers[0][1]) is (name != "wide")
    assert all(answer == answers[0] for answer in answers[1:])


PLAIN = [name for name, pair in PAIRS.items() if len(pair.bad) == 2 and name not in BY_COMMAND_ONLY]


@pytest.mark.parametrize("name", PLAIN)
def test_a_check_of_a_few_rows_does_not_depend_on_the_chunks(name: str) -> None:
    pair = PAIRS[name]
    answers = []
    for chunk_rows in CHUNKS:
        dataset = read(pair.bad[0], pair.bad[1], ReadOptions(chunk_rows=chunk_rows))
        answer = check(chosen(None, Settings(), dataset))
        answers.append((answer.steps.loss, seen(answer.findings)))
    assert name in [finding[0] for finding in answers[0][1]]
    assert all(answer == answers[0] for answer in answers[1:])


def evaluated(loss: Loss, asked: Settings, batches: list[Batch]) -> Evaluation:
    """One pass over some batches."""
    evaluation = Evaluation(PlainSteps(loss, asked), Dataset(iter(batches)))
    for _ in evaluation.run():
        pass
    return evaluation


def answer(loss: Loss, asked: Settings, evaluation: Evaluation) -> tuple[list[Any], str]:
    """What the diagnostics say of an evaluation, and its report."""
    inspection = Inspection(PlainSteps(loss, asked), evaluation.dataset)
    inspection.evaluation = evaluation
    report = None if evaluation.tally.problems.found else evaluation.report()
    document = None if report is None else report.to_dict()
    return seen([replace(finding, value=None) for finding in inspection.findings(report)]), json.dumps(document)


ASKED = (
    Settings(),
    Settings(nan="skip"),
    Settings(nan="skip", ignore_index=255, like="exact"),
    Settings(nan="skip", like="torch", class_weight=(1.0, 2.0, 0.5, 1.0)),
    Settings(kind=Kind.LOGITS),
    Settings(reduction="sum", base="2", nan="skip"),
)


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(sorted(MAKERS)),
    st.integers(0, 1000),
    st.sets(st.integers(1, 59), max_size=12),
    st.sampled_from(ASKED),
    st.sampled_from(["ce", "focal", "bce", "mse", "acc"]),
    st.booleans(),
)
def test_merged_tallies_say_what_one_pass_says(
    maker: str, seed: int, cuts: set[int], asked: Settings, name: str, weighted: bool
) -> None:
    p, labels = MAKERS[maker](60, seed)
    loss = find_loss(name)
    if name in ("bce", "mse"):
        labels = np.eye(256)[labels][:, :4]
        asked = replace(asked, class_weight=None, ignore_index=None, like=None)
        asked = replace(asked, kind=None, base="e") if name == "mse" else asked
    if name == "focal":
        asked = replace(asked, like=None)
    if name == "acc":
        asked = Settings(nan=asked.nan)
    weights = np.random.default_rng(seed).random(60) if weighted else None

    def batch(start: int, end: int) -> Batch:
        return Batch(
            start,
            p[start:end].copy(),
            labels[start:end].copy(),
            None if weights is None else weights[start:end],
            where=lambda row, _: f"rows.csv:{start + row + 2}",
            where_label=lambda row: f"rows.csv:{start + row + 2}",
        )

    whole = evaluated(loss, asked, [batch(0, 60)])
    parts = [evaluated(loss, asked, [batch(*part)]) for part in pairwise([0, *sorted(cuts), 60])]
    merged = parts[0]
    for part in parts[1:]:
        merged.tally.merge(pickle.loads(pickle.dumps(part.tally)))
    assert answer(loss, asked, merged) == answer(loss, asked, whole)


def test_a_tally_survives_pickling() -> None:
    p, labels = odd(50, 3)
    tally = evaluated(find_loss("ce"), Settings(), [Batch(0, p, labels)]).tally
    again = pickle.loads(pickle.dumps(tally))
    assert isinstance(again, Tally)
    assert pickle.dumps(again) == pickle.dumps(pickle.loads(pickle.dumps(again)))
    assert again.evidence.costliest == tally.evidence.costliest
    assert again.summary.total == tally.summary.total


def test_merging_leaves_the_later_tally_as_it_is() -> None:
    p, labels = bad(40, 5)
    first, later = (
        evaluated(find_loss("ce"), Settings(), [Batch(start, p[start : start + 20], labels[start : start + 20])]).tally
        for start in (0, 20)
    )
    before = [(problem.kind, problem.count, list(problem.places)) for problem in later.problems]
    first.merge(later)
    assert before == [(problem.kind, problem.count, problem.places) for problem in later.problems]
