"""The plan for every batch: all decisions, made once, each with its reason."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.core.labels import Layout, decide, unlabelled
from losscli.core.parameters import of_kernel, parameters, refuse_vectors
from losscli.core.plan_classes import class_names, class_weight_of
from losscli.core.reduction import REDUCTIONS, canonical
from losscli.core.settings import BASES, Convention, Settings, convention_of
from losscli.errors import UsageError, WordsError
from losscli.losses.vocabulary import Form, Kind, Takes
from losscli.record import record, replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.core.batch import Batch, Dataset
    from losscli.core.class_names import ClassNames
    from losscli.losses.loss import Loss

_FAR = 2**53


@record
class Plan:
    """Settings made definite for one loss and one data set.

    Attributes:
        kind: What the predictions are.
        takes: What the kernel takes.
        params: Parameters of the kernel.
        smoothing: Label smoothing, 0 for none.
        width: Size of the predictions' last axis, once arranged; 1 if they have no second axis.
        names: Class names, if labels are matched to names or shown by name.
        by_name: Labels are matched to the names; otherwise they are positions.
        class_weight: One weight a class, ``balanced``, or None.
        tabular: The rows are lines of a table.
        mixes: The call broadcasts a column against a list, so that every prediction meets every label.
        columns: The classes of the prediction columns, if the input names them.
        refuses: The kinds of bad rows that are errors, the others being warnings; None for all kinds.
        pivot: A value near the mean, for sums of powers; None until the first finite value.
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
        """The reduction, with ``mean`` replaced by ``weighted-mean`` if that is the convention's mean."""
        weighted = self.reduction == "mean" and self.weighted_mean
        return "weighted-mean" if weighted else self.reduction

    @property
    def weighted_mean(self) -> bool:
        """Whether the mean divides by the sum of the weights."""
        own = self.weighs_shares and self.layout.form is Form.SOFT and self.convention.weighs_classes
        return self.convention.weighted_mean and not own

    @property
    def weighs_shares(self) -> bool:
        """Whether class weights weigh each class of a label by its share, smoothing included."""
        given = self.class_weight is not None and self.class_weight != "balanced"
        shares = self.takes is Takes.CLASS and (self.layout.form is Form.SOFT or bool(self.smoothing))
        return given and shares and not self.convention.weighs_largest

    @property
    def base(self) -> float:
        """The divisor of losses in nats that gives the unit asked for."""
        return 1.0 if self.settings.base == "e" else math.log(float(self.settings.base))

    @property
    def log_score(self) -> bool:
        """Whether losses are minus the logarithm of a probability, which no parameter weighs."""
        values = [(self.params.get(param.name), param.default) for param in self.loss.params]
        return self.loss.log_score and all(value is None or np.all(value == default) for value, default in values)

    @property
    def per_class(self) -> bool:
        """Whether a row of predictions is one choice among classes."""
        if self.takes is Takes.DECISION:
            return self.layout.form in (Form.SPARSE, Form.SOFT)
        return self.takes.classes and self.layout.form is not Form.NONE

    @property
    def floors(self) -> dict[str, float]:
        """Parameters that bound the formula, with their values in plain mathematics."""
        exact = {param.name: param.exact for param in self.loss.params if param.exact is not None}
        return {name: value for name, value in exact.items() if self.params[name] != value}

    @property
    def halfway(self) -> float:
        """The prediction at which yes and no are equally likely."""
        return {Kind.PROBABILITIES: 0.5, Kind.LOG_PROBABILITIES: math.log(0.5)}.get(self.kind, 0.0)

    @property
    def decided(self) -> bool:
        """Whether the predictions are classes, which are compared with the labels directly."""
        return self.loss.takes is Takes.DECISION and self.layout.form is Form.VALUES

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The names of the classes; None if they are numbers."""
        return None if self.names is None else self.names.names

    def reads(self, kind: Kind) -> Plan:
        """The same plan for predictions of another kind."""
        return replace(self, kind=kind)


def make_plan(loss: Loss, settings: Settings, dataset: Dataset, first: Batch, *, takes: Takes | None = None) -> Plan:
    """Decide everything that can be decided before the first row is computed; ``takes`` overrides what the loss takes.

    Raises:
        UsageError: Settings that the loss does not have, or that contradict each other.
        InputError: Shapes that do not match.
    """
    kind = settings.kind or loss.kinds[0]
    if kind not in loss.kinds and takes is None:
        raise UsageError(f"{loss.name} takes {' or '.join(loss.kinds)}, not {kind}")
    _refuse(loss, settings)
    params = parameters(loss, settings.params, exact=settings.like == "exact")
    takes = takes or loss.takes
    convention = convention_of(loss, settings)
    _refuse_idle(settings, kind, binary=takes is Takes.BINARY, through=convention.reading.through_softmax)
    layout, decision = _layout(loss, settings, dataset, first, takes)
    shape = layout.arrange(first)[0].shape
    width = shape[-1] if len(shape) > 1 else 1
    refuse_vectors(loss, params, width)
    names, by_name, naming = class_names(loss, settings, dataset, first, layout=layout, width=width)
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
        reduction=canonical(settings.reduction) or settings.reduction,
        params=of_kernel(loss, params),
        smoothing=float(params.get("label_smoothing", 0.0)),
        layout=layout,
        width=width,
        names=names,
        by_name=by_name,
        class_weight=class_weight_of(settings, names, width),
        decisions=(*dataset.decisions, *decisions),
        tabular=dataset.tabular,
        columns=dataset.classes,
    )


def _refuse(loss: Loss, settings: Settings) -> None:
    """Refuse settings that the loss does not have."""
    if canonical(settings.reduction) is None:
        raise UsageError(f"no reduction is called {settings.reduction}", hint=f"one of {', '.join(REDUCTIONS)}")
    if abs(settings.label_base or 0) > _FAR:
        raise UsageError(f"--label-base {settings.label_base}: class numbers count from a number of 64 bits")
    if settings.log_base not in BASES:
        raise UsageError(f"--from-log-probs {quoted(settings.log_base)}: one of {', '.join(BASES)}")
    if settings.base not in BASES or (settings.base != "e" and loss.unit != "nats"):
        what = f"one of {', '.join(BASES)}" if settings.base not in BASES else "for losses in nats"
        raise UsageError(f"--base {settings.base}: it is {what}")


def _refuse_idle(settings: Settings, kind: Kind, *, binary: bool, through: bool) -> None:
    """Refuse what acts on probabilities where there are none; ``through`` if logits become some first."""
    said = {"--percent": settings.percent}
    if not (through and kind is Kind.LOGITS and not binary):
        said |= {"--clip": settings.clip is not None, "--rescale": bool(settings.rescale)}
        said |= {"--no-rescale": settings.rescale is False}
    if kind is not Kind.PROBABILITIES and any(said.values()):
        option = next(option for option, given in said.items() if given)
        raise UsageError(f"{option} is for probabilities, and the predictions are read as {kind}")
    if binary and settings.rescale is not None:
        option = "--rescale" if settings.rescale else "--no-rescale"
        raise UsageError(f"{option} is for rows of one probability for each class")


def _layout(loss: Loss, settings: Settings, dataset: Dataset, first: Batch, takes: Takes) -> tuple[Layout, Decision]:
    """The layout of predictions and labels, and why."""
    if first.labels.shape[1:] == (0,) and loss.kinds == (Kind.LOG_PROBABILITIES,):
        return unlabelled(first)
    if takes.of_probabilities and first.predictions.dtype == object:
        raise WordsError(f"the predictions are words; {loss.name} takes numbers")
    decides = takes is loss.takes and loss.decides and not settings.params
    return decide(takes, first, settings.form, tabular=dataset.tabular, classes=decides)


def _because(settings: Settings) -> str:
    if settings.like is None and settings.clip is None and settings.rescale is None:
        return "the default; --like exact is plain mathematics"
    return "asked for"
