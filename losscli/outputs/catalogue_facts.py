"""The catalogue: declarations in words, and as data for machines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from losscli.losses.frameworks import BACKENDS, TITLES
from losscli.losses.reference import Outputs, Rule, Weighting
from losscli.losses.vocabulary import Kind, Role, Takes
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from losscli.losses.loss import Example, Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Param, Reading

_BACKENDS = {name: f"{TITLES[name]} means its {backend} backend." for name, backend in BACKENDS.items()}
LEGEND = " ".join(["N: the number of values; w: the weights.", *_BACKENDS.values()])

# What predictions and labels look like, for each kind of kernel.
_SHAPES: dict[Takes, tuple[str, str]] = {
    Takes.CLASS: ("one for each class", "class numbers or names, one-hot or soft labels"),
    Takes.BINARY: ("one for each yes-or-no question", "0 or 1, or between"),
    Takes.DISTRIBUTION: ("one for each class", "a probability for each class"),
    Takes.VALUE: ("one or several in a row", "values"),
    Takes.MARGIN: ("one for each yes-or-no question", "-1 or 1, or 0 or 1"),
    Takes.SCORES: ("one for each class", "class numbers or names"),
    Takes.SCORES_HOT: ("one for each class", "one-hot or soft labels"),
    Takes.VECTOR: ("a vector in a row", "vectors"),
    Takes.ANCHOR: ("a vector in a row", "none"),
    Takes.SIGNED_VECTOR: ("a vector in a row", "-1 or 1 for each row"),
    Takes.DECISION: ("one for each class, or for each yes-or-no question", "class numbers or names, or 0 or 1"),
    Takes.RAW: ("as they come", "as they come: numbers, perhaps words"),
    Takes.SET: ("all rows at once", "all rows at once"),
}
_OUTPUTS = {
    Outputs.KEEP: "one for each entry",
    Outputs.MEAN: "the mean of each row's entries",
    Outputs.SUM: "the sum of each row's entries",
}
_SIGNS = {"all": "0 and 1 mean -1 and 1 if there are no others", "zero": "0 means -1"}
_RANGES: dict[str, tuple[float, float | None]] = {"unit-interval": (0.0, 1.0), "non-negative": (0.0, None)}


@record
class Entry:
    """A loss, and the references to show with it."""

    loss: Loss
    references: tuple[Reference, ...]


@record
class Catalogue:
    """What to show, and what is needed to show it.

    Attributes:
        entries: In the order of the declarations.
        commands: The loss whose name each call stands for.
        command_line: Returns an example as a command.
        not_here: Calls that are left out, each with its reason.
        version: Of this program.
    """

    entries: tuple[Entry, ...]
    commands: Mapping[str, Loss]
    command_line: Callable[[Loss, Example], str]
    not_here: tuple[tuple[str, str], ...] = field(default=())
    version: str = ""

    @property
    def families(self) -> list[str]:
        """The families, in the order of their first loss."""
        return [family for family, _ in grouped(self.entries)]

    @property
    def frameworks(self) -> list[str]:
        """The frameworks, in the order of their first call."""
        calls = [reference for entry in self.entries for reference in entry.references]
        return list(dict.fromkeys(reference.framework for reference in calls if reference.call in self.commands))


def backend(framework: str) -> str:
    """Which backend of a framework is meant, in a sentence; empty if it has only one."""
    return _BACKENDS.get(framework, "")


def names(reference: Reference) -> tuple[str, ...]:
    """The call and its aliases."""
    return (reference.call, *reference.aliases)


def takes(loss: Loss) -> str:
    """The kinds of predictions that a loss takes, and their shape."""
    *most, last = loss.kinds
    kinds = f"{', '.join(most)} or {last}" if most else str(last)
    return f"{kinds}: {_SHAPES[loss.takes][0]}"


def labels(loss: Loss) -> str:
    """The form of the labels that a loss takes."""
    return _SHAPES[loss.takes][1]


def bounds(loss: Loss) -> tuple[float, float | None] | None:
    """The least and the largest value of a sample by the loss's laws; None if they set no bound."""
    return next((ends for law, ends in _RANGES.items() if law in loss.laws), None)


def range_text(loss: Loss) -> str:
    """The range of a sample's value; empty if no law bounds it."""
    ends = bounds(loss)
    return "" if ends is None else f"{ends[0]:g} and more" if ends[1] is None else f"{ends[0]:g} to {ends[1]:g}"


def limits(param: Param) -> str:
    """The values that a parameter may have."""
    if param.choices:
        return ", ".join(param.choices)
    if param.ge is not None and param.le is not None:
        return f"{param.ge:g} to {param.le:g}"
    return f"at least {param.ge:g}" if param.ge is not None else f"at most {param.le:g}" if param.le is not None else ""


def default(param: Param) -> str:
    """The default as the command line has it; empty for none."""
    value = param.default
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else f"{value:g}"


