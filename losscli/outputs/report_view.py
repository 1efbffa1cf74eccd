"""A report as blocks of text cells, which table and Markdown draw each in their own way."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any, TextIO

from losscli.losses.vocabulary import Takes
from losscli.outputs.draw.block import INPUT, LAST, RESULT, ROWS, Block, Column, Fold, block_of
from losscli.outputs.draw.cell_text import cut, with_short_names
from losscli.record import replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.intervals.interval import Interval
    from losscli.core.report import Report
    from losscli.core.shown_rows import Row


BAR_WIDTH = 8
_EIGHTHS = " ▏▎▍▌▋▊▉"
_ASCII = str.maketrans(
    {**dict(zip("▁▂▃▄▅▆▇", "1234567", strict=True)), "…": "...", "─": "-", "│": "|", "●": "o", "█": "#", "±": "+-"}
)
_LONGEST_DECISION, _LONGEST_NAME = 60, 20
_LONGEST_UNIT, _LONGEST_LEFT_OUT = 12, 64
_LEAST_OUTPUTS = 3  # of a score with several, on a low screen
MOST_DECISIONS = 5  # shown with their reasons by default
_METHODS = {
    "hall-t": "Hall's t",
    "t": "t",
    "wilson": "Wilson",
    "delong": "DeLong",
    "order-statistics": "order statistics",
    "poisson-bootstrap": "bootstrap",
}
# Rows left out of a result on a low screen, the last first.
_PERSPECTIVE = ("accuracy", "skill", "perplexity", "class prior", "uniform guess", "std", "median", "sum", "max", "min")


def speaks_unicode(stream: TextIO) -> bool:
    """Whether box lines and bars can be written."""
    return (getattr(stream, "encoding", None) or "ascii").lower().startswith("utf")


def transcribed(text: str, *, unicode: bool) -> str:
    """Text for a stream that may only take ASCII."""
    return text if unicode else text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def bar(share: float, *, unicode: bool) -> str:
    """A bar of up to ``BAR_WIDTH`` characters for a fraction between 0 and 1."""
    if not unicode:
        return "#" * round(share * BAR_WIDTH)
    eighths = round(share * BAR_WIDTH * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def signed_bar(share: float, *, unicode: bool) -> str:
    """A bar left of a line in the middle for a fraction between -1 and 0, right of it for one up to 1."""
    size = bar(abs(share) / 2.0, unicode=unicode)
    if share < 0.0 and unicode:  # of the blocks, only the whole and the half one are flush right
        halves = round(-share * BAR_WIDTH)
        size = "▐" * (halves % 2) + "█" * (halves // 2)
    left, right = (size, "") if share < 0.0 else ("", size)
    return f"{left:>{BAR_WIDTH // 2}}{'│' if unicode else '|'}{right}"


def number(x: float | None, digits: int) -> str:
    """Significant digits, without a locale; ``inf`` and ``nan`` in words."""
    return "" if x is None else f"{x:.{digits}g}"


def cell(value: Any, digits: int, most: int = 4) -> str:
    """Any value of a row, shortened to fit a cell."""
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value, digits)
    if isinstance(value, list):
        most = 2 if value and isinstance(value[0], list) else most
        shown = [cell(item, digits, 2) for item in value[:most]]
        return "[" + " ".join(shown + ["…"] * (len(value) > most)) + "]"
    return printable(str(value))


_NARROW = 20  # next to a long number


def wrap(text: str, width: int) -> list[str]:
    """Printable lines of some width, unless words are longer; for tables shown where nothing wraps."""
    return textwrap.wrap(printable(text), max(width, _NARROW), break_long_words=False, break_on_hyphens=False) or [""]


def align_points(cells: Sequence[str]) -> list[str]:
    """Pad numbers so that their decimal points align."""
    tails = [len(text) - text.index(".") if "." in text and "e" not in text else 0 for text in cells]
    room = max(tails, default=0)
    padded = [
        text + " " * (room - tail) if text and "e" not in text else text
        for text, tail in zip(cells, tails, strict=True)
    ]
    width = max(map(len, padded), default=0)
    return [text.rjust(width) for text in padded]


def sample_block(report: Report, rows: Sequence[Row], digits: int) -> Block | None:
    """The per-sample table; None if no rows are shown."""
    if not rows:
        return None
    takes = report.loss.takes
    what = "label" if takes is not Takes.VALUE else "target"
    named = any(row.id is not None for row in rows)
    labels = [cell(row.label, digits) for row in rows]
    losses = [cell(row.loss, digits) if row.counted else "not counted" for row in rows]
    names = [str(row.number) if row.id is None else printable(row.id) for row in rows]
    columns = [
        (Column("id" if named else "sample", "name" if named else "right"), names),
        *[(Column(what, "right"), labels)] * any(labels),
        (Column("predicted", "right"), [cell(row.predicted, digits) for row in rows]),
    ]
    chosen = len(columns) - 1
    if any(row.probability is not None for row in rows):
        given = align_points([number(row.probability, digits) for row in rows])
        columns.append((Column("p(label)", "right"), given))
    columns.append((Column(report.loss.names[-1], "right"), align_points(losses)))
    scalar = [row.loss for row in rows if isinstance(row.loss, float)]
    if len(scalar) == len(rows) and not report.loss.higher_is_better:
        columns.append((Column("", "bar"), bars(scalar)))

    def more(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        hidden = report.samples - len(rows) + len(gone)
        what = "more row" if len(gone) < len(rows) else "row"
        return f"{count(hidden, what)} (-n ROWS, --all, --worst K)" if hidden > 0 else ""

    return block_of(
        columns,
        caption=more(),
        tones={(i, chosen): "bad" for i, row in enumerate(rows) if _wrong(row, takes)},
        fold=Fold(ROWS, range(len(rows)), 0, more),
    )


def _wrong(row: Row, takes: Takes) -> bool:
    """Whether another class than the label's was predicted."""
    if not row.counted or isinstance(row.label, list):
        return False
    if takes is Takes.BINARY:
        return row.probability is not None and row.probability < 0.5
    return takes.picks_class and row.predicted is not None and row.predicted != row.label


