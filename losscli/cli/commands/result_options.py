"""Options for how a result is shown and where it is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.cli.notice import choose
from losscli.file_formats import ANSWERS, OUTPUTS
from losscli.losses import FRAMEWORKS

if TYPE_CHECKING:
    from losscli.losses.loss import Loss


_option = partial(GroupedOption, group="Result")
_optional = partial(OptionalValue, group="Result")


def plot_option(what: str) -> click.Parameter:
    """A picture in a file."""
    text = f"Also draw {what} into FILE.svg, .png or .pdf (losscli[plot])."
    return _option("--plot", metavar="FILE", help=text)


def level_option() -> click.Parameter:
    """The level of intervals that are always shown."""
    return _option("--ci", metavar="LEVEL", default="95", help="Confidence level of intervals. [95]")


def output_options() -> list[click.Parameter]:
    """How to show an answer that has no rows."""
    quiet = _option("-q", "--quiet", is_flag=True, help="Print nothing; the exit status is the answer.")
    return [format_option(default="table"), quiet, *appearance_options()]


def verbose_option() -> click.Parameter:
    """Details that a table otherwise folds into a line."""
    text = "Also show why the input was read as it was."
    return _option("-v", "--verbose", is_flag=True, help=text)


def compare_option(loss: Loss) -> click.Parameter:
    """The value under other conventions."""
    framework = "|".join(dict.fromkeys(["exact", *FRAMEWORKS]))
    one = rf"(?:{framework})(?:==[\d.-]*)?"

    def known() -> str:
        return ", ".join(dict.fromkeys(reference.framework for reference in loss.references)) or "exact"

    return _optional(
        "--compare",
        metavar="[FRAMEWORKS]",
        offers=lambda: dict.fromkeys(["exact", *loss.frameworks]),
        pattern=rf"{one}(?:,{one})*",
        without="all",
        help=lambda: f"The value under each convention, and why they differ: {known()}. [all]",
    )


def result_options() -> list[click.Parameter]:
    """How to show the result."""
    return [
        format_option(default="table", formats=tuple(OUTPUTS)),
        _option(
            "--dtype",
            type=click.Choice(["float64", "float32"]),
            default="float64",
            metavar="TYPE",
            help="float64, or float32 as frameworks compute. [float64]",
        ),
        _option("-q", "--quiet", is_flag=True, help="Print the number and nothing else."),
        _option("-n", "--rows", type=click.IntRange(min=0), metavar="N", help="Show N rows. [10 in tables, else all]"),
        _option("--all", "all_rows", is_flag=True, help="Show all rows."),
        _option("--worst", type=click.IntRange(min=1), metavar="K", help="Show the K rows of largest loss."),
        _optional(
            "--explain",
            metavar="[ROWS]",
            pattern=r"\d+(-\d+)?(,\d+(-\d+)?)*",
            without="first",
            help="Write out the arithmetic of rows 3, 1,4 or 2-5. [the first]",
        ),
        verbose_option(),
        *appearance_options(),
    ]


def format_option(
    default: str, envvar: str | None = "LOSSCLI_FORMAT", formats: tuple[str, ...] = ANSWERS
) -> click.Parameter:
    """``--format``; without ``envvar`` for commands whose output is read by the next command in a pipe."""
    return _option(
        "-f",
        "--format",
        "output_format",
        type=click.Choice(formats),
        default=default,
        envvar=envvar,
        metavar="FORMAT",
        help=f"{', '.join(formats)}. [{default}]",
    )


def _colored(ctx: click.Context, param: click.Parameter, value: str) -> str:
    choose(value)
    return value


def errors_option() -> click.Parameter:
    """``--errors``, which takes effect before anything is parsed (``cli/main.py``)."""
    return _option(
        "--errors",
        type=click.Choice(["text", "json"]),
        envvar="LOSSCLI_ERRORS",
        expose_value=False,
        metavar="HOW",
        help="Form of errors, warnings and notes: text, or json lines. [text]",
    )


def appearance_options() -> list[click.Parameter]:
    """How a result looks and where it is written."""
    return [
        _option(
            "--digits",
            type=click.IntRange(1, 17),
            default=7,
            envvar="LOSSCLI_DIGITS",
            metavar="D",
            help="Significant digits in tables. [7]",
        ),
        _option(
            "-o", "--output", metavar="FILE", help="Write to FILE, complete or not at all; the suffix sets the format."
        ),
        _option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            envvar="LOSSCLI_COLOR",
            is_eager=True,
            callback=_colored,
            metavar="WHEN",
            help="auto, always or never. [auto]",
        ),
        errors_option(),
    ]
