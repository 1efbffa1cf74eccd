"""A framework's call as a command, whose keyword arguments are the options."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from losscli.cli.commands.declared_command import DeclaredCommand
from losscli.cli.commands.input_options import data_arguments, input_options, where_option
from losscli.cli.commands.loss_command import LossCommand, of_file
from losscli.cli.commands.meaning_options import class_options, nan_option, shift_option
from losscli.cli.commands.option_types import GroupedOption
from losscli.cli.commands.options import extra_options, param_option
from losscli.cli.commands.pass_options import pass_options
from losscli.losses.reference import Weighting
from losscli.losses.vocabulary import Kind, Takes

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference


_option = partial(GroupedOption, group="Options")


class CallCommand(DeclaredCommand):
    """The command of a framework's call."""

    def __init__(self, loss: Loss, reference: Reference) -> None:
        super().__init__(reference.call, params=_params(loss, reference), summary=loss.summary)
        self.loss = loss
        self.reference = reference

    @property
    def facts(self) -> dict[str, Any]:
        """The declarations of the call and of its loss, as data."""
        reference = self.reference
        return {
            **super().facts,
            "aliases": [*reference.aliases],
            "kind": "call",
            "loss": self.loss.name,
            "takes": [str(reference.reads)],
            "note": reference.note,
            "needs": [f"--{name.replace('_', '-')}" for name in reference.needed(self.loss.kernel)],
        }

    def run(self, request: Request) -> int | None:
        """Compute the loss as the call does."""
        from losscli.cli.run.run_call import run_call

        return run_call(self.loss, self.reference, request)

    def _plain(self, option: str) -> str:
        """A hint at the plain loss, for an option that only it has; otherwise empty."""
        name = option.replace("_", "-")
        if not any(name in param.opts for param in LossCommand(self.loss).params):
            return ""
        return f": {self.reference.call} is as its framework has it; losscli {self.loss.names[-1]} takes {name}"

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the call computes, the plain command for the same loss, an example, its arguments."""
        loss, reference = self.loss, self.reference
        formatter.write_usage(ctx.command_path, "[PREDICTIONS [LABELS]] [OPTIONS]")
        formatter.write_paragraph()
        facts = [("Formula", loss.formula), ("Takes", reference.reads), ("Plain", f"losscli {loss.names[-1]} --help")]
        if reference.note:
            facts.append(("Note", reference.note))
        with formatter.indentation():
            formatter.write_text(f"{reference.call}: {loss.summary}")
            formatter.write_paragraph()
            formatter.write_dl(facts)
        takes, file = reference.takes or loss.takes, "logits.csv" if reference.reads == Kind.LOGITS else "preds.csv"
        self.write_examples(formatter, of_file(self.shortest, takes, reference.needed(loss.kernel), file))
        self.format_options(ctx, formatter)


def _params(loss: Loss, reference: Reference) -> list[click.Parameter]:
    own: list[click.Parameter] = [param_option(param) for param in reference.options]
    taken = [param.option for param in reference.options] + [f"--{name.replace('_', '-')}" for name in reference.extras]
    own += extra_options({name: loss.extras.get(name, f"The array {name}.") for name in reference.extras})
    weights = reference.weighting is not Weighting.NONE or (reference.takes or loss.takes) is Takes.SET
    rules = reference.reductions.rules
    flags = [name.partition("=")[0] for name in rules if name.endswith("=True")]
    own += [_option(f"--{flag}/--no-{flag}", "normalize", default=True, help="The mean, or the sum.") for flag in flags]
    if len(rules) > 1 and not flags and all(param.name != "reduction" for param in reference.options):
        own.append(
            GroupedOption(
                "-r",
                "--reduction",
                group="Result",
                type=click.Choice(list(rules)),
                metavar="HOW",
                help=f"{', '.join(rules)}. [{reference.reductions.default}]",
            )
        )
    return [
        *data_arguments(),
        *own,
        *_input_options(reference, weights=weights),
        *(class_options(loss) if _numbered(loss, reference) else ()),
        *([shift_option()] if (reference.takes or loss.takes) in (Takes.CLASS, Takes.SCORES) else ()),
        nan_option(),
        *pass_options(loss, taken),
    ]


def _input_options(reference: Reference, *, weights: bool) -> list[click.Parameter]:
    """How to read the input; an option with the name of a keyword argument of the call is renamed."""
    options = [option for option in input_options() if weights or option.name != "sample_weight"]
    own = "where" in reference.extras
    return [where_option("--where-rows") if own and option.name == "where" else option for option in options]


def _numbered(loss: Loss, reference: Reference) -> bool:
    """Whether the call's labels are class numbers, or can be matched to some."""
    return reference.takes in (None, loss.takes) or loss.takes in (Takes.CLASS, Takes.BINARY)
