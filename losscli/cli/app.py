"""The ``losscli`` command: its subcommands are built from the declarations."""

from __future__ import annotations

import re
import sys
import textwrap
from importlib import import_module
from typing import TYPE_CHECKING

import click

from losscli.cli.commands.declared_command import ToolCommand, as_json, is_help, write_document
from losscli.cli.commands.loss_command import LossCommand, TransformCommand
from losscli.cli.commands.result_options import errors_option
from losscli.errors import UsageError
from losscli.losses import CALLS, LOSSES, TYPED, USED_MOST, find, find_quietly
from losscli.losses.index import CALLS_OF
from losscli.text import printable, quoted
from losscli.version import __version__

if TYPE_CHECKING:
    from losscli.cli.commands.call_command import CallCommand
    from losscli.losses import Loss

TOOLS = {
    "check": ("check_command", "CheckCommand"),
    "identify": ("identify_command", "IdentifyCommand"),
    "calibrate": ("calibrate_command", "CalibrateCommand"),
    "thresholds": ("thresholds_command", "ThresholdsCommand"),
    "losses": ("catalogue_command", "CatalogueCommand"),
    "completion": ("completion_command", "CompletionCommand"),
}

_EXAMPLES = (
    ("losscli ce preds.csv --label y", "a table with the labels"),
    ("losscli ce logits.npy labels.npy --from-logits", "logits, not probabilities"),
    ("losscli bce 0.9,0.2,0.7 1,0,1 -q", "values; the number alone"),
    ("cat preds.csv | losscli mae -f json | jq .value", "a pipe, JSON"),
)
_LINES = 46  # lines of the whole help
_MORE = "losscli LOSS -h: its options used most; --help: all of them."
_HELP = dict.fromkeys(("help", "man", "usage"), "losscli --help, or losscli LOSS --help")
_HELP["version"] = "losscli --version"
_STATUS = "0 done, 1 the answer is no (check, identify, a gate), 2 could not run, 3 the input was read and is bad."


def tool(name: str) -> ToolCommand:
    """The command of a tool, imported when it is needed."""
    module, command = TOOLS[name]
    made: ToolCommand = getattr(import_module(f"losscli.cli.commands.{module}"), command)()
    return made


def tool_summary(name: str) -> str:
    """The summary of a tool."""
    return str(import_module(f"losscli.cli.commands.{TOOLS[name][0]}").SUMMARY)


