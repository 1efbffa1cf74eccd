"""The arguments that a loss, a call or a tool takes besides its own: the options of its command."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.losses.option_words import MEANS
from losscli.losses.vocabulary import Kind, Takes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference

RESULT = ("nan", "dtype", "margin", "test", "bootstrap", "seed")
SEQUENCE = ("per", "bytes", "words")  # of log-probabilities of observed outcomes
_LABELS = ("classes", "label_base", "ignore_index", "label_form", "nan", "shift")
_KINDS = ("from_logits", "from_log_probs")
_READINGS = ("like", "clip", "rescale", "percent", "temperature")
# All readings are searched, so whether predictions are logits is not asked.
OF_TOOLS: dict[str, tuple[str, ...]] = {
    "check": (*_LABELS, "class_axis", *_KINDS, *_READINGS, "class_weight"),
    "identify": (*_LABELS, "class_axis", "class_weight", "temperature"),
    "calibrate": (*_LABELS, "class_axis", *_KINDS, *_READINGS),
    "thresholds": (*_LABELS, "from_logits"),
}

# Parameters that functions name themselves.
OWN: dict[str, tuple[str, ...]] = {
    "evaluate": ("sample_weight", "against", "cluster", "ci"),
    "Evaluation": ("ci",),
    "compare": ("sample_weight", "frameworks"),
    "explain": ("sample_weight", "rows"),
    "check": ("sample_weight", "loss", "strict"),
    "identify": ("sample_weight", "samples", "rows", "value"),
    "calibrate": ("sample_weight", "n_bins", "each_class", "fit", "ci"),
    "thresholds": ("sample_weight", "at", "recall", "precision", "cost", "positive", "ci"),
}
OF_EVALUATE = ("by", "margin", "test", "bootstrap", "seed", *SEQUENCE)  # not for the other functions
CALLS_LABELS = "labels_"  # a call's own argument ``labels``, beside the labels themselves
_HINTS = {
    "labels": "they are given by their place",
    "where": "a condition in a text picks rows of a table; of arrays pick them beforehand",
}
_TABLE = {"label": "labels", "pred": "predictions"}  # columns of a table, and the arguments that arrays have instead


def of_loss(loss: Loss) -> tuple[str, ...]:
    """The arguments of a loss under its own name."""
    kinds, takes = loss.kinds, loss.takes
    found = [*RESULT, "reduction", *["base"] * (loss.unit == "nats")]
    if Kind.LOGITS in kinds and len(kinds) > 1:
        found += _KINDS
    elif kinds == (Kind.LOG_PROBABILITIES,):
        found.append("from_log_probs")
    found += ["like"] * bool(loss.default) + ["temperature"] * (Kind.LOGITS in kinds)
    found += ["percent", "clip", "rescale"] * (Kind.PROBABILITIES in kinds)
    found += ["class_weight"] * (takes is Takes.CLASS) + ["label_form"] * takes.labelled
    found += ["ignore_index"] * (takes.picks_class or takes is Takes.DECISION)
    found += ["class_axis"] * bool(takes.classes)
    found += SEQUENCE if kinds == (Kind.LOG_PROBABILITIES,) else ()
    return (*found, *_of_classes(loss), *_of_place(takes))


def of_call(loss: Loss, reference: Reference) -> tuple[str, ...]:
    """The arguments of a framework's call."""
    numbered = reference.takes in (None, loss.takes) or loss.takes in (Takes.CLASS, Takes.BINARY)
    return (*RESULT, *(_of_classes(loss) if numbered else ()), *_of_place(reference.takes or loss.takes))


def refuse_unknown(given: Iterable[str], allowed: Iterable[str], called: str, further: Iterable[str] = ()) -> None:
    """Refuse an unknown argument.

    Args:
        given: The names of the arguments given.
        allowed: The names allowed.
        called: The function that was called.
        further: Names that other functions take, and that may have been meant.

    Raises:
        UsageError: One is unknown.
    """
    known = {*allowed}
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        names = {*known, *further, *_TABLE, *_TABLE.values()} - {unknown}
        hint = _HINTS.get(unknown) or " or ".join(_meant(unknown, names))
        raise UsageError(f"{called} takes no argument {unknown}", hint=hint)


def _meant(unknown: str, names: Collection[str]) -> Sequence[str]:
    """Allowed names that are spelled alike, or mean the same elsewhere."""

    def close(cutoff: float) -> Sequence[str]:
        return difflib.get_close_matches(unknown.lower(), sorted(names), n=3, cutoff=cutoff)

    words = (word.replace("-", "_") for word in MEANS.get(unknown.lower().replace("_", "-"), ()))
    return close(0.85) or [_TABLE.get(word, word) for word in words if word in names] or close(0.7)


def refuse_of_evaluate(
    options: Mapping[str, Any], called: str, own: Collection[str] = (), names: Sequence[str] = OF_EVALUATE
) -> None:
    """Refuse arguments that only ``evaluate`` takes; None counts as not given.

    Args:
        options: The arguments given, by name.
        called: The function that was called.
        own: Arguments that the loss or call has itself.
        names: The arguments that only ``evaluate`` takes.

    Raises:
        UsageError: One of them was given.
    """
    said = {name for name, value in options.items() if value is not None} - {*own}
    found = next((name for name in names if name in said), None)
    if found is not None:
        raise UsageError(f"{called} takes no argument {found}", hint=f"evaluate(..., {found}=...)")


def _of_classes(loss: Loss) -> list[str]:
    takes = loss.takes
    numbers = takes.picks_class or takes is Takes.DECISION
    return ["classes"] * loss.names_classes + ["label_base"] * numbers


def _of_place(takes: Takes) -> list[str]:
    return ["shift"] * (takes in (Takes.CLASS, Takes.SCORES))
