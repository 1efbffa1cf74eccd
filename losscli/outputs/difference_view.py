"""The difference to baselines as blocks: the rows with the largest differences, both numbers, the verdict."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.core.intervals.difference import UNDECIDED
from losscli.outputs.difference_cells import (
    bar_of,
    elsewhere,
    ends,
    interval_named,
    narrowed,
    number_of,
    probability,
    signed,
    verdict_tones,
)
from losscli.outputs.draw.block import ROWS, Block, Column, Fold, block_of
from losscli.outputs.group_difference_view import group_block
from losscli.outputs.report_view import align_points, cell, input_blocks, named_fold, number
from losscli.record import replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.intervals.difference import Difference
    from losscli.core.report import Report

_TESTS = {
    "t": "paired t-test",
    "delong": "DeLong's test",
    "sign-flip": "sign-flip test",
    "mcnemar": "McNemar's exact test",
    "poisson-bootstrap": "bootstrap: samples of the rows on either side of 0",
}


def view(report: Report, digits: int, *, verbose: bool) -> list[Block]:
    """One baseline in full, or several in one line each; and how the input was read."""
    shown = shortly(report)
    groups = [group_block(shown, digits)] * bool(report.groups)
    behind = [*_further(shown, digits), *input_blocks(report, verbose=verbose)]
    if len(shown.against) > 1:
        return [*groups, _several(shown, digits), *behind]
    found = shown.against[0]
    moved = [_moved(shown, found, digits)] if found.moved else []
    return [*moved, *groups, _numbers(shown, found, digits), _verdict(shown, found, digits), *behind]


def _further(report: Report, digits: int) -> list[Block]:
    """The differences under further losses."""
    if not report.beside:
        return []
    from losscli.outputs.contest_view import contest_block

    return [contest_block(report, digits)]


def shortly(report: Report) -> Report:
    """The report with file names without their folders, if they still differ."""
    names = [report.called, *(one.name for one in report.against)]
    short = [name.rpartition("/")[2] for name in names]
    if "" in short or len(set(short)) < len(short):
        return report
    pairs = zip(report.against, short[1:], strict=True)
    against = tuple(replace(one, baseline=replace(one.baseline, name=name)) for one, name in pairs)
    return replace(report, called=short[0], against=against)


def _moved(report: Report, found: Difference, digits: int) -> Block:
    """The rows with the largest differences."""
    rows = found.moved
    named = any(one.id is not None for one in rows)
    labelled = any(one.label is not None for one in rows)
    most = max((abs(one.difference) for one in rows if math.isfinite(one.difference)), default=0.0)
    columns = [
        (
            Column("id" if named else "sample", "name" if named else "right"),
            [printable(one.id) if one.id is not None else str(one.number + 1) for one in rows],
        ),
        (Column("label", "right"), [cell(one.label, digits) for one in rows]),
        (Column(found.name, "right"), align_points([number(one.theirs, digits) for one in rows])),
        (Column(printable(report.called), "right"), align_points([number(one.mine, digits) for one in rows])),
        (Column("difference", "right"), align_points([signed(one.difference, digits) for one in rows])),
        (Column("", "signed"), [bar_of(one.difference, most) for one in rows]),
    ]
    columns = columns if labelled else [columns[0], *columns[2:]]

    def more(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        hidden = found.rows - len(rows) + len(gone)
        what = "more row" if len(gone) < len(rows) else "row"
        said = f"{count(hidden, what)}: -n ROWS shows more of those that changed most" if hidden > 0 else ""
        return "\n".join(filter(None, [said, elsewhere(heads, less if len(gone) < len(rows) else ())]))

    heads, values = [column for column, _ in columns], range(len(columns) - 4, len(columns) - 2)
    return block_of(columns, caption=more(), fold=Fold(ROWS, range(len(rows)), 0, more, [values]))


def _numbers(report: Report, found: Difference, digits: int) -> Block:
    """Both models' numbers, and their difference."""
    model, names = found.baseline, [found.name, printable(report.called), "difference"]
    values = [number(model.value, digits), number(report.compared, digits), signed(found.difference, digits)]
    intervals = [ends(model.interval, digits), ends(report.interval, digits), ends(found.interval, digits, "+")]
    columns = [
        (Column(printable(report.loss.name), "name"), names),
        (Column(number_of(report), "right"), align_points(values)),
    ]
    if any(intervals):
        columns.append((Column(interval_named(report)), intervals))
    if report.accuracy is not None and model.accuracy is not None:
        shares = [number(model.accuracy, digits), number(report.accuracy, digits)]
        shares.append(signed(found.accuracy_difference, digits))
        columns.append((Column("accuracy", "right"), align_points(shares)))
        own = found.accuracy_interval
        sure = [ends(model.accuracy_interval, digits), ends(report.accuracy_interval, digits), ends(own, digits, "+")]
        columns.append((Column(interval_named(report)), sure))
    said = f"{number_of(report)}: {', '.join(' '.join(pair) for pair in zip(names, values, strict=True))}"
    return narrowed(block_of(columns, strong=frozenset({2})), range(3, len(columns)), said=said)


