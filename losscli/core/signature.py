"""Signatures: one line from which a value can be computed again, and the options that it stands for.

``cross-entropy|probabilities|labels:sparse|exact|mean/N|float64|losscli:0.1.0``
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.losses.vocabulary import Form, Kind
from losscli.text import bracketed, escaped, quoted, spelled, unescaped
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from losscli.core.plan import Plan
    from losscli.core.reduction import Reduced
    from losscli.core.settings import Settings
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Param

PARTS, CALL_PARTS = 7, 5
_ENDS = f"float64|losscli:{__version__}"
# Forms that the shapes decide alone: there is no option for them.
_UNASKED = (Form.VALUES, Form.SIGNS, Form.NONE)
# The parts after the form of the labels, and their options.
_LABELS = {
    "base": "label-base",
    "ignore": "ignore-index",
    "classes": "classes",
    "class-weight": "class-weight",
    "nan": "nan",
}


def signature(plan: Plan, form: Form, reduced: Reduced) -> str:
    """Everything but the data that the value depends on; defaults are left out."""
    settings = plan.settings
    params = [f"{param.option[2:]}={spelled(value)}" for param, value in _given(plan.loss, settings)]
    labels = [f"labels:{form}"]
    if settings.label_base is not None:
        labels.append(f"base={settings.label_base}")
    if settings.ignore_index is not None:
        labels.append(f"ignore={settings.ignore_index}")
    if settings.classes is not None:
        labels.append(f"classes={';'.join(map(escaped, settings.classes))}")
    if settings.class_weight is not None:
        labels.append(f"class-weight={_weights(settings.class_weight)}")
    if settings.nan != "error":
        labels.append(f"nan={settings.nan}")
    reduction = plan.reduction + (f"/{reduced.divided_by}" if reduced.divided_by else "")
    return "|".join(
        [
            ",".join([plan.loss.name, *params]),
            plan.kind
            + (",percent" if settings.percent else "")
            + (f",log{settings.log_base}" if settings.log_base != "e" else "")
            + (f",temperature={spelled(settings.temperature)}" if settings.temperature != 1.0 else ""),
            ",".join(labels),
            plan.convention.name,
            reduction,
            settings.dtype + (f",base={settings.base}" if settings.base != "e" else ""),
            f"losscli:{__version__}",
        ]
    )


def call_signature(call: str, options: Mapping[str, Any], settings: Settings, name: str, reduced: Reduced) -> str:
    """The same for a framework's call with its own arguments; ``name`` is its reduction."""
    given = [f"{option}={bracketed(value)}" for option, value in sorted(options.items())]
    read = [str(settings.kind)]
    if settings.label_base is not None:
        read.append(f"base={settings.label_base}")
    if settings.classes is not None:
        read.append(f"classes={';'.join(map(escaped, settings.classes))}")
    if settings.nan != "error":
        read.append(f"nan={settings.nan}")
    reduction = name + (f"/{reduced.divided_by}" if reduced.divided_by else "")
    return "|".join([f"{call}({','.join(given)})", ",".join(read), reduction, settings.dtype, f"losscli:{__version__}"])


def _given(loss: Loss, settings: Settings) -> Iterator[tuple[Param, Any]]:
    """The parameters that differ from the convention's defaults."""
    for param in loss.params:
        default = param.default
        if settings.like == "exact" and param.exact is not None:
            default = param.exact
        value = settings.params.get(param.name, default)
        if spelled(value) != spelled(default):
            yield param, value


def options_of_signature(text: str, loss: Loss) -> list[str]:
    """The options that a signature of this loss stands for, one word each; from any version of losscli.

    Raises:
        UsageError: It is not a whole signature of this loss.
    """
    parts = text.strip().split("|")
    if len(parts) != PARTS or not parts[2].startswith("labels:"):
        raise UsageError(f"{quoted(text, 100)} is not a whole signature", hint=f"they look like {_looks(loss)}")
    (_, *params), (kind, *percent), (form, *labels), (like, *reading), (reduction, *_), (dtype, *base) = (
        part.split(",") for part in parts[:6]
    )
    words = [_param_option(loss, *_pair(item)) for item in params]
    flags = {Kind.LOGITS: "--from-logits", Kind.LOG_PROBABILITIES: "--from-log-probs"}
    logs = [item for item in percent if item in ("log2", "log10")]
    if _one_of(kind, loss.kinds) in flags and len(loss.kinds) > 1 and not logs:
        words.append(flags[Kind(kind)])
    words += [f"--from-log-probs={item.removeprefix('log')}" for item in logs]
    for item in percent:
        if item not in logs:
            _one_of(item.partition("=")[0], ["percent", "temperature"])
            words.append(f"--{item}")
    form = _one_of(form.removeprefix("labels:"), list(Form))
    if form not in _UNASKED and loss.takes.labelled:
        words.append(f"--label-form={form}")
    for name, value in map(_pair, labels):
        words.append(_label_option(name, value))
    if loss.default or like != "exact":
        words.append(f"--like={like}")
    for item in reading:
        _one_of(item.partition("=")[0], ["clip", "rescale", "no-rescale"])
        words.append(f"--{item}")
    words += [f"--reduction={reduction.partition('/')[0]}", f"--dtype={dtype}"]
    for name, value in map(_pair, base):
        words.append(f"--{_one_of(name, ['base'])}={value}")
    return words


def _looks(loss: Loss) -> str:
    like = loss.default or "exact"
    return f"{loss.name}|{loss.kinds[0]}|labels:sparse|{like}|mean/N|{_ENDS}"


