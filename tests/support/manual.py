"""The manual page, made from what ``losscli --help -f json`` says."""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import Any

from tests.support.shell import losscli

_EXAMPLES = (
    ("The mean cross-entropy of a table, with what may be odd about it:", "losscli ce preds.csv --label y"),
    ("The bare number, for a script:", "losscli ce logits.npy labels.npy --from-logits -q"),
    ("Is the input what it is taken for? The status is 1 if not:", "losscli check preds.csv --label y"),
    ("Why another tool prints another number:", "losscli bce preds.csv --label y --compare"),
    ("What a number in a log may be:", "losscli identify --value 16.118"),
)


def manual() -> str:
    """``losscli(1)`` in the macros of man."""
    told = json.loads(losscli("--help", "-f", "json").out)
    by_kind = {kind: [one for one in told["commands"] if one["kind"] == kind] for kind in ("loss", "transform", "tool")}
    lines = [
        r".\" Made from the declarations by python -m tests.support.documents",
        f'.TH LOSSCLI 1 "" "losscli {told["version"]}" "User commands"',
        ".SH NAME",
        r"losscli \- compute, check and explain machine-learning losses",
        ".SH SYNOPSIS",
        r".B losscli",
        r"\fILOSS\fR [\fIPREDICTIONS\fR [\fILABELS\fR]] [\fIOPTIONS\fR]",
        ".SH DESCRIPTION",
        _text(
            "Computes a loss from predictions and labels, which are values, a file or - for standard input; logits or "
            "probabilities; class numbers, names, one-hot or soft labels. Results go to standard output, notes on "
            "what changed the number to standard error."
        ),
        ".PP",
        _text("losscli LOSS --help shows a loss's formula, options and examples; losscli losses the whole catalogue."),
    ]
    for family, losses in groupby(by_kind["loss"], key=lambda loss: str(loss["family"])):
        lines += [f'.SH "LOSSES: {family.upper()}"', *_entries((_names(loss), loss["summary"]) for loss in losses)]
    lines += [
        '.SH "OTHER COMMANDS"',
        *_entries((_names(one), one["summary"]) for one in (*by_kind["tool"], *by_kind["transform"])),
    ]
    calls = sum(one["kind"] == "call" for one in told["commands"])
    lines += [
        ".SH CALLS",
        _text(
            f"{calls} calls of Keras, PyTorch, scikit-learn, optax, TensorFlow and others are commands of their own "
            "names, as torch.nn.HuberLoss, with their keyword arguments as options. "
            "losscli losses --framework F lists them."
        ),
    ]
    first = by_kind["loss"][0]
    options = [*first["options"], *told["shared_options"]]
    headings = ("Options", "Meaning", "Input", "Result")
    for heading in headings:
        of_group = [option for option in options if option["group"] == heading]
        title = f"options of {first['name']}" if heading == "Options" else f"options: {heading}"
        lines += [f'.SH "{title.upper()}"', *_entries((_spelled(one), one["help"]) for one in of_group)]
    lines += [".SH EXIT STATUS", *_entries((_bold(key), text) for key, text in told["exit_statuses"].items())]
    lines += [".SH ENVIRONMENT", *_entries((_bold(key), text) for key, text in told["environment"].items())]
    lines += [".SH EXAMPLES"]
    for text, command in _EXAMPLES:
        lines += [_text(text), ".PP", ".RS 4", ".EX", _text(command), ".EE", ".RE", ".PP"]
    return "\n".join(lines) + "\n"


def _entries(entries: Any) -> list[str]:
    return [line for head, text in entries for line in (".TP", head, _text(text))]


def _names(command: dict[str, Any]) -> str:
    return ", ".join(_bold(name) for name in (command["name"], *command["aliases"]))


def _spelled(option: dict[str, Any]) -> str:
    names = ", ".join(_bold(name) for name in (*option["names"], *option.get("off", [])))
    return names + (rf" \fI{_escaped(option['value'])}\fR" if option.get("value") else "")


def _bold(text: str) -> str:
    return rf"\fB{_escaped(text)}\fR"


def _text(text: str) -> str:
    """A paragraph, which must not begin like a macro."""
    shown = _escaped(re.sub(r"\s+", " ", text))
    return rf"\&{shown}" if shown[:1] in ".'" else shown


def _escaped(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
