"""The ``losscli`` command: its sub-commands are read off the declarations."""

from __future__ import annotations

import re
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

import click

from losscli.cli.commands import catalogue_command, check_command, completion_command, identify_command
from losscli.cli.commands.call_command import CallCommand
from losscli.cli.commands.loss_command import LossCommand, TransformCommand
from losscli.losses import LOSSES, TYPED, find
from losscli.losses.lookup import find_call
from losscli.losses.transforms import TRANSFORMS
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.losses import Loss

TOOLS: dict[str, tuple[Callable[[], click.Command], str]] = {
    "check": (check_command.CheckCommand, check_command.SUMMARY),
    "identify": (identify_command.IdentifyCommand, identify_command.SUMMARY),
    "losses": (catalogue_command.CatalogueCommand, catalogue_command.SUMMARY),
    "completion": (completion_command.CompletionCommand, completion_command.SUMMARY),
}

_EXAMPLES = """\
losscli ce '[[0.05,0.95,0],[0.1,0.8,0.1]]' '[1,2]'
losscli ce preds.csv --label y
losscli ce logits.npy labels.npy --from-logits
cat preds.csv | losscli bce --label y -f json | jq .value"""


class App(click.Group):
    """Finds a command by any name or alias of a declaration, and builds only that one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Canonical names, in the order of the lists."""
        return [*(loss.name for loss in LOSSES), *(transform.name for transform in TRANSFORMS), *TOOLS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, an alias, a framework's call or a signature.

        Raises:
            UsageError: There is none, or it may be one of several calls.
        """
        if cmd_name in TOOLS:
            return TOOLS[cmd_name][0]()
        if "|" in cmd_name:
            return _signed(cmd_name)
        for transform in TRANSFORMS:
            if transform.name == cmd_name:
                return TransformCommand(transform)
        loss = find(cmd_name)
        if loss is not None:
            return LossCommand(loss, exponential=cmd_name.lower() in loss.exponential)
        return CallCommand(*find_call(cmd_name, also=[*(transform.name for transform in TRANSFORMS), *TOOLS]))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One screen: what there is, by family, and four ways to use it."""
        formatter.write_usage(ctx.command_path, "LOSS [PREDICTIONS [LABELS]] [OPTIONS]")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(
                "Compute a loss from predictions and labels: values, files or a pipe; logits or probabilities; "
                "class numbers, names, one-hot or soft labels."
            )
        with formatter.section("Losses"):
            for family, losses in groupby(LOSSES, key=lambda loss: loss.family):
                _line(formatter, family.capitalize(), ", ".join(map(_called, losses)))
        with formatter.section("Also"):
            for name, (_, text) in TOOLS.items():
                _line(formatter, name, text)
            _line(
                formatter, "Transforms", ", ".join(transform.name for transform in TRANSFORMS) + ": rows in, rows out."
            )
            _line(formatter, "Calls", f"{', '.join(TYPED)}, ...: any framework's own spelling.")
        with formatter.section("Examples"):
            for line in _EXAMPLES.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        formatter.write_paragraph()
        formatter.write_text("losscli LOSS --help: formula, inputs, options, examples.")


def _signed(text: str) -> click.Command:
    """The command that a signature came from, with its options."""
    from losscli.core.signature import options_of_call_signature, options_of_signature

    name = re.split(r"[|,(]", text, maxsplit=1)[0]
    loss = find(name)
    command: LossCommand | CallCommand
    if loss is not None:
        command = LossCommand(loss)
        command.preset = tuple(options_of_signature(text, loss))
    else:
        command = CallCommand(*find_call(name))
        command.preset = tuple(options_of_call_signature(text, command.reference))
    return command


def _called(loss: Loss) -> str:
    """The name, and a short alias if there is one."""
    short = min(loss.aliases, key=len, default="")
    return f"{loss.name} ({short})" if 0 < len(short) <= len(loss.name) // 2 else loss.name


def _line(formatter: click.HelpFormatter, heading: str, text: str) -> None:
    """A heading and text beside it, without breaking names at their hyphens."""
    indent = " " * formatter.current_indent
    lines = textwrap.wrap(text, formatter.width - len(indent) - 14, break_on_hyphens=False)
    for i, line in enumerate(lines):
        formatter.write(f"{indent}{heading if i == 0 else '':<14}{line}\n")


app = App(
    name="losscli",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
click.version_option(__version__, message="losscli %(version)s")(app)
