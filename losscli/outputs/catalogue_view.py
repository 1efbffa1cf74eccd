"""The catalogue for readers: blocks for tables, and the reference page in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from losscli.errors import printable
from losscli.outputs.catalogue_facts import (
    HEAD,
    LEGEND,
    backend,
    default,
    document,
    facts,
    labels,
    like,
    limits,
    lines,
    names,
    range_text,
    takes,
)
from losscli.outputs.draw import markdown
from losscli.outputs.report_view import WIDTH, Block, Column, wrap
from losscli.outputs.write import View
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from losscli.losses.loss import Loss
    from losscli.outputs.catalogue_facts import Catalogue, Entry

_INTRODUCTION = """\
Every loss of `losscli`, by family: what it computes, on what, and what it is called in each framework, with what
differs there. Any of the calls is a command, too, and so is any unique end of its name: `losscli nn.HuberLoss`.
"""
_CALL_COLUMNS = ("call", "versions", "reads", "first", "arguments", "values", "reduction", "sample weights", "note")


@record
class CatalogueView(View):
    """The catalogue, or the part of it about one loss or one framework."""

    catalogue: Catalogue
    name: str | None
    framework: str | None
    verbose: bool = False

    head = HEAD

    def blocks(self, *, wrapped: bool) -> list[Block]:
        """A page, a list of calls, or all losses."""
        if self.name:
            return page(self.catalogue, self.catalogue.entries[0])
        if self.framework:
            return listing(self.catalogue, self.framework)
        return overview(self.catalogue) if self.verbose else [families(self.catalogue, wrapped=wrapped)]

    def records(self) -> Iterator[Sequence[Any]]:
        """A line for each call."""
        return lines(self.catalogue.entries)

    def objects(self) -> Iterable[Any]:
        """One for each loss."""
        losses: list[Any] = document(self.catalogue)["losses"]
        return losses

    def document(self) -> Any:
        """Everything."""
        return document(self.catalogue)


def families(catalogue: Catalogue, *, wrapped: bool) -> Block:
    """The names of all losses, on one screen."""
    rows = []
    room = WIDTH - 3 - max(len(entry.loss.family) for entry in catalogue.entries)
    for family, entries in _families(catalogue.entries):
        names = ", ".join(_called(entry.loss) for entry in entries)
        rows += [("" if i else family, line) for i, line in enumerate(wrap(names, room) if wrapped else [names])]
    caption = "losscli losses NAME: all about one, and its names elsewhere; -v: a line for each"
    return Block((Column("family"), Column("losses")), tuple(rows), caption=caption)


def _called(loss: Loss) -> str:
    """What people type: the usual alias if that is short, else the name."""
    short = loss.aliases[0] if loss.aliases else loss.name
    return short if len(short) <= len(loss.name) // 2 else loss.name


def overview(catalogue: Catalogue) -> list[Block]:
    """All losses, a table for each family."""
    blocks = []
    known = catalogue.frameworks
    for family, entries in _families(catalogue.entries):
        rows = [
            (", ".join(loss.names), loss.summary, ", ".join(loss.kinds), str(len(set(known) & set(loss.frameworks))))
            for loss in (entry.loss for entry in entries)
        ]
        columns = (Column(family), Column("summary"), Column("takes"), Column("frameworks", "right"))
        blocks.append(_block(columns, rows))
    calls = sum(len(names(call)) for entry in catalogue.entries for call in entry.references if call.command)
    caption = f"frameworks: how many have it, {calls} calls in all. More: losscli losses NAME"
    return [*_captioned(blocks, caption), *_not_here(catalogue)]


def page(catalogue: Catalogue, entry: Entry) -> list[Block]:
    """All about one loss, and a block for each framework's call."""
    loss = entry.loss
    blocks = [
        _block((Column(", ".join(loss.names)), Column(loss.family)), list(_by_line(_loss_facts(loss, catalogue)))),
        *_options(loss),
    ]
    for reference in entry.references:
        columns = (Column(reference.framework), Column(reference.call.partition(".")[2]))
        blocks.append(_block(columns, list(facts(reference, loss, catalogue.commands).items())))
    return _captioned(blocks, LEGEND) if entry.references else blocks


