"""A command for each declaration: its options, its help page, and the hand-over to ``cli.run``."""

from __future__ import annotations

import re
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.cli.commands.option_words import MEANS
from losscli.cli.commands.options import loss_params, transform_params
from losscli.cli.notice import say, says_json
from losscli.cli.run.request import Request, request_of
from losscli.errors import UsageError
from losscli.file_formats import INPUTS, OUTPUTS, by_suffix
from losscli.losses.vocabulary import Kind, Takes
from losscli.record import replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from losscli.losses.loss import Example, Loss, Transform

# A negative number and nothing after it but numbers, separators and brackets.
_NUMBER, _BETWEEN = r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)", r"[\s,;\[\]()]"
_NEGATIVE = re.compile(rf"(?=-){_NUMBER}(?:{_BETWEEN}+{_NUMBER})*{_BETWEEN}*", re.IGNORECASE | re.ASCII)

_BY_SUFFIX = by_suffix(OUTPUTS)
_NEVER_WRITTEN = {*by_suffix(INPUTS), "gz", "zst", "bz2", "xz"} - {*_BY_SUFFIX}


_WIDTH = 78  # of an example, beside its indent


class DeclaredCommand(click.Command):
    """A command whose help is laid out for one screen and whose arguments may be negative numbers.

    Attributes:
        preset: Options that come before those given: what a signature stands for.
        remark: What is to be told of its name.
        needs_input: Nothing can be done without data.
    """

    preset: tuple[str, ...] = ()
    remark = ""
    needs_input = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Protect ``-1.5,2`` from being read as options: numbers ignore a leading space, click does not."""
        if is_help(args) and as_json(args):
            from losscli.cli.commands.help_document import of_one

            write_document(ctx, of_one(self))
        args = self._hyphens([*self.preset, *args])
        args = [f" {arg}" if _NEGATIVE.fullmatch(arg) else arg for arg in args]
        for option in self.params:
            if isinstance(option, OptionalValue):
                args = option.completed(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            name = error.option_name
            told = [f"'{one}'" for one in self._means(name)]
            if not told:
                plain = self._plain(name)
                if not plain:
                    raise
                raise click.NoSuchOption(name, f"No such option '{name}'{plain}", ctx=ctx) from None
            raise click.NoSuchOption(name, f"No such option '{name}'. Did you mean {' or '.join(told)}?") from None
        suffix = (ctx.params.get("output") or "").lower().rpartition(".")[2]
        if (
            _BY_SUFFIX.get(suffix) in self.formats
            and ctx.get_parameter_source("output_format") is not ParameterSource.COMMANDLINE
        ):
            ctx.params["output_format"] = _BY_SUFFIX[suffix]
        elif suffix in _NEVER_WRITTEN and "." in ctx.params["output"] and not ctx.params.get("append"):
            what = f"-o {printable(ctx.params['output'])}: results are not written as {suffix}"
            raise UsageError(what, hint=f"a suffix of {', '.join(name for name in self.formats if name != 'table')}")
        if ctx.params.get("append") and ctx.get_parameter_source("output_format") is ParameterSource.ENVIRONMENT:
            ctx.params["output_format"] = "table"  # a variable says how results look, and here is none
        return rest

    @property
    def _known(self) -> set[str]:
        return {name for param in self.params for name in (*param.opts, *param.secondary_opts)}

    def _hyphens(self, args: list[str]) -> list[str]:
        """Options as code writes them, ``--from_logits``, as they are spelled here."""
        known = self._known
        found = []
        for i, arg in enumerate(args):
            name, equal, value = arg.partition("=")
            spelled = name.replace("_", "-")
            fits = name.startswith("--") and name not in known and spelled in known and "--" not in args[:i]
            found.append(spelled + equal + value if fits else arg)
        return found

    def _means(self, option: str) -> list[str]:
        """The options of this command that an unknown one means."""
        asked = option.removeprefix("--").replace("_", "-").lower()
        return [f"--{name}" for name in MEANS.get(asked, ()) if f"--{name}" in self._known]

    def _plain(self, option: str) -> str:
        """What else has an option that this command does not have, as the end of a sentence."""
        return ""

    @property
    def formats(self) -> tuple[str, ...]:
        """What its answer can be written as."""
        return next(
            (
                tuple(one.type.choices)
                for one in self.params
                if isinstance(one.type, click.Choice) and one.name == "output_format"
            ),
            (),
        )

    def invoke(self, ctx: click.Context) -> int | None:
        """Run the command on what was typed; the result is the exit status, None for 0."""
        request = self.request(ctx)
        if self.needs_input and request.predictions is None and no_input():
            ask_for_input(self.shortest)
        if self.remark and not request.quiet:
            say("note", self.remark)
        return self.run(request)

    @property
    def shortest(self) -> str:
        """What is typed most."""
        return str(self.name)

    @property
    def facts(self) -> dict[str, Any]:
        """What it is, for programs."""
        return {"name": self.name, "aliases": [], "kind": "tool", "summary": self.short_help}

    def request(self, ctx: click.Context) -> Request:
        """What was typed, in the order in which the options are declared."""
        return request_of({param.name: ctx.params[param.name] for param in self.params if param.name in ctx.params})

    def run(self, request: Request) -> int | None:
        """Do what the command is for."""
        raise NotImplementedError

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List options under their headings."""
        options = [param for param in self.params if isinstance(param, GroupedOption)]
        headings = ("Options", "Meaning", "Input", "Result")
        options.sort(key=lambda option: headings.index(option.group))
        for heading, group in groupby(options, key=lambda option: option.group):
            records = [record for option in group if (record := option.get_help_record(ctx))]
            with formatter.section(heading):
                formatter.write_dl(records, col_max=26)


