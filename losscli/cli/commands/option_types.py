"""Kinds of options: grouped in the help, with an optional value, and some types of values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from losscli.text import bytes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    _Type = click.ParamType[int]
else:
    _Type = click.ParamType


class GroupedOption(click.Option):
    """An option with its group in the help, and words for completion.

    Both the help and the words may be functions, which are called on demand.
    """

    def __init__(
        self,
        *names: str,
        group: str,
        offers: Iterable[str] | Callable[[], Iterable[str]] = (),
        help: str | Callable[[], str] | None = None,  # noqa: A002 - click calls it so
        **settings: Any,
    ) -> None:
        super().__init__(names, help=None if callable(help) else help, **settings)
        self.group = group
        self._offers = offers
        self._help = help

    @property
    def offers(self) -> tuple[str, ...]:
        """Words to complete the value with."""
        return tuple(self._offers() if callable(self._offers) else self._offers)

    @property
    def told(self) -> str | None:
        """The help."""
        return self._help() if callable(self._help) else self._help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """As click does."""
        self.help = self.told
        return super().get_help_record(ctx)

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """Strip the space that protects a negative number, as the value may be a path or a name."""
        if isinstance(value, str) and value.startswith(" -"):
            value = value[1:]
        return super().type_cast_value(ctx, value)


class NamedChoice(click.Choice):  # type: ignore[type-arg]  # older clicks have none
    """One of some names; ``meant`` maps other spellings to them."""

    def __init__(self, choices: Sequence[str], meant: Callable[[str], str]) -> None:
        super().__init__(choices)
        self._meant = meant

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name."""
        return super().convert(self._meant(value), param, ctx)


class Size(_Type):
    """A number of bytes, as in ``512M`` or ``4G``."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The bytes."""
        size = value if isinstance(value, int) else bytes_of(value)
        if size is None:
            self.fail(f"{value!r} is no size, such as 512M or 4G", param, ctx)
        return size


class NumberOrNone(_Type):
    """A number, or ``none`` for a call's None."""

    name = "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or None."""
        return None if str(value).lower() == "none" else click.FLOAT.convert(value, param, ctx)


class OptionalValue(GroupedOption):
    """An option with an optional value, as in ``--explain`` and ``--explain 3,5``.

    Args:
        pattern: The pattern of a value; a next word that does not match is PREDICTIONS.
        without: The value if none is given.
    """

    def __init__(self, *names: str, pattern: str, without: str, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.pattern = pattern
        self.without = without

    def completed(self, args: list[str]) -> list[str]:
        """The arguments, each use of this option with a value."""
        found: list[str] = []
        for i, arg in enumerate(args):
            following = args[i + 1] if i + 1 < len(args) else ""
            bare = arg in self.opts and "--" not in found and not re.fullmatch(self.pattern, following)
            found.append(f"{arg}={self.without}" if bare else arg)
        return found
