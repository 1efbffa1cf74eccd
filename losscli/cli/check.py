"""``losscli check``: is this input what you think it is?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.cli.commands import DeclaredCommand, needs_input, no_input
from losscli.cli.options import (
    GroupedOption,
    data_arguments,
    input_options,
    meaning_options,
    nan_option,
    output_options,
    sharing_options,
)
from losscli.losses import LOSSES

if TYPE_CHECKING:
    import click

SUMMARY = "Is this input what you think it is? Status 1 if something is wrong."
_EXAMPLES = """\
losscli check preds.csv --label y
losscli check logits.npy labels.npy --from-logits --strict
losscli check 0.9,0.2,0.7 -1,1,1
losscli check preds.csv -f json | jq -r '.findings[].id'"""


class CheckCommand(DeclaredCommand):
    """The command ``check``."""

    def __init__(self) -> None:
        super().__init__(
            "check",
            params=[
                *data_arguments(),
                GroupedOption("--loss", group="Options", metavar="LOSS", help="Under which to look. [by the labels]"),
                GroupedOption("--strict", group="Options", is_flag=True, help="Status 1 for warnings, too."),
                *meaning_options(max(LOSSES, key=lambda loss: len(meaning_options(loss)))),
                *input_options(),
                *sharing_options(),
                nan_option(),
                *output_options(),
            ],
            callback=self._run,
            short_help=SUMMARY,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )

    def _run(self, **given: Any) -> int:
        if given["predictions"] is None and no_input():
            needs_input("check")
        from losscli.cli.run_check import run_check

        return run_check(given)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it looks for, options, examples."""
        formatter.write_usage(ctx.command_path, "[PREDICTIONS [LABELS]] [OPTIONS]")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(
                "Looks for logits read as probabilities and the reverse, double softmax, percentages, rows that do not "
                "sum to 1, 1-based or unknown labels, swapped columns or arguments, NaN, saturation, and results that "
                "are no better than a guess. Each finding comes with the command that mends it, and the loss then."
            )
        self.format_options(ctx, formatter)
        with formatter.section("Examples"):
            for line in _EXAMPLES.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
