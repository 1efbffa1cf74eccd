"""Keyword arguments as what is computed: the steps of a loss, of a framework's call or of a signature."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from losscli.core.call_steps import CallSteps
from losscli.core.call_values import needed
from losscli.core.plan import Settings
from losscli.core.reduction import refuse_no_mean
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.inputs.numbers import parse_scalar
from losscli.losses import find
from losscli.losses.meant import find_call, meant
from losscli.losses.reference import framework_named
from losscli.losses.vocabulary import Form, Kind, Takes
from losscli.python.as_arrays import array_of
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.core.steps import Steps
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Param

# What is asked for beside a loss's or call's own arguments, by the names of `Settings`.
MOVES = ("shift", "class_axis")  # along axes of the arrays
_OF_CALLS = ("label_base", "nan", "dtype", "classes", "margin", "test")
_OF_LOSSES = (
    *("like", "clip", "rescale", "ignore_index", "reduction", "class_weight", "percent", "base", "label_form"),
    *_OF_CALLS,
)


@record
class Asked:
    """What is to be computed.

    Attributes:
        extras: The further arrays it takes, as they were handed over.
        takes: The names of all that it takes.
        needs: Those without which it can't do.
        exponential: ``exp`` of the mean is what the name asks for.
    """

    steps: Steps
    extras: Mapping[str, Any]
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    exponential: bool = False


def asked(loss: str, options: Mapping[str, Any], level: float | None = None, *, arrays: bool = True) -> Asked:
    """The steps that a name and keyword arguments ask for; None counts as not said.

    Args:
        loss: A name or alias, a framework's call or a signature.
        options: By the names of Python.
        level: The confidence level of an interval.
        arrays: The further arrays that it takes are among the arguments; else they come later.

    Raises:
        UsageError: There is no such loss or argument, or one has a value that it can't have.
    """
    said = {name: value for name, value in options.items() if value is not None}
    if "|" in loss:
        loss, signed = _signed(loss)
        said = {**signed, **said}
    declaration = find(loss)
    if declaration is None:
        found = meant(loss)
        said = dict(map(_keyword, found.preset)) | said
        if found.reference is not None:
            return _call(found.loss, found.reference, said, level, arrays=arrays)
        declaration = found.loss
    exponential = loss.lower() in declaration.exponential
    kind, log_base = _kind(said)
    own = {param.name: _value(param, said.pop(param.name)) for param in declaration.params if param.name in said}
    extras = {name: said.pop(name) for name in declaration.extras if arrays and name in said}
    if arrays:
        refuse_missing(declaration.name, declaration.extras, extras)
    settings = _settings(said, _OF_LOSSES, loss, [*(param.name for param in declaration.params), *declaration.extras])
    if exponential:
        refuse_no_mean(loss, settings.reduction)
    return Asked(
        PlainSteps(declaration, replace(settings, kind=kind, log_base=log_base, params=own, level=level, digest=True)),
        extras,
        tuple(declaration.extras),
        tuple(declaration.extras),
        exponential,
    )


def _call(loss: Loss, reference: Reference, options: dict[str, Any], level: float | None, *, arrays: bool) -> Asked:
    own: dict[str, Any] = {}
    for param in reference.options:
        if param.name in options:
            own[param.name] = _value(param, options.pop(param.name))
        elif isinstance(param.default, bool):
            own[param.name] = param.default
    extras = {name: options.pop(name) for name in reference.extras if arrays and name in options}
    needs = tuple(needed(loss, reference))
    if arrays:
        refuse_missing(reference.call, needs, extras)
    normalize = options.pop("normalize", None)
    reduction = options.pop("reduction", None) if normalize is None else f"normalize={bool(normalize)}"
    known = [*(param.name for param in reference.options), *reference.extras, "reduction"]
    settings = _settings(options, _OF_CALLS, reference.call, known)
    steps = CallSteps(loss, reference, own, replace(settings, level=level, digest=True), reduction)
    return Asked(steps, extras, tuple(reference.extras), needs)


def refuse_moves(steps: Steps, moved: Iterable[str]) -> None:
    """Refuse to move what has no such axis.

    Raises:
        UsageError: The loss has none.
    """
    classes = steps.takes.classes and isinstance(steps, PlainSteps)  # a call knows its own axis
    possible = {"shift": steps.takes in (Takes.CLASS, Takes.SCORES), "class_axis": classes}
    other = next((name for name in moved if not possible[name]), None)
    if other is not None:
        raise UsageError(f"{steps.name} takes no argument {other}")


def refuse_missing(called: str, names: Iterable[str], options: Mapping[str, Any]) -> None:
    """Refuse to go on without an array that is needed.

    Raises:
        UsageError: One is missing.
    """
    missing = next((name for name in names if name not in options), None)
    if missing is not None:
        raise UsageError(f"{called} also takes {missing}", hint=f"{missing}=...")


def _kind(options: dict[str, Any]) -> tuple[Kind | None, str]:
    logits, logs = options.pop("from_logits", False), options.pop("from_log_probs", False)
    if logits and logs:
        raise UsageError("from_logits and from_log_probs exclude each other")
    if logs:
        return Kind.LOG_PROBABILITIES, "e" if logs is True or logs == "e" else str(logs)
    return (Kind.LOGITS if logits else None), "e"


def _settings(options: dict[str, Any], names: Iterable[str], called: str, known: Sequence[str]) -> Settings:
    """What is left after a loss has taken its own.

    Raises:
        UsageError: Something is left that nobody knows.
    """
    allowed = {*names}
    unknown = next((name for name in options if name not in allowed), None)
    if unknown is not None:
        others = ("from_logits", "from_log_probs", "sample_weight", "shift", "class_axis", "label", "pred")
        close = difflib.get_close_matches(unknown, sorted({*allowed, *known, *others}), n=3, cutoff=0.6)
        raise UsageError(f"{called} takes no argument {unknown}", hint=" or ".join(close))
    if isinstance(options.get("like"), str):
        options["like"] = framework_named(options["like"])
    for name in ("clip", "label_base", "ignore_index"):
        if name in options:
            options[name] = _whole(name, options[name]) if name != "clip" else _float(name, options[name])
    form, classes, base = options.pop("label_form", None), options.pop("classes", None), options.pop("base", "e")
    weights = options.get("class_weight")
    if weights is not None and not isinstance(weights, str | Mapping):
        options["class_weight"] = array_of(weights, "class_weight").tolist()
    if isinstance(weights, Mapping):
        options["class_weight"] = {str(name): float(weight) for name, weight in weights.items()}
    if isinstance(classes, str):
        classes = classes.split(",")
    try:
        return Settings(
            form=None if form in (None, "auto") else Form(form),
            classes=None if classes is None else tuple(str(one).strip() for one in classes),
            base=str(base),
            **options,
        )
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None


def settings_of(options: Mapping[str, Any]) -> Settings:
    """What is asked for without a loss.

    Raises:
        UsageError: There is no such argument.
    """
    said = {name: value for name, value in options.items() if value is not None}
    kind, log_base = _kind(said)
    return replace(_settings(said, _OF_LOSSES, "this", ()), kind=kind, log_base=log_base)


def _value(param: Param, value: Any) -> Any:
    """The value of a declared parameter, as the core takes it."""
    if isinstance(value, bool) or (isinstance(value, str) and (param.choices or param.words or _is_text(param))):
        return value
    if isinstance(value, str):
        raise UsageError(f"{param.name}={value!r}: a number", hint=" or ".join(param.choices))
    if isinstance(value, int | float):
        return value if param.whole or isinstance(param.default, bool) else float(value)
    if isinstance(value, Mapping):
        return dict(value)
    array = array_of(value, param.name)
    if array.ndim == 0:
        return _value(param, array.item())
    if param.whole or param.words:
        return array.tolist()
    return array.astype(float).tolist()


def _is_text(param: Param) -> bool:
    return isinstance(param.default, str)


def _float(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise UsageError(f"{name}={value!r}: a number") from None


def _whole(name: str, value: Any) -> int:
    number = _float(name, value)
    if not number.is_integer():
        raise UsageError(f"{name}={value!r}: a whole number")
    return int(number)


def _signed(text: str) -> tuple[str, dict[str, Any]]:
    """The name of a loss or call in a signature, and the arguments it stands for."""
    from losscli.core.signature import options_of_call_signature, options_of_signature

    name = text.strip().split("|")[0].split(",")[0].split("(")[0]
    loss = find(name)
    words = (
        options_of_signature(text, loss) if loss is not None else options_of_call_signature(text, find_call(name)[1])
    )
    return name, dict(map(_keyword, words))


def _keyword(word: str) -> tuple[str, Any]:
    """``--label-smoothing=0.1`` as a keyword argument."""
    option, equals, text = word.removeprefix("--").partition("=")
    if not equals:
        no = option.startswith("no-")
        return option.removeprefix("no-").replace("-", "_"), not no
    name = option.replace("-", "_")
    if name == "classes":
        return name, text.split(",")
    if name == "class_weight" and "=" in text:
        return name, {key: float(value) for key, _, value in (item.partition("=") for item in text.split(","))}
    if text.startswith("[") or "," in text:
        import json

        return name, json.loads(text if text.startswith("[") else f"[{text}]")
    number = parse_scalar(text)
    return name, text if number is None or name in ("base", "from_log_probs", "like") else number
