"""Commands to type: what was typed, with other settings."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from losscli.cli.request import Request
from losscli.core.signature import options_of
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.core.plan import Settings
    from losscli.losses.references import Reference
    from losscli.losses.spec import Loss

_UNASKED = Request()
_INPUT = (
    *("label", "pred", "sample_weight", "id", "join", "join_missing", "input_format", "delimiter"),
    *("comment", "skip", "limit", "encoding", "na"),
)


def command_of(loss: Loss, request: Request, settings: Settings, *, swap: bool = False) -> str:
    """The command of a loss on the same input; with ``swap`` predictions and labels change places.

    Empty if nothing can be typed to swap them: they are in one input, which decides.
    """
    if swap and request.labels is not None and not request.more:
        request = replace(request, predictions=request.labels, labels=request.predictions)
    elif swap and None in (request.label, request.pred):
        return ""
    elif swap:
        request = replace(request, label=request.pred, pred=request.label)
    return _typed(loss.names[1] if loss.aliases else loss.name, options_of(loss, settings), request)


def call_command_of(
    reference: Reference, request: Request, options: Iterable[str], reduction: str | None, dtype: str
) -> str:
    """The command of a framework's call on the same input, with some flags."""
    words = [f"--{name.replace('_', '-')}" for name in options]
    if reduction is not None and reduction.startswith("normalize="):
        words += ["--no-normalize"] * reduction.endswith("False")
    elif reduction is not None:
        words += ["--reduction", reduction]
    words += ["--dtype", dtype] * (dtype != "float64")
    return _typed(reference.call, words, request)


def _typed(name: str, words: list[str], request: Request) -> str:
    arguments = (request.predictions, request.labels, *request.more)
    typed = ["losscli", name, *(text.strip() for text in arguments if text is not None), *words]
    for option in _INPUT:
        value = getattr(request, option)
        if value != getattr(_UNASKED, option):
            for text in value if isinstance(value, tuple) else (value,):
                typed += [f"--{option.replace('_', '-')}", str(text)]
    if request.header is not None:
        typed.append("--header" if request.header else "--no-header")
    return " ".join(map(shlex.quote, typed))