def bars(losses: Sequence[float]) -> list[str]:
    """Losses as fractions of the largest one."""
    finite = [loss for loss in losses if 0.0 < loss < float("inf")]
    top = max(finite, default=0.0)
    return [f"{min(loss / top, 1.0):.4f}" if top and loss > 0.0 else "0" for loss in losses]


def result_block(report: Report, digits: int) -> Block:
    """The reduced value, then what puts it into perspective; for a score only the score."""
    summary, perplexity = report.summary.to_dict(), _perplexity(report, digits)
    rows = _values(report, digits)
    texts = {"sum": "", "mean": "", "std": "standard deviation", "min": "", "median": "", "max": ""}
    rows += [
        (name, number(summary[name], digits), text)
        for name, text in texts.items()
        if name != report.reduction
        and summary[name] is not None
        and report.score is None
        and (name in ("sum", "mean") or report.summary.count > 1)
    ]
    rows += [(name, number(value, digits), "") for name, value in report.rates.items()]
    rows += [perplexity] * (not report.exponential)
    if report.accuracy is not None:
        rows.append(("accuracy", number(report.accuracy, digits), ends(report.accuracy_interval, digits)))
    baseline = report.baseline
    if baseline is not None:
        rows.append(("uniform guess", number(baseline.uniform, digits), "giving every class 1/C"))
        rows.append(("class prior", number(baseline.class_prior, digits), "always predicting the class frequencies"))
        rows.append(("skill", number(baseline.skill, digits), "1 - loss / class prior"))
    rows = [row for row in rows if row[1]]
    beside_groups = ["standard error"] * bool(report.by)  # groups have intervals
    unit = f"in {report.unit}" if report.unit else ""
    fold = named_fold([name for name, _, _ in rows], (*_PERSPECTIVE, *beside_groups), report.headline)
    if len(report.score or ()) > 1:
        outputs = range(len(rows))
        fold = Fold(RESULT, outputs, _LEAST_OUTPUTS, lambda gone, less: f"-v: {count(len(gone), 'more output')}")
    units = (unit, "") if len(unit) <= _LONGEST_UNIT else ("", unit)  # a long one goes where words wrap
    return numbers_block(
        (Column(printable(report.loss.name)), Column(units[0], "right"), Column(units[1])),
        rows,
        strong=frozenset({0}) if report.value is not None else frozenset(range(len(report.score or ()))),
        fold=fold,
    )


def _perplexity(report: Report, digits: int) -> tuple[str, str, str]:
    exponent = "exp of the weighted mean in nats" if report.weighs_over_rows else "exp of the mean in nats"
    remark = _joined(ends(report.perplexity_interval, digits), exponent)
    return "perplexity", number(report.perplexity, digits), remark


