"""One line that says how a number came about, and back from it to what was asked for.

``cross-entropy|probabilities|labels:sparse|keras|mean/N|float64|losscli:0.1.0``
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from losscli import __version__
from losscli.errors import UsageError, quoted
from losscli.losses.spec import Form, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.core.plan import Plan, Settings
    from losscli.core.reduction import Reduced
    from losscli.losses.spec import Loss, Param

PARTS = 7
# Forms that the shapes decide alone: there is no option for them.
_UNASKED = (Form.VALUES, Form.SIGNS, Form.NONE)


def signature(plan: Plan, form: Form, reduced: Reduced) -> str:
    """Everything beside the data that the value depends on; what is at its default is left out."""
    settings = plan.settings
    given = {param.name: param.default for param in plan.loss.params} | dict(settings.params)
    params = [
        f"{param.name.replace('_', '-')}={spelled(given[param.name])}"
        for param in plan.loss.params
        if given[param.name] != param.default
    ]
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
            plan.kind + (",percent" if settings.percent else ""),
            ",".join(labels),
            plan.convention.name,
            reduction,
            settings.dtype + (f",base={settings.base}" if settings.base != "e" else ""),
            f"losscli:{__version__}",
        ]
    )


def options_of_signature(text: str, loss: Loss) -> list[str]:
    """The options which a signature of this loss stands for, as typed.

    Raises:
        UsageError: It is no signature.
    """
    parts = text.split("|")
    if len(parts) != PARTS or not parts[2].startswith("labels:"):
        raise UsageError(f"{quoted(text)} is not a signature", hint="name,…|kind|labels:form,…|convention|…")
    params, kinds, labels, convention, reduction, dtype = (part.split(",") for part in parts[:6])
    words = [_param_option(loss, *_pair(item)) for item in params[1:]]
    flags = {Kind.LOGITS: "--from-logits", Kind.LOG_PROBABILITIES: "--from-log-probs"}
    if kinds[0] in flags and len(loss.kinds) > 1:
        words.append(flags[Kind(kinds[0])])
    words += ["--percent"] * ("percent" in kinds[1:])
    form = labels[0].removeprefix("labels:")
    if form not in _UNASKED and loss.takes.labelled:
        words.append(f"--label-form={form}")
    names = {"base": "label-base", "ignore": "ignore-index"}
    for name, value in map(_pair, labels[1:]):
        words.append(f"--{names.get(name, name)}={_list(value)}")
    if loss.frameworks:
        words.append(f"--like={convention[0]}")
    words += [f"--{item}" for item in convention[1:]]
    words.append(f"--reduction={reduction[0].partition('/')[0]}")
    words += [f"--dtype={dtype[0]}", *(f"--{item}" for item in dtype[1:])]
    return words


def options_of_call_signature(text: str) -> list[str]:
    """The options which the signature of a framework's call stands for, as typed.

    Raises:
        UsageError: It is no signature.
    """
    head, *parts = text.split("|")
    if len(parts) != 4 or not head.endswith(")"):
        raise UsageError(f"{quoted(text)} is not a signature", hint="call(argument=value,…)|kind|reduction|…")
    words = []
    for item in filter(None, head.partition("(")[2][:-1].split(",")):
        name, value = _pair(item)
        option = name.replace("_", "-")
        flag = {"True": f"--{option}", "False": f"--no-{option}"}.get(value)
        words.append(flag or f"--{option}={_list(value)}")
    reduction = parts[1].rpartition("/")[0] or parts[1]
    if reduction.startswith("normalize="):
        words.append("--normalize" if reduction.endswith("True") else "--no-normalize")
    elif reduction != "default":
        words.append(f"--reduction={reduction}")
    return [*words, f"--dtype={parts[2]}"]


def options_of(loss: Loss, settings: Settings) -> list[str]:
    """What was asked for, as typed; what is at its default is left out."""

    def words() -> Iterator[str]:
        if settings.kind is Kind.LOGITS and loss.kinds[0] is not Kind.LOGITS:
            yield "--from-logits"
        if settings.kind is Kind.LOG_PROBABILITIES and loss.kinds[0] is not Kind.LOG_PROBABILITIES:
            yield "--from-log-probs"
        if settings.percent:
            yield "--percent"
        for name, value in settings.params.items():
            if value != getattr(loss.param(name), "default", None):
                yield _param_option(loss, name, spelled(value))
        if settings.rescale is not None:
            yield "--rescale" if settings.rescale else "--no-rescale"
        names = {
            "like": settings.like,
            "clip": settings.clip,
            "label-form": settings.form,
            "label-base": settings.label_base,
            "ignore-index": settings.ignore_index,
            "classes": None if settings.classes is None else ",".join(settings.classes),
            "class-weight": None if settings.class_weight is None else _list(_weights(settings.class_weight)),
            "reduction": None if settings.reduction == "mean" else settings.reduction,
            "nan": None if settings.nan == "error" else settings.nan,
            "dtype": None if settings.dtype == "float64" else settings.dtype,
            "base": None if settings.base == "e" else settings.base,
        }
        for option, given in names.items():
            if given is not None:
                text = spelled(given) if isinstance(given, float) else str(given)
                yield f"--{option}={text}" if text.startswith("-") else f"--{option} {text}"

    return [word for option in words() for word in option.split(" ", 1)]


def spelled(value: Any) -> str:
    """A value as text from which it comes back: the shortest digits, lists with ``;``."""
    if isinstance(value, list | tuple):
        return ";".join(map(spelled, value))
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return escaped(value) if isinstance(value, str) else str(value)


def escaped(text: str) -> str:
    """A name in which no sign means something to the signature."""
    from urllib.parse import quote

    return quote(text, safe=" !#$&()*+./:<>?@[]^_`{}~-")


def _unescaped(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def _pair(item: str) -> tuple[str, str]:
    name, _, value = item.partition("=")
    return name, value


def _list(value: str) -> str:
    """``a;b`` as ``a,b``; names as they were."""
    parts = [_unescaped(part) for part in value.split(";")]
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
    return f"--{option}={_list(value)}"
