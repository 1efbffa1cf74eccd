"""What is to be done with every batch: all decisions, made once, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from losscli.core.batch import Decision
from losscli.core.labels import ClassNames, Layout, decide
from losscli.core.reduction import REDUCTIONS, canonical
from losscli.errors import InputError, UsageError
from losscli.losses.spec import EXACT, Form, Kind, Loss, Param, Reading, Takes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.batch import Batch, Dataset

NAN_POLICIES = ("error", "skip", "keep")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for; None leaves a thing to the convention or to detection."""

    kind: Kind | None = None
    like: str | None = None
    clip: float | None = None
    rescale: bool | None = None
    form: Form | None = None
    label_base: int | None = None
    ignore_index: int | None = None
    classes: tuple[str, ...] | None = None
    reduction: str = "mean"
    nan: str = "error"
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Convention:
    """A reading and the name it goes by."""

    name: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings made definite for one loss and one data set.

    Attributes:
        kind: What the predictions are.
        params: What the kernel is given beside arrays.
        smoothing: Label smoothing, 0 for none.
        width: Size of the predictions' last axis, once arranged; 1 if they have no second axis.
        names: Class names, if labels are matched by name or are to be shown by name.
        by_name: Labels are matched to the names; otherwise they are positions.
    """

    loss: Loss
    settings: Settings
    kind: Kind
    convention: Convention
    reduction: str
    params: Mapping[str, Any]
    smoothing: float
    layout: Layout
    width: int
    names: ClassNames | None
    by_name: bool
    decisions: tuple[Decision, ...]

    @property
    def per_class(self) -> bool:
        """Whether a row of predictions stands for one choice among classes."""
        if self.loss.takes is Takes.DECISION:
            return self.layout.form in (Form.SPARSE, Form.SOFT)
        return self.loss.takes.classes

    def reads(self, kind: Kind) -> Plan:
        """The same plan for predictions of another kind."""
        return replace(self, kind=kind)


def convention_of(loss: Loss, settings: Settings) -> Convention:
    """The reading that ``--like``, ``--clip`` and ``--rescale`` ask for; the first reference's by default.

    Raises:
        UsageError: The loss has no such convention.
    """
    frameworks = loss.frameworks
    name = settings.like or next(iter(frameworks), "exact")
    if name == "exact":
        reading = EXACT
    elif name in frameworks:
        reading = frameworks[name].reading
    else:
        raise UsageError(
            f"--like {name}: no such convention for {loss.name}",
            hint=f"one of {', '.join(['exact', *frameworks])}",
        )
    if settings.clip is not None:
        reading = replace(reading, clip=settings.clip)
        name += f",clip={settings.clip:g}"
    if settings.rescale is not None:
        reading = replace(reading, rescale=settings.rescale)
        name += ",rescale" if settings.rescale else ",no-rescale"
    return Convention(name, reading)


def make_plan(loss: Loss, settings: Settings, dataset: Dataset, first: Batch) -> Plan:
    """Decide everything that can be decided before the first row is computed.

    Raises:
        UsageError: Settings that the loss does not have, or that contradict each other.
        InputError: Shapes that do not go together.
    """
    kind = settings.kind or loss.kinds[0]
    if kind not in loss.kinds:
        raise UsageError(f"{loss.name} takes {' or '.join(loss.kinds)}, not {kind}")
    reduction = canonical(settings.reduction)
    if reduction is None:
        raise UsageError(f"no reduction is called {settings.reduction}", hint=f"one of {', '.join(REDUCTIONS)}")
    params = _params(loss, settings.params)
    layout, decision = decide(loss.takes, first, settings.form, tabular=dataset.tabular)
    shape = layout.arrange(first)[0].shape
    width = shape[-1] if len(shape) > 1 else 1
    names, by_name, naming = _class_names(settings, dataset, first, width)
    decisions = [
        Decision("read as", kind, "asked for" if settings.kind else f"the default of {loss.name}"),
        decision,
        *naming,
    ]
    return Plan(
        loss=loss,
        settings=settings,
        kind=kind,
        convention=convention_of(loss, settings),
        reduction=reduction,
        params={name: value for name, value in params.items() if not _declared(loss, name).of_labels},
        smoothing=float(params.get("label_smoothing", 0.0)),
        layout=layout,
        width=width,
        names=names,
        by_name=by_name,
        decisions=(*dataset.decisions, *decisions),
    )


def _declared(loss: Loss, name: str) -> Param:
    param = loss.param(name)
    if param is None:
        raise UsageError(f"{loss.name} has no parameter {name}")
    return param


def _params(loss: Loss, given: Mapping[str, Any]) -> dict[str, Any]:
    values = {param.name: param.default for param in loss.params}
    for name, value in given.items():
        param = _declared(loss, name)
        if (param.ge is not None and value < param.ge) or (param.le is not None and value > param.le):
            bounds = " and ".join(
                [f"at least {param.ge:g}"] * (param.ge is not None) + [f"at most {param.le:g}"] * (param.le is not None)
            )
            raise UsageError(f"{param.option} is {value:g}; it must be {bounds}")
        values[name] = value
    return values


def _class_names(
    settings: Settings, dataset: Dataset, first: Batch, width: int
) -> tuple[ClassNames | None, bool, list[Decision]]:
    text = first.labels.dtype == object
    binary = width == 1
    if settings.classes is not None:
        expected = 2 if binary else width
        if len(settings.classes) != expected:
            raise UsageError(f"--classes names {len(settings.classes)} classes, the predictions have {expected}")
        names = ClassNames(settings.classes, source="--classes")
        by_name = text or (names.numeric and settings.label_base is None)
        return names, by_name, [Decision("classes", _listed(names), "--classes")]
    if dataset.classes is None or binary or len(dataset.classes) != width:
        if text:
            raise InputError(
                "the labels are words, and nothing says which prediction belongs to which",
                hint="--classes with the names in the order of the prediction columns"
                if not binary
                else "--classes NO,YES: the name that counts as 0, then the one that counts as 1",
            )
        return None, False, []
    names = ClassNames(dataset.classes, source="the column names")
    if text:
        return names, True, [Decision("classes", _listed(names), "the column names, matched to the labels")]
    by_name = names.numeric and settings.label_base is None
    return names, by_name, []


def _listed(names: ClassNames) -> str:
    return ", ".join(names.names[:6]) + (" …" if len(names.names) > 6 else "")
