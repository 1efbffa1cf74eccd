"""A calibration as blocks with a picture, as JSON, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.outputs.draw.block import GROUPS, PAIRS, Block, Column, Fold, block_of
from losscli.outputs.report_view import align_points, input_blocks, named_fold, number, numbers_block
from losscli.outputs.write import View
from losscli.record import record, replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.answers.calibrate.calibrations import Bin, Calibration, Calibrations
    from losscli.answers.calibrate.decomposition import Decomposition
    from losscli.core.report import Report

_CELLS = 20  # characters from 0 to 1 in the picture
_LEAST_BINS, _LEAST_CLASSES = 1, 2  # on a low screen
_LESS = ("smooth ece", "ece l2, debiased", "log score")  # what a low screen does without, the last first
_CORP = "brier, log score = miscalibration - discrimination + uncertainty (CORP)"
_LEGEND = "● observed, ─ its interval, │ mean forecast: calibrated where │ is within ─"


@record
class CalibrationView(View):
    """A calibration, and the report on the same rows.

    Attributes:
        digits: Significant digits in tables.
        level: The confidence level of the intervals.
        verbose: Also say why the input was read as it was.
        picture: For a page.
    """

    report: Report
    found: Calibrations
    digits: int
    level: float
    verbose: bool = False
    picture: tuple[Block, ...] = ()

    head = ("event", "above", "upto", "rows", "forecast", "happened", "low", "high", "verdict")

    def blocks(self, *, wrapped: bool, page: bool = False) -> list[Block]:
        """Bins with their picture, for each class if asked for, the errors, the input."""
        overall = self.found.overall
        each = [_classes(self.found.each, self.digits)] * bool(self.found.each)
        result = _result(self.report, self.found, self.digits)
        verbose = self.verbose or page
        bins = _bins(overall, self.level, least=0 if each else _LEAST_BINS)
        return [bins, *each, result, *self.picture, *input_blocks(self.report, verbose=verbose)]

    def document(self) -> dict[str, Any]:
        """The report with the calibration in it."""
        return self.report.to_dict() | {"calibration": {"level": self.level, **self.found.to_dict()}}

    def records(self) -> Iterator[Sequence[Any]]:
        """A line for each bin, also of each class."""
        for one in (self.found.overall, *self.found.each):
            for each in one.bins:
                yield one.event, *each.to_dict().values()


def _bins(one: Calibration, level: float, least: int) -> Block:
    """The reliability table; on a low screen at least ``least`` of its rows stay."""
    shown = one.bins
    columns = (
        (Column("p", "right"), [f"{each.above:.4g} to {each.upto:.4g}" for each in shown]),
        (Column("rows", "right"), [f"{each.rows:,}" for each in shown]),
        (Column("forecast", "right"), align_points([number(each.forecast, 4) for each in shown])),
        (Column("observed", "right"), align_points([number(each.happened, 4) for each in shown])),
        (Column(f"{level * 100:.10g}% interval", "right"), [f"{each.low:.3f} … {each.high:.3f}" for each in shown]),
        (Column("", "name"), [each.verdict for each in shown]),
        (Column(f"0{'0.5':^{_CELLS - 1}}1", "picture"), [_drawn(each) for each in shown]),
    )
    means = f"mean forecast {one.forecast:.4g}, observed {one.happened:.4g}, {count(one.rows, 'row')}"
    said = f"{printable(one.event)}; {means}"

    def below(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        hidden = f"-v: {columns[4][0].heading}\n" if less else ""
        left = len(shown) - len(gone)
        most = f"{left} of {len(shown)} bins, those with the most rows; -v: all\n" if left < len(shown) else ""
        return f"{most}{hidden}event: {said}" if left else f"-v: {len(shown)} bins; event: {printable(one.event)}"

    return block_of(
        columns,
        caption=below(),
        legend=_LEGEND,
        tones={(i, 5): "warn" for i, each in enumerate(shown) if each.verdict},
        fold=Fold(PAIRS, sorted(range(len(shown)), key=lambda i: -shown[i].rows), least, below, [[4]]),
    )


def _drawn(one: Bin) -> str:
    """The forecast against the observed frequency, between 0 and 1."""
    low, at, high, forecast = (round(x * _CELLS) for x in (one.low, one.happened, one.high, one.forecast))
    cells = [" "] * (_CELLS + 1)
    cells[low : high + 1] = "─" * (high + 1 - low)
    cells[at] = "●"
    # A forecast in the frequency's cell looks right; one outside the interval is drawn in the next cell.
    if forecast == at and one.verdict:
        forecast = min(at + 1, _CELLS) if one.forecast > one.happened and at < _CELLS else max(at - 1, 0)
    if forecast != at:
        cells[forecast] = "│"
    return "".join(cells)


def _classes(each: Sequence[Calibration], digits: int) -> Block:
    """The errors of each class, one line each."""
    few = max(digits - 3, 2)
    columns = (
        (Column("class", "name"), [printable(one.event) for one in each]),
        (Column("forecast", "right"), align_points([number(one.forecast, few) for one in each])),
        (Column("observed", "right"), align_points([number(one.happened, few) for one in each])),
        (Column("ece", "right"), align_points([number(one.ece, few) for one in each])),
        (Column("smooth ece", "right"), align_points([number(one.smooth, few) for one in each])),
        (Column("brier", "right"), align_points([number(one.brier.score, few) for one in each])),
        (Column("miscalibration", "right"), align_points([number(one.brier.miscalibration, few) for one in each])),
    )

    def below(gone: Sequence[int], less: Sequence[int]) -> str:
        return f"the {len(each) - len(gone)} of {len(each)} classes with the largest ece; -v: all" if gone else ""

    worst = sorted(range(len(each)), key=lambda i: -each[i].ece)
    return block_of(columns, fold=Fold(GROUPS, worst, _LEAST_CLASSES, below))


def _result(report: Report, found: Calibrations, digits: int) -> Block:
    """The loss, the best temperature, the scores and errors."""
    one, nats = found.overall, report.nats
    bins = round(1.0 / (one.bins[0].upto - one.bins[0].above))
    rows: list[tuple[str, float | None, str]] = [
        ("mean", report.value, f"{report.loss.name} in {report.unit}, of {report.samples:,}")
    ]
    best = found.temperature
    if best is not None:
        text = f"--temperature {best.value:.10g}, fitted on these rows"
        rows.append(("with temperature", best.loss / nats, text))
    elif found.looked:
        rows.append(("with temperature", None, "no best temperature: the loss keeps falling, or is always the same"))
    rows += [
        ("brier", one.brier.score, _parts(one.brier, 1.0, digits)),
        ("log score", one.log.score / nats, _parts(one.log, nats, digits)),
        (f"ece, {bins} bins", one.ece, "mean |forecast - observed|; biased upwards"),
        ("ece l2, debiased", one.l2, "root mean square gap, that bias removed"),
        ("smooth ece", one.smooth, "without bins (Błasiok and Nakkiran 2023)"),
    ]
    fold = named_fold([name for name, _, _ in rows], _LESS)
    return numbers_block(
        (Column("calibration"), Column("", "right"), Column("")),
        [(name, number(value, digits), text) for name, value, text in rows],
        strong=frozenset({0}),
        caption=_CORP,
        fold=replace(fold, caption=lambda gone, less: f"{fold.caption(gone, less)}\n{_CORP}"),
    )


def _parts(parts: Decomposition, nats: float, digits: int) -> str:
    """The score as a sum of its parts (CORP)."""
    few = max(digits - 3, 2)
    parts_of = (parts.miscalibration, parts.discrimination, parts.uncertainty)
    first, second, third = (number(part / nats, few) for part in parts_of)
    return f"{first} - {second} + {third}"
