"""From a name and keyword arguments to what is computed: the steps of a loss, a framework's call or a signature."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from losscli.core.calls.call_steps import CallSteps
from losscli.core.intervals.bootstrap import MOST_SEED, Bootstrap
from losscli.core.note import Note
from losscli.core.reduction import refuse_no_mean, refuse_one_number
from losscli.core.report import COUNTS
from losscli.core.settings import BASES, Settings
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.inputs.numbers import parse_scalar
from losscli.losses import USED_MOST, find
from losscli.losses.frameworks import framework_named
from losscli.losses.meant import find_call, meant
from losscli.losses.vocabulary import Form, Kind, Takes
from losscli.python.allowed import OF_TOOLS, OWN, of_call, of_loss, refuse_unknown
from losscli.python.as_arrays import array_of, shown
from losscli.python.reports import in_words
from losscli.python.values import declared_value, flag, is_number, number, text, whole
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from losscli.core import report as core
    from losscli.core.steps import Steps
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Param
    from losscli.python.reports import Report

MOVES = ("shift", "class_axis")  # along axes of the arrays
MOST_REPLICATES = 100_000
_FORMS = tuple(form.value for form in Form if form not in (Form.VALUES, Form.SIGNS, Form.NONE))
_CHOICES: dict[str, tuple[str, ...]] = {
    "nan": ("error", "skip", "keep"),
    "dtype": ("float64", "float32"),
    "label_form": ("auto", *_FORMS),
    "test": ("t", "sign-flip"),
}


@record
class Asked:
    """What a name and keyword arguments ask for.

    Attributes:
        extras: The further arrays that were given.
        takes: The names of all further arrays that it takes.
        needs: Those that it requires.
        exponential: The name asks for ``exp`` of the mean (perplexity).
        moved: Arguments about axes of the arrays: ``shift``, ``class_axis``.
        per: The value is the mean over groups by this.
        remark: What else the name might have meant; may be empty.
        counts: The number of ``bytes`` or ``words``: in total, or for each row.
    """

    steps: Steps
    extras: Mapping[str, Any]
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    exponential: bool = False
    moved: Mapping[str, Any] = field(default_factory=dict)
    per: Any = None
    remark: str = ""
    counts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def own(self) -> set[str]:
        """The names of the arguments that only this loss or call takes."""
        steps = self.steps
        params = steps.reference.options if isinstance(steps, CallSteps) else steps.loss.params
        return {*(param.name for param in params), *self.extras}

    @property
    def totals(self) -> dict[str, float]:
        """The counts that are totals."""
        return {name: float(value) for name, value in self.counts.items() if is_number(value)}

    def counted(self, report: core.Report) -> Report:
        """The report with these totals, and the remark."""
        remarks = [Note("name", self.remark)] * bool(self.remark)
        return in_words(replace(report, totals={**report.totals, **self.totals}, notes=(*report.notes, *remarks)))


def asked(
    loss: str, options: Mapping[str, Any], called: str, sure: float | None = None, *, arrays: bool = True
) -> Asked:
    """What a name and keyword arguments ask for; None counts as not given, or as the choice "none" if there is one.

    Args:
        loss: A name or alias, a framework's call or a signature.
        options: Keyword arguments by their Python names.
        called: The function that was called.
        sure: The confidence level of the interval.
        arrays: Further arrays are among the arguments; otherwise they come later.

    Raises:
        UsageError: There is no such loss or argument, or one has a value that it can't have.
    """
    if not isinstance(loss, str):
        raise UsageError(f"loss is {type(loss).__name__}, not a name", hint='"cross-entropy"')
    said = {name: value for name, value in options.items() if value is not None}
    if "|" in loss:
        loss, signed = _signed(loss)
        said = {**signed, **said}
    declaration, remark = find(loss), ""
    if declaration is None:
        found = meant(loss, option=_typed)
        said = dict(map(_keyword, found.preset)) | said
        if found.reference is not None:
            said |= _nones(found.reference.options, options)
            takes = _of_call(found.loss, found.reference, arrays=arrays)
            refuse_unknown(said, takes, found.reference.call, OWN[called])
            return replace(_call(found.loss, found.reference, said, sure, arrays=arrays), remark=found.remark)
        declaration, remark = found.loss, found.remark
    said |= _nones(declaration.params, options)
    taken = [*(param.name for param in declaration.params), *(declaration.extras if arrays else ())]
    refuse_unknown(said, (*of_loss(declaration), *taken), loss, OWN[called])
    exponential, wanted = loss.lower() in declaration.exponential, _plain(declaration, said, sure, arrays=arrays)
    if exponential:
        refuse_no_mean(loss, wanted.steps.settings.reduction)
    if declaration.takes is Takes.SET:
        refuse_one_number(loss, wanted.steps.settings.reduction)
    return replace(wanted, exponential=exponential, remark=remark)


def _plain(loss: Loss, options: dict[str, Any], sure: float | None, *, arrays: bool) -> Asked:
    kind, log_base = _kind(options)
    own = {param.name: declared_value(param, options.pop(param.name)) for param in loss.params if param.name in options}
    extras = {name: options.pop(name) for name in loss.extras if arrays and name in options}
    if arrays:
        refuse_missing(loss.name, loss.extras, extras)
    moved, per = _moved(options), options.pop("per", None)
    counts = {name: options.pop(name) for name in COUNTS if name in options}
    settings = replace(_settings(options), kind=kind, log_base=log_base, params=own, level=sure)
    steps = PlainSteps(loss, replace(settings, digest=True, per=per is not None))
    takes = (*loss.extras, *[name for name in COUNTS if name in of_loss(loss)])
    return Asked(steps, extras, takes, tuple(loss.extras), moved=moved, per=per, counts=counts)


def _nones(params: Sequence[Param], options: Mapping[str, Any]) -> dict[str, str]:
    """The parameters given as None, by which frameworks mean the choice "none"."""
    return {param.name: "none" for param in params if "none" in param.choices and options.get(param.name, "") is None}


def _call(loss: Loss, reference: Reference, options: dict[str, Any], sure: float | None, *, arrays: bool) -> Asked:
    own: dict[str, Any] = {}
    for param in reference.options:
        if param.name in options:
            own[param.name] = declared_value(param, options.pop(param.name))
        elif isinstance(param.default, bool):
            own[param.name] = param.default
    extras = {name: options.pop(name) for name in reference.extras if arrays and name in options}
    needs = tuple(reference.needed(loss.kernel))
    if arrays:
        refuse_missing(reference.call, needs, extras)
    normalize = options.pop("normalize", None)
    reduction = options.pop("reduction", None) if normalize is None else f"normalize={flag('normalize', normalize)}"
    moved = _moved(options)
    settings = _settings(options)
    steps = CallSteps(loss, reference, own, replace(settings, level=sure, digest=True), reduction)
    return Asked(steps, extras, tuple(reference.extras), needs, moved=moved)


def _of_call(loss: Loss, reference: Reference, *, arrays: bool) -> Iterator[str]:
    """The arguments that a call takes."""
    yield from of_call(loss, reference)
    yield from (param.name for param in reference.options)
    yield from reference.extras if arrays else ()
    yield "reduction"
    yield from (name.partition("=")[0] for name in reference.reductions.rules if "=" in name)


def _typed(word: str) -> str:
    """How to write a word that is an argument of every loss; empty if it is not one."""
    used = find(USED_MOST[0])
    assert used is not None
    names = {*of_loss(used), *(param.name for param in used.params), *OWN["evaluate"], "label", "pred"}
    return f"--{word} X" if word.replace("-", "_") in names else ""


def refuse_missing(called: str, names: Iterable[str], options: Mapping[str, Any]) -> None:
    """Refuse a call without an array that is required.

    Raises:
        UsageError: One is missing.
    """
    missing = next((name for name in names if name not in options), None)
    if missing is not None:
        raise UsageError(f"{called} also takes {missing}", hint=f"{missing}=...")


def _kind(options: dict[str, Any]) -> tuple[Kind | None, str]:
    logits, logs = flag("from_logits", options.pop("from_logits", False)), options.pop("from_log_probs", False)
    if str(logs) not in ("True", "False", *BASES):
        raise UsageError(f"from_log_probs={shown(logs)}: True, or their base: {', '.join(BASES)}")
    if logits and logs:
        raise UsageError("from_logits and from_log_probs exclude each other")
    if logs:
        return Kind.LOG_PROBABILITIES, "e" if isinstance(logs, bool) else str(logs)
    return (Kind.LOGITS if logits else None), "e"


def _moved(options: dict[str, Any]) -> dict[str, Any]:
    """The arguments about axes of the arrays."""
    found = {name: whole(name, options.pop(name)) for name in MOVES if name in options}
    if found.get("shift", 0) < 0:
        raise UsageError(f"shift={found['shift']}: predictions are for the label so many places later, 0 or more")
    return found


def _settings(options: Mapping[str, Any]) -> Settings:
    """The settings, from the arguments that are not the loss's own.

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
    """An argument's value as `Settings` holds it."""
    if name in ("like", "reduction"):
        return framework_named(text(name, value)) if name == "like" else text(name, value)
    if name in ("label_base", "ignore_index"):
        return whole(name, value)
    if name in ("rescale", "percent"):
        return flag(name, value)
    if name in ("clip", "margin", "temperature"):
        found = number(name, value)
        if name == "temperature" and not 0.0 < found < math.inf:
            raise UsageError(f"temperature={value!r}: a number above 0")
        return found
    if name == "class_weight":
        return _class_weight(value)
    return class_names(value) if name == "classes" else value


