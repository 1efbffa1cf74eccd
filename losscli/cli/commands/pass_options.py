"""Options for what one pass over the rows computes besides the loss: intervals, groups, baselines, gates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from losscli.cli.commands.input_options import sharing_options
from losscli.cli.commands.meaning_options import nan_option
from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.cli.commands.result_options import compare_option, plot_option, result_options
from losscli.losses.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.losses.loss import Loss


_option = partial(GroupedOption, group="Result")
_optional = partial(OptionalValue, group="Result")


def pass_options(loss: Loss, own: Sequence[str]) -> list[click.Parameter]:
    """What one pass over the rows can compute besides the values, and how the result is shown.

    Args:
        loss: The loss.
        own: The options of its parameters, which take precedence over others of the same name.
    """
    return [
        compare_option(loss),
        *_interval_options(),
        *_baselines(own),
        *_grouping_options(),
        *_further_options(),
        *gate_options(),
        *sharing_options(),
        *result_options(),
    ]


def _interval_options() -> list[click.Parameter]:
    """Intervals."""
    return [
        _optional(
            "--ci",
            metavar="[LEVEL]",
            pattern=r"\d+(\.\d*)?%?|\.\d+",
            without="95",
            help="Confidence interval of the value over rows. [95]",
        ),
        _option("--cluster", metavar="COL|FILE", help="Rows of the same value are one unit of --ci."),
        _option(
            "--bootstrap",
            type=click.IntRange(min=2, max=100_000),
            metavar="B",
            help="Interval from B bootstrap resamples of the rows.",
        ),
        _option(
            "--seed", type=click.IntRange(min=0, max=2**64 - 1), metavar="S", help="Random seed of --bootstrap. [0]"
        ),
    ]


def _grouping_options() -> list[click.Parameter]:
    """Groups of rows, histograms and plots."""
    return [
        _option(
            "--by",
            metavar="WHAT",
            offers=["label", "predicted", "file"],
            help="Also report groups: COL, COL:18,30 (edges), COL/10 (width), label, predicted, file; a,b for both.",
        ),
        _option(
            "--worst-groups",
            type=click.IntRange(min=1),
            metavar="K",
            help="Only the K worst groups, by the favourable end of their intervals.",
        ),
        _option("--hist", is_flag=True, help="Show a histogram of the losses instead of rows."),
        plot_option("losses, groups (--by), differences (--against)"),
    ]


def _further_options() -> list[click.Parameter]:
    """Further losses on the same rows, and the rows with their losses appended."""
    return [
        _option("--also", metavar="LOSS,..", help="Further losses of the same rows: brier,acc or focal:gamma=2,brier."),
        _option("--sweep", metavar="PARAM=A,B,..", help="Also compute the loss with each of these values."),
        _optional(
            "--append",
            metavar="[NAME]",
            pattern=r"[^\W\d]\w*",
            without="loss",
            help="Write the input rows unchanged, with the loss appended as column NAME. [loss]",
        ),
    ]


def gate_options() -> list[click.Parameter]:
    """Gates."""
    return [
        _option(
            "--fail-if",
            multiple=True,
            metavar="CONDITION",
            help="Exit with status 1 if it holds: 'value > 0.35', 'low < 90%'. Repeatable.",
        ),
        _option("--baseline", metavar="FILE", help="An earlier result, saved with -f json."),
        _option(
            "--max-regress",
            multiple=True,
            metavar="AMOUNT",
            help="Exit with status 1 if worse than --baseline by more: 1% or 0.002. Repeatable.",
        ),
        _option("--annotate", is_flag=True, help="Report failed gates as GitHub annotations, too."),
    ]


def _baselines(own: Sequence[str]) -> list[click.Parameter]:
    """Comparison with baselines."""
    return [
        _option(
            "--against",
            multiple=True,
            metavar="FILE|COLS",
            help="Compare with other predictions for the same rows. Repeatable.",
        ),
        _option(
            *(name for name in ("--margin", "--within") if name not in own),
            "margin",
            type=float,
            metavar="M",
            help="With --against: differences up to M do not matter.",
        ),
        _option(
            "--test", type=click.Choice(["t", "sign-flip"]), metavar="TEST", help="With --against: t or sign-flip. [t]"
        ),
    ]


def sequence_options(loss: Loss) -> list[click.Parameter]:
    """What log-probabilities of outcomes are averaged over."""
    if loss.kinds != (Kind.LOG_PROBABILITIES,):
        return []
    return [
        _option("--per", metavar="COL", help="Average within each value of COL, then over values."),
        _option("--bytes", metavar="N|COL", help="Number of bytes, for bits per byte."),
        _option("--words", metavar="N|COL", help="Number of words, for bits per word."),
    ]


def reduction_options(loss: Loss) -> list[click.Parameter]:
    """The reduction, and the unit of the value."""
    base = _option(
        "--base",
        type=click.Choice(["e", "2", "10"]),
        default="e",
        metavar="B",
        help="Unit: e = nats, 2 = bits, 10 = bans. [e]",
    )
    return [
        *[base] * (loss.unit == "nats"),
        nan_option(),
        _option(
            "-r",
            "--reduction",
            default="mean",
            metavar="HOW",
            offers=["mean", "sum", "none", "weighted-mean", "batchmean"],
            help="mean, sum, none, weighted-mean, batchmean. [mean]",
        ),
    ]