def options_of_call_signature(text: str, reference: Reference) -> list[str]:
    """The options that the signature of a framework's call stands for, one word each.

    Raises:
        UsageError: It is not a whole signature of this call.
    """
    head, *parts = text.strip().split("|")
    if len(parts) != CALL_PARTS - 1 or not head.endswith(")"):
        looks = f"{reference.call}()|{reference.reads}|{reference.reductions.default}|{_ENDS}"
        raise UsageError(f"{quoted(text, 100)} is not a whole signature", hint=f"they look like {looks}")
    words = [_label_option(name, value) for name, value in map(_pair, parts[0].split(",")[1:])]
    for item in filter(None, head.partition("(")[2][:-1].split(",")):
        name, value = _pair(item)
        option = _one_of(name, [param.name for param in reference.options]).replace("_", "-")
        flag = {"True": f"--{option}", "False": f"--no-{option}"}.get(value)
        param = next(param for param in reference.options if param.name == name)
        words.append(flag or f"--{option}={_own(param, value)}")
    rules = list(reference.reductions.rules)
    reduction = next((name for name in rules if parts[1] in (name, f"{name}/{parts[1].rpartition('/')[2]}")), "")
    name, is_flag, value = _one_of(reduction, rules).partition("=")
    if is_flag:
        words.append(f"--{name}" if value == "True" else f"--no-{name}")
    elif len(rules) > 1 and all(param.name != "reduction" for param in reference.options):
        words.append(f"--reduction={reduction}")
    return [*words, f"--dtype={parts[2]}"]


def asked_of_call(settings: Settings) -> list[str]:
    """The options of a framework's call besides its own arguments, one word each."""
    given = {
        "nan": None if settings.nan == "error" else settings.nan,
        "classes": None if settings.classes is None else ",".join(settings.classes),
        "label-base": settings.label_base,
        "dtype": None if settings.dtype == "float64" else settings.dtype,
    }
    return [f"--{option}={value}" for option, value in given.items() if value is not None]


def options_of(loss: Loss, settings: Settings) -> list[str]:
    """The settings as options, one word each; defaults are left out."""
    words: list[str] = []
    if settings.kind is not None and settings.kind is not loss.kinds[0]:
        words += {Kind.LOGITS: ["--from-logits"], Kind.LOG_PROBABILITIES: ["--from-log-probs"]}[settings.kind]
    if settings.log_base != "e":
        words = [word for word in words if word != "--from-log-probs"] + [f"--from-log-probs={settings.log_base}"]
    words += ["--percent"] * settings.percent
    words += [_param_option(loss, param.name, spelled(value)) for param, value in _given(loss, settings)]
    if settings.rescale is not None:
        words.append("--rescale" if settings.rescale else "--no-rescale")
    given: dict[str, Any] = {
        "--like": settings.like,
        "--clip": settings.clip,
        "--temperature": None if settings.temperature == 1.0 else settings.temperature,
        "--label-form": settings.form,
        "--label-base": settings.label_base,
        "--ignore-index": settings.ignore_index,
        "--classes": None if settings.classes is None else ",".join(settings.classes),
        "--class-weight": None if settings.class_weight is None else _list(_weights(settings.class_weight)),
        "--reduction": None if settings.reduction == "mean" else settings.reduction,
        "--nan": None if settings.nan == "error" else settings.nan,
        "--dtype": None if settings.dtype == "float64" else settings.dtype,
        "--base": None if settings.base == "e" else settings.base,
    }
    for option, value in given.items():
        text = spelled(value) if isinstance(value, float) else str(value)
        if value is not None:
            words += [f"{option}={text}"] if text.startswith("-") else [option, text]
    return words


def _one_of(word: str, words: Iterable[str]) -> str:
    """A word of a signature, checked to be one of ``words``."""
    if word not in words:
        raise UsageError(f"{quoted(word)} has no place in this signature", hint=f"there may stand {', '.join(words)}")
    return word


def _pair(item: str) -> tuple[str, str]:
    name, _, value = item.partition("=")
    return name, value


def _list(value: str) -> str:
    """``a;b`` as ``a,b``, with names unescaped."""
    parts = [unescaped(part) for part in value.split(";")]
    return ",".join(parts)


def _weights(given: Mapping[str, float] | Sequence[float] | str) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, Mapping):
        return ";".join(f"{escaped(name)}={spelled(float(weight))}" for name, weight in given.items())
    return ";".join(spelled(float(weight)) for weight in given)


def _param_option(loss: Loss, name: str, value: str) -> str:
    option = name.replace("_", "-")
    param: Param | None = loss.param(name.replace("-", "_"))
    if param is None:
        raise UsageError(f"{loss.name} has no parameter {name}")
    if isinstance(param.default, bool):
        return f"--{option}" if value == "True" else f"--no-{option}"
    return f"--{option}={_own(param, value)}"


def _label_option(name: str, value: str) -> str:
    option = _LABELS[_one_of(name, _LABELS)]
    return f"--{option}={_numbers(value, ('balanced',)) if option == 'class-weight' else _list(value)}"


def _own(param: Param, value: str) -> str:
    """The value of a parameter."""
    if param.words and ("/" in value or "\\" in value) and ";" not in value:
        raise UsageError(f"{quoted(value)} has no place in a signature: it may be a file")
    return _numbers(value, param.choices) if param.vector and not param.words else _list(value)


def _numbers(value: str, words: Sequence[str]) -> str:
    """Numbers or one of some words; never a file, as a signature from elsewhere must not open one."""
    text = _list(value)
    if text not in words:
        for part in text.split(","):
            try:
                float(part.rpartition("=")[2].strip("[]() ") or "0")
            except ValueError:
                raise UsageError(f"{quoted(text)} has no place in a signature: numbers may stand there") from None
    return text
