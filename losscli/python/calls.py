"""The call of ``evaluate`` that computes something, as a command does in a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.core.calls.call_steps import CallSteps
from losscli.core.settings import Settings
from losscli.losses.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.steps import Steps

_FIELDS = (
    *("like", "clip", "rescale", "label_base", "ignore_index", "classes", "class_weight", "percent", "base"),
    *("reduction", "nan", "dtype"),
)


def call_of(steps: Steps, beside: Mapping[str, str], *, swap: bool = False) -> str:
    """``losscli.evaluate("cross-entropy", predictions, labels, from_logits=True)``.

    Args:
        steps: The computation.
        beside: Further arguments, as written in code.
        swap: Predictions and labels are swapped.
    """
    first = ("labels", "predictions") if swap else ("predictions", "labels")
    words = [f'"{steps.name}"', *first]
    given = _of_call(steps) if isinstance(steps, CallSteps) else _of_loss(steps)
    words += [f"{name}={_written(value)}" for name, value in given.items()]
    words += [f"{name}={text}" for name, text in beside.items()]
    return f"losscli.evaluate({', '.join(words)})"


def _of_loss(steps: Steps) -> dict[str, Any]:
    settings = steps.settings
    found: dict[str, Any] = {}
    if settings.kind is Kind.LOGITS and steps.loss.kinds[0] is not Kind.LOGITS:
        found["from_logits"] = True
    if settings.kind is Kind.LOG_PROBABILITIES and steps.loss.kinds[0] is not Kind.LOG_PROBABILITIES:
        found["from_log_probs"] = True if settings.log_base == "e" else int(settings.log_base)
    found |= settings.params
    return found | ({} if settings.form is None else {"label_form": str(settings.form)}) | _beyond(settings, _FIELDS)


def _of_call(steps: CallSteps) -> dict[str, Any]:
    found = dict(steps.options)
    name, is_flag, value = steps.reduction.partition("=")
    if is_flag:
        found |= {name: False} if value == "False" else {}
    elif steps.reduction != steps.reference.reductions.default:
        found["reduction"] = steps.reduction
    return found | _beyond(steps.settings, ("label_base", "classes", "nan", "dtype"))


def _beyond(settings: Settings, names: tuple[str, ...]) -> dict[str, Any]:
    """The settings that differ from their defaults."""
    usual = Settings()
    return {name: value for name in names if (value := getattr(settings, name)) != getattr(usual, name)}


def _written(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return repr(value)
