"""``losscli calibrate``: do probabilities match observed frequencies?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from losscli.cli.commands.declared_command import ToolCommand
from losscli.cli.commands.input_options import data_arguments
from losscli.cli.commands.meaning_options import any_meaning_options
from losscli.cli.commands.option_types import GroupedOption
from losscli.cli.commands.options import counting_options

if TYPE_CHECKING:
    from losscli.cli.run.request import Request

_option = partial(GroupedOption, group="Options")

SUMMARY = "Are probabilities calibrated? Errors by bin, best temperature."
_TEXT = (
    "Compares forecast probabilities with observed frequencies: in bins with intervals, as calibration errors, and as "
    "parts of the Brier and log scores (CORP). Also finds the temperature with the smallest log loss. With several "
    "classes, the event is that the predicted class is right; --each-class also reports each class."
)
_EXAMPLES = """\
losscli calibrate preds.csv --label y
losscli calibrate logits.npy labels.npy --from-logits
losscli calibrate preds.csv --label y --each-class
losscli calibrate preds.csv --label y --sample-weight w --plot reliability.svg
losscli calibrate preds.csv --label y -f csv > bins.csv"""
_NOT_HERE = ("class_weight",)  # classes are not weighted


class CalibrateCommand(ToolCommand):
    """The command ``calibrate``."""

    def __init__(self) -> None:
        super().__init__(
            "calibrate",
            params=[
                *data_arguments(),
                _option(
                    "--n-bins",
                    type=click.IntRange(1, 1000),
                    default=10,
                    metavar="N",
                    help="Bins of equal width between 0 and 1. [10]",
                ),
                _option("--each-class", is_flag=True, help="Also report each class by itself."),
                _option("--fit/--no-fit", default=True, help="Find the temperature with the smallest loss. [fit]"),
                *(option for option in any_meaning_options() if option.name not in _NOT_HERE),
                *counting_options(),
            ],
            summary=SUMMARY,
            text=_TEXT,
            usage="[PREDICTIONS [LABELS]] [OPTIONS]",
            examples=_EXAMPLES,
        )

    def run(self, request: Request) -> None:
        """Compare forecasts with outcomes."""
        from losscli.cli.run.run_calibrate import run_calibrate

        run_calibrate(request)
