"""Options that say how predictions and labels are read, and by whom."""

from __future__ import annotations

import click

from losscli.cli.commands.option_types import GroupedOption, Size
from losscli.file_formats import INPUTS


def data_arguments() -> list[click.Parameter]:
    """PREDICTIONS and LABELS; with a third argument all are files of PREDICTIONS."""
    return [
        click.Argument(["predictions"], required=False),
        click.Argument(["labels"], required=False),
        click.Argument(["more"], nargs=-1),
    ]


def input_options() -> list[click.Parameter]:
    """How to read predictions and labels."""
    group = "Input"
    return [
        GroupedOption("-y", "--label", group=group, metavar="COLS", help="Label column: name, number, glob or range."),
        GroupedOption("-p", "--pred", group=group, metavar="COLS", help="Prediction columns: 'p_*', 2-11, a,b,c."),
        GroupedOption("--sample-weight", group=group, metavar="COL|VALUES", help="One weight for each row."),
        GroupedOption("--id", group=group, metavar="COL", help="Column that names the rows."),
        GroupedOption(
            "--join", group=group, metavar="COLS", help="Pair rows of both files by columns: id, a,b, id=ref."
        ),
        GroupedOption(
            "--join-missing",
            group=group,
            type=click.Choice(["error", "drop"]),
            default="error",
            metavar="HOW",
            help="Rows without a partner: error or drop. [error]",
        ),
        GroupedOption(
            "-i",
            "--input-format",
            group=group,
            type=click.Choice(list(INPUTS)),
            metavar="FORMAT",
            help=f"{', '.join(INPUTS)}. [detected]",
        ),
        GroupedOption(
            "-d",
            "--delimiter",
            group=group,
            metavar="CHAR",
            offers=["tab", "space"],
            help="Field delimiter; also 'tab', 'space'.",
        ),
        GroupedOption("--header/--no-header", group=group, default=None, help="Whether the first line names columns."),
        GroupedOption("--comment", group=group, metavar="CHAR", help="Marks the start of a comment: '#', '%', '//'."),
        GroupedOption(
            "--skip", group=group, type=click.IntRange(min=0), default=0, metavar="N", help="Skip the first N lines."
        ),
        where_option("--where"),
        GroupedOption("--limit", group=group, type=click.IntRange(min=1), metavar="N", help="Read only N rows."),
        GroupedOption(
            "--encoding",
            group=group,
            metavar="NAME",
            offers=["utf-8", "latin-1", "cp1252", "utf-16-le"],
            help="Text encoding: latin-1, cp1252, utf-16-le. [utf-8]",
        ),
        GroupedOption(
            "--na", group=group, multiple=True, metavar="TEXT", help="Also a missing value: -999. Repeatable."
        ),
        GroupedOption(
            "--memory-limit",
            group=group,
            type=Size(),
            default="512M",
            metavar="SIZE",
            help="Memory for input that must be held whole. [512M]",
        ),
    ]


def where_option(name: str) -> click.Parameter:
    """Which rows are read; ``name`` is another where a call has an argument called that."""
    return GroupedOption(
        name,
        "where",
        group="Input",
        metavar="EXPR",
        help='Use only rows for which it holds: lang == "de" and age >= 18.',
    )


def sharing_options() -> list[click.Parameter]:
    """Who does the work."""
    return [
        GroupedOption(
            "-j",
            "--jobs",
            group="Input",
            type=click.IntRange(min=1),
            metavar="N",
            help="Worker processes for large files. [by size and cores]",
        ),
        GroupedOption(
            "--dask",
            group="Input",
            metavar="SCHEDULER",
            offers=["local"],
            help="Use a Dask cluster: tcp://HOST:8786, local.",
        ),
    ]
