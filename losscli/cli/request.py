"""From parsed options to what the core and the inputs are asked for; every command has some of these options."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from losscli.core.plan import Settings
from losscli.errors import UsageError, quoted
from losscli.inputs import ReadOptions, read
from losscli.losses.vocabulary import Form, Kind, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.core.batch import Dataset
    from losscli.losses.spec import Loss
    from losscli.losses.vocabulary import Param


# glibc hands every freed array of more than 128 KiB back to the system, and the next one costs page faults, until a
# larger one has been freed; this one is never touched.
np.empty(31 << 20, np.uint8)


def prepared(loss: Loss, given: Mapping[str, Any]) -> tuple[Settings, Dataset]:
    """What was asked for, and the rows to come."""
    settings = loss_settings(loss, given)
    return settings, read(*data(given), options_for(loss, given), stdin())


def loss_settings(loss: Loss, given: Mapping[str, Any]) -> Settings:
    """What was asked for, with the loss's own parameters.

    Raises:
        UsageError: A further array that the loss takes is missing.
    """
    missing = [name for name in loss.extras if given[f"extra_{name}"] is None]
    if missing:
        raise UsageError(
            f"{loss.name} also takes {missing[0]}: {loss.extras[missing[0]]}",
            hint=f"--{missing[0]} VALUES, FILE or COLUMNS",
        )
    params = {param.name: argument(param, given[param.name]) for param in loss.params if given[param.name] is not None}
    return replace(settings_of(given), params=params)


def settings_of(given: Mapping[str, Any]) -> Settings:
    """What was asked for, without the loss's own parameters; options that a command lacks have their defaults."""
    if given.get("from_logits") and given.get("from_log_probs"):
        raise UsageError("--from-logits and --from-log-probs exclude each other")
    kind = Kind.LOGITS if given.get("from_logits") else None
    form = given.get("label_form", "auto")
    classes = given.get("classes")
    return Settings(
        kind=Kind.LOG_PROBABILITIES if given.get("from_log_probs") else kind,
        like=given.get("like"),
        clip=given.get("clip"),
        rescale=given.get("rescale"),
        form=None if form == "auto" else Form(form),
        label_base=given.get("label_base"),
        ignore_index=given.get("ignore_index"),
        classes=None if classes is None else tuple(name.strip() for name in classes.split(",")),
        reduction=given.get("reduction", "mean"),
        nan=given.get("nan", "error"),
        class_weight=_class_weight(given.get("class_weight")),
        dtype=given.get("dtype", "float64"),
        percent=given.get("percent", False),
        base=given.get("base", "e"),
    )


def _class_weight(text: str | None) -> Mapping[str, float] | Sequence[float] | str | None:
    """``1,2,0.5``, ``cat=2,dog=0.5``, ``balanced``, or a file."""
    if text is None or text.strip() == "balanced":
        return text and "balanced"
    from losscli.inputs.option_values import WEIGHTS, weights_or_file

    try:
        weights = weights_or_file(text, "--class-weight", stdin())
    except UsageError as error:
        error.hint = error.hint and WEIGHTS
        raise
    return weights if isinstance(weights, dict) else weights.tolist()


def read_options(given: Mapping[str, Any], extras: Sequence[str] = ()) -> ReadOptions:
    """How to read the input, as far as the command has options for it."""
    return ReadOptions(
        format=given["input_format"],
        delimiter=given["delimiter"],
        header=given["header"],
        label=given.get("label"),
        pred=given.get("pred"),
        sample_weight=given.get("sample_weight"),
        id=given.get("id"),
        join=given.get("join"),
        drop=given.get("join_missing") == "drop",
        comment=given["comment"],
        skip=given["skip"],
        limit=given["limit"],
        encoding=given["encoding"],
        missing=given.get("nan", "error") != "error",
        na=given["na"],
        extras={name: given[f"extra_{name}"] for name in extras if given[f"extra_{name}"] is not None},
    )


def options_for(loss: Loss, given: Mapping[str, Any]) -> ReadOptions:
    """How to read the input of a loss."""
    return replace(
        read_options(given, tuple(loss.extras)),
        labels=loss.takes is not Takes.ANCHOR,
        raw_labels=loss.takes.as_given,
    )


def data(given: Mapping[str, Any]) -> tuple[str | tuple[str, ...] | None, str | None]:
    """PREDICTIONS and LABELS; three or more arguments are all files of PREDICTIONS."""
    if given["more"]:
        return (given["predictions"], given["labels"], *given["more"]), None
    return given["predictions"], given["labels"]


def stdin() -> BinaryIO | None:
    """Stdin without its buffer, which would read on, deaf to Ctrl-C, until it is full."""
    return None if sys.stdin is None else getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)


def argument(param: Param, value: Any) -> Any:
    """One of the words that a parameter may be, a number, or nested lists of numbers; typed or from a file."""
    if not param.vector or not isinstance(value, str) or value.strip() in param.choices:
        return value.strip() if isinstance(value, str) else value
    from losscli.inputs.option_values import values_or_file, words_or_file

    if param.words:
        return words_or_file(value, param.option, stdin()).tolist()
    try:
        found = values_or_file(value, param.option, stdin())
    except UsageError as error:
        error.hint = f"one of {', '.join(param.choices)}, or numbers" if param.choices else error.hint
        raise
    if not param.whole:
        return found.astype(float).tolist()
    if (found != np.floor(found)).any():
        raise UsageError(f"{param.option} {quoted(value)}: whole numbers")
    return found.astype(int).tolist()
