"""``losscli.evaluate`` and ``losscli.Evaluation``: a loss of all rows, or of rows that come in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.check.inspect import Inspection
from losscli.core.intervals.inference import refuse_no_interval
from losscli.errors import UsageError
from losscli.python.allowed import refuse_of_evaluate
from losscli.python.asked import asked, refuse_missing, refuse_together
from losscli.python.data import dataset_of
from losscli.python.handed_over import given_for, reading_and_rest, said_in
from losscli.python.pieces import Pieces, counted_on
from losscli.python.rivals import named_rivals
from losscli.python.values import level
from losscli.python.worded import in_python
from losscli.record import replace
from losscli.text import count

if TYPE_CHECKING:
    from typing import Unpack

    from losscli.python.arguments import Options
    from losscli.python.reports import Report

    Data = Any  # an array, a tensor, a table of any library, lists, a path


@in_python
def evaluate(
    loss: str,
    predictions: Data,
    labels: Data = None,
    *,
    sample_weight: Data = None,
    ci: float | bool | None = None,
    cluster: Data = None,
    against: Data = None,
    **options: Unpack[Options],
) -> Report:
    """Compute a loss.

    Args:
        loss: A loss's name or alias, a framework's call or a signature, as on the command line: ``"cross-entropy"``,
            ``"ce"``.
        predictions: ``(N, C)``, ``(N,)`` or of higher rank, classes on the last axis: an array or tensor of any
            library, a table (pandas, polars, Arrow, DuckDB, a dict of columns) or a path.
        labels: Class numbers ``(N,)``, class names, or numbers of the predictions' shape; None if the loss takes none,
            or if ``label`` names a column of the table. If they are given by position, ``labels=`` is the
            argument of that name which some calls have.
        sample_weight: ``(N,)``, or the name of a column.
        ci: Compute the report's ``interval``, at this confidence level in percent; True is 95.
        cluster: ``(N,)``: equal numbers or texts for rows that belong together, which are then the units of ``ci``; or
            the name of a column.
        against: Other predictions for the same rows, or several by their names: the report's ``against`` has the
            difference to each, with its interval and the verdict.
        **options: ``by``: the report's ``groups`` have the result of each group, with ``ci`` also its interval and
            ``p``; an array ``(N,)`` or several by their names, columns of a table, ``"label"``, ``"predicted"``;
            ``margin`` and ``test`` (``"t"`` or ``"sign-flip"``) of the differences; ``from_logits``,
            ``reduction``, ``like``, the arguments of the loss or call, such as
            ``label_smoothing``, further arrays that it takes, such as ``var``; for tables ``label``, ``pred``, ``id``.

    Returns:
        The report; ``value`` in the loss's unit (nats for the likelihoods), ``per_sample`` of shape ``(N, ...)``.

    Raises:
        UsageError: No such loss or argument.
        InputError: The data is not what the loss takes.
    """
    reading, rest = reading_and_rest(options)
    implied = any(one is not None for one in (against, cluster, rest.get("bootstrap")))
    wanted = asked(loss, rest, "evaluate", level(True if ci is None and implied else ci))
    if (ci is not None and ci is not False) or cluster is not None:
        refuse_no_interval(wanted.steps)
    refuse_together(wanted, {"against": against, "cluster": cluster, "by": reading.get("by")})
    rivals = named_rivals(against, wanted.steps.settings, {"margin", "test"}.intersection(said_in(rest)) - wanted.own)
    given = replace(given_for(wanted, predictions, labels, sample_weight, reading), cluster=cluster, against=rivals)
    inspection = Inspection(wanted.steps, dataset_of(given, wanted.steps))
    rows = [*inspection.run()]
    report = wanted.counted(inspection.report(exponential=wanted.exponential))
    if not rows:
        return report
    others = [
        np.concatenate(parts) for parts in zip(*([one.loss for one in each.others] for each in rows), strict=True)
    ]
    differences = tuple(replace(one, per_sample=losses) for one, losses in zip(report.against, others, strict=True))
    return replace(report, per_sample=np.concatenate([one.loss for one in rows]), against=differences)


class Evaluation:
    """A loss over data that comes in pieces: ``update`` with each, then ask for the ``report``.

    The same number to the last bit as ``evaluate`` on all of it, whatever the pieces; no piece is kept, unless the loss
    is computed from all rows at once.

    Args:
        loss: As for ``evaluate``.
        **options: As for ``evaluate``.
    """

    @in_python
    def __init__(self, loss: str, *, ci: float | bool | None = None, **options: Unpack[Options]) -> None:
        refuse_of_evaluate(options, "Evaluation", (), ("against", "cluster", "per", "test"))
        self._reading, rest = reading_and_rest(options)
        wanted = asked(
            loss, rest, "Evaluation", level(True if ci is None and "bootstrap" in said_in(rest) else ci), arrays=False
        )
        refuse_of_evaluate(rest, "Evaluation", wanted.own, ("margin",))
        refuse_together(wanted, self._reading)
        if "shift" in wanted.moved:
            raise UsageError("shift pairs rows with later ones, which pieces don't have", hint="evaluate")
        if wanted.steps.settings.level is not None:
            refuse_no_interval(wanted.steps)
        self._wanted = wanted
        self._held: list[Any] = []
        self._inspection: Inspection | None = None
        self._rows = 0
        self._pieces = Pieces()

    @in_python
    def update(
        self, predictions: Data, labels: Data = None, *, sample_weight: Data = None, **extras: Data
    ) -> Evaluation:
        """Add rows; further arrays that the loss takes are passed by their names.

        Raises:
            InputError: They differ in shape, columns or kind from the rows before them.
        """
        steps = self._wanted.steps
        unknown = next((name for name in extras if name not in self._wanted.takes), None)
        if unknown is not None:
            raise UsageError(f"update takes no argument {unknown}", hint="options belong to Evaluation(...)")
        refuse_missing(steps.name, self._wanted.needs, extras)
        wanted = replace(self._wanted, extras=extras)
        tables = self._pieces.in_order("predictions", predictions), self._pieces.in_order("labels", labels)
        dataset = dataset_of(given_for(wanted, *tables, sample_weight, self._reading), steps)
        if self._inspection is None:
            pieces = self._pieces
            rows_apart = replace(dataset, batches=iter(()), remarks=pieces.remarks, told=pieces.told, cuts=None)
            self._inspection = Inspection(steps, rows_apart)
        for batch in self._pieces.alike(dataset):
            moved = counted_on(batch, self._rows)
            self._rows += len(batch)
            if steps.whole:
                self._held.append(moved)
            else:
                self._inspection.add(moved)
        return self

    def __repr__(self) -> str:
        return f"Evaluation({self._wanted.steps.name!r}), {count(self._rows, 'row')} so far"

    def __float__(self) -> float:
        return float(self.report())

    @in_python
    def report(self) -> Report:
        """The result of all rows so far.

        Raises:
            UsageError: No rows were added yet.
        """
        if self._inspection is None:
            raise UsageError("there are no rows yet", hint="update(predictions, labels)")
        inspection = self._inspection
        if self._held:
            held = replace(inspection.evaluation.dataset, batches=iter(self._held))
            inspection = Inspection(self._wanted.steps, held)
            for _ in inspection.run():
                pass
        inspection.begin()
        return self._wanted.counted(inspection.report(exponential=self._wanted.exponential))

    @property
    def value(self) -> float | None:
        """The value of the report so far."""
        return self.report().value