def listing(catalogue: Catalogue, framework: str) -> list[Block]:
    """One framework's calls, a table for each of its modules."""
    modules: dict[str, list[tuple[str, str]]] = {}
    for entry in catalogue.entries:
        for reference in entry.references:
            if not reference.command:
                continue
            for call in names(reference):
                module, _, name = call.rpartition(".")
                same = "" if call == reference.call else f", as {reference.call}"
                note = f". {reference.note}" if reference.note and not same else ""
                modules.setdefault(module, []).append((name, f"{entry.loss.name}{same}{note}"))
    blocks = [
        _block((Column(module), Column("Loss and differences")), rows) for module, rows in sorted(modules.items())
    ]
    caption = f"Any unique end of a name will do. {backend(framework)}".rstrip()
    return [*_captioned(blocks, caption), *_not_here(catalogue)]


def reference_page(catalogue: Catalogue, stream: TextIO) -> None:
    """Write all entries in Markdown, a section each; title and index only if there are several."""
    entries = catalogue.entries
    if len(entries) > 1:
        stream.write(f"# Losses\n\n{_INTRODUCTION}\n{LEGEND}\n\n")
        for family, group in _families(entries):
            links = ", ".join(f"[{entry.loss.name}](#{entry.loss.name})" for entry in group)
            stream.write(f"- {family}: {links}\n")
    for family, group in _families(entries):
        stream.write(f"\n## {family.capitalize()}\n" if len(entries) > 1 else "")
        for entry in group:
            stream.write("\n" if len(entries) > 1 else "")
            _section(entry, catalogue, stream)
    if catalogue.not_here:
        stream.write("\n## Not here\n\n")
        markdown.draw(_not_here(catalogue), stream)


def _section(entry: Entry, catalogue: Catalogue, stream: TextIO) -> None:
    loss = entry.loss
    stream.write(f"### {loss.name}\n\n{markdown.escaped(loss.summary)}\n\n```text\n{loss.formula}\n```\n\n")
    if loss.aliases:
        stream.write(f"- aliases: {', '.join(f'`{alias}`' for alias in loss.aliases)}\n")
    for what, text in _loss_facts(loss, catalogue):
        if what == "example":
            stream.write(f"- example: `{text}`\n")
        elif what not in ("summary", "formula"):
            head = f"`{what}`" if what.startswith("--") else what
            stream.write(f"- {head}: {markdown.escaped(text)}\n")
    blocks = _options(loss)
    if entry.references:
        rows = []
        for reference in entry.references:
            said = facts(reference, loss, catalogue.commands)
            said["call"] = ", ".join(names(reference))
            said["reads"] = "; ".join(said[what] for what in ("reads", "labels", "also takes", "fixed") if what in said)
            rows.append([said.get(what, "") for what in _CALL_COLUMNS])
        filled = [j for j in range(len(_CALL_COLUMNS)) if any(row[j] for row in rows)]
        columns = tuple(Column(_CALL_COLUMNS[j]) for j in filled)
        blocks.append(_block(columns, [tuple(row[j] for j in filled) for row in rows]))
    if blocks:
        stream.write("\n")
        markdown.draw(blocks, stream)


def _loss_facts(loss: Loss, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield "summary", loss.summary
    yield "formula", loss.formula
    yield "takes", takes(loss)
    yield "labels", labels(loss)
    yield from loss.extras.items()
    if loss.unit:
        yield "unit", loss.unit
    if range_text(loss):
        yield "range", range_text(loss) + ("; higher is better" if loss.higher_is_better else "")
    elif loss.higher_is_better:
        yield "range", "higher is better"
    yield "--like", like(loss)
    if loss.laws:
        yield "laws", ", ".join(sorted(loss.laws))
    if loss.accuracy:
        yield "accuracy", loss.accuracy
    yield "source", loss.source
    if loss.examples:
        yield "example", catalogue.command_line(loss, loss.examples[0])


def _by_line(said: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """A row for each line of a text."""
    for what, text in said:
        for i, line in enumerate(text.splitlines()):
            yield "" if i else what, line.strip()


def _options(loss: Loss) -> list[Block]:
    rows = [(param.option, default(param), limits(param), param.help) for param in loss.params]
    return [_block(tuple(map(Column, ("option", "default", "may be", "meaning"))), rows)] if rows else []


def _not_here(catalogue: Catalogue) -> list[Block]:
    columns = (Column("not here"), Column("because"))
    return [_block(columns, list(catalogue.not_here))] if catalogue.not_here else []


def _captioned(blocks: list[Block], caption: str) -> list[Block]:
    """The blocks with a line below the last."""
    return [*blocks[:-1], replace(blocks[-1], caption=caption)]


def _families(entries: Iterable[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Families by their first loss, each once."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.loss.family, []).append(entry)
    yield from found.items()


def _block(columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]]) -> Block:
    return Block(columns, tuple(tuple(map(printable, row)) for row in rows))
