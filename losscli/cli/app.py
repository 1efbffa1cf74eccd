"""The ``losscli`` command: its sub-commands are read off the declarations."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from losscli import __version__
from losscli.cli.commands import LossCommand, TransformCommand
from losscli.losses import LOSSES, TRANSFORMS, find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.losses import Loss, Transform

_EXAMPLES = """\
losscli ce '[[0.05,0.95,0],[0.1,0.8,0.1]]' '[1,2]'
losscli ce preds.csv --label y
losscli ce logits.npy labels.npy --from-logits
cat preds.csv | losscli bce --label y -f json | jq .value"""


class App(click.Group):
    """Finds a command by any name or alias of a declaration, and builds only that one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Canonical names, in the order of the lists."""
        return [*(loss.name for loss in LOSSES), *(transform.name for transform in TRANSFORMS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        loss = find(cmd_name)
        if loss is not None:
            return LossCommand(loss)
        for transform in TRANSFORMS:
            if transform.name == cmd_name:
                return TransformCommand(transform)
        return None

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One screen: what there is, by family, and four ways to use it."""
        formatter.write_usage(ctx.command_path, "LOSS [PREDICTIONS [LABELS]] [OPTIONS]")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(
                "Compute a loss from predictions and labels: values, files or a pipe; logits or probabilities; "
                "class numbers, names, one-hot or soft labels."
            )
        for family, losses in groupby(LOSSES, key=lambda loss: loss.family):
            _section(formatter, family.capitalize(), list(losses))
        _section(formatter, "Transforms (rows in, rows out)", TRANSFORMS)
        with formatter.section("Examples"):
            for line in _EXAMPLES.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        formatter.write_paragraph()
        formatter.write_text("losscli LOSS --help: formula, inputs, options, examples.")


def _section(formatter: click.HelpFormatter, title: str, entries: Sequence[Loss | Transform]) -> None:
    with formatter.section(title):
        formatter.write_dl(
            [(", ".join((entry.name, *getattr(entry, "aliases", ()))), entry.summary) for entry in entries]
        )


app = App(
    name="losscli",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
click.version_option(__version__, message="losscli %(version)s")(app)