class ToolCommand(DeclaredCommand):
    """A command that is no loss.

    Args:
        name: The command.
        summary: One line for the list of commands.
        text: What it does, for its help.
        usage: Its arguments.
        examples: A line each.
        settings: As for ``click.Command``.
    """

    def __init__(self, name: str, *, summary: str, text: str, usage: str, examples: str, **settings: Any) -> None:
        super().__init__(
            name,
            short_help=summary,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
            **settings,
        )
        self.text = text
        self.usage = usage
        self.examples = examples

    def _plain(self, option: str) -> str:
        """The rows of one group, where there is no table of all groups."""
        if option != "--by" or "--where" not in self._known:
            return ""
        return f""": {self.name} is of all rows; --where 'COLUMN == "value"' picks those of a group"""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does, options, examples."""
        formatter.write_usage(ctx.command_path, self.usage)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.text)
        self.format_options(ctx, formatter)
        with formatter.section("Examples"):
            for line in self.examples.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


class LossCommand(DeclaredCommand):
    """The command of a loss; ``exponential`` if ``exp`` of the mean is what is asked for."""

    def __init__(self, loss: Loss, *, exponential: bool = False) -> None:
        super().__init__(
            loss.name,
            params=loss_params(loss),
            short_help=loss.summary,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )
        self.loss = loss
        self.exponential = exponential

    @property
    def shortest(self) -> str:
        """The shortest of its names."""
        return self.loss.names[-1]

    @property
    def facts(self) -> dict[str, Any]:
        """What the declaration says."""
        loss = self.loss
        return {
            "name": loss.name,
            "aliases": [*loss.aliases, *loss.exponential],
            "kind": "loss",
            "family": loss.family,
            "summary": loss.summary,
            "formula": loss.formula,
            "takes": [str(kind) for kind in loss.kinds],
            "unit": loss.unit,
            "higher_is_better": loss.higher_is_better,
            "needs": [f"--{name.replace('_', '-')}" for name in loss.extras],
            "example": command_line(loss, loss.examples[0]),
        }

    def run(self, request: Request) -> int | None:
        """Compute the loss."""
        from losscli.cli.run.run_loss import run_loss

        return run_loss(self.loss, replace(request, exponential=self.exponential))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Formula, inputs, options, examples, and the same loss elsewhere."""
        loss = self.loss
        formatter.write_usage(ctx.command_path, "[PREDICTIONS [LABELS]] [OPTIONS]")
        formatter.write_paragraph()
        facts = [("Formula", loss.formula), ("Takes", _taken(loss))]
        if loss.unit:
            facts.append(("Unit", loss.unit))
        calls = [reference for reference in loss.references if reference.command]
        if calls:
            names = ", ".join(dict.fromkeys(reference.framework for reference in calls))
            facts.append(("Elsewhere", f"{count(len(calls), 'call')} of {names}: losscli losses {loss.names[-1]}"))
        facts.append(("Source", loss.source))
        with formatter.indentation():
            formatter.write_text(f"{', '.join(loss.names)}: {loss.summary}")
            formatter.write_paragraph()
            formatter.write_dl(facts)
        with formatter.section("Examples"):
            lines = (*_of_file(loss), *(command_line(loss, example) for example in loss.examples[:2]))
            for line in lines:
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        self.format_options(ctx, formatter)


