"""Suggested commands: the request with other settings, as typed."""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING, Any

from losscli.cli.run.request import Request
from losscli.core.calls.call_steps import CallSteps
from losscli.core.signature import asked_of_call, options_of
from losscli.record import replace
from losscli.text import masked, spelled

if TYPE_CHECKING:
    from losscli.core.steps import Steps

_UNASKED = Request()
INPUT = (
    *("label", "pred", "sample_weight", "id", "join", "join_missing", "input_format", "delimiter"),
    *("shift", "class_axis", "where", "comment", "skip", "limit", "encoding", "na", "memory_limit"),
)


def command_of(steps: Steps, request: Request, *, swap: bool = False) -> str:
    """The command for the same input; with ``swap`` predictions and labels are exchanged.

    Empty if there is none: for a swap within one input whose columns were not asked for, or for a call with
    ``--class-axis``, which calls lack.
    """
    takes = steps.takes if isinstance(steps, CallSteps) else steps.loss.takes
    if isinstance(steps, CallSteps) and takes.classes and request.class_axis is not None:
        return ""
    if not takes.classes:
        request = replace(request, class_axis=None)
    if swap and request.labels is not None and not request.more:
        request = replace(request, predictions=request.labels, labels=request.predictions)
    elif swap and None in (request.label, request.pred):
        return ""
    elif swap:
        request = replace(request, label=request.pred, pred=request.label)
    if isinstance(steps, CallSteps):
        rows = "where-rows" if "where" in steps.reference.extras else "where"  # renamed beside a call's own ``where``
        return _typed(steps.name, _call_words(steps), request, rows)
    loss = steps.loss
    return _typed(loss.names[1] if loss.aliases else loss.name, options_of(loss, steps.settings), request)


def _call_words(steps: CallSteps) -> list[str]:
    """The arguments of a call, one word each."""
    words = []
    for name, value in steps.options.items():
        option = name.replace("_", "-")
        flag = {True: f"--{option}", False: f"--no-{option}"}
        words.append(flag[value] if isinstance(value, bool) else f"--{option}={_value(value)}")
    name, is_flag, value = steps.reduction.partition("=")
    if is_flag:
        words += [f"--no-{name}"] * (value == "False")
    elif steps.reduction != steps.reference.reductions.default:
        words += ["--reduction", steps.reduction]
    return words + asked_of_call(steps.settings)


def _value(value: Any) -> str:
    return str(value).replace(" ", "").replace("'", "") if isinstance(value, list) else spelled(value)


def _typed(name: str, words: list[str], request: Request, where: str = "where") -> str:
    arguments = (request.predictions, request.labels, *request.more)
    typed = ["losscli", name, *(text.strip() for text in arguments if text is not None), *words]
    for option in INPUT:
        value = getattr(request, option)
        if value != getattr(_UNASKED, option):
            for text in value if isinstance(value, tuple) else (value,):
                typed += [f"--{where if option == 'where' else option.replace('_', '-')}", str(text)]
    if request.header is not None:
        typed.append("--header" if request.header else "--no-header")
    return " ".join(_quoted(masked(word)) for word in typed)


def _quoted(word: str) -> str:
    """As a shell takes it: cmd.exe has no single quotes, and PowerShell looks into double ones."""
    if sys.platform != "win32":
        return shlex.quote(word)
    if re.fullmatch(r"[\w.:/\\+=*?-]+", word):
        return word
    if re.search(r'["$`%]', word):
        return "'" + word.replace("'", "''") + "'"
    return '"' + re.sub(r"(\\+)$", r"\1\1", word) + '"'
