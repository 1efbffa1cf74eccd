"""``losscli losses``: the catalogue of losses, and of their names in each framework."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from losscli.cli.commands.declared_command import ToolCommand
from losscli.cli.commands.loss_command import command_line
from losscli.cli.commands.option_types import GroupedOption, NamedChoice
from losscli.cli.commands.result_options import appearance_options, format_option
from losscli.cli.run.destination import destination
from losscli.errors import UsageError
from losscli.losses import CALLS, LOSSES, NOT_HERE
from losscli.losses.frameworks import framework_named
from losscli.version import __version__

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.outputs.catalogue_facts import Catalogue

_option = partial(GroupedOption, group="Options")

FRAMEWORKS = tuple(dict.fromkeys(call.partition(".")[0] for call in CALLS))
SUMMARY = "All losses: formula, input, options, and each framework's calls."
_TEXT = (
    "NAME is a family, a loss, an alias, or a framework's call: in full, or as much of its end as is unique. csv and "
    "tsv have a line for each call, ndjson for each loss."
)
_EXAMPLES = f"""\
losscli losses
losscli losses regression
losscli losses huber
losscli losses nn.CrossEntropyLoss
losscli losses --framework {FRAMEWORKS[1]}
losscli losses -f json | jq '.losses[].name'"""


class CatalogueCommand(ToolCommand):
    """The command ``losses``."""

    needs_input = False

    def __init__(self) -> None:
        super().__init__(
            "losses",
            params=[
                click.Argument(["name"], required=False),
                _option(
                    "--framework",
                    type=NamedChoice(FRAMEWORKS, framework_named),
                    metavar="F",
                    help=f"Only its calls: {', '.join(FRAMEWORKS)}.",
                ),
                _option(
                    "-v", "--verbose", is_flag=True, help="What each loss computes and takes, or all calls of one."
                ),
                format_option(default="table"),
                *(option for option in appearance_options() if option.name != "digits"),
            ],
            summary=SUMMARY,
            text=_TEXT,
            usage="[NAME] [OPTIONS]",
            examples=_EXAMPLES,
        )

    def run(self, request: Request) -> None:
        """Show the catalogue."""
        from losscli.outputs.catalogue_page import Page
        from losscli.outputs.catalogue_view import CatalogueView
        from losscli.outputs.draw.terminal import WIDTH, columns_of, lines_of_screen
        from losscli.outputs.write import write

        catalogue = catalogue_of(request.name, request.framework)
        with destination(request.output, request.sources) as stream:
            if request.output_format == "markdown" and (request.framework is None or request.name):
                Page(catalogue, stream).write()
            else:
                screen, columns = lines_of_screen(stream), columns_of(stream) or WIDTH
                view = CatalogueView(catalogue, request.name, request.framework, request.verbose, screen, columns)
                write(view, request.output_format, stream, request.color)


def catalogue_of(name: str | None, framework: str | None) -> Catalogue:
    """The whole catalogue, or the part of a family, a loss or a framework."""
    from losscli.losses.meant import find_loss
    from losscli.outputs.catalogue_facts import Catalogue, Entry

    family = name.lower() if name else ""
    losses = [loss for loss in LOSSES if not family or loss.family == family]
    several = bool(losses)
    entries = [
        Entry(loss, tuple(reference for reference in loss.references if framework in (None, reference.framework)))
        for loss in losses or (find_loss(name or ""),)
    ]
    if framework is not None and several:
        entries = [entry for entry in entries if any(reference.command for reference in entry.references)]
    if framework is not None and not any(entry.references for entry in entries):
        there = ", ".join(entries[0].loss.frameworks) if entries else ""
        what = entries[0].loss.name if entries else f"loss of the family {family}"
        raise UsageError(f"{framework} has no {what}", hint=f"--framework: {there}" if there else "")
    return Catalogue(
        entries=tuple(entries),
        commands={call: loss for call, (loss, _) in CALLS.items()},
        command_line=command_line,
        not_here=tuple(
            (call, reason) for call, reason in NOT_HERE if name is None and framework in (None, call.partition(".")[0])
        ),
        version=__version__,
    )