class TransformCommand(DeclaredCommand):
    """The command of a transform."""

    def __init__(self, transform: Transform) -> None:
        super().__init__(
            transform.name,
            params=transform_params(transform),
            short_help=transform.summary,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )
        self.transform = transform

    @property
    def facts(self) -> dict[str, Any]:
        """What the declaration says."""
        return {**super().facts, "kind": "transform", "formula": self.transform.formula}

    def run(self, request: Request) -> None:
        """Transform the rows."""
        from losscli.cli.run.run_transform import run_transform

        run_transform(self.transform, request)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Formula, options, examples."""
        transform = self.transform
        formatter.write_usage(ctx.command_path, f"[{'LABELS' if transform.labels else 'ROWS'}] [OPTIONS]")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"{transform.name}: {transform.summary} Other columns pass through.")
            formatter.write_paragraph()
            formatter.write_dl([("Formula", transform.formula), ("Source", transform.source)])
        self.format_options(ctx, formatter)
        with formatter.section("Examples"):
            for arguments, _ in transform.examples:
                formatter.write(f"{'':{formatter.current_indent}}losscli {transform.name} {arguments}\n")


def _taken(loss: Loss) -> str:
    """What predictions may be, and by which option."""
    first, *others = loss.kinds
    options = [f"--from-{'log-probs' if kind is Kind.LOG_PROBABILITIES else kind}" for kind in others]
    return f"{first}{', unless ' * bool(options)}{' or '.join(options)}"


def _of_file(loss: Loss) -> list[str]:
    """How a table is read: a line, or what the shell takes for one."""
    words = ["losscli", loss.names[1] if loss.aliases else loss.name, "preds.csv"]
    if loss.takes is not Takes.ANCHOR:
        words += ["--label", "y"]
    for name in loss.extras:
        words += [f"--{name.replace('_', '-')}", name if loss.takes is not Takes.ANCHOR else f"{name}.csv"]
    line = " ".join(words)
    if len(line) <= _WIDTH:
        return [line]
    return [" ".join([*words[:-2], "\\"]), f"    {' '.join(words[-2:])}"]


def is_help(args: list[str]) -> bool:
    """Whether the words ask for help."""
    return "--help" in args or "-h" in args


def as_json(args: list[str]) -> bool:
    """Whether they hold ``-f json``, however it is written."""
    return re.search(r"(?:^| )(?:-f ?|--format[ =])json(?: |$)", " ".join(args)) is not None


def write_document(ctx: click.Context, document: dict[str, Any]) -> NoReturn:
    """Print a JSON document and end."""
    import json

    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    ctx.exit()


def command_line(loss: Loss, example: Example) -> str:
    """The example as typed in a shell."""
    words = ["losscli", loss.names[1] if loss.aliases else loss.name]
    words += [_word(text) for text in (example.predictions, example.labels) if text]
    for name, value in example.options.items():
        option = ("--no-" if value is False else "--") + name.replace("_", "-")
        words += [option] if isinstance(value, bool) else [option, _word(value)]
    return " ".join(words)


def _word(value: Any) -> str:
    """One word of a shell; a list without blanks, a text as it was written."""
    text = value if isinstance(value, str) else str(value).replace(" ", "")
    return f"'{text}'" if re.search(r"[^\w.,=-]", text) else text


def no_input() -> bool:
    """Whether nothing can be read from stdin: a terminal, or closed."""
    return sys.stdin is None or sys.stdin.isatty()


def ask_for_input(name: str) -> None:
    """End with short help: there is nothing to read and nobody to wait for."""
    what = f"losscli {name} reads PREDICTIONS and LABELS: values, files, or a pipe on stdin."
    if says_json():
        say("Error", what, status=2, hint=f"losscli {name} --help")
    else:
        click.echo(f"{what}\nlosscli {name} --help shows examples.", file=sys.stderr)
    raise click.exceptions.Exit(2)