def _bootstrap(replicates: Any, seed: Any) -> Bootstrap | None:
    if replicates is None:
        if seed is not None:
            raise UsageError("seed is that of bootstrap", hint=f"bootstrap=1000, seed={seed}")
        return None
    asked = Bootstrap(whole("bootstrap", replicates), whole("seed", 0 if seed is None else seed))
    if not (2 <= asked.replicates <= MOST_REPLICATES and 0 <= asked.seed <= MOST_SEED):
        raise UsageError(f"bootstrap={replicates!r}: from 2 to {MOST_REPLICATES:,}, and a seed from 0 to 2^64 - 1")
    return asked


def refuse_together(wanted: Asked, others: Mapping[str, Any]) -> None:
    """Refuse combinations with bootstrap replicates or a mean over groups that make no sense.

    Raises:
        UsageError: Two such arguments were given.
    """
    asked = [name for name, value in {"per": wanted.per, **others}.items() if value is not None]
    if wanted.steps.settings.bootstrap is not None and {"against", "by"} <= {*asked}:
        raise UsageError("with by, bootstrap and against exclude each other", hint="rows of one group alone")
    if len(asked) > 1 and asked[0] == "per":
        hint = "by shows the groups of which per is the mean" if asked == ["per", "by"] else ""
        raise UsageError(f"{asked[0]} and {asked[1]} exclude each other", hint=hint)


