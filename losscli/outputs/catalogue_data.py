"""The catalogue for programs: a document of all that is declared, and a line for each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.losses.frameworks import BACKENDS
from losscli.outputs.catalogue_facts import bounds, labels, names, plain_data
from losscli.text import strict_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Param
    from losscli.outputs.catalogue_facts import Catalogue, Entry

SCHEMA = 1
HEAD = ("call", "loss", "family", "framework", "reads", "options", "reduction", "divided_by", "note")


def document(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue for programs; keys are only ever added, a change of meaning raises ``schema``."""
    found: dict[str, Any] = strict_json(
        {
            "schema": SCHEMA,
            "version": catalogue.version,
            "frameworks": [{"name": name, "backend": BACKENDS.get(name)} for name in catalogue.frameworks],
            "losses": [_entry(entry, catalogue) for entry in catalogue.entries],
            "not_here": [{"call": call, "reason": reason} for call, reason in catalogue.not_here],
        }
    )
    return found


def _entry(entry: Entry, catalogue: Catalogue) -> dict[str, Any]:
    """One loss."""
    loss = entry.loss
    ends = bounds(loss)
    return {
        "name": loss.name,
        "aliases": list(loss.aliases),
        "family": loss.family,
        "summary": loss.summary,
        "formula": loss.formula,
        "takes": str(loss.takes),
        "predictions": [str(kind) for kind in loss.kinds],
        "labels": labels(loss),
        "extras": dict(loss.extras),
        "unit": loss.unit or None,
        "range": None if ends is None else list(ends),
        "higher_is_better": loss.higher_is_better,
        "whole": loss.whole,
        "params": [_param(param) for param in loss.params],
        "conventions": [*loss.frameworks, "exact", *loss.older],
        "laws": sorted(loss.laws),
        "accuracy": loss.accuracy or None,
        "source": loss.source,
        "examples": [
            {"command": catalogue.command_line(loss, example), "value": example.value, "source": example.source}
            for example in loss.examples
        ],
        "calls": [_call(reference, loss, catalogue.commands) for reference in entry.references],
    }


def _call(reference: Reference, loss: Loss, commands: Mapping[str, Loss]) -> dict[str, Any]:
    reading = vars(reference.reading)
    owner = loss if reference.command else None if reference.older else commands.get(reference.call)
    return {
        "call": reference.call,
        "aliases": list(reference.aliases),
        "framework": reference.framework,
        "versions": reference.versions or None,
        "like": reference.convention if reference is loss.conventions.get(reference.convention) else None,
        "command_of": owner.name if owner else None,
        "reads": str(reference.reads),
        "axis": reference.axis,
        "reading": reading | {"log_floor": None if reading["log_floor"] == float("-inf") else reading["log_floor"]},
        "takes": str(reference.takes or loss.takes),
        "own_kernel": reference.kernel is not None,
        "arguments": [_param(param) for param in reference.options],
        "fixed": {name: plain_data(value) for name, value in reference.fixed.items()},
        "extras": list(reference.extras),
        "signs": reference.signs or None,
        "outputs": str(reference.outputs),
        "whole": reference.whole or loss.whole,
        "reductions": [
            {"name": name, "rule": str(rule), "divided_by": rule.divided_by or None}
            for name, rule in reference.reductions.rules.items()
        ],
        "mean_of_nothing": reference.reductions.empty,
        "sample_weights": reference.weighting.name.lower(),
        "note": reference.note or None,
    }


def _param(param: Param) -> dict[str, Any]:
    value = param.default
    types = {bool: "flag", int: "integer", str: "text"}
    return {
        "name": param.name,
        "option": param.option,
        "type": types.get(type(value), "number"),
        "several": param.vector,
        "default": value,
        "minimum": param.ge,
        "maximum": param.le,
        "choices": list(param.choices) or None,
        "acts_on": str(param.role),
        "help": param.help,
    }


def lines(entries: Sequence[Entry]) -> Iterator[tuple[str, ...]]:
    """A line for each name of a call, under ``HEAD``; a loss that no framework has gets a line without a call."""
    for entry in entries:
        loss = entry.loss
        calls = [reference for reference in entry.references if reference.command]
        for reference in calls:
            first = reference.reductions.default
            options = " ".join(f"{param.name}={param.default}" for param in reference.options)
            divisor = reference.reductions.rules[first].divided_by
            for call in names(reference):
                own = (call, loss.name, loss.family, reference.framework, str(reference.reads))
                yield (*own, options, first, divisor, reference.note)
        if not calls:
            yield ("", loss.name, loss.family, "", str(loss.kinds[0]), "", "", "", "")
