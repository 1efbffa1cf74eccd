"""Keyword arguments as what is computed: the steps of a loss, of a framework's call or of a signature."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from losscli.core.bootstrap import Bootstrap
from losscli.core.call_steps import CallSteps
from losscli.core.call_values import needed
from losscli.core.inference import level_of
from losscli.core.reduction import refuse_no_mean, refuse_one_number
from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.inputs.numbers import parse_scalar
from losscli.losses import find
from losscli.losses.meant import find_call, meant
from losscli.losses.reference import framework_named
from losscli.losses.vocabulary import Form, Kind, Takes
from losscli.python.allowed import BESIDE, OF_TOOLS, of_call, of_loss, refuse_unknown
from losscli.python.as_arrays import array_of
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.core.steps import Steps
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Param

MOVES = ("shift", "class_axis")  # along axes of the arrays
MOST_REPLICATES = 100_000
LEVEL = 0.95
_FORMS = tuple(form.value for form in Form if form not in (Form.VALUES, Form.SIGNS, Form.NONE))
_CHOICES: dict[str, tuple[str, ...]] = {
    "nan": ("error", "skip", "keep"),
    "dtype": ("float64", "float32"),
    "label_form": ("auto", *_FORMS),
    "test": ("t", "sign-flip"),
}


@record
class Asked:
    """What is to be computed.

    Attributes:
        extras: The further arrays it takes, as they were handed over.
        takes: The names of all that it takes.
        needs: Those without which it can't do.
        exponential: ``exp`` of the mean is what the name asks for.
        moved: What moves along axes of the arrays: ``shift``, ``class_axis``.
    """

    steps: Steps
    extras: Mapping[str, Any]
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    exponential: bool = False
    moved: Mapping[str, Any] = field(default_factory=dict)


def asked(loss: str, options: Mapping[str, Any], sure: float | None = None, *, arrays: bool = True) -> Asked:
    """The steps that a name and keyword arguments ask for; None counts as not said.

    Args:
        loss: A name or alias, a framework's call or a signature.
        options: By the names of Python.
        sure: The confidence level of an interval.
        arrays: The further arrays that it takes are among the arguments; else they come later.

    Raises:
        UsageError: There is no such loss or argument, or one has a value that it can't have.
    """
    if not isinstance(loss, str):
        raise UsageError(f"loss is {type(loss).__name__}, not a name", hint='"cross-entropy"')
    said = {name: value for name, value in options.items() if value is not None}
    if "|" in loss:
        loss, signed = _signed(loss)
        said = {**signed, **said}
    declaration = find(loss)
    if declaration is None:
        found = meant(loss)
        said = dict(map(_keyword, found.preset)) | said
        if found.reference is not None:
            return _call(found.loss, found.reference, said, sure, arrays=arrays)
        declaration = found.loss
    exponential = loss.lower() in declaration.exponential
    taken = [*(param.name for param in declaration.params), *(declaration.extras if arrays else ())]
    refuse_unknown(said, (*of_loss(declaration), *taken), loss, BESIDE)
    kind, log_base = _kind(said)
    own = {param.name: _value(param, said.pop(param.name)) for param in declaration.params if param.name in said}
    extras = {name: said.pop(name) for name in declaration.extras if arrays and name in said}
    if arrays:
        refuse_missing(declaration.name, declaration.extras, extras)
    moved = _moved(said)
    settings = _settings(said)
    if exponential:
        refuse_no_mean(loss, settings.reduction)
    if declaration.takes is Takes.SET:
        refuse_one_number(loss, settings.reduction)
    return Asked(
        PlainSteps(declaration, replace(settings, kind=kind, log_base=log_base, params=own, level=sure, digest=True)),
        extras,
        tuple(declaration.extras),
        tuple(declaration.extras),
        exponential,
        moved,
    )


def _call(loss: Loss, reference: Reference, options: dict[str, Any], sure: float | None, *, arrays: bool) -> Asked:
    rules = ["reduction", *(name.partition("=")[0] for name in reference.reductions.rules if "=" in name)]
    taken = [*(param.name for param in reference.options), *(reference.extras if arrays else ()), *rules]
    refuse_unknown(options, (*of_call(loss, reference), *taken), reference.call, BESIDE)
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
    moved = _moved(options)
    settings = _settings(options)
    steps = CallSteps(loss, reference, own, replace(settings, level=sure, digest=True), reduction)
    return Asked(steps, extras, tuple(reference.extras), needs, moved=moved)


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


def _moved(options: dict[str, Any]) -> dict[str, Any]:
    """What moves along axes of the arrays."""
    found = {name: _whole(name, options.pop(name)) for name in MOVES if name in options}
    if found.get("shift", 0) < 0:
        raise UsageError(f"shift={found['shift']}: predictions are for the label so many places later, 0 or more")
    return found


def _settings(options: Mapping[str, Any]) -> Settings:
    """What is left after a loss has taken its own.

    Raises:
        UsageError: Something has a value that it can't have.
    """
    for name, choices in _CHOICES.items():
        value = options.get(name, choices[0])
        if not isinstance(value, str) or value not in choices:
            raise UsageError(f"{name}={value!r}: one of {', '.join(choices)}")
    found = {name: _checked(name, value) for name, value in options.items()}
    form = found.pop("label_form", "auto")
    found["bootstrap"] = _bootstrap(found.pop("bootstrap", None), found.pop("seed", None))
    base = str(found.pop("base", "e"))
    try:
        return Settings(form=None if form == "auto" else Form(form), base=base, **found)
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None


def _checked(name: str, value: Any) -> Any:
    """What was said, as `Settings` has it."""
    if name == "like" and isinstance(value, str):
        return framework_named(value)
    if name in ("label_base", "ignore_index"):
        return _whole(name, value)
    if name in ("clip", "margin", "temperature"):
        number = _float(name, value)
        if name == "temperature" and not 0.0 < number < math.inf:
            raise UsageError(f"temperature={value!r}: a number above 0")
        return number
    if name == "class_weight":
        return _class_weight(value)
    return _names(value) if name == "classes" else value


def _bootstrap(replicates: Any, seed: Any) -> Bootstrap | None:
    if replicates is None:
        if seed is not None:
            raise UsageError("seed is that of bootstrap", hint=f"bootstrap=1000, seed={seed}")
        return None
    asked = Bootstrap(_whole("bootstrap", replicates), _whole("seed", seed or 0))
    if not 2 <= asked.replicates <= MOST_REPLICATES or asked.seed < 0:
        raise UsageError(f"bootstrap={replicates!r}: from 2 to {MOST_REPLICATES:,}, and a seed of at least 0")
    return asked


def refuse_with_bootstrap(settings: Settings, others: Mapping[str, Any]) -> None:
    """Refuse what replicates of the rows can't be combined with.

    Raises:
        UsageError: One of those was asked for, too.
    """
    found = next((name for name in ("against", "cluster", "by") if others.get(name) is not None), None)
    if settings.bootstrap is not None and found is not None:
        raise UsageError(f"bootstrap and {found} exclude each other")


def _class_weight(weights: Any) -> Any:
    if isinstance(weights, Mapping):
        return {str(name): _float("class_weight", weight) for name, weight in weights.items()}
    return weights if isinstance(weights, str) else array_of(weights, "class_weight").tolist()


def _names(classes: Any) -> tuple[str, ...]:
    found = classes.split(",") if isinstance(classes, str) else classes
    try:
        return tuple(str(one).strip() for one in found)
    except TypeError:
        hint = "names, in the order of the prediction columns"
        raise UsageError(f"classes={classes!r}: not names", hint=hint) from None


def settings_of(options: Mapping[str, Any], tool: str) -> tuple[Settings, dict[str, Any]]:
    """What is asked for without a loss, by one of ``OF_TOOLS``, and what moves along axes.

    Raises:
        UsageError: There is no such argument.
    """
    said = {name: value for name, value in options.items() if value is not None}
    refuse_unknown(said, OF_TOOLS[tool], tool)
    kind, log_base = _kind(said)
    moved = _moved(said)
    return replace(_settings(said), kind=kind, log_base=log_base), moved


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


def finite(name: str, value: Any) -> float:
    """A number that is one.

    Raises:
        UsageError: It is none.
    """
    number = _float(name, value)
    if not math.isfinite(number):
        raise UsageError(f"{name}={value!r}: a number")
    return number


def level(ci: Any) -> float | None:
    """The confidence level that is asked for; None for none."""
    if ci is None or isinstance(ci, bool):
        return LEVEL if ci else None
    return level_of(_float("ci", ci), f"ci={ci!r}")


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
