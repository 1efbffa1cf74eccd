"""``losscli.plot``: a picture of an answer, into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.file_formats import PLOTS
from losscli.outputs.answer_pictures import calibration_picture, thresholds_picture
from losscli.outputs.plot import rendered, require
from losscli.outputs.report_pictures import report_picture, with_losses
from losscli.python.results import CalibrateResult, ThresholdsResult
from losscli.python.worded import in_python

if TYPE_CHECKING:
    import os

    from losscli.outputs.plot import Picture
    from losscli.python.reports import Report


@in_python
def plot(answer: Report | CalibrateResult | ThresholdsResult, path: str | os.PathLike[str]) -> None:
    """Draw a report, or the result of ``calibrate`` or ``thresholds``, into a file.

    Args:
        answer: For a report, its groups or differences to baselines are drawn, otherwise a histogram of its losses.
        path: A file name that ends with ``.svg``, ``.png`` or ``.pdf``.

    Raises:
        UsageError: There is nothing to draw, or matplotlib is missing.
    """
    name = str(Path(path))
    form = name.lower().rpartition(".")[2]
    if form not in PLOTS:
        raise UsageError(f"path={name!r}: the name ends with .{', .'.join(PLOTS)}")
    require()
    Path(name).write_bytes(rendered(_picture(answer), form))


def _picture(answer: Report | CalibrateResult | ThresholdsResult) -> Picture:
    if isinstance(answer, CalibrateResult):
        return calibration_picture(answer.calibration, answer.level)
    if isinstance(answer, ThresholdsResult):
        return thresholds_picture(answer.thresholds)
    return report_picture(with_losses(answer))
