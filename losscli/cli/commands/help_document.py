"""What there is to type, as data: ``--help -f json`` of all and of one command, ``--version -v``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from losscli.cli.commands.call_command import CallCommand
from losscli.cli.commands.loss_command import LossCommand, TransformCommand
from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.cli.facts import ENVIRONMENT, STATUSES
from losscli.file_formats import INPUTS, OUTPUTS
from losscli.losses import CALLS, LOSSES
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

# What changes numbers or reads files, beside Python itself.
_PACKAGES = ("numpy", "click", "rich", "pyarrow", "safetensors", "distributed", "fsspec", "backports.zstd", "isal")


def of_all(app: click.Group, tools: Iterable[str], transforms: Iterable[str]) -> dict[str, Any]:
    """Everything: a program that has read it needs no other help."""
    context = click.Context(app)
    losses = [(LossCommand(loss), _about_loss(loss)) for loss in LOSSES]
    calls: dict[int, tuple[click.Command, dict[str, Any]]] = {}
    for call in CALLS:
        loss, reference = CALLS[call]
        about = {"name": reference.call, "aliases": [*reference.aliases], "kind": "call", "loss": loss.name}
        calls.setdefault(id(reference), (CallCommand(loss, reference), about))
    others: list[tuple[click.Command, dict[str, Any]]] = []
    for name in (*transforms, *tools):
        command = app.get_command(context, name)
        assert command is not None
        kind = "transform" if isinstance(command, TransformCommand) else "tool"
        others.append((command, {"name": name, "aliases": [], "kind": kind, "summary": command.short_help}))
    declared = [*losses, *calls.values()]
    records = [[_option(option) for option in _options(command)] for command, _ in declared]
    shared = [option for option in records[0] if all(option in other for other in records)]
    commands = [
        {**about, "options": [option for option in own if option not in shared], "shared_options": True}
        for (_, about), own in zip(declared, records, strict=True)
    ]
    commands += [
        {**about, "options": [_option(option) for option in _options(command)], "shared_options": False}
        for command, about in others
    ]
    return {
        "schema": 1,
        "program": "losscli",
        "version": __version__,
        "usage": "losscli COMMAND [PREDICTIONS [LABELS]] [OPTIONS]",
        "commands": commands,
        "shared_options": shared,
        "input_formats": INPUTS,
        "output_formats": [*OUTPUTS],
        "exit_statuses": {str(status): meaning for status, meaning in STATUSES.items()},
        "environment": ENVIRONMENT,
    }


def of_one(command: click.Command) -> dict[str, Any]:
    """One command: what it is, its arguments and options."""
    about: dict[str, Any] = {"name": command.name, "summary": command.short_help}
    if isinstance(command, LossCommand):
        about = _about_loss(command.loss)
    elif isinstance(command, CallCommand):
        reads = str(command.reference.reads)
        about |= {"kind": "call", "loss": command.loss.name, "takes": reads, "note": command.reference.note}
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    return {
        "schema": 1,
        "version": __version__,
        **about,
        "arguments": [
            {"name": str(one.name), "required": one.required, "repeatable": one.nargs < 0} for one in arguments
        ],
        "options": [_option(option) for option in _options(command)],
    }


def _about_loss(loss: Any) -> dict[str, Any]:
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
    }


def _options(command: click.Command) -> list[GroupedOption]:
    return [option for option in command.params if isinstance(option, GroupedOption)]


def _option(option: GroupedOption) -> dict[str, Any]:
    """An option; what it lacks is left out, so that the document stays short."""
    default = option.default if isinstance(option.default, bool | int | float | str) else None
    choices = [*option.type.choices] if isinstance(option.type, click.Choice) else []
    about: dict[str, Any] = {
        "names": [*option.opts],
        "off": [*option.secondary_opts],
        "value": None if option.is_flag else option.metavar or option.type.name.upper(),
        "value_optional": isinstance(option, OptionalValue),
        "type": "flag" if option.is_flag else option.type.name,
        "choices": choices,
        "suggestions": [*option.offers],
        "default": default,
        "required": option.required,
        "repeatable": option.multiple,
        "environment": option.envvar,
        "group": option.group,
        "help": option.help,
    }
    return {key: value for key, value in about.items() if value not in (None, False, [])}


def versions() -> dict[str, str]:
    """What a number, or a fault, may depend on; a package that is not there is left out."""
    import platform
    from importlib import metadata

    found = {"losscli": __version__, "Python": platform.python_version(), "platform": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
