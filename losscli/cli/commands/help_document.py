"""The command line as data: ``--help -f json`` of all commands and of one, and ``--version -v``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import click

from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.cli.facts import ENVIRONMENT, STATUSES
from losscli.file_formats import INPUTS, OUTPUTS
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

# Packages that affect numbers or read files.
_PACKAGES = ("numpy", "click", "rich", "pyarrow", "safetensors", "distributed", "fsspec", "backports.zstd", "isal")


class Described(Protocol):
    """A command that describes itself."""

    params: list[click.Parameter]

    @property
    def facts(self) -> dict[str, Any]:
        """Its name, aliases, kind and further facts, by key."""


def of_all(declared: Iterable[Described], others: Iterable[Described]) -> dict[str, Any]:
    """The whole command line; ``declared`` are the commands of losses and calls, which share most options."""
    first = [({**command.facts, "arguments": _arguments(command)}, _options(command)) for command in declared]
    shared = [option for option in first[0][1] if all(option in options for _, options in first)]
    commands = [
        {**about, "options": [option for option in options if option not in shared], "shared_options": True}
        for about, options in first
    ]
    commands += [{**_of_command(command), "shared_options": False} for command in others]
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


def of_one(command: Described) -> dict[str, Any]:
    """One command as a document."""
    return {"schema": 1, "version": __version__, **_of_command(command)}


def _of_command(command: Described) -> dict[str, Any]:
    """The facts, arguments and options of a command."""
    return {**command.facts, "arguments": _arguments(command), "options": _options(command)}


def _arguments(command: Described) -> list[dict[str, Any]]:
    found = []
    for one in command.params:
        if isinstance(one, click.Argument):
            about = {"name": str(one.name), "required": one.required, "repeatable": one.nargs < 0}
            choices = {"choices": [*one.type.choices]} if isinstance(one.type, click.Choice) else {}
            found.append({**about, **choices})
    return found


def _options(command: Described) -> list[dict[str, Any]]:
    return [_option(option) for option in command.params if isinstance(option, GroupedOption)]


def _option(option: GroupedOption) -> dict[str, Any]:
    """An option; empty entries are left out, so that the document stays short."""
    default = option.default if isinstance(option.default, bool | int | float | str) else None
    choices = [*option.type.choices] if isinstance(option.type, click.Choice) else []
    about: dict[str, Any] = {
        "names": [*option.opts],
        "off": [*option.secondary_opts],
        "value": None if option.is_flag else option.metavar or option.type.name.upper(),
        "value_optional": isinstance(option, OptionalValue),
        "type": "flag" if option.is_flag else option.type.name.removesuffix(" range"),
        "choices": choices,
        "min": getattr(option.type, "min", None),
        "max": getattr(option.type, "max", None),
        "suggestions": [*option.offers],
        "default": default,
        "required": option.required,
        "repeatable": option.multiple,
        "environment": option.envvar,
        "group": option.group,
        "help": option.told,
    }
    return {key: value for key, value in about.items() if value is not None and value is not False and value != []}


def versions() -> dict[str, str]:
    """The versions that a number, or a bug, may depend on; missing packages are left out."""
    import platform
    from importlib import metadata

    found = {"losscli": __version__, "Python": platform.python_version(), "platform": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
