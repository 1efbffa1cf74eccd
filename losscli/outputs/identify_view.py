"""What gives a number, as blocks, as JSON, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.answers.identify import Answer
from losscli.answers.origins import DEFAULT
from losscli.answers.target import Fit
from losscli.core.report import strict_json
from losscli.errors import printable
from losscli.losses.vocabulary import Takes
from losscli.outputs.view import WIDTH, Block, Column, align_points, number, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.answers.fingerprints import Fingerprint

RECORD = ("value", "cause", "command")
_MOST_NAMES = 3
_FITS = {Fit.ROUNDED: "", Fit.CUT: "digits cut, not rounded", Fit.FLOAT32: "but for the rounding of float32"}


def cause(answer: Answer | Fingerprint) -> str:
    """What gives the number, in words."""
    if not isinstance(answer, Answer):
        return answer.cause
    origin = answer.origin
    settings = origin.settings
    parts = [f"{origin.loss.name}{_read(answer)}"]
    parts += [f"{name.replace('_', ' ')} {value:g}" for name, value in settings.params.items()]
    parts += [f"labels counted from {settings.label_base}"] * (settings.label_base is not None)
    parts += ["labels made one-hot"] * origin.one_hot + ["sample weights left out"] * origin.unweighted
    parts += [_reduction(answer), answer.outcome.slip]
    parts += ["in float32"] * (settings.dtype == "float32") + [_FITS[answer.fit]]
    others = len(answer.names) - _MOST_NAMES
    names = ", ".join(answer.names[:_MOST_NAMES]) + (f" and {others} more" if others > 0 else "")
    text = ", ".join(filter(None, parts))
    if answer.names != (DEFAULT,):
        text += f"; as {names}"
    return text if answer.example is None else f"{text}; on the data of {answer.example.source}"


def _read(answer: Answer) -> str:
    """What the predictions were taken for, where that is a question."""
    loss = answer.origin.loss
    if answer.again:
        return f" with {'sigmoid' if loss.takes is Takes.BINARY else 'softmax'} applied to probabilities (from logits)"
    return f" of {answer.origin.kind}" if len(loss.kinds) > 1 else ""


def _reduction(answer: Answer) -> str:
    reduced, what = answer.outcome.reduced, "weighted sum" if answer.weighted else "sum"
    if answer.origin.loss.takes is Takes.SET:
        return ""
    if reduced.divisor is None:
        return what
    if reduced.divided_by == "N" and not answer.weighted:
        return f"mean over N = {reduced.divisor:.10g}"
    return f"{what} divided by {reduced.divided_by} = {reduced.divisor:.10g}"


def blocks(
    answers: Sequence[Answer | Fingerprint],
    commands: Sequence[str],
    value: str,
    digits: int,
    more: int,
    *,
    wrapped: bool,
) -> list[Block]:
    """The answers, the likeliest first, and the command of each, if it has one.

    Args:
        answers: What to show.
        commands: For each an empty text or a command.
        value: As typed.
        digits: Significant digits, at least 7 of which are shown.
        more: How many answers are not shown.
        wrapped: Keep to 80 columns; commands are as long as they are.
    """
    if not answers:
        return [Block((Column(value), Column("not found")), (("", "nothing that losscli knows gives this number"),))]
    values = align_points([number(answer.value, max(digits, 7)) for answer in answers])
    room = WIDTH - 6 - len(str(len(answers))) - max(len(value), *map(len, values))
    rows: list[tuple[str, str, str]] = []
    first = 0
    for i, (shown, answer) in enumerate(zip(values, answers, strict=True), 1):
        lines = wrap(cause(answer), room) if wrapped else [printable(cause(answer))]
        rows += [(str(i), shown, lines[0]), *(("", "", line) for line in lines[1:])]
        first = first or len(rows)
    table = Block(
        (Column("", "right"), Column(value, "right"), Column("because")),
        tuple(rows),
        strong=frozenset(range(first)),
        caption=f"{more} more: -n ROWS, or more digits of the number" if more else "",
    )
    typed = tuple((str(i), printable(command)) for i, command in enumerate(commands, 1) if command)
    return [table, Block((Column("", "right"), Column("to reproduce it")), typed)] if typed else [table]


def records(answers: Sequence[Answer | Fingerprint], commands: Sequence[str]) -> list[tuple[float, str, str]]:
    """The cells of ``RECORD`` for each answer."""
    return [(answer.value, cause(answer), command) for answer, command in zip(answers, commands, strict=True)]


def document(value: float, answers: Sequence[Answer | Fingerprint], commands: Sequence[str]) -> Any:
    """The JSON document, schema 1."""
    return strict_json(
        {
            "schema": 1,
            "value": value,
            "answers": [_entry(answer, command) for answer, command in zip(answers, commands, strict=True)],
        }
    )


def _entry(answer: Answer | Fingerprint, command: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "value": answer.value,
        "cause": cause(answer),
        "command": command or None,
        "cost": answer.cost,
    }
    if isinstance(answer, Answer):
        found |= {
            "loss": answer.origin.loss.name,
            "predictions": answer.origin.kind,
            "conventions": list(answer.names),
            "reduction": answer.outcome.reduction,
            "divisor": answer.outcome.reduced.divisor,
            "slip": answer.outcome.slip or None,
            "before_slip": answer.outcome.reduced.value,
        }
    return found
