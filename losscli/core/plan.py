"""What is to be done with every batch: all decisions, made once, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.core.class_names import ClassNames
from losscli.core.labels import Layout, alone, decide
from losscli.core.reduction import REDUCTIONS, canonical
from losscli.errors import InputError, UsageError, WordsError, printable
from losscli.losses.vocabulary import EXACT, Domain, Form, Kind, Param, Reading, Takes
from losscli.record import field, record, replace
from losscli.text import listed, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.batch import Batch, Dataset
    from losscli.core.bootstrap import Bootstrap
    from losscli.core.keep import Keep
    from losscli.losses.loss import Loss

_FAR = 2**53
BASES = {"e": "nats", "2": "bits", "10": "bans"}


@record
class Settings:
    """What the user asked for; None leaves a thing to the convention or to detection.

    Attributes:
        level: The confidence level of an interval, such as 0.95; None if none is wanted.
        bootstrap: From which replicates an interval is; None if it is in closed form.
        digest: Whether the labels are to be told from other labels.
        test: From which p is, of a difference to a baseline: ``t`` or ``sign-flip``.
        margin: A difference to a baseline up to it does not matter.
        keep: What is to be remembered beside losses.
    """

    kind: Kind | None = None
    like: str | Convention | None = None
    clip: float | None = None
    rescale: bool | None = None
    form: Form | None = None
    label_base: int | None = None
    ignore_index: int | None = None
    classes: tuple[str, ...] | None = None
    reduction: str = "mean"
    nan: str = "error"
    class_weight: Mapping[str, float] | Sequence[float] | str | None = None
    dtype: str = "float64"
    percent: bool = False
    temperature: float = 1.0
    base: str = "e"
    log_base: str = "e"
    per: bool = False
    level: float | None = None
    bootstrap: Bootstrap | None = None
    digest: bool = False
    test: str = "t"
    margin: float | None = None
    keep: Keep | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@record
class Convention:
    """A reading, the name it goes by, and whether its mean divides by the sum of the weights."""

    name: str
    reading: Reading
    weighted_mean: bool = False


@record
class Plan:
    """Settings made definite for one loss and one data set.

    Attributes:
        kind: What the predictions are.
        takes: What the checked arrays are for.
        params: Scalar parameters of the kernel.
        smoothing: Label smoothing, 0 for none.
        width: Size of the predictions' last axis, once arranged; 1 if they have no second axis.
        names: Class names, if labels are matched by name or are to be shown by name.
        by_name: Labels are matched to the names; otherwise they are positions.
        class_weight: One weight a class, ``balanced``, or None.
        tabular: The rows are lines of a table.
        mixes: The call broadcasts a column against a list, so that every prediction meets every label.
        columns: What the prediction columns stand for, if the input says it.
        refuses: The kinds of bad rows that are errors, the others being told; None: all of them are.
        pivot: A value near the mean, for sums of powers; None until the first finite value is seen.
    """

    loss: Loss
    settings: Settings
    kind: Kind
    takes: Takes
    convention: Convention
    reduction: str
    params: Mapping[str, Any]
    smoothing: float
    layout: Layout
    width: int
    names: ClassNames | None
    by_name: bool
    class_weight: Sequence[float] | str | None
    decisions: tuple[Decision, ...]
    tabular: bool = False
    mixes: bool = False
    columns: ClassNames | None = None
    refuses: frozenset[str] | None = None
    pivot: float | None = None

    @property
    def rule(self) -> str:
        """The reduction, once the convention's plain mean is what it is."""
        weighted = self.reduction == "mean" and self.convention.weighted_mean
        return "weighted-mean" if weighted else self.reduction

    @property
    def base(self) -> float:
        """What losses in nats are divided by."""
        return 1.0 if self.settings.base == "e" else math.log(float(self.settings.base))

    @property
    def per_class(self) -> bool:
        """Whether a row of predictions stands for one choice among classes."""
        if self.takes is Takes.DECISION:
            return self.layout.form in (Form.SPARSE, Form.SOFT)
        return self.takes.classes and self.layout.form is not Form.NONE

    @property
    def floors(self) -> dict[str, float]:
        """Parameters that hold the formula off its limits, with what they are in plain mathematics."""
        exact = {param.name: param.exact for param in self.loss.params if param.exact is not None}
        return {name: value for name, value in exact.items() if self.params[name] != value}

    @property
    def halfway(self) -> float:
        """The prediction of a yes that is as likely as a no."""
        return {Kind.PROBABILITIES: 0.5, Kind.LOG_PROBABILITIES: math.log(0.5)}.get(self.kind, 0.0)

    @property
    def decided(self) -> bool:
        """Whether the predictions are classes, to be compared with the labels as they are."""
        return self.loss.takes is Takes.DECISION and self.layout.form is Form.VALUES

    def reads(self, kind: Kind) -> Plan:
        """The same plan for predictions of another kind."""
        return replace(self, kind=kind)


