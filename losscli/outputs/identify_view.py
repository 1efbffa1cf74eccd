"""What may have given a number, as blocks, as JSON, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.answers.identify.candidates import DEFAULT
from losscli.answers.identify.identify import Answer
from losscli.answers.identify.written_number import Fit
from losscli.losses.vocabulary import Takes
from losscli.outputs.draw.block import PAIRS, ROWS, Block, Column, Fold
from losscli.outputs.draw.terminal import WIDTH
from losscli.outputs.report_view import align_points, number, wrap
from losscli.outputs.write import View
from losscli.record import record
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.answers.identify.known_numbers import Fingerprint

_MOST_NAMES = 3
_SHIFTS = {0: "", 1: "each prediction for the label after its own", -1: "each prediction for the label before its own"}
_FITS = {
    Fit.EXACT: "",
    Fit.ROUNDED: "",
    Fit.CUT: "digits cut, not rounded",
    Fit.FLOAT32: "but for the rounding of float32",
}


def cause(answer: Answer | Fingerprint) -> str:
    """One explanation of the number, in words."""
    if not isinstance(answer, Answer):
        return answer.cause
    origin = answer.origin
    settings = origin.settings
    parts = [f"{origin.loss.name}{_read(answer)}"]
    parts += [f"{name.replace('_', ' ')} {_value(value)}" for name, value in settings.params.items()]
    parts += [f"labels counted from {settings.label_base}"] * (settings.label_base is not None)
    parts += ["labels made one-hot"] * origin.one_hot + ["sample weights left out"] * origin.unweighted
    parts += [_reduction(answer), _SHIFTS[answer.shift], answer.outcome.said]
    parts += ["in float32"] * (settings.dtype == "float32") + [_FITS[answer.fit]]
    others = len(answer.names) - _MOST_NAMES
    names = ", ".join(answer.names[:_MOST_NAMES]) + (f" and {others} more" if others > 0 else "")
    text = ", ".join(filter(None, parts))
    if answer.names != (DEFAULT,):
        text += f"; as {names}"
    return text if answer.example is None else f"{text}; on the data of {answer.example.source}"


def _value(value: Any) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else value if isinstance(value, str) else f"{value:g}"


def _read(answer: Answer) -> str:
    """How the predictions were read, if the loss leaves a choice."""
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


@record
class IdentifyView(View):
    """What may have given a number, the likeliest first.

    Attributes:
        value: The number, as typed.
        answers: What to show.
        commands: For each answer a command, or an empty string.
        digits: Significant digits, at least 7 of which are shown.
        more: The number of answers not shown.
        verbose: So many answers were asked for that a low screen leaves none out.
    """

    value: str
    answers: Sequence[Answer | Fingerprint]
    commands: Sequence[str]
    digits: int
    more: int
    verbose: bool = False

    head = ("value", "cause", "command")

    def blocks(self, *, wrapped: bool, page: bool = False) -> list[Block]:
        """The answers, and the command of each, if it has one; commands are never wrapped."""
        if not self.answers:
            nothing = "nothing that losscli knows gives this number"
            return [Block((Column(self.value), Column("not found")), (("", nothing),))]
        values = align_points([number(answer.value, max(self.digits, 7)) for answer in self.answers])
        room = WIDTH - 6 - len(str(len(self.answers))) - max(len(self.value), *map(len, values))
        rows: list[tuple[str, str, str]] = []
        first = 0
        for i, (shown, answer) in enumerate(zip(values, self.answers, strict=True), 1):
            lines = wrap(cause(answer), room) if wrapped else [printable(cause(answer))]
            rows += [(str(i), shown, lines[0]), *(("", "", line) for line in lines[1:])]
            first = first or len(rows)

        def more(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
            hidden = self.more + len(gone)
            return f"{hidden} more: -n ROWS, or more digits of the number" if hidden else ""

        table = Block(
            (Column("", "right"), Column(self.value, "right"), Column("because")),
            tuple(rows),
            strong=frozenset(range(first)),
            caption=more(),
            fold=Fold(ROWS, range(len(rows)), 1, more),
            title=f"What gives {self.value}",
        )
        typed = tuple((str(i), printable(command)) for i, command in enumerate(self.commands, 1) if command)
        fold = Fold(PAIRS, range(len(typed)), 1, lambda gone, less: f"{count(len(gone), 'more command')}: -n ROWS")
        return [table, *[Block((Column("", "right"), Column("to reproduce it")), typed, fold=fold)] * bool(typed)]

    def records(self) -> Iterator[Sequence[Any]]:
        """A line for each answer."""
        for answer, command in zip(self.answers, self.commands, strict=True):
            yield answer.value, cause(answer), command

    def document(self) -> Any:
        """The JSON document, schema 1."""
        answers = [_entry(answer, command) for answer, command in zip(self.answers, self.commands, strict=True)]
        return {"schema": 1, "value": float(self.value), "answers": answers}


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
            "slip": answer.outcome.said or None,
            "before_slip": answer.outcome.reduced.value,
        }
    return found
