"""The options of commands, from a declaration or shared by all, in the groups of the help."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from losscli.cli.commands.input_options import data_arguments, input_options, sharing_options
from losscli.cli.commands.meaning_options import meaning_options, nan_option
from losscli.cli.commands.option_types import GroupedOption, NumberOrNone
from losscli.cli.commands.pass_options import pass_options, reduction_options, sequence_options
from losscli.cli.commands.result_options import (
    appearance_options,
    format_option,
    level_option,
    plot_option,
    verbose_option,
)
from losscli.cli.run.request import EXTRA, PARAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.losses.loss import Loss, Transform
    from losscli.losses.vocabulary import Param


_option = partial(GroupedOption, group="Options")


def loss_params(loss: Loss) -> list[click.Parameter]:
    """Arguments and options of a loss's command."""
    return [
        *data_arguments(),
        *[param_option(param) for param in loss.params],
        *extra_options(loss.extras),
        *meaning_options(loss),
        *input_options(),
        *reduction_options(loss),
        *sequence_options(loss),
        *pass_options(loss, [param.option for param in loss.params]),
    ]


def transform_params(transform: Transform) -> list[click.Parameter]:
    """Arguments and options of a transform's command."""
    unused = {"sample_weight", "id", "join", "join_missing", "where", "pred" if transform.labels else "label"}
    inputs = [option for option in input_options() if option.name not in unused]
    if transform.labels:
        inputs.append(_option("--classes", metavar="C|NAMES", required=True, help="How many classes, or their names."))
    else:
        inputs.append(
            GroupedOption(
                "--nan",
                group="Input",
                type=click.Choice(["error", "keep"]),
                default="error",
                help="Rows with NaN: error or keep. [error]",
            )
        )
    return [
        click.Argument(["predictions"], required=False, metavar="[LABELS]" if transform.labels else "[ROWS]"),
        *[param_option(param) for param in transform.params],
        *inputs,
        format_option(default="csv", envvar=None),
        *appearance_options(),
    ]


def extra_options(extras: Mapping[str, str]) -> list[click.Parameter]:
    """Options for the further arrays that a loss takes."""
    return [
        _option(f"--{name.replace('_', '-')}", EXTRA + name, metavar="COLS|VALUES|FILE", help=text)
        for name, text in extras.items()
    ]


def param_option(param: Param) -> click.Parameter:
    """The option of a declared parameter."""
    name, dest, shown = param.option, PARAM + param.name, ""
    if isinstance(param.default, bool):
        return _option(f"{name}/--no-{name[2:]}", dest, default=param.default, help=param.help)
    if param.default is not None:
        shown = f" [{param.default:g}]" if isinstance(param.default, float) else f" [{param.default}]"
    if param.vector:
        return _option(name, dest, metavar="VALUES", offers=param.choices, help=param.help + shown)
    kind: Any = type(param.default) if param.default is not None else NumberOrNone()
    if param.choices:
        kind = click.Choice(param.choices)
    return _option(name, dest, type=kind, metavar="X", help=param.help + shown)


def counting_options() -> list[click.Parameter]:
    """The options shared by ``calibrate`` and ``thresholds``."""
    return [
        *input_options(),
        *sharing_options(),
        nan_option(keep=False),
        level_option(),
        plot_option("it"),
        verbose_option(),
        format_option(default="table"),
        *appearance_options(),
    ]