def convention_of(loss: Loss, settings: Settings) -> Convention:
    """The reading that ``--like``, ``--clip`` and ``--rescale`` ask for; the first reference's by default.

    Raises:
        UsageError: The loss has no such convention.
    """
    if isinstance(settings.like, Convention):
        return replace(settings.like, reading=_in_dtype(settings.like.reading, settings.dtype))
    name = (loss.default or "exact") if settings.like is None else settings.like
    reading, weighted_mean = EXACT, False
    if name != "exact":
        reference = loss.convention(name)
        if reference is None:
            raise _no_convention(loss, name)
        reading, weighted_mean = _in_dtype(reference.reading, settings.dtype), reference.weighted_mean
    if settings.clip is not None:
        if not 0.0 <= settings.clip < 0.5:
            raise UsageError(f"--clip is {settings.clip:g}; it must be at least 0 and below 0.5")
        reading = replace(reading, clip=settings.clip, machine=False)
        name += f",clip={spelled(settings.clip)}"
    if settings.rescale is not None:
        again = settings.rescale and not reading.rescale_after
        reading = replace(reading, rescale=again, rescale_after=settings.rescale and reading.rescale_after)
        name += ",rescale" if settings.rescale else ",no-rescale"
    return Convention(name, reading, weighted_mean)


def _in_dtype(reading: Reading, dtype: str) -> Reading:
    return replace(reading, clip=float(np.finfo(dtype).eps)) if reading.machine else reading


def _no_convention(loss: Loss, name: str) -> UsageError:
    known = loss.conventions
    framework, versioned, _ = name.partition("==")
    calls = [reference.call for reference in loss.references if reference.framework == framework]
    if versioned and any(one.framework == framework for one in known.values()):
        told = [one.versions for one in known.values() if one.framework == framework and one.versions]
        what = f"of its versions there are {', '.join(told)}" if told else "one convention for all versions"
    else:
        what = f"{name} has no {loss.name}"
        if calls and not versioned:
            what = f"{name} has a formula of its own: losscli {calls[0]}"
    return UsageError(f"--like {printable(name)}: {printable(what)}", hint=f"one of {', '.join(['exact', *known])}")


