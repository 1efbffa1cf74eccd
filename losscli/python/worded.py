"""Errors and hints in Python's words: ``from_logits=True`` where a shell says ``--from-logits``."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from losscli import errors
from losscli.file_formats import INPUTS
from losscli.losses import FRAMEWORKS, LOSSES, find_quietly
from losscli.losses.index import CALLS_OF
from losscli.losses.meant import told_to_compare
from losscli.losses.vocabulary import Form
from losscli.python.allowed import CALLS_LABELS
from losscli.python.raised import InputError, LossError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_OPTION = re.compile(
    r"losscli losses --framework"
    r"|(?<![\w-])--(no-)?([a-z](?:[a-z0-9-]*[a-z0-9])?)(?![\w-])(?:[= ]([^\s,;:()]+(?:,[^\s,;:()]+)*))?"
)
_WORDS = frozenset(
    (
        "skip",
        "keep",
        "error",
        "drop",
        "mean",
        "sum",
        "none",
        "weighted-mean",
        "batchmean",
        "balanced",
        "exact",
        *FRAMEWORKS,
        *INPUTS,
        *Form,
    )
)
_SHORT = {"d": "delimiter", "i": "input-format", "p": "pred", "r": "reduction", "y": "label"}
_BRIEF = re.compile(rf"(?<![\w-])-([{''.join(_SHORT)}])(?: ('[^']*'|tab|space))?(?![\w-])")
# Phrases that only apply to a shell.
_SENTENCES = {
    "LABELS as the second argument": "labels right after predictions",
    "as the second argument": "right after predictions",
    "give a path or inline values": "a path",
    "-n ROWS shows more of those that changed most": "per_sample of the difference has all",
    "-n ROWS": "rows=...",
    "-f json has all": "confusion of the report has all",
    "(-v: why)": "(decisions of the report say why)",
    "losscli LOSS comes before the data": "the loss comes before the data",
    "losscli check PREDICTIONS LABELS": "check(PREDICTIONS, LABELS)",
    "an option of each": "an argument of each",
    ": `losscli softmax --log`": "",
    ", as in: losscli sigmoid, or compare": ", or compare",
}
_VALUE = rf"=[^\s,;:()]+| [A-Z][A-Z,|.]*\b| [-+]?[\d.][^\s,;:()]*| (?:{'|'.join(sorted(_WORDS, reverse=True))})\b"
_COMMAND = re.compile(rf"losscli (\w[\w.-]*\w)((?: (?:PREDICTIONS|LABELS))*)((?: --[a-z][\w-]*(?:{_VALUE})?)*)")
_FLAGS = frozenset(("from-logits", "from-log-probs", "percent", "rescale"))


def in_python(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, with errors that name arguments instead of options.

    Where labels are positional, ``labels=`` is an argument of the call that is computed.
    """
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    place = names.index("labels") if "labels" in names and "options" in code.co_varnames else len(names)

    @wraps(function)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
        if len(args) > place and "labels" in kwargs:
            kwargs[CALLS_LABELS] = kwargs.pop("labels")
        try:
            return function(*args, **kwargs)
        except LossError:
            raise
        except errors.LossError as error:
            raise _raised(error) from None

    return speaking


def _raised(error: errors.LossError) -> LossError:
    """The error as its Python class, in Python's words."""
    hints = [*error.hint.splitlines(), *[told_to_compare()] * isinstance(error, errors.WordsError)]
    kind = UsageError if isinstance(error, errors.UsageError) else InputError
    return kind(worded(error.what), worded(error.where), ", ".join(map(worded, hints)))


def worded(text: str) -> str:
    """A sentence with options rewritten as keyword arguments."""
    for typed, called in _SENTENCES.items():
        text = text.replace(typed, called)
    text = re.sub(r"losscli losses( --framework \w+, which)? lists", _in_a_shell, text)
    shown = _OPTION.sub(_keyword, _COMMAND.sub(_call, _BRIEF.sub(_in_full, text)))
    return re.sub(r"\b(PREDICTIONS|LABELS)\b", lambda match: match[1].lower(), shown)


def _in_full(match: re.Match[str]) -> str:
    name, value = _SHORT[match[1]], match[2]
    return f"--{name}" if value is None else f"{name}={_literal(value)}"


def _in_a_shell(match: re.Match[str]) -> str:
    return f"losscli losses{(match[1] or '').removesuffix(', which')}, in a shell, lists"


def _call(match: re.Match[str]) -> str:
    """A command rewritten as a function call; ``losscli`` may also be the subject of a sentence."""
    name, data, options = match.groups()
    if find_quietly(name) is None and name not in CALLS_OF:
        return match[0]
    words = [*(data.split() or ["..."]), *re.split(r" (?=--)", options)[1:]]
    return f'evaluate("{name}", {", ".join(words)})'


def _keyword(match: re.Match[str]) -> str:
    no, option, value = match[1], match[2], match[3] or ""
    if option is None:
        return match[0]
    name = option.replace("-", "_")
    glued = "=" in match[0]
    if no or option in _FLAGS or option in _declared_flags():
        rest = "" if not value else f"{'=' if glued else ' '}{value}"
        return f"{name}={not no}{rest}"
    if not value:
        return name
    if re.fullmatch(r"[A-Z][A-Z,|.]*", value):
        return f"{name}=..."
    if re.fullmatch(r"[+-]?([\d.]+(e[+-]?\d+)?|nan|inf)", value, re.IGNORECASE):
        return f"{name}={value}"
    if "," in value:
        return f"{name}=[{', '.join(_literal(one) for one in value.split(','))}]"
    if glued or value in _WORDS or value[0] in "'\"" or re.fullmatch(r"\d+-\d+", value):
        return f"{name}={_literal(value)}"
    return f"{name} {value}"


def _literal(text: str) -> str:
    text = text.strip("'\"")
    return text if re.fullmatch(r"[+-]?[\d.]+(e[+-]?\d+)?", text, re.IGNORECASE) else f'"{text}"'


def _declared_flags() -> set[str]:
    return {
        param.name.replace("_", "-")
        for loss in LOSSES
        for params in (loss.params, *(reference.options for reference in loss.references))
        for param in params
        if isinstance(param.default, bool)
    }