def _verdict(report: Report, found: Difference, digits: int) -> Block:
    """The verdict, and its evidence."""
    few = max(digits - 3, 2)
    rows = [("verdict", found.verdict, found.reason)]
    if found.p is not None:
        rows.append(("p", probability(found.p, few), _test(found)))
    if found.relative is not None:
        sure = found.relative_interval
        remark = "" if sure is None else f"{_percent(sure[0], 3)} … {_percent(sure[1], 3)}"
        rows.append(("relative", _percent(found.relative, few), remark))
    if found.wins is not None and found.rows:
        share = f"{found.wins / found.rows:.1%} of {found.rows:,}"
        rows.append(("rows better", f"{found.wins:,}", f"{share}; {found.losses:,} worse, {found.ties:,} alike"))
    if found.left_out:
        rows.append(("rows left out", f"{found.left_out:,}", _of_both(report, found, digits)))
    if found.effect_size is not None:
        rows.append(("effect size", number(found.effect_size, few), "difference / its standard deviation"))
    if found.decisions is not None:
        _, first, second, _ = found.decisions
        p = "" if found.decisions_p is None else f"; McNemar p = {number(found.decisions_p, few)}"
        rows.append(("decisions", f"{first:,} to {second:,}", f"right where the other is wrong{p}"))
    title = f"{printable(report.called)} against {found.name}"
    kept = ("verdict", "p", "rows better")  # beside groups only the verdict stays
    every = [row[0] for row in rows]
    least = 1 if report.groups else sum(name in every for name in kept)
    fold = named_fold(every, (*kept, "relative", "decisions", "effect size"))

    def below(gone: Sequence[int], details: Sequence[int]) -> str:
        said = f"{title}: {found.verdict}; {found.reason}\n" if 0 in gone else ""
        others = [every[i] for i in gone if i]
        return said + f"-v: {', '.join(others)}" * bool(others)

    fold = replace(fold, least=least, caption=below)
    columns = (Column(""), Column("", "right"), Column(title))
    tones = verdict_tones([found.verdict], 1)
    return Block(columns, tuple(rows), strong=frozenset({0}), tones=tones, fold=fold)


def _of_both(report: Report, found: Difference, digits: int) -> str:
    """Why rows were left out, and both models' numbers over the others, as the difference is."""
    why = "they count under only one of the two"
    if found.common is None or found.difference is None:
        return why
    mine = number(found.common + found.difference, digits)
    return f"{why}; on the others {printable(report.called)} {mine}, {found.name} {number(found.common, digits)}"


def _test(found: Difference) -> str:
    name = _TESTS[found.test]
    if found.test != "t" or found.interval is None or found.interval.df is None:
        return name
    units = f" over {count(found.interval.units, 'cluster')}" if found.interval.unit == "cluster" else ""
    return f"{name}{units}, {count(found.interval.df, 'degree')} of freedom"


def _several(report: Report, digits: int) -> Block:
    """A line for the predictions and one for each baseline."""
    few = max(digits - 4, 2)
    every = report.against
    mine = printable(report.called)
    shares = ["" if one.wins is None else f"{one.wins / max(one.rows, 1):.1%}" for one in every]
    verdicts = [one.verdict if one.verdict != UNDECIDED else f"{one.verdict}: {one.reason}" for one in every]
    verdicts = [f"{mine} is {text}" if text in ("better", "worse") else text for text in verdicts]
    value = number_of(report)
    values = [number(report.compared, digits), *(number(one.baseline.value, digits) for one in every)]
    columns = [
        (Column(printable(report.loss.name), "name"), [mine, *(one.name for one in every)]),
        (Column(value, "right"), align_points(values)),
        (Column("difference", "right"), align_points(["", *(signed(one.difference, digits) for one in every)])),
        (Column(interval_named(report)), ["", *(ends(one.interval, digits, "+") for one in every)]),
        (Column("p", "right"), ["", *(probability(one.p, few) for one in every)]),
        (Column("p (Holm)", "right"), ["", *(probability(one.p_holm, few) for one in every)]),
        (Column("rows better", "right"), ["", *shares]),
        (Column("verdict"), ["", *verdicts]),
    ]
    tones = verdict_tones(["", *(one.verdict for one in every)], 7)
    block = block_of(columns, strong=frozenset({0}), tones=tones)
    return narrowed(block, [4], [4, 6], [4, 5, 6])


def _percent(share: float, digits: int) -> str:
    return "0%" if share == 0.0 else f"{share * 100.0:+.{digits}g}%"
