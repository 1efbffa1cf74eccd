"""Options for reading predictions and labels, and for parallel work."""

from __future__ import annotations

from functools import partial

import click

from losscli.cli.commands.option_types import GroupedOption, Size
from losscli.file_formats import INPUTS

_option = partial(GroupedOption, group="Input")


def data_arguments() -> list[click.Parameter]:
    """PREDICTIONS and LABELS; three or more arguments are all files of PREDICTIONS."""
    return [
        click.Argument(["predictions"], required=False),
        click.Argument(["labels"], required=False),
        click.Argument(["more"], nargs=-1),
    ]


def input_options() -> list[click.Parameter]:
    """How to read predictions and labels."""
    return [
        _option("-y", "--label", metavar="COLS", help="Label column: name, number, glob or range."),
        _option("-p", "--pred", metavar="COLS", help="Prediction columns: 'p_*', 2-11, a,b,c."),
        _option("--sample-weight", metavar="COL|VALUES", help="One weight for each row."),
        _option("--id", metavar="COL", help="Column that names the rows."),
        _option("--join", metavar="COLS", help="Pair rows of both files by columns: id, a,b, id=ref."),
        _option(
            "--join-missing",
            type=click.Choice(["error", "drop"]),
            default="error",
            metavar="HOW",
            help="Rows without a partner: error or drop. [error]",
        ),
        _option(
            "-i",
            "--input-format",
            type=click.Choice(list(INPUTS)),
            metavar="FORMAT",
            help=f"{', '.join(INPUTS)}. [detected]",
        ),
        _option(
            "-d", "--delimiter", metavar="CHAR", offers=["tab", "space"], help="Field delimiter; also 'tab', 'space'."
        ),
        _option("--header/--no-header", default=None, help="Whether the first line names columns."),
        _option("--comment", metavar="CHAR", help="Marks the start of a comment: '#', '%', '//'."),
        _option("--skip", type=click.IntRange(min=0), default=0, metavar="N", help="Skip the first N lines."),
        where_option("--where"),
        _option("--limit", type=click.IntRange(min=1), metavar="N", help="Read only N rows."),
        _option(
            "--encoding",
            metavar="NAME",
            offers=["utf-8", "latin-1", "cp1252", "utf-16-le"],
            help="Text encoding: latin-1, cp1252, utf-16-le. [utf-8]",
        ),
        _option("--na", multiple=True, metavar="TEXT", help="Further text for a missing value: -999. Repeatable."),
        _option(
            "--memory-limit",
            type=Size(),
            default=1 << 29,
            metavar="SIZE",
            help="Memory for input that must be held whole. [512M]",
        ),
    ]


def where_option(name: str) -> click.Parameter:
    """Which rows are read; ``name`` differs where a call has an argument called ``where``."""
    return _option(name, "where", metavar="EXPR", help='Use only rows where EXPR is true: lang == "de" and age >= 18.')


def sharing_options() -> list[click.Parameter]:
    """Parallel work."""
    return [
        _option(
            "-j",
            "--jobs",
            type=click.IntRange(min=1),
            metavar="N",
            help="Worker processes for large files. [by size and cores]",
        ),
        _option("--dask", metavar="SCHEDULER", offers=["local"], help="Use a Dask cluster: tcp://HOST:8786, local."),
    ]