def _values(report: Report, digits: int) -> list[tuple[str, str, str]]:
    """The value or values, and how sure they are."""
    reduced, sure, rows = report.reduced, report.interval, []
    if report.score is not None:
        names = ["value"] if len(report.score) == 1 else [f"output {i + 1}" for i in range(len(report.score))]
        rows = [(name, number(one, digits), ends(sure, digits)) for name, one in zip(names, report.score, strict=True)]
    elif report.value is not None:
        remark = f"divided by {reduced.divided_by} = {reduced.divisor:.10g}" if reduced.divisor is not None else ""
        remark = _joined(ends(report.reduced_interval, digits), remark)
        rows = [_perplexity(report, digits)] * report.exponential
        rows.append((report.reduction, number(reduced.value, digits), remark))
    if sure is not None and sure.se is not None:
        rows.append(("standard error", number(sure.se, digits), how(sure)))
    elif sure is not None:
        rows.append(("rows", f"{sure.units:,}", f"interval by {_METHODS[sure.method]}"))
    return rows


def numbers_block(columns: tuple[Column, ...], rows: Sequence[tuple[str, str, str]], **more: Any) -> Block:
    """Lines of a name, a number and a remark; decimal points are aligned."""
    values = align_points([value for _, value, _ in rows])
    return Block(
        columns, tuple((name, value, remark) for (name, _, remark), value in zip(rows, values, strict=True)), **more
    )


def named_fold(names: Sequence[str], order: Sequence[str], first: str = "") -> Fold:
    """A fold that leaves out rows by name, the last of ``order`` first; never the ``first`` rows."""
    places = [names.index(name) for name in order if name in names and name != first]

    def below(gone: Sequence[int], less: Sequence[int]) -> str:
        shown = [names[i] for i in gone]
        while len(said := f"-v: {', '.join(shown)}") > _LONGEST_LEFT_OUT:
            del shown[-1]
        return said + f" and {len(gone) - len(shown)} more" * (len(shown) < len(gone))

    return Fold(RESULT, places, 0, below)


def ends(interval: Interval | None, digits: int) -> str:
    """An interval in words, with fewer digits than the number, as its ends are less certain."""
    if interval is None:
        return ""
    low, high = (number(end, max(digits - 3, 2)) for end in (interval.low, interval.high))
    return f"{interval.level * 100:.10g}% interval {low} … {high}"


def how(interval: Interval) -> str:
    """The method of an interval, and the number of its units."""
    return f"{_METHODS[interval.method]} over {count(interval.units, interval.unit)}"


def _joined(*remarks: str) -> str:
    return "; ".join(filter(None, remarks))


def input_blocks(report: Report, *, verbose: bool) -> list[Block]:
    """What was detected or decided, with reasons if these are short or asked for, and the signature."""
    size = " x ".join([f"{report.samples:,}", *map(str, report.axes)])
    size += f" x {report.classes} classes" if report.classes else ""
    rows = [(printable(one.what), printable(one.value), printable(one.reason)) for one in report.decisions]
    rows.append(("samples", size, ""))
    said = {one.value for one in report.decisions if one.note} | set(re.split(r"[|:]", report.signature))
    brief = folded([row for row in rows if row[1] not in said], printable(report.signature))
    if len(rows) > MOST_DECISIONS and not verbose:
        least = f"samples {size} (-v: how the input was read)\n{printable(report.signature)}"
        return [replace(brief, fold=Fold(LAST, (0,), 0, lambda gone, less: least, together=True))]
    columns = (Column("input"), Column("taken as"), Column("because"))
    fold = Fold(INPUT, range(len(rows)), 0, lambda gone, less: brief.caption, together=True)
    return [Block(columns, tuple(rows), caption=printable(report.signature), fold=fold)]


def folded(rows: Sequence[tuple[str, str, str]], *below: str) -> Block:
    """Decisions without their reasons on one line, and further lines."""
    said = "; ".join(f"{what} {_brief(value)}" for what, value, _ in rows)
    return Block((), (), caption="\n".join([f"{said} (-v: why)", *below]))


def _brief(value: str) -> str:
    """A decision that fits on a line: its long names are cut, then only the first items of a list stay."""
    if len(value) <= _LONGEST_DECISION:
        return value
    items = with_short_names(value, _LONGEST_NAME).split(", ")
    while len(items) > 1 and len(", ".join(items)) > _LONGEST_DECISION - 2:
        items = [*items[:-2], f"{items[-2].removesuffix(' …')} …"]
    return cut(", ".join(items), _LONGEST_DECISION)


def gate_block(report: Report) -> Block:
    """The verdicts as a table."""
    rows = [(printable(one.name), "failed" if one.failed else "passed", printable(one.message)) for one in report.gates]
    strong = frozenset(i for i, one in enumerate(report.gates) if one.failed)
    tones = {(i, 1): "bad" if one.failed else "good" for i, one in enumerate(report.gates)}
    return Block((Column("gate"), Column("verdict"), Column("because")), tuple(rows), strong=strong, tones=tones)
