"""``losscli thresholds``: counts of right and wrong decisions by threshold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from losscli.cli.commands.declared_command import ToolCommand
from losscli.cli.commands.input_options import data_arguments
from losscli.cli.commands.meaning_options import any_meaning_options
from losscli.cli.commands.option_types import GroupedOption
from losscli.cli.commands.options import counting_options

if TYPE_CHECKING:
    from losscli.cli.run.request import Request

_option = partial(GroupedOption, group="Options")

SUMMARY = "Which score should mean yes? Counts, costs, ROC curve."
_TEXT = (
    "Counts true and false answers at several thresholds: the usual one, those asked for, the one with the largest F1, "
    "and the one with the least cost. Also the areas under the ROC curve (DeLong's interval) and under the "
    "precision-recall curve."
)
_EXAMPLES = """\
losscli thresholds scores.csv --label y
losscli thresholds scores.csv --label y --cost fp=1,fn=5
losscli thresholds scores.csv --label y --at 0.3 --recall 0.99 --precision 0.95
losscli thresholds preds.csv --label species --positive virginica"""
_HERE = ("classes", "label_base", "ignore_index", "label_form", "from_logits", "shift")


class ThresholdsCommand(ToolCommand):
    """The command ``thresholds``."""

    def __init__(self) -> None:
        several: dict[str, Any] = {"group": "Options", "multiple": True, "metavar": "X"}
        super().__init__(
            "thresholds",
            params=[
                *data_arguments(),
                GroupedOption("--at", type=float, help="Scores of X and more mean yes. Repeatable.", **several),
                GroupedOption(
                    "--recall", type=float, help="The largest threshold that reaches this recall.", **several
                ),
                GroupedOption(
                    "--precision", type=float, help="The smallest threshold that reaches this precision.", **several
                ),
                _option(
                    "--cost", metavar="COSTS", help="Cost of each outcome: fp=1,fn=5; also tp and tn. Negative: a gain."
                ),
                _option("--positive", metavar="CLASS", help="With several classes: the one that means yes."),
                *(option for option in any_meaning_options() if option.name in _HERE),
                *counting_options(),
            ],
            summary=SUMMARY,
            text=_TEXT,
            usage="[SCORES [LABELS]] [OPTIONS]",
            examples=_EXAMPLES,
        )

    def run(self, request: Request) -> None:
        """Count decisions."""
        from losscli.cli.run.run_thresholds import run_thresholds

        run_thresholds(request)
