"""``--also`` and ``--sweep``: further losses computed in the same pass."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from losscli.cli.run.prepare import argument
from losscli.cli.run.refusals import refuse_beside
from losscli.core.calls.call_steps import CallSteps
from losscli.core.companions import Companion
from losscli.core.reduction import canonical
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.inputs.numbers import parse_number
from losscli.losses.frameworks import framework_named
from losscli.losses.meant import meant
from losscli.losses.reference import Rule
from losscli.losses.vocabulary import Inference, Kind, Takes
from losscli.record import replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.cli.run.request import Request
    from losscli.core.settings import Settings
    from losscli.core.steps import Steps
    from losscli.losses.loss import Loss
    from losscli.losses.vocabulary import Param

_ALSO, _SWEEP = "--also", "--sweep"
_HINT_ALSO = "brier,acc or focal:gamma=2,alpha=0.5"
_HINT_SWEEP = "label-smoothing=0,0.05,0.1"


def companions_of(steps: Steps, request: Request) -> tuple[Companion, ...]:
    """The further losses of a request.

    Raises:
        UsageError: No such loss or parameter, or another option that does not go with them.
    """
    if request.also is None and request.sweep is None:
        return ()
    _refuse_others(steps, request)
    also = [] if request.also is None else [_also(steps, one, request) for one in _split(request.also)]
    return (*also, *([] if request.sweep is None else _sweep(steps, request)))


def _refuse_others(steps: Steps, request: Request) -> None:
    option = _ALSO if request.also is not None else _SWEEP
    if isinstance(steps, CallSteps) and request.reduction is None and _by_row(steps):
        what = f"{option}: {steps.reference.call} gives a number for each row, and {option} is a table of values"
        raise UsageError(what, hint="--reduction mean")
    what = f"{option} and {{}} exclude each other: it is a table of values"
    refuse_beside(request, ("compare", "explain", "append", "per", "by"), what)
    if canonical(request.reduction or "") == "none":
        raise UsageError(what.format("-r none"))
    saved = next((name for name in request.against if name.endswith(".json")), None)
    if saved is not None:
        what = f"{option}: {saved} holds the losses of a result that was saved, and no others"
        raise UsageError(what, hint="--against the predictions themselves")


def _split(text: str) -> list[str]:
    """``focal:gamma=2,alpha=0.5,brier`` as two losses: a part with ``=`` belongs to the loss before it."""
    found: list[str] = []
    for part in _parts(text):
        if "=" in part and ":" not in part and found:
            found[-1] += f",{part}"
        else:
            found.append(part.strip())
    if "" in found:
        raise UsageError(f"{_ALSO} {quoted(text)}: a part is empty", hint=_HINT_ALSO)
    return found


def _parts(text: str) -> list[str]:
    """The parts of a text between commas outside brackets."""
    found, depth = [""], 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if char == "," and depth <= 0:
            found.append("")
        else:
            found[-1] += char
    return found


def _also(steps: Steps, text: str, request: Request) -> Companion:
    name, _, given = text.partition(":")
    arguments: dict[str, str] = {}
    for pair in filter(None, _parts(given)):
        key, equal, value = pair.partition("=")
        if not equal:
            raise UsageError(f"{_ALSO} {quoted(text)}: {quoted(pair)} is no argument", hint=_HINT_ALSO)
        arguments[key.strip().replace("-", "_")] = value.strip()
    with _told(f"{_ALSO} {name}"):
        found = meant(name)
    loss, reference = found.loss, found.reference
    arguments = dict(_pair(word) for word in found.preset) | arguments
    if reference is not None:
        own = _typed(reference.options, arguments, f"{_ALSO} {text}", reference.call)
        settings = replace(steps.plain.settings, params={}, reduction="mean")
        return Companion(_ALSO, text, _reduced(CallSteps(loss, reference, own, settings)))
    _refuse_missing(loss, text, request)
    like = framework_named(arguments.pop("like", "")) or None
    own = _typed(loss.params, arguments, f"{_ALSO} {text}", loss.name)
    asked = steps.plain.settings.kind
    if asked is not None and asked not in loss.kinds and Kind.PROBABILITIES in loss.kinds:
        raise UsageError(f"{_ALSO} {text}: it takes {' or '.join(loss.kinds)}, and the predictions are {asked}")
    settings = _adapted(steps.plain.settings, loss)
    steps = PlainSteps(loss, replace(settings, params=own, like=like or settings.like))
    return Companion(_ALSO, text, steps, exponential=name.lower() in loss.exponential)


def _by_row(steps: CallSteps) -> bool:
    """Whether a call returns one number per row instead of one for all rows."""
    return steps.reference.reductions.rules[steps.reduction] is Rule.NONE and not steps.scores


def _reduced(steps: CallSteps) -> CallSteps:
    """The call with its mean as the reduction, if it returns one number per row."""
    rules = steps.reference.reductions.rules
    mean = next((name for name, rule in rules.items() if rule is Rule.MEAN), None)
    if mean is None or not _by_row(steps):
        return steps
    return CallSteps(steps.loss, steps.reference, steps.options, steps.settings, mean)


@contextmanager
def _told(option: str) -> Iterator[None]:
    """A context whose usage errors name the option."""
    try:
        yield
    except UsageError as error:
        error.what = f"{option}: {error.what}"
        raise


def _pair(word: str) -> tuple[str, str]:
    """An option such as ``--k=3``, implied by a name, as an argument."""
    key, _, value = word.removeprefix("--").partition("=")
    return key.replace("-", "_"), value


def _refuse_missing(loss: Loss, text: str, request: Request) -> None:
    missing = [name for name in loss.extras if name not in request.extras]
    if missing:
        raise UsageError(f"{_ALSO} {text}: it also takes {missing[0]}, which this command has no option for")


def _adapted(settings: Settings, loss: Loss) -> Settings:
    """The settings that another loss has, too."""
    probable = Kind.PROBABILITIES in loss.kinds
    numbered = loss.takes.picks_class or loss.takes is Takes.DECISION
    named = loss.names_classes
    kept: dict[str, Any] = {
        "kind": settings.kind if settings.kind in loss.kinds else None,
        "like": settings.like if settings.like in ("exact", *loss.frameworks) else None,
        "clip": settings.clip if probable else None,
        "rescale": settings.rescale if probable else None,
        "percent": settings.percent and probable,
        "form": settings.form if loss.takes.labelled else None,
        "label_base": settings.label_base if numbered else None,
        "ignore_index": settings.ignore_index if numbered else None,
        "classes": settings.classes if named else None,
        "class_weight": settings.class_weight if loss.takes is Takes.CLASS else None,
        "base": settings.base if loss.unit == "nats" else "e",
        "temperature": settings.temperature if settings.kind in loss.kinds else 1.0,
        "level": None if loss.inference is Inference.NONE else settings.level,
    }
    return replace(settings, **kept, digest=False)


def _sweep(steps: Steps, request: Request) -> list[Companion]:
    text = request.sweep or ""
    name, equal, values = text.partition("=")
    name = name.strip().lstrip("-").replace("-", "_")
    each = [value.strip() for value in _parts(values)]
    if not equal or not name or "" in each:
        raise UsageError(f"{_SWEEP} {quoted(text)}: a parameter and its values", hint=_HINT_SWEEP)
    option = f"{_SWEEP} {name.replace('_', '-')}"
    return [
        Companion(option, value, _changed(steps, name, value, option), exponential=request.exponential)
        for value in dict.fromkeys(each)
    ]


def _changed(steps: Steps, name: str, value: str, option: str) -> Steps:
    """The steps with another value of a parameter."""
    if isinstance(steps, CallSteps):
        own = _typed(steps.reference.options, {name: value}, option, steps.reference.call)
        given = {**steps.options, **own}
        return CallSteps(steps.loss, steps.reference, given, replace(steps.settings, digest=False), steps.reduction)
    plain = steps.plain
    settings = replace(plain.settings, digest=False)
    if name == "like":
        return PlainSteps(plain.loss, replace(settings, like=framework_named(value)))
    if name == "clip" and Kind.PROBABILITIES in plain.loss.kinds:
        return PlainSteps(plain.loss, replace(settings, clip=_number(value, option)))
    if name == "temperature" and {Kind.LOGITS, Kind.PROBABILITIES} & {*plain.loss.kinds}:
        return PlainSteps(plain.loss, replace(settings, temperature=_positive(value, option)))
    own = _typed(plain.loss.params, {name: value}, option, plain.loss.name)
    return PlainSteps(plain.loss, replace(settings, params={**settings.params, **own}))


def _typed(params: Sequence[Param], given: Mapping[str, str], option: str, of: str) -> dict[str, Any]:
    """Arguments with the types of their declarations."""
    declared = {param.name: param for param in params}
    found: dict[str, Any] = {}
    for name, text in given.items():
        param = declared.get(name)
        if param is None:
            known = ", ".join(one.replace("_", "-") for one in declared) or "it has none"
            raise UsageError(f"{option}: {of} has no parameter {name.replace('_', '-')}", hint=known)
        found[name] = _value(param, text, option)
    return found


def _value(param: Param, text: str, option: str) -> Any:
    if param.vector and text not in param.choices:
        with _told(option):
            return argument(param, text)
    if param.choices:
        if text not in param.choices:
            raise UsageError(f"{option}: {quoted(text)} is none of {', '.join(param.choices)}")
        return text
    if isinstance(param.default, bool):
        if text.lower() not in ("true", "false"):
            raise UsageError(f"{option}: {quoted(text)} is neither true nor false")
        return text.lower() == "true"
    if isinstance(param.default, str):
        return text
    number = _number(text, option)
    if isinstance(param.default, int) or param.whole:
        if number != int(number):
            raise UsageError(f"{option}: {quoted(text)} is no whole number")
        return int(number)
    return number


def _positive(text: str, option: str) -> float:
    number = _number(text, option)
    if not 0.0 < number < float("inf"):
        raise UsageError(f"{option}: {quoted(text)} is not above 0")
    return number


def _number(text: str, option: str) -> float:
    number = parse_number(text)
    if number is None or number != number:
        raise UsageError(f"{option}: {quoted(text)} is no number")
    return number
