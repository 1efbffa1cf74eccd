"""A report with the difference to each baseline, from the passes over the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.gate.saved_baseline import Saved
from losscli.core.intervals.comparison import differences
from losscli.core.intervals.difference import Model
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.evaluate import Evaluation
    from losscli.core.intervals.paired import Paired
    from losscli.core.note import Note
    from losscli.core.report import Report


def compared(
    report: Report,
    evaluation: Evaluation,
    paired: Sequence[Paired],
    rivals: Sequence[Evaluation],
    reports: Sequence[Report | None],
) -> Report:
    """The report with the difference to each baseline, and the notes that only baselines have.

    Args:
        report: The report of the predictions.
        evaluation: Their pass.
        paired: The losses of the same rows under each baseline and the predictions.
        rivals: The pass of each baseline.
        reports: The report of each baseline; None for a saved result.
    """
    assert evaluation.plan is not None
    told = {note.message for note in report.notes}
    models: list[Model] = []
    notes: list[Note] = []
    for baseline, own in zip(evaluation.dataset.baselines, reports, strict=True):
        if own is None:
            assert baseline.saved is not None
            saved = Saved(baseline.name, baseline.saved, "--against", paired=True)
            notes += saved.compared(report)
            models.append(saved.model)
        else:
            models.append(
                Model(baseline.name, own.compared, own.interval, own.accuracy, own.accuracy_interval, own.signature)
            )
            new = [note for note in own.notes if note.message not in told]
            notes += [replace(note, message=f"{baseline.name}: {note.message}") for note in new]
    report = replace(report, called=evaluation.dataset.called)
    pairs = [_resampled(one, evaluation, rival) for one, rival in zip(paired, rivals, strict=True)]
    found = differences(evaluation.plan, report, list(zip(models, pairs, strict=True)))
    if report.groups:
        from losscli.core.groups.group_differences import compared_groups

        report = replace(report, groups=compared_groups(evaluation, report.groups, models, rivals))
    return replace(report, against=found, notes=(*report.notes, *notes))


def _resampled(paired: Paired, evaluation: Evaluation, rival: Evaluation) -> Paired:
    """The pair with its bootstrap replicates, if asked for."""
    mine, theirs = evaluation.replicates(), rival.replicates()
    return paired if mine is None or theirs is None else replace(paired, resampled=(mine, theirs))
