"""What gives a number, as blocks, as JSON, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.core.report import strict_json
from losscli.errors import printable
from losscli.outputs.view import Block, Column, align_points, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.answers.fingerprints import Fingerprint
    from losscli.answers.identify import Answer

RECORD = ("value", "cause", "command")
_MOST_NAMES = 3


def cause(answer: Answer) -> str:
    """What gives the number, in words."""
    origin = answer.origin
    parts = [f"the data of {answer.example.source}"] if answer.example is not None else []
    parts += [f"{origin.loss.name} of {origin.kind}"]
    parts += [f"labels count from {origin.settings.label_base}"] * (origin.settings.label_base is not None)
    parts += ["labels made one-hot"] * origin.one_hot
    others = list(answer.also)[:_MOST_NAMES]
    more = len(answer.also) - len(others)
    parts.append(f"as {', '.join([origin.name, *others])}" + (f" and {more} more" if more else ""))
    how = " ".join(text for text in (answer.reduction if answer.reduction != "default" else "", answer.divisor) if text)
    parts += [how] * bool(how) + [answer.slip] * bool(answer.slip)
    parts += ["in float32"] * (origin.settings.dtype == "float32")
    parts += ["digits cut, not rounded"] * (answer.fit == "cut")
    return "; ".join(parts)


def blocks(rows: Sequence[tuple[float, str, str]], value: str, digits: int, more: int) -> list[Block]:
    """The answers, the likeliest first; ``rows`` hold value, cause and command."""
    if not rows:
        found = Block((Column(value), Column("not found")), (("", "nothing that losscli knows gives this number"),))
        return [found]
    values = align_points([number(x, max(digits, 7)) for x, _, _ in rows])
    table = Block(
        (Column("", "right"), Column(value, "right"), Column("because")),
        tuple(
            (str(i + 1), shown, printable(cause))
            for i, (shown, (_, cause, _)) in enumerate(zip(values, rows, strict=True))
        ),
        strong=frozenset({0}),
        caption=f"{more} more: -n ROWS, or more digits of the number" if more else "",
    )
    commands = [(str(i + 1), printable(command)) for i, (_, _, command) in enumerate(rows) if command]
    if not commands:
        return [table]
    return [table, Block((Column("", "right"), Column("to reproduce it")), tuple(commands))]


def document(value: float, rows: Sequence[tuple[float, str, str]], answers: Sequence[Answer | Fingerprint]) -> Any:
    """The JSON document, schema 1."""
    return strict_json(
        {
            "schema": 1,
            "value": value,
            "answers": [
                {"value": x, "cause": cause, "command": command or None, "cost": answer.cost}
                for (x, cause, command), answer in zip(rows, answers, strict=True)
            ],
        }
    )
