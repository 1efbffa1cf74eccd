"""Commands to type: what was typed, with other settings."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from losscli.core.signature import options_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.plan import Settings
    from losscli.losses.references import Reference
    from losscli.losses.spec import Loss

_INPUT = ("label", "pred", "sample_weight", "id", "input_format", "delimiter")


def command_of(loss: Loss, given: Mapping[str, Any], settings: Settings, *, swap: bool = False) -> str:
    """The command of a loss on the same input; with ``swap`` predictions and labels change places.

    Empty if nothing can be typed to swap them: they are in one input, which decides.
    """
    files = bool(given.get("more"))
    if swap and (files or given["labels"] is None) and None in (given["label"], given["pred"]):
        return ""
    arguments = _arguments(given)
    options = {name: given.get(name) for name in _INPUT}
    if swap and given["labels"] is not None and not files:
        arguments.reverse()
    elif swap:
        options["label"], options["pred"] = options["pred"], options["label"]
    name = loss.names[1] if loss.aliases else loss.name
    return _typed(name, arguments, options_of(loss, settings), options, given)


def call_command_of(
    reference: Reference, given: Mapping[str, Any], options: Mapping[str, Any], reduction: str | None, dtype: str
) -> str:
    """The command of a framework's call on the same input."""
    words = [f"--{name.replace('_', '-')}" for name in options]
    if reduction is not None and reduction.startswith("normalize="):
        words += ["--no-normalize"] * reduction.endswith("False")
    elif reduction is not None:
        words += ["--reduction", reduction]
    words += ["--dtype", dtype] * (dtype != "float64")
    inputs = {name: given.get(name) for name in _INPUT}
    return _typed(reference.call, _arguments(given), words, inputs, given)


def _arguments(given: Mapping[str, Any]) -> list[Any]:
    return [given["predictions"], given["labels"], *given.get("more", ())]


def _typed(
    name: str, arguments: list[Any], words: list[str], options: Mapping[str, Any], given: Mapping[str, Any]
) -> str:
    typed = ["losscli", name, *(text.strip() for text in arguments if text is not None), *words]
    for option, value in options.items():
        if value is not None:
            typed += [f"--{option.replace('_', '-')}", value]
    if given.get("header") is not None:
        typed.append("--header" if given["header"] else "--no-header")
    return " ".join(map(shlex.quote, typed))
