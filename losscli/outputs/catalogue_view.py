"""The catalogue for readers: a screen of families, a table of one, all about a loss, the calls of a framework."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.outputs.catalogue_data import HEAD, document, lines
from losscli.outputs.catalogue_facts import LEGEND, backend, default, facts, grouped, limits, loss_facts, names
from losscli.outputs.draw.block import ROWS, Block, Column, Fold
from losscli.outputs.draw.terminal import WIDTH
from losscli.outputs.report_view import named_fold, wrap
from losscli.outputs.write import View
from losscli.record import record, replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from losscli.losses.loss import Loss
    from losscli.outputs.catalogue_facts import Catalogue, Entry

_LESS = ("source", "labels", "unit", "--like", "range", "laws")  # left out on a low screen, the last first
_FEW = 2  # calls that are described in full by default
_AROUND = 5  # lines around the list: the command, the heading and its rule, the caption, the next prompt


@record
class CatalogueView(View):
    """The catalogue, or the part of it about one family, one loss or one framework.

    Attributes:
        screen: The lines available for the list of families; None if unlimited.
        columns: The width of a line.
    """

    catalogue: Catalogue
    name: str | None
    framework: str | None
    verbose: bool = False
    screen: int | None = None
    columns: int = WIDTH

    head = HEAD

    def blocks(self, *, wrapped: bool, page: bool = False) -> list[Block]:
        """A page, a list of calls, or all losses."""
        several = self.name is None or self.name.lower() in self.catalogue.families
        if self.framework and several:
            return listing(self.catalogue, self.framework)
        if (self.name and several) or (self.verbose and not self.name):
            return overview(self.catalogue, kinds=self.verbose)
        if self.name:
            brief = self.screen is not None and not (page or self.verbose)
            return all_about(self.catalogue, self.catalogue.entries[0], brief=brief)
        return [self._families(wrapped=wrapped or not (page or self.screen is None))]

    def _families(self, *, wrapped: bool) -> Block:
        """The names of all losses, or on a small screen the first of each family."""
        entries, screen = self.catalogue.entries, self.screen
        room = self.columns - 3 - max(len(entry.loss.family) for entry in entries)
        named = {family: [_called(entry.loss) for entry in some] for family, some in grouped(entries)}
        shown = {
            family: wrap(", ".join(names), room) if wrapped else [", ".join(names)] for family, names in named.items()
        }
        most = max(map(len, shown.values()))
        while wrapped and screen is not None and most > 1 and sum(map(len, shown.values())) > screen - _AROUND:
            most -= 1
            shown = {family: _cut(names, room, most) for family, names in named.items()}
        rows = [("" if i else family, line) for family, lines in shown.items() for i, line in enumerate(lines)]
        caption = "losscli losses FAMILY: a line for each; losscli losses NAME: all about one"
        return Block((Column("family"), Column("losses")), tuple(rows), caption=caption)

    def records(self) -> Iterator[Sequence[Any]]:
        """A line for each call."""
        return lines(self.catalogue.entries)

    def objects(self) -> Iterable[Any]:
        """An object for each loss."""
        losses: list[Any] = document(self.catalogue)["losses"]
        return losses

    def document(self) -> Any:
        """The whole catalogue."""
        return document(self.catalogue)


def _cut(names: list[str], room: int, most: int) -> list[str]:
    """As many names as the lines hold, and the number of the others."""
    for kept in range(len(names), 0, -1):
        more = f" and {len(names) - kept} more" if kept < len(names) else ""
        lines = wrap(", ".join(names[:kept]) + more, room)
        if len(lines) <= most:
            break
    return lines


def _called(loss: Loss) -> str:
    """What people type: the first alias if it is short, otherwise the name."""
    short = loss.aliases[0] if loss.aliases else loss.name
    return short if len(short) <= len(loss.name) // 2 else loss.name


def overview(catalogue: Catalogue, *, kinds: bool) -> list[Block]:
    """Losses, a table for each family; with what they take, if asked for."""
    blocks = []
    for family, entries in grouped(catalogue.entries):
        rows = [
            (", ".join(loss.names), loss.summary, *((", ".join(loss.kinds),) if kinds else ()), str(len(frameworks)))
            for loss, frameworks in ((one.loss, {r.framework for r in one.references if r.command}) for one in entries)
        ]
        takes = (Column("takes"),) if kinds else ()
        columns = (Column(family), Column("summary"), *takes, Column("known to", "right"))
        blocks.append(_block(columns, rows))
    calls = sum(len(names(call)) for entry in catalogue.entries for call in entry.references if call.command)
    caption = f"known to so many frameworks; {calls} calls in all. More: losscli losses NAME"
    return [*_captioned(blocks, caption), *_not_here(catalogue)]


def all_about(catalogue: Catalogue, entry: Entry, *, brief: bool) -> list[Block]:
    """One loss in full, and a block for each framework's call; with ``brief``, many calls get one line each."""
    loss = entry.loss
    blocks = [
        _block((Column(", ".join(loss.names)), Column(loss.family)), list(_by_line(loss_facts(loss, catalogue)))),
        *_options(loss),
    ]
    if brief and len(entry.references) > _FEW:
        fold = named_fold([row[0] for row in blocks[0].rows], _LESS)
        return [replace(blocks[0], fold=fold), *blocks[1:], _calls(entry)]
    for reference in entry.references:
        columns = (Column(reference.framework), Column(reference.call.partition(".")[2]))
        blocks.append(_block(columns, list(facts(reference, loss, catalogue.commands).items())))
    return _captioned(blocks, LEGEND) if entry.references else blocks


def _calls(entry: Entry) -> Block:
    """The calls of a loss, one line each."""
    calls = [reference for reference in entry.references if reference.command]
    rows = [(one.call, str(one.reads)) for one in calls]

    def said(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        others = ", ".join(dict.fromkeys(calls[i].framework for i in gone))
        what = "more call" if len(gone) < len(rows) else "call"
        return f"elsewhere {count(len(gone), what)} of {others}; -v: all about each" if gone else "-v: all about each"

    block = _block((Column("elsewhere"), Column("reads")), rows)
    return replace(block, caption=said(), fold=Fold(ROWS, range(len(rows)), 1, said))


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


def _block(columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]]) -> Block:
    return Block(columns, tuple(tuple(map(printable, row)) for row in rows))
