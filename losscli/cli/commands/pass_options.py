"""Options that say what else one pass over the rows finds: intervals, groups, baselines, gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from losscli.cli.commands.input_options import sharing_options
from losscli.cli.commands.meaning_options import nan_option
from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.cli.commands.result_options import (
    compare_option,
    plot_option,
    result_options,
)
from losscli.losses.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.losses.loss import Loss


def pass_options(loss: Loss, own: Sequence[str]) -> list[click.Parameter]:
    """What one pass over the rows can do, whatever makes the values, and how the result is shown.

    Args:
        loss: What is computed.
        own: The options of its parameters, which come before others of the same name.
    """
    return [
        compare_option(loss),
        OptionalValue(
            "--ci",
            group="Result",
            metavar="[LEVEL]",
            pattern=r"\d+(\.\d*)?%?|\.\d+",
            without="95",
            help="An interval of the value; rows are what varies. [95]",
        ),
        GroupedOption(
            "--bootstrap",
            group="Result",
            type=click.IntRange(min=2, max=100_000),
            metavar="B",
            help="The interval from B samples of the rows, for what has no other.",
        ),
        GroupedOption("--seed", group="Result", type=click.IntRange(min=0), metavar="S", help="Of --bootstrap. [0]"),
        *_baselines(own),
        GroupedOption(
            "--by",
            group="Result",
            metavar="WHAT",
            offers=["label", "predicted", "file"],
            help="Also each group: COL, COL:18,30 (edges), COL/10 (width), label, predicted, file; a,b for both.",
        ),
        GroupedOption(
            "--hist", group="Result", is_flag=True, help="Instead of rows how many losses there are of each size."
        ),
        plot_option("losses, groups (--by), differences (--against)"),
        GroupedOption(
            "--worst-groups",
            group="Result",
            type=click.IntRange(min=1),
            metavar="K",
            help="Only the K worst groups, by the end of the interval that speaks for them.",
        ),
        GroupedOption(
            "--also",
            group="Result",
            metavar="LOSS,..",
            help="Further losses of the same rows: brier,acc or focal:gamma=2,brier.",
        ),
        GroupedOption(
            "--sweep", group="Result", metavar="PARAM=A,B,..", help="Also under several values of a parameter."
        ),
        OptionalValue(
            "--append",
            group="Result",
            metavar="[NAME]",
            pattern=r"[^\W\d]\w*",
            without="loss",
            help="Write the input's rows as they are, with the loss behind as a column NAME. [loss]",
        ),
        GroupedOption(
            "--cluster", group="Result", metavar="COL|FILE", help="Rows that belong together: units of --ci."
        ),
        *gate_options(),
        *sharing_options(),
        *result_options(),
    ]


def gate_options() -> list[click.Parameter]:
    """What must not be so of the result."""
    group = "Result"
    return [
        GroupedOption(
            "--fail-if",
            group=group,
            multiple=True,
            metavar="CONDITION",
            help="Exit with 1 if it holds: 'value > 0.35', 'low < 90%'. Repeatable.",
        ),
        GroupedOption("--baseline", group=group, metavar="FILE", help="A result of the same rows saved with -f json."),
        GroupedOption(
            "--max-regress",
            group=group,
            multiple=True,
            metavar="AMOUNT",
            help="Exit with 1 if worse than it by more than 1%, or 0.002. Repeatable: all.",
        ),
        GroupedOption("--annotate", group=group, is_flag=True, help="Failed gates also as GitHub annotations."),
    ]


def _baselines(own: Sequence[str]) -> list[click.Parameter]:
    """Whether predictions are better than others for the same rows."""
    group = "Result"
    return [
        GroupedOption(
            "--against",
            group=group,
            multiple=True,
            metavar="FILE|COLS",
            help="Better than these predictions for the same rows? Repeatable.",
        ),
        GroupedOption(
            *(name for name in ("--margin", "--within") if name not in own),
            "margin",
            group=group,
            type=float,
            metavar="M",
            help="With --against: differences up to M do not matter.",
        ),
        GroupedOption(
            "--test",
            group=group,
            type=click.Choice(["t", "sign-flip"]),
            default="t",
            metavar="TEST",
            help="With --against: t or sign-flip. [t]",
        ),
    ]


def sequence_options(loss: Loss) -> list[click.Parameter]:
    """What log-probabilities of what happened are averaged over."""
    if loss.kinds != (Kind.LOG_PROBABILITIES,):
        return []
    group = "Result"
    return [
        GroupedOption("--per", group=group, metavar="COL", help="The mean over its values, each its own mean."),
        GroupedOption("--bytes", group=group, metavar="N|COL", help="How many bytes: also bits per byte."),
        GroupedOption("--words", group=group, metavar="N|COL", help="How many words: also bits per word."),
    ]


def reduction_options(loss: Loss) -> list[click.Parameter]:
    """How values become one, and in which unit it is."""
    base = GroupedOption(
        "--base",
        group="Result",
        type=click.Choice(["e", "2", "10"]),
        default="e",
        metavar="B",
        help="Nats, or with 2 bits, with 10 bans. [e]",
    )
    return [
        *[base] * (loss.unit == "nats"),
        nan_option(),
        GroupedOption(
            "-r",
            "--reduction",
            group="Result",
            default="mean",
            metavar="HOW",
            offers=["mean", "sum", "none", "weighted-mean", "batchmean"],
            help="mean, sum, none, weighted-mean, batchmean. [mean]",
        ),
    ]