def _class_weight(weights: Any) -> Any:
    if isinstance(weights, Mapping):
        return {str(name): number("class_weight", weight) for name, weight in weights.items()}
    if isinstance(weights, str):
        return weights
    array = array_of(weights, "class_weight")
    if array.ndim != 1 or array.dtype == object:
        raise UsageError(f"class_weight={shown(weights)}: one number for each class")
    return array.tolist()


def class_names(classes: Any) -> tuple[str, ...]:
    """The names of the classes.

    Raises:
        UsageError: They are not names.
    """
    found = classes.split(",") if isinstance(classes, str) else classes
    try:
        return tuple(str(one).strip() for one in found)
    except TypeError:
        hint = "names, in the order of the prediction columns"
        raise UsageError(f"classes={shown(classes)}: not names", hint=hint) from None


def settings_of(options: Mapping[str, Any], tool: str) -> tuple[Settings, dict[str, Any]]:
    """The settings of one of ``OF_TOOLS``, which takes no loss, and the arguments about axes.

    Raises:
        UsageError: There is no such argument.
    """
    said = {name: value for name, value in options.items() if value is not None}
    refuse_unknown(said, OF_TOOLS[tool], tool, OWN[tool])
    kind, log_base = _kind(said)
    moved = _moved(said)
    return replace(_settings(said), kind=kind, log_base=log_base), moved


def _signed(text: str) -> tuple[str, dict[str, Any]]:
    """The loss or call in a signature, and the arguments that the signature stands for."""
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
    scalar = parse_scalar(text)
    return name, text if scalar is None or name in ("base", "from_log_probs", "like") else scalar
