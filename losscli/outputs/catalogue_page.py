"""The catalogue as pages in Markdown: a section for each loss, and within it one for each call."""

from __future__ import annotations

import re
import textwrap
from itertools import count
from typing import TYPE_CHECKING

from losscli.outputs.catalogue_facts import LEGEND, default, facts, grouped, limits, loss_facts
from losscli.outputs.draw import markdown
from losscli.record import record
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from losscli.losses.loss import Loss
    from losscli.outputs.catalogue_facts import Catalogue, Entry

INTRODUCTION = """\
Every loss of `losscli`, by family: what it computes, on what, and what it is called in each framework, with what
differs there. Any of the calls is a command, too, and so is any unique end of its name: `losscli nn.HuberLoss`."""
WIDTH = 120
_CODE = ("arguments", "fixed", "same as")


@record
class Page:
    """A page being written.

    Attributes:
        level: The heading level of losses.
    """

    catalogue: Catalogue
    stream: TextIO
    level: int = 3

    def write(self) -> None:
        """All entries; a title and an index only if there are several families."""
        families = list(grouped(self.catalogue.entries))
        if len(families) > 1:
            self._say(f"# Losses\n\n{INTRODUCTION}\n\n{LEGEND}\n")
            for family, entries in families:
                links = ", ".join(f"[{entry.loss.name}](#{anchor(entry.loss.name)})" for entry in entries)
                self._say(item(f"{family}: {links}"))
        for family, entries in families:
            if len(families) > 1:
                self._say(f"\n## {family.capitalize()}")
            for i, entry in enumerate(entries):
                self._say("" if i or len(families) > 1 else None)
                self._section(entry)
        if self.catalogue.not_here:
            self._say("\n## Not here\n")
            for call, reason in self.catalogue.not_here:
                self._say(item(f"`{call}`: {_escaped(reason)}"))

    def _section(self, entry: Entry) -> None:
        loss = entry.loss
        self._heading(self.level, loss.name)
        self._say(f"\n{_escaped(loss.summary)}\n\n```text\n{loss.formula}\n```\n")
        for line in _loss_lines(loss, self.catalogue):
            self._say(line)
        conventions = [reference for reference in entry.references if not reference.command]
        if conventions:
            self._say("\nConventions without a command of their own, for `--like` and `--compare`:\n")
        for reference in conventions:
            said = facts(reference, loss, self.catalogue.commands)
            about = f"{said.get('first', '')}. {reference.note}".lstrip(". ").rstrip()
            self._say(item(f"`{reference.convention}`, as `{reference.call}`: {_escaped(about) or 'as it is'}"))
        for reference in entry.references:
            if reference.command:
                self._say("")
                self._heading(self.level + 1, reference.call)
                self._say("")
                for line in _call_lines(facts(reference, loss, self.catalogue.commands)):
                    self._say(line)

    def _heading(self, level: int, text: str) -> None:
        self._say(f"{'#' * level} {_escaped(text)}")

    def _say(self, text: str | None) -> None:
        if text is not None:
            self.stream.write(f"{text}\n")


def anchor(heading: str) -> str:
    """The anchor of a heading."""
    return "".join(sign for sign in heading.lower() if sign.isalnum() or sign in "-_ ").replace(" ", "-")


def anchors(headings: Iterable[str]) -> list[str]:
    """The anchors of the headings of one page; repeated ones are numbered."""
    found: list[str] = []
    for one in map(anchor, headings):
        numbered = (f"{one}-{i}" if i else one for i in count())
        found.append(next(name for name in numbered if name not in found))
    return found


def _escaped(text: str) -> str:
    """Text escaped for Markdown; an underscore within a word needs no escape."""
    return re.sub(r"(?<=\w)\\_(?=\w)", "_", markdown.escaped(printable(text)))


def _loss_lines(loss: Loss, catalogue: Catalogue) -> Iterator[str]:
    """The facts about a loss, one item each, and its options."""
    if loss.aliases:
        yield item(f"aliases: {', '.join(f'`{alias}`' for alias in loss.aliases)}")
    for what, text in loss_facts(loss, catalogue):
        if what == "example":
            yield f"- example: `{text}`"
        elif what not in ("summary", "formula"):
            yield item(f"{f'`{what}`' if what.startswith('--') else what}: {_escaped(text)}")
    for param in loss.params:
        bounds = ", ".join(filter(None, (limits(param), f"default {default(param)}" if default(param) else "")))
        yield item(f"`{param.option}`: {_escaped(param.help)}" + (f" ({_escaped(bounds)})" if bounds else ""))


def _call_lines(said: dict[str, str]) -> Iterator[str]:
    for what, text in said.items():
        if what == "note":
            continue
        shown = ", ".join(f"`{word}`" for word in text.split(", ")) if what == "same as" else _escaped(text)
        yield item(f"{what}: {f'`{text}`' if what in _CODE[:2] else shown}")
    if "note" in said:
        yield item(_escaped(said["note"]))


def item(text: str) -> str:
    """An item of a list, wrapped."""
    words: Sequence[str] = textwrap.wrap(
        text, WIDTH - 2, break_long_words=False, break_on_hyphens=False, initial_indent="- ", subsequent_indent="  "
    )
    return "\n".join(words)