def make_plan(loss: Loss, settings: Settings, dataset: Dataset, first: Batch, *, takes: Takes | None = None) -> Plan:
    """Decide everything that can be decided before the first row is computed.

    Args:
        loss: What to compute.
        settings: What was asked for.
        dataset: What is known of the rows.
        first: The first of them.
        takes: What they are looked at as, if not as what the loss takes.

    Raises:
        UsageError: Settings that the loss does not have, or that contradict each other.
        InputError: Shapes that do not match.
    """
    kind = settings.kind or loss.kinds[0]
    if kind not in loss.kinds and takes is None:
        raise UsageError(f"{loss.name} takes {' or '.join(loss.kinds)}, not {kind}")
    reduction = canonical(settings.reduction)
    if reduction is None:
        raise UsageError(f"no reduction is called {settings.reduction}", hint=f"one of {', '.join(REDUCTIONS)}")
    if abs(settings.label_base or 0) > _FAR:
        raise UsageError(f"--label-base {settings.label_base}: class numbers count from a number of 64 bits")
    params = _params(loss, settings.params, exact=settings.like == "exact")
    takes = takes or loss.takes
    if first.labels.shape[1:] == (0,) and loss.kinds == (Kind.LOG_PROBABILITIES,):
        layout, decision = alone(first)
    else:
        decides = takes is loss.takes and loss.decides and not settings.params
        layout, decision = decide(takes, first, settings.form, tabular=dataset.tabular, classes=decides)
    shape = layout.arrange(first)[0].shape
    width = shape[-1] if len(shape) > 1 else 1
    _refuse_vectors(loss, params, width)
    if settings.percent and kind is not Kind.PROBABILITIES:
        raise UsageError(f"--percent is for probabilities, and the predictions are read as {kind}")
    if settings.base not in BASES or (settings.base != "e" and loss.unit != "nats"):
        what = f"one of {', '.join(BASES)}" if settings.base not in BASES else "for losses in nats"
        raise UsageError(f"--base {settings.base}: it is {what}")
    names, by_name, naming = _class_names(loss, settings, dataset, first, layout=layout, width=width)
    convention = convention_of(loss, settings)
    decisions = [
        Decision("read as", kind, "asked for" if settings.kind else f"the default of {loss.name}"),
        decision,
        *naming,
        Decision("convention", convention.name, _because(settings)),
    ]
    return Plan(
        loss=loss,
        settings=settings,
        kind=kind,
        takes=takes,
        convention=convention,
        reduction=reduction,
        params={
            name: np.asarray(value) if isinstance(value, list) else value
            for name, value in params.items()
            if not _declared(loss, name).of_labels
        },
        smoothing=float(params.get("label_smoothing", 0.0)),
        layout=layout,
        width=width,
        names=names,
        by_name=by_name,
        class_weight=_class_weight(settings, names, width),
        decisions=(*dataset.decisions, *decisions),
        tabular=dataset.tabular,
        columns=dataset.classes,
    )


def _because(settings: Settings) -> str:
    if settings.like is None and settings.clip is None and settings.rescale is None:
        return "the default; --like exact is plain mathematics"
    return "asked for"


def _declared(loss: Loss, name: str) -> Param:
    param = loss.param(name)
    if param is None:
        raise UsageError(f"{loss.name} has no parameter {name}")
    return param


def _params(loss: Loss, asked: Mapping[str, Any], *, exact: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        param.name: param.exact if exact and param.exact is not None else param.default for param in loss.params
    }
    for name, value in asked.items():
        param = _declared(loss, name)
        if isinstance(value, int | float) and not _within(param, value):
            raise UsageError(f"{param.option} is {value:g}; it must be {_bounds(param)}")
        values[name] = value
    return values


def _refuse_vectors(loss: Loss, params: Mapping[str, Any], outputs: int) -> None:
    """Refuse vectors that would not be one number for each output, but for each row."""
    for param in loss.params:
        shape = np.shape(params[param.name])
        if param.choices or shape in ((), (1,), (outputs,)):
            continue
        what = f"{shape[0]:,} values" if len(shape) == 1 else f"the shape {shape}"
        rows = "; one row of several outputs is written [[..]]" if outputs == 1 else ""
        of = "the predictions are one output" if outputs == 1 else f"the predictions have {outputs} outputs"
        raise UsageError(f"{param.option} has {what}, {of}{rows}")


def _within(param: Param, value: float) -> bool:
    """Whether a number is in the parameter's bounds; NaN is in none."""
    low, high = param.ge, param.le
    return value == value and (low is None or value >= low) and (high is None or value <= high)


def _bounds(param: Param) -> str:
    parts = [f"at least {param.ge:g}"] if param.ge is not None else []
    parts += [f"at most {param.le:g}"] if param.le is not None else []
    return " and ".join(parts) or "a number"


def _picks(loss: Loss, layout: Layout, first: Batch) -> bool:
    """Whether a label picks one of the classes: class numbers never touch values and several outputs."""
    if loss.domain is Domain.PROBABILITY_ROWS and layout.form is Form.VALUES:
        return first.labels.ndim < first.predictions.ndim or first.labels.ndim == 1
    if loss.domain is Domain.MASKS:
        return first.predictions.ndim == 1
    if layout.form in (Form.BINARY, Form.SIGNS):
        return layout.arrange(first)[0].ndim == 1
    return layout.form is Form.SPARSE


