"""Completions of a line: names, options, their values, columns, and whether files fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from losscli.cli.app import TOOLS, app, tool_summary
from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.cli.completion.column_names import column_names
from losscli.errors import LossError
from losscli.losses.index import CALLS_OF, HOME, SUMMARIES
from losscli.losses.lookup import calls_from
from losscli.losses.transforms import TRANSFORMS
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LIST = re.compile(r"COLS|CONVENTION|FRAMEWORKS|WHAT|LOSS,")  # lists of values, separated by commas


@record
class Offers:
    """Words with a line on each; ``files`` if paths fit as well."""

    words: dict[str, str]
    files: bool = False


def offers(before: Sequence[str], current: str) -> Offers:
    """Completions of the current word after finished words (without the program)."""
    before, awaiting = _of_all(before)
    if awaiting is not None:
        return _values(awaiting, current, ())
    if not before:
        return _commands(current)
    try:
        command = app.get_command(click.Context(app), before[0])
    except LossError:
        command = None
    if command is None:
        return Offers({}, files=True)
    given, awaiting, values = _given(command, before[1:])
    if awaiting is not None and not (isinstance(awaiting, OptionalValue) and current.startswith("-")):
        offered = _values(awaiting, current, values)
        optional = isinstance(awaiting, OptionalValue)
        return Offers(offered.words, files=offered.files or optional or not offered.words)
    if current.startswith("--") and "=" in current:
        return _after_equals(command, current, values)
    if current.startswith("-"):
        return Offers(_options(command, given, current))
    return _arguments(command, current)


def _of_all(before: Sequence[str]) -> tuple[Sequence[str], click.Option | None]:
    """The words after the options shared by all commands, and the one of these that still needs a value."""
    words = [*before]
    while words and words[0].startswith("-"):
        _, awaiting, _ = _given(app, words[:1])
        if awaiting is not None and len(words) == 1:
            return [], awaiting
        del words[: 1 if awaiting is None else 2]
    return words, None


def _commands(current: str) -> Offers:
    if current.startswith("--") and "=" in current:
        return _after_equals(app, current, [])
    if current.startswith("-"):
        return Offers(_options(app, set(), current))
    words = SUMMARIES | {transform.name: transform.summary for transform in TRANSFORMS}
    words |= {name: tool_summary(name) for name in TOOLS}
    return Offers(_called(words, current))


def _called(words: dict[str, str], current: str) -> dict[str, str]:
    """The given names, aliases if some text is typed, and calls up to their next dot."""
    if current:
        names = {home: name for name, home in reversed(HOME.items())}  # the first name of each is its own
        words = words | {
            name: f"{names[home]}: {SUMMARIES[names[home]]}" for name, home in HOME.items() if name not in SUMMARIES
        }
    start = current.replace("_", "-")
    sign = "_" if "_" in current else "-"  # as typed so far: a shell drops other completions
    found = {word.replace("-", sign): text for word, text in words.items() if word.startswith(start)}
    for spelling, call in calls_from(current, folded=not found):
        if spelling.endswith("."):
            found[spelling] = f"calls of {call.partition('.')[0]}"
        else:
            found.setdefault(spelling, SUMMARIES[CALLS_OF[call][0]] if spelling == call else call)
    return found


def _given(command: click.Command, words: Sequence[str]) -> tuple[set[str], click.Option | None, list[str]]:
    """The names of given options, the option that needs a value, and the arguments."""
    options = {name: one for one in command.params for name in (*one.opts, *one.secondary_opts)}
    given: set[str] = set()
    awaiting: click.Option | None = None
    rest = []
    for word in words:
        optional = isinstance(awaiting, OptionalValue) and not re.fullmatch(awaiting.pattern, word)
        if awaiting is not None and not optional:
            awaiting = None
            continue
        name = word.partition("=")[0] if word.startswith("--") else word[:2]
        option = options.get(name) if word.startswith("-") else None
        awaiting = None
        if isinstance(option, click.Option):
            given.add(str(option.name))
            if word == name and not option.is_flag:
                awaiting = option
        elif not word.startswith("-"):
            rest.append(word)
    return given, awaiting, rest


def _options(command: click.Command, given: set[str], current: str) -> dict[str, str]:
    """Long names, or short ones if one is begun; given options only if they may be repeated."""
    found: dict[str, str] = {}
    for option in command.get_params(click.Context(command)):
        if not isinstance(option, click.Option) or (option.name in given and not option.multiple):
            continue
        names = [*option.opts, *option.secondary_opts]
        if not current.startswith("--") and current != "-":
            shown = [name for name in names if not name.startswith("--")]
        else:
            shown = [name for name in names if name.startswith("--")]
        found |= {name: option.help or "" for name in shown if name.startswith(current)}
    return found


def _after_equals(command: click.Command, current: str, files: list[str]) -> Offers:
    name, _, value = current.partition("=")
    option = next((one for one in command.params if name in one.opts), None)
    if not isinstance(option, click.Option):
        return Offers({})
    found = _values(option, value, files)
    return Offers({f"{name}={word}": text for word, text in found.words.items()}, found.files)


def _values(option: click.Option, current: str, files: Iterable[str]) -> Offers:
    """Values of an option: its choices, what it offers, and what its metavar asks for."""
    metavar = option.metavar or ""
    head, comma, last = current.rpartition(",") if _LIST.search(metavar) else ("", "", current)
    words: dict[str, str] = {}
    if isinstance(option.type, click.Choice):
        words = dict.fromkeys(map(str, option.type.choices), "")
    if isinstance(option, GroupedOption):
        words |= dict.fromkeys(option.offers, "")
    if re.search(r"\bCOLS?\b|\bWHAT\b|\bEXPR\b", metavar):
        words |= dict.fromkeys(column_names(files), "column")
    words |= dict.fromkeys(re.findall(r"\b[a-z]+\b", metavar), "")
    if metavar.startswith("LOSS"):
        words = _called(SUMMARIES, last)
    used = set(head.split(",")) if comma else set()
    found = {head + comma + word: text for word, text in words.items() if word.startswith(last) and word not in used}
    return Offers(found, files=re.search("FILE|VALUES|WEIGHTS", metavar) is not None)


def _arguments(command: click.Command, current: str) -> Offers:
    """Files, unless the argument is one of some words, or the name of a loss."""
    argument = next((one for one in command.params if isinstance(one, click.Argument)), None)
    if argument is not None and isinstance(argument.type, click.Choice):
        return Offers({word: "" for word in map(str, argument.type.choices) if word.startswith(current)})
    if argument is not None and argument.name == "name":
        return Offers(_called(SUMMARIES, current))
    return Offers({}, files=True)