class App(click.Group):
    """Finds a command by any name or alias of a declaration, and builds only that one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Answer ``--help -f json`` and ``--version -v``, and parse everything else."""
        if args and args[0].startswith("-"):
            verbose = not {"-v", "--verbose"}.isdisjoint(args)
            if "--version" in args and (verbose or as_json(args)):
                from losscli.cli.commands.help_document import versions

                found = versions()
                if not as_json(args):
                    click.echo("\n".join(f"{name} {version}" for name, version in found.items()))
                    ctx.exit()
                write_document(ctx, found)
            if is_help(args) and as_json(args):
                from losscli.cli.commands.call_command import CallCommand
                from losscli.cli.commands.help_document import of_all
                from losscli.losses.transforms import TRANSFORMS

                calls = dict.fromkeys(first for _, first in CALLS_OF.values())
                declared = [*map(LossCommand, LOSSES), *(CallCommand(*CALLS[call]) for call in calls)]
                tools = [tool(name) for name in TOOLS]
                write_document(ctx, of_all(declared, [*map(TransformCommand, TRANSFORMS), *tools]))
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a printable name, as a signature may contain anything."""
        name, command, rest = super().resolve_command(ctx, args)
        return name and printable(name), command, rest

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Canonical names, in order."""
        from losscli.losses.transforms import TRANSFORMS

        return [*(loss.name for loss in LOSSES), *(transform.name for transform in TRANSFORMS), *TOOLS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, an alias, a framework's call or a signature.

        Raises:
            UsageError: There is none, or it may be one of several calls.
        """
        if cmd_name in TOOLS:
            return tool(cmd_name)
        loss = find_quietly(cmd_name)
        if loss is not None:
            return LossCommand(loss, exponential=cmd_name.lower() in loss.exponential)
        if "|" in cmd_name:
            return _signed(cmd_name)
        from losscli.losses.meant import meant
        from losscli.losses.transforms import TRANSFORMS

        for transform in TRANSFORMS:
            if transform.name == cmd_name:
                return TransformCommand(transform)
        if cmd_name.lower() in _HELP:
            raise UsageError(f"unknown loss {quoted(cmd_name)}", hint=_HELP[cmd_name.lower()])
        found = meant(cmd_name, [*(transform.name for transform in TRANSFORMS), *TOOLS], _option)
        command: LossCommand | CallCommand
        if found.reference is None:
            command = LossCommand(found.loss, exponential=cmd_name.lower() in found.loss.exponential)
        else:
            from losscli.cli.commands.call_command import CallCommand

            command = CallCommand(found.loss, found.reference)
        command.preset, command.remark = found.preset, found.remark
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, the losses used most, and the tools; on a low screen in short."""
        from losscli.losses.transforms import TRANSFORMS
        from losscli.outputs.draw.terminal import lines_of_screen

        low = (lines_of_screen(sys.stdout) or _LINES) < _LINES
        formatter.write_usage(ctx.command_path, "LOSS [PREDICTIONS [LABELS]] [OPTIONS]")
        formatter.write_paragraph()
        with formatter.indentation():
            for command, what in _EXAMPLES[: 3 if low else None]:
                formatter.write(f"{'':{formatter.current_indent}}{command:<49}{what}\n")
            formatter.write_paragraph()
            _line(
                formatter,
                ("", 0),
                "Predictions are read as probabilities (one, or one per class) unless --from-logits is given; that is "
                "never guessed. Labels are class numbers, names, one-hot or soft. Files: CSV, JSON, NPY, Parquet ...",
            )
        with formatter.section(f"Losses used most (all {len(LOSSES)}: losscli losses)"):
            if low:
                _line(formatter, ("", 0), ", ".join(USED_MOST))
            for name in () if low else USED_MOST:
                _line(formatter, (name, 8), f"{re.split('[;:.]', _known(name).summary)[0]}.")
        with formatter.section("Tools"):
            for name in [*TOOLS][: -1 if low else None]:
                _line(formatter, (name, 12), tool_summary(name))
            _line(formatter, ("transforms", 12), ", ".join(one.name for one in TRANSFORMS) + ": rows in, rows out.")
            _line(formatter, ("calls", 12), f"{', '.join(TYPED)} ...: as in your code.")
        if low:
            formatter.write(f"\n{_MORE}\n")
            return
        with formatter.section("Exit status"):
            formatter.write_text(_STATUS)
        formatter.write_paragraph()
        formatter.write_text(
            f"{_MORE} --help -f json: all of it, for programs. --version -v: versions of all that matters."
        )


def _signed(text: str) -> click.Command:
    """The command of a signature, with its options."""
    from losscli.core.signature import options_of_call_signature, options_of_signature

    name = re.split(r"[|,(]", text, maxsplit=1)[0]
    loss = find(name)
    command: LossCommand | CallCommand
    if loss is not None:
        command = LossCommand(loss)
        command.preset = tuple(options_of_signature(text, loss))
    else:
        from losscli.cli.commands.call_command import CallCommand
        from losscli.losses.meant import find_call

        command = CallCommand(*find_call(name))
        command.preset = tuple(options_of_call_signature(text, command.reference))
    return command


def _option(word: str) -> str:
    """How to type a word that is an option of every loss; empty if it is not one."""
    option = next((one for one in LossCommand(_known(USED_MOST[0])).params if f"--{word}" in one.opts), None)
    if option is None:
        return ""
    value = f" {option.metavar}" if isinstance(option, click.Option) and not option.is_flag and option.metavar else ""
    return f"--{word}{value}"


def _known(name: str) -> Loss:
    """The loss of a name that is known to exist."""
    loss = find(name)
    assert loss is not None
    return loss


def _line(formatter: click.HelpFormatter, head: tuple[str, int], text: str) -> None:
    """A heading of a width with wrapped text next to it; names are not broken at hyphens."""
    indent = " " * formatter.current_indent
    heading, room = head
    lines = textwrap.wrap(text, formatter.width - len(indent) - room, break_on_hyphens=False)
    for i, line in enumerate(lines):
        formatter.write(f"{indent}{heading if i == 0 else '':<{room}}{line}\n")


app = App(
    name="losscli",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
app.params.append(errors_option())
click.version_option(__version__, message="losscli %(version)s")(app)