def _class_names(
    loss: Loss, settings: Settings, dataset: Dataset, first: Batch, *, layout: Layout, width: int
) -> tuple[ClassNames | None, bool, list[Decision]]:
    text, said = first.labels.dtype == object, first.predictions.dtype == object
    compares = (loss.takes is Takes.DECISION and layout.form is Form.VALUES) or loss.domain is Domain.CLASS_NUMBERS
    if compares and (said or not text):  # words may stand on both sides
        return None, False, []
    if said:
        raise WordsError(f"the predictions are words; {loss.name} takes numbers")
    picks = _picks(loss, layout, first) or (text and _yes_or_no(loss, settings, compares=compares))
    binary = width == 1
    found = dataset.classes
    if settings.classes is not None:
        return _given_names(settings, found, text=text, picks=picks, width=width)
    if found is None or len(found.names) != (2 if binary else width):
        if text and not compares and loss.takes not in (Takes.RAW, Takes.SET):
            raise _words(loss, binary=binary)
        return None, False, []
    if text and not picks and loss.takes in (Takes.RAW, Takes.SET):
        return None, False, []
    flags = Decision("label values", "true and false", "read as 1 and 0", note=True)
    read = [flags] * (found.flags and picks and flags not in dataset.decisions)
    named = Decision("classes", listed(found.names), f"{found.source}, matched to the labels")
    if text:
        return found, True, [named, *read]
    by_name = picks and (found.numeric or found.valued) and settings.label_base is None
    if not by_name or (found.one and found.counted):
        return (None if binary else found), False, [named, *read] if binary and read else []
    if not read:
        named = replace(named, reason=f"{found.source} are numbers, matched to the labels")
    return found, True, [named, *read]


def _yes_or_no(loss: Loss, settings: Settings, *, compares: bool) -> bool:
    """Whether words stand for the classes of the columns, or one of them for yes, if no parameter names that one."""
    named = settings.params.get("pos_label") is not None
    return not named and (compares or loss.domain is Domain.BINARY_SCORES)


def _given_names(
    settings: Settings, found: ClassNames | None, *, text: bool, picks: bool, width: int
) -> tuple[ClassNames, bool, list[Decision]]:
    """The names of ``--classes``; a single column that is named after one of them is the probability of that."""
    given = settings.classes or ()
    expected = 2 if width == 1 else width
    if len(given) != expected:
        raise UsageError(f"--classes names {len(given)} classes, the predictions have {expected}")
    if len(set(given)) < expected or "" in given:
        raise UsageError("--classes: the names must differ, and none may be empty")
    names, reason = ClassNames(given, source="--classes"), "--classes"
    if width == 1 and found is not None and found.one and found.source != "the labels":
        if names.find([found.names[1]]).tolist() == [0]:
            names = ClassNames(given[::-1], source="--classes")
        reason = f"--classes; the prediction column is that of {printable(found.names[1])}"
    by_name = text or (picks and names.numeric and settings.label_base is None)
    return names, by_name, [Decision("classes", listed(names.names), reason)]


def _words(loss: Loss, *, binary: bool) -> InputError:
    """The error for labels which are words that say nothing."""
    if not (loss.takes.classes or loss.takes.labelled):
        return InputError(f"the labels are words; {loss.name} takes numbers")
    return InputError(
        "the labels are words, and nothing says which prediction belongs to which",
        hint="--classes NO,YES: the name that counts as 0, then the one that counts as 1"
        if binary
        else "--classes with the names in the order of the prediction columns",
    )


def _class_weight(settings: Settings, names: ClassNames | None, width: int) -> Sequence[float] | str | None:
    """Weights in the order of the classes; classes that are not named weigh 1."""
    given = settings.class_weight
    if given is None or given == "balanced":
        return given
    if isinstance(given, str):
        raise UsageError(f"--class-weight {given}: a list, name=weight pairs, or balanced")
    if not isinstance(given, Mapping):
        if np.shape(given) != (width,):
            if np.ndim(given) > 1:
                raise UsageError(f"--class-weight has the shape {np.shape(given)}; it takes one weight for each class")
            raise UsageError(f"--class-weight has {len(given)} weights, the predictions have {width} classes")
        return given
    known = names.names if names is not None else tuple(map(str, range(width)))
    unknown = [name for name in given if name not in known]
    if unknown:
        raise UsageError(f"--class-weight: no class is called {unknown[0]}", hint=f"one of {', '.join(known[:8])}")
    return [given.get(name, 1.0) for name in known]