def like(loss: Loss) -> str:
    """The loss's conventions, the default first."""
    known = [*loss.frameworks, "exact", *loss.older]
    known[0] += " (the default)"
    return ", ".join(known)


def reads(reference: Reference) -> str:
    """What a call's predictions are, and along which axis its classes lie."""
    words = str(reference.reads)
    logits = reference.option(Role.FROM_LOGITS)
    if logits:
        words += f", or logits with {logits}"
    return words + (f"; classes along axis {reference.axis}" if reference.axis != -1 else "")


def changes(reading: Reading) -> list[str]:
    """What happens to probabilities before the formula, step by step."""
    steps = []
    if reading.through_softmax:
        steps.append("logits made into probabilities")
    if reading.rescale:
        steps.append("rows divided by their sum")
    if reading.clip:
        limits = f"[{reading.clip:.3g}, {f'1 - {reading.clip:.3g}' if reading.clip_one else '1'}]"
        steps.append(f"clipped to {limits}" + (", the machine epsilon" if reading.machine else ""))
    if reading.log_floor > float("-inf"):
        steps.append(f"logarithms at least {reading.log_floor:g}")
    if reading.zero:
        steps.append(f"a probability of 0 read as {reading.zero:g}")
    if reading.add:
        steps.append(f"{reading.add:g} added within the logarithm")
    if reading.rescale_after:
        steps.append("rows divided by their sum")
    if reading.clip_labels:
        steps.append(f"labels clipped to [{reading.clip_labels:.3g}, 1]")
    return steps


def arguments(reference: Reference) -> str:
    """A call's own keyword arguments, with their defaults."""
    return ", ".join(f"{param.name}={param.default!r}" for param in reference.options)


def reductions(reference: Reference) -> str:
    """A call's names for reductions with their divisors, the default first."""
    rules = reference.reductions.rules
    if len(rules) == 1:
        (rule,) = rules.values()
        return f"always sum / {rule.divided_by}" if rule.divided_by else "one number" if rule is Rule.SUM else rule
    return "; ".join(f"{name}: sum / {rule.divided_by}" if rule.divided_by else name for name, rule in rules.items())


def facts(reference: Reference, loss: Loss, commands: Mapping[str, Loss]) -> dict[str, str]:
    """The facts about a call, in a few words each; the obvious is left out."""
    said = {"same as": ", ".join(reference.aliases), "versions": reference.versions, "reads": reads(reference)}
    if reference.reads is Kind.PROBABILITIES:
        said["first"] = "; then ".join(changes(reference.reading)) or "nothing: as they are"
    if not reference.command:
        owner = commands.get(reference.call)
        where = f"the call is under {owner.name}." if owner else "no call."
        where = "no command." if reference.older else where
        said["note"] = f"For --like {reference.convention}; {where} {reference.note}".rstrip()
        return {what: text for what, text in said.items() if text}
    kernel = reference.takes or loss.takes
    said |= {
        "arguments": arguments(reference),
        "fixed": ", ".join(f"{name}={plain_data(value)}" for name, value in reference.fixed.items()),
        "also takes": ", ".join(reference.extras),
        "labels": _SIGNS.get(reference.signs, reference.signs),
        "values": _OUTPUTS[reference.outputs] if kernel.elementwise else "",
        "reduction": reductions(reference),
        "sample weights": "none" if reference.weighting is Weighting.NONE else reference.weighting,
        "note": reference.note,
    }
    return {what: text for what, text in said.items() if text}


def grouped(entries: Iterable[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Families by their first loss, each once."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.loss.family, []).append(entry)
    yield from found.items()


def formula_parts(loss: Loss) -> list[str]:
    """The formula, then what its letters mean or what it is for other labels."""
    return re.split(r" {3,}|\n +", loss.formula)


def loss_facts(loss: Loss, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The facts about a loss, in a few words each."""
    yield "summary", loss.summary
    yield "formula", "; ".join(formula_parts(loss))
    yield "takes", takes(loss)
    yield "labels", labels(loss)
    yield from loss.extras.items()
    if loss.unit:
        yield "unit", loss.unit
    if range_text(loss):
        yield "range", range_text(loss) + ("; higher is better" if loss.higher_is_better else "")
    elif loss.higher_is_better:
        yield "range", "higher is better"
    yield "--like", like(loss)
    if loss.laws:
        yield "laws", ", ".join(sorted(loss.laws))
    if loss.accuracy:
        yield "accuracy", loss.accuracy
    yield "source", loss.source
    if loss.examples:
        yield "example", catalogue.command_line(loss, loss.examples[0])


def plain_data(value: Any) -> Any:
    """JSON data unchanged, anything else as text."""
    if isinstance(value, list | tuple):
        return [plain_data(item) for item in value]
    is_data = value is None or isinstance(value, bool | int | float | str)
    return value if is_data else getattr(value, "__name__", str(value))
