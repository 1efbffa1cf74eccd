"""A page for each framework: how its calls read here, what differs from the plain loss, and what is not taken."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING

from losscli.cli.app import TOOLS
from losscli.losses import CALLS, LOSSES, NOT_HERE
from losscli.losses.frameworks import BACKENDS, BESIDES, LEFT_OUT, TITLES
from losscli.losses.lookup import calls_of
from losscli.losses.meant import meant
from losscli.losses.reference import Rule
from losscli.losses.transforms import TRANSFORMS
from losscli.outputs.catalogue_facts import changes, names
from losscli.outputs.catalogue_page import anchors, item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.losses import Loss
    from losscli.losses.reference import Reference

_TAKEN = {*TOOLS, *(transform.name for transform in TRANSFORMS)}
_RULES = {
    Rule.NONE: "gives a value for each row unless `--reduction` says otherwise",
    Rule.ROWS: "divides by the number of rows",
    Rule.NONZERO: "divides by the number of weights that are not 0",
}


def framework_page(framework: str) -> str:
    """The page of a framework."""
    title = TITLES.get(framework, framework)
    calls = [
        (loss, reference)
        for loss in LOSSES
        for reference in loss.references
        if reference.command and reference.framework == framework
    ]
    lines = [f"# {title} here", "", *_introduction(framework, calls), ""]
    modules: dict[str, list[str]] = {}
    leads = {loss.family: _leads(loss.family) for loss, _ in calls}
    for loss, reference in calls:
        for name in names(reference):
            module, _, last = name.rpartition(".")
            page = f"../catalogue/{loss.family}.md"
            modules.setdefault(module, []).append(
                f"| [{last}]({page}#{leads[loss.family][reference.call]}) | `losscli {shortest(name)}` "
                f"| [{loss.name}]({page}#{leads[loss.family][loss.name]}) |"
            )
    for module, rows in modules.items():
        lines += [f"## {module}", "", "| call | command | loss |", "| --- | --- | --- |", *rows, ""]
    differing = [(reference, said) for loss, reference in calls if (said := " ".join(_differences(loss, reference)))]
    if differing:
        lines += ["## What differs from the plain loss", ""]
        lines += [item(f"`{reference.call.partition('.')[2]}`: {said}") for reference, said in differing]
        lines.append("")
    lines += ["## What is not taken", ""]
    lines += [f"- `{call}`: {reason}." for call, reason in NOT_HERE if call.startswith(f"{framework}.")]
    if framework in LEFT_OUT:
        left, reason = LEFT_OUT[framework]
        lines.append(item(f"The arguments {', '.join(f'`{name}`' for name in left)}: {reason}."))
    if framework in BESIDES:
        lines.append(item(f"{BESIDES[framework][0].upper()}{BESIDES[framework][1:]}."))
    lines.append(item("What losscli does not know is refused, with the nearest name: no argument is ignored."))
    lines += [
        "",
        "Each call with its formula, arguments, an example and its Python twin: [catalogue](../catalogue/README.md).",
    ]
    return "\n".join(lines) + "\n"


def _introduction(framework: str, calls: list[tuple[Loss, Reference]]) -> Iterator[str]:
    name = shortest(calls[0][1].call)
    count = sum(len(names(reference)) for _, reference in calls)
    yield from textwrap.wrap(
        f"Each of {count} names is a command, with its keyword arguments as options (`label_smoothing=0.1` is "
        f"`--label-smoothing 0.1`), predictions first, then labels: `losscli {name} preds.csv --label y`. In Python: "
        f'`losscli.evaluate("{calls[0][1].call}", predictions, labels)`. `losscli {name} --help` says what it takes.',
        120,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if framework in BACKENDS:
        yield f"{TITLES[framework]} means its {BACKENDS[framework]} backend."
    older = sorted({name for loss in LOSSES for name, one in loss.older.items() if one.framework == framework})
    first = next((loss for loss, _ in calls if framework in loss.frameworks), None)
    if first:
        yield ""
        words = f"`--like {framework}` gives the plain command its conventions"
        words += f" (`losscli {first.names[min(1, len(first.aliases))]} --like {framework}`)"
        words += f"; older versions are {', '.join(f'`--like {name}`' for name in older)}." if older else "."
        yield from textwrap.wrap(words, 120, break_long_words=False, break_on_hyphens=False)


@cache
def _leads(family: str) -> dict[str, str]:
    """Where on the page of a family its losses and calls are."""
    headings = [f"losses: {family}"]
    for loss in LOSSES:
        if loss.family == family:
            headings += [loss.name, *(reference.call for reference in loss.references if reference.command)]
    return dict(zip(headings, anchors(headings), strict=True))


def shortest(call: str) -> str:
    """The shortest end of a call's name that means it, and nothing else."""
    words = call.split(".")
    for i in range(len(words) - 1, 0, -1):
        end = ".".join(words[i:])
        if end not in _TAKEN and calls_of(end) == [call]:
            found = meant(end)
            if found.reference is CALLS[call][1] and not found.remark:
                return end
    return call


def _differences(loss: Loss, reference: Reference) -> Iterator[str]:
    """What a user of the plain command would not expect, a sentence each."""
    for said in _departures(loss, reference):
        yield f"{said[0].upper()}{said[1:]}."


def _departures(loss: Loss, reference: Reference) -> Iterator[str]:
    if reference.reads is not loss.kinds[0]:
        yield f"reads {reference.reads}"
    if reference.axis != -1:
        yield f"classes along axis {reference.axis}"
    steps = changes(reference.reading)
    if steps:
        yield "; then ".join(steps)
    for option in reference.options:
        ours = loss.param(option.to or option.name)
        if ours is not None and option.default != ours.default:
            yield f"`{option.option} {option.default}`, not {'none' if ours.default is None else ours.default}"
    rule = reference.reductions.rules[reference.reductions.default]
    if rule in _RULES and len(reference.reductions.rules) > 1:
        yield _RULES[rule]
    elif rule is Rule.SUM and not reference.whole and not loss.whole and len(reference.reductions.rules) > 1:
        yield "adds the rows up"
    if reference.note:
        yield reference.note.rstrip(".")
