"""``losscli check``: is this input what you think it is?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from losscli.cli.commands.declared_command import ToolCommand
from losscli.cli.commands.input_options import data_arguments, input_options, sharing_options
from losscli.cli.commands.meaning_options import any_meaning_options, nan_option
from losscli.cli.commands.option_types import GroupedOption
from losscli.cli.commands.result_options import output_options, verbose_option

if TYPE_CHECKING:
    from losscli.cli.run.request import Request

_option = partial(GroupedOption, group="Options")

SUMMARY = "Is this input what you think it is? Status 1 if not."
_TEXT = (
    "Looks for logits read as probabilities and the reverse, double softmax, percentages, rows that do not sum to 1, "
    "1-based or unknown labels, swapped columns or arguments, NaN, saturation, and results that are no better than a "
    "guess. Each finding comes with a command that fixes it, and the loss it gives."
)
_EXAMPLES = """\
losscli check preds.csv --label y
losscli check logits.npy labels.npy --from-logits --strict
losscli check 0.9,0.2,0.7 -1,1,1
losscli check preds.csv -f json | jq -r '.findings[].id'"""


class CheckCommand(ToolCommand):
    """The command ``check``."""

    def __init__(self) -> None:
        super().__init__(
            "check",
            params=[
                *data_arguments(),
                _option("--loss", metavar="LOSS", help="The loss to check for. [by the labels]"),
                _option("--strict", is_flag=True, help="Status 1 for warnings, too."),
                *any_meaning_options(),
                *input_options(),
                *sharing_options(),
                nan_option(),
                verbose_option(),
                *output_options(),
            ],
            summary=SUMMARY,
            text=_TEXT,
            usage="[PREDICTIONS [LABELS]] [OPTIONS]",
            examples=_EXAMPLES,
        )

    def run(self, request: Request) -> int:
        """Check the input."""
        from losscli.cli.run.run_check import run_check

        return run_check(request)
