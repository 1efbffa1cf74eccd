"""What all commands share: how arguments are parsed, how the help is laid out, and what happens when one runs."""

from __future__ import annotations

import re
import sys
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.cli.notice import say, says_json
from losscli.cli.run.request import Request, request_of
from losscli.errors import UsageError
from losscli.file_formats import INPUTS, OUTPUT_SUFFIXES, by_suffix
from losscli.lazy import regex
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

# A negative number and nothing after it but numbers, separators and brackets.
_NUMBER, _BETWEEN = r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)", r"[\s,;\[\]()]"
_BEGINS = frozenset("0123456789.iInN")
_NEGATIVE = regex(rf"(?=-){_NUMBER}(?:{_BETWEEN}+{_NUMBER})*{_BETWEEN}*", re.IGNORECASE | re.ASCII)

_USED_MOST = (
    *("--from-logits", "--label", "--pred", "--like", "--reduction", "--by", "--against", "--compare"),
    *("--quiet", "--format"),
)
_MANY = 25  # with more options, -h only shows the most used ones

_BY_SUFFIX = by_suffix(OUTPUT_SUFFIXES)
_NEVER_WRITTEN = {*by_suffix(INPUTS), "gz", "zst", "bz2", "xz"} - {*_BY_SUFFIX}


class DeclaredCommand(click.Command):
    """A command whose help is laid out for one screen and whose arguments may be negative numbers.

    Attributes:
        brief: The help is asked for in short, as ``-h``.
        preset: Options that the name implies, such as those of a signature; typed options override them.
        remark: A note about the name, written to stderr.
        needs_input: The command needs data: without any, a short help is shown.
    """

    brief = False
    preset: tuple[str, ...] = ()
    remark = ""
    needs_input = True

    def __init__(self, name: str, *, params: list[click.Parameter], summary: str) -> None:
        settings = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
        super().__init__(name, params=params, short_help=summary, context_settings=settings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with negative numbers as arguments and the format set by the suffix of ``-o``."""
        if is_help(args) and as_json(args):
            from losscli.cli.commands.help_document import of_one

            write_document(ctx, of_one(self))
        many = sum(isinstance(param, GroupedOption) for param in self.params) > _MANY
        self.brief = many and "-h" in args and "--help" not in args
        args = self._in_full([*self.preset, *args])
        # Hides negative numbers from click.
        args = [f" {arg}" if arg[1:2] in _BEGINS and _NEGATIVE.fullmatch(arg) else arg for arg in args]
        for option in self.params:
            if isinstance(option, OptionalValue):
                args = option.completed(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise self._explained(error, ctx) from None
        self._set_format(ctx)
        return rest

    def _explained(self, error: click.NoSuchOption, ctx: click.Context) -> click.NoSuchOption:
        """The error for an unknown option, with what may have been meant."""
        name = error.option_name
        if similar := self._means(name):
            options = " or ".join(f"'{one}'" for one in similar)
            return click.NoSuchOption(name, f"No such option '{name}'. Did you mean {options}?")
        if plain := self._plain(name):
            return click.NoSuchOption(name, f"No such option '{name}'{plain}", ctx=ctx)
        return error

    def _set_format(self, ctx: click.Context) -> None:
        """Take the format from the suffix of ``-o``, unless ``-f`` was typed."""
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
            ctx.params["output_format"] = "table"  # the variable is for results, and --append shows none

    @property
    def _options(self) -> dict[str, click.Option]:
        """The options by each of their names."""
        options = [one for one in self.params if isinstance(one, click.Option)]
        return {name: option for option in options for name in (*option.opts, *option.secondary_opts)}

    def _in_full(self, args: list[str]) -> list[str]:
        """The arguments with ``--from_logits`` spelled with hyphens, and short options by their long names.

        For a short name click would first look for similar long ones, which takes longer than all other parsing.
        """
        options = self._options
        found: list[str] = []
        taken = False  # as the value of the option before
        for i, arg in enumerate(args):
            if arg == "--":
                return found + args[i:]
            name, equal, value = arg.partition("=")
            hyphens = name.replace("_", "-")
            spelled = hyphens + equal + value if hyphens.startswith("--") and hyphens in options else arg
            option = None if taken else options.get(spelled)
            found.append(spelled if option is None or len(spelled) > 2 else option.opts[-1])
            taken = option is not None and not option.is_flag and not isinstance(option, OptionalValue)
        return found

    def _means(self, option: str) -> list[str]:
        """The options of this command that other tools call by the given name."""
        from losscli.losses.option_words import MEANS

        asked = option.removeprefix("--").replace("_", "-").lower()
        return [f"--{name}" for name in MEANS.get(asked, ()) if f"--{name}" in self._options]

    def _plain(self, option: str) -> str:
        """Where an option that this command lacks can be had instead, as the end of a sentence."""
        return ""

    @property
    def formats(self) -> tuple[str, ...]:
        """The output formats of this command."""
        choices = [
            one.type.choices
            for one in self.params
            if one.name == "output_format" and isinstance(one.type, click.Choice)
        ]
        return tuple(*choices)

    def invoke(self, ctx: click.Context) -> int | None:
        """Run the command on what was typed; the result is the exit status, None for 0."""
        request = self.request(ctx)
        if request.quiet and ctx.get_parameter_source("digits") is ParameterSource.COMMANDLINE:
            raise UsageError("--digits is for tables, and -q writes none", hint="leave one of them out")
        if self.needs_input and request.predictions is None and no_input():
            ask_for_input(self.shortest)
        if self.remark and not request.quiet:
            say("note", self.remark)
        return self.run(request)

    @property
    def shortest(self) -> str:
        """Its shortest name."""
        return str(self.name)

    @property
    def facts(self) -> dict[str, Any]:
        """Name, aliases and kind, for ``--help -f json``."""
        return {"name": self.name, "aliases": [], "kind": "tool", "summary": self.short_help}

    def request(self, ctx: click.Context) -> Request:
        """The parsed options, in the order of their declaration."""
        return request_of({param.name: ctx.params[param.name] for param in self.params if param.name in ctx.params})

    def run(self, request: Request) -> int | None:
        """Run the command; returns the exit status, None for 0."""
        raise NotImplementedError

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List options by group."""
        options = [param for param in self.params if isinstance(param, GroupedOption)]
        headings = ("Options", "Meaning", "Input", "Result")
        if self.brief:
            self._format_used_most(ctx, formatter, options)
            return
        options.sort(key=lambda option: headings.index(option.group))
        for heading, group in groupby(options, key=lambda option: option.group):
            records = [record for option in group if (record := option.get_help_record(ctx))]
            with formatter.section(heading):
                formatter.write_dl(records, col_max=26)
        if len(options) > _MANY:
            formatter.write_paragraph()
            formatter.write_text(f"{ctx.command_path} -h: the options used most, on one screen.")

    def _format_used_most(
        self, ctx: click.Context, formatter: click.HelpFormatter, options: list[GroupedOption]
    ) -> None:
        """Its own options and the most used ones, one line each."""
        own = [option for option in options if option.group == "Options"]
        chosen = [*own, *(one for name in _USED_MOST for one in options if name in one.opts and one not in own)]
        records = [record for option in chosen if (record := option.get_help_record(ctx))]
        room = formatter.width - max(len(name) for name, _ in records) - 4
        short = [(name, re.split(r"(?<=[\w)])[.:;] ?(?!\S*\d)|, and | \(", text)[0]) for name, text in records]
        short = [(name, textwrap.shorten(text, room, placeholder=" ...")) for name, text in short]
        with formatter.section(f"Options used most (all {len(options)}: {ctx.command_path} --help)"):
            formatter.write_dl(short, col_max=formatter.width)

    def write_examples(self, formatter: click.HelpFormatter, lines: Iterable[str]) -> None:
        """The examples of the help, one line each, unwrapped."""
        lines = [*lines]
        while self.brief and len(lines) > 2 and not lines[-2].endswith("\\"):
            del lines[-1]
        with formatter.section("Examples"):
            for line in lines:
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


class ToolCommand(DeclaredCommand):
    """A command that is not a loss, such as ``check``.

    Args:
        name: The command.
        params: Its arguments and options.
        summary: One line for the list of commands.
        text: What it does, for its help, below the summary.
        usage: Its arguments as the help shows them.
        examples: Command lines, one per line.
    """

    def __init__(
        self, name: str, *, params: list[click.Parameter], summary: str, text: str, usage: str, examples: str
    ) -> None:
        super().__init__(name, params=params, summary=summary)
        self.text = text
        self.usage = usage
        self.examples = examples

    def _plain(self, option: str) -> str:
        """For ``--by``, which tools lack: how to pick the rows of one group."""
        if option != "--by" or "--where" not in self._options:
            return ""
        return f""": {self.name} is of all rows; --where 'COLUMN == "value"' picks those of a group"""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does, examples, options."""
        formatter.write_usage(ctx.command_path, self.usage)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(str(self.short_help))
            if not self.brief:
                formatter.write_paragraph()
                formatter.write_text(self.text)
        self.write_examples(formatter, self.examples.splitlines())
        self.format_options(ctx, formatter)


def is_help(args: list[str]) -> bool:
    """Whether ``--help`` is among the arguments."""
    return "--help" in args or "-h" in args


def as_json(args: list[str]) -> bool:
    """Whether ``-f json`` is among them, in any spelling."""
    return re.search(r"(?:^| )(?:-f ?|--format[ =])json(?: |$)", " ".join(args)) is not None


def write_document(ctx: click.Context, document: dict[str, Any]) -> NoReturn:
    """Print a JSON document and end."""
    import json

    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    ctx.exit()


def no_input() -> bool:
    """Whether stdin is a terminal, or closed."""
    return sys.stdin is None or sys.stdin.isatty()


def ask_for_input(name: str) -> None:
    """Exit with short help, as there is no input."""
    what = f"losscli {name} reads PREDICTIONS and LABELS: values, files, or a pipe on stdin."
    if says_json():
        say("Error", what, status=2, hint=f"losscli {name} --help")
    else:
        click.echo(f"{what}\nlosscli {name} --help shows examples.", file=sys.stderr)
    raise click.exceptions.Exit(2)
