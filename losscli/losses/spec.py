"""What a loss is: a frozen declaration around a pure kernel.

Commands, options, help, the catalogue, conventions and tests are read off these objects.
Declare a loss once, in its family's module, and list it in ``losscli.losses.LOSSES``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Kernel = Callable[..., Array]


class Kind(StrEnum):
    """What the numbers of a prediction are."""

    PROBABILITIES = "probabilities"
    LOGITS = "logits"
    LOG_PROBABILITIES = "log-probabilities"
    SCORES = "scores"
    VALUES = "values"


class Form(StrEnum):
    """How labels are written."""

    SPARSE = "sparse"
    ONE_HOT = "one-hot"
    MULTI_HOT = "multi-hot"
    SOFT = "soft"
    BINARY = "binary"
    VALUES = "values"


class Takes(StrEnum):
    """What a kernel is given, and so what its result is summed or averaged over.

    ``CLASS``
        ``kernel(log_p)``: the cost of each class, if it is the label, from its log-probability; elementwise.
        The label picks one class, or weighs all of them.
    ``BINARY``
        ``kernel(log_p, log_q, target)`` with ``log_q = log(1 - p)``; elementwise, averaged over the outputs
        of a row.
    ``DISTRIBUTION``
        ``kernel(log_p, target)``; elementwise, added up over the classes of a row.
    ``VALUE``
        ``kernel(prediction, target)``; elementwise, averaged over the outputs of a row.
    ``DECISION``
        ``kernel(scores, target)``: rows of scores with class numbers give one value a row; scores with
        0/1 targets of their own shape give one value each, averaged over the outputs of a row.
    """

    CLASS = "class"
    BINARY = "binary"
    DISTRIBUTION = "distribution"
    VALUE = "value"
    DECISION = "decision"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What predictions may be."""
        return _KINDS[self]

    @property
    def classes(self) -> bool:
        """Whether the last axis of the predictions counts classes."""
        return self in (Takes.CLASS, Takes.DISTRIBUTION)


_ANY_PROBABILITY = (Kind.PROBABILITIES, Kind.LOGITS, Kind.LOG_PROBABILITIES)
_KINDS: dict[Takes, tuple[Kind, ...]] = {
    Takes.CLASS: _ANY_PROBABILITY,
    Takes.BINARY: _ANY_PROBABILITY,
    Takes.DISTRIBUTION: _ANY_PROBABILITY,
    Takes.VALUE: (Kind.VALUES,),
    Takes.DECISION: (Kind.SCORES,),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What happens to probabilities before the formula sees them; the default is plain mathematics.

    Attributes:
        rescale: Each row is divided by its sum, before the clip.
        clip: Probabilities are clipped to ``[clip, 1 - clip]``, or to ``[clip, 1]`` with ``clip_one=False``.
        clip_one: Whether the clip also acts at 1.
        clip_labels: Soft labels are clipped to ``[clip_labels, 1]``.
        log_floor: Logarithms below it are replaced by it.
    """

    rescale: bool = False
    clip: float = 0.0
    clip_one: bool = True
    clip_labels: float = 0.0
    log_floor: float = float("-inf")


EXACT = Reading()


@dataclass(frozen=True, slots=True)
class Reference:
    """One framework's call for a loss, and how that call departs from plain mathematics."""

    call: str
    reading: Reading = EXACT
    reads: Kind = Kind.PROBABILITIES
    note: str = ""

    @property
    def framework(self) -> str:
        """The first word of the call: ``keras``, ``torch``, ``sklearn``, ``optax``, ``tf``."""
        return self.call.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Param:
    """A named number of a loss; an option on the command line.

    Attributes:
        name: A Python keyword; ``label_smoothing`` is ``--label-smoothing``.
        default: Its value when nothing is said; its type is the option's type. None has no type of its own:
            such a parameter takes a float.
        of_labels: The parameter changes the labels; the kernel does not see it.
    """

    name: str
    default: float | int | bool | None
    help: str
    ge: float | None = None
    le: float | None = None
    of_labels: bool = False

    @property
    def option(self) -> str:
        """The spelling on the command line."""
        return "--" + self.name.replace("_", "-")


LABEL_SMOOTHING = Param(
    "label_smoothing",
    0.0,
    "Move this share of each label to all classes alike.",
    ge=0.0,
    le=1.0,
    of_labels=True,
)


@dataclass(frozen=True, slots=True)
class Example:
    """A call and its result, shown in the help and run by the tests.

    Attributes:
        predictions: As typed on the command line.
        labels: As typed on the command line.
        value: The reduced result.
        source: Where the number comes from.
        options: Further keyword arguments of ``losscli.evaluate``.
    """

    predictions: str
    labels: str
    value: float
    source: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A loss: one declaration, one kernel.

    Attributes:
        name: The field's standard term in kebab case.
        family: The module's heading in help and catalogue.
        formula: Per sample, in plain text.
        references: The frameworks' calls; the first one's convention is the default of the plain command.
        laws: Names of properties that the tests check, or a reason why there are none in ``no_laws``.
        source: Paper, book, or framework and version.
        kinds: What predictions may be, the default first, where that is narrower than ``takes`` allows.
        higher_is_better: True for an accuracy.
    """

    name: str
    aliases: tuple[str, ...] = ()
    family: str
    summary: str
    formula: str
    takes: Takes
    kernel: Kernel
    kinds: tuple[Kind, ...]
    unit: str = ""
    params: tuple[Param, ...] = ()
    references: tuple[Reference, ...] = ()
    examples: tuple[Example, ...] = ()
    laws: frozenset[str] = frozenset()
    source: str
    higher_is_better: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)

    @property
    def frameworks(self) -> dict[str, Reference]:
        """The first reference of each framework: what ``--like`` chooses from."""
        found: dict[str, Reference] = {}
        for reference in self.references:
            found.setdefault(reference.framework, reference)
        return found

    def param(self, name: str) -> Param | None:
        """The parameter of that name, if the loss has it."""
        return next((param for param in self.params if param.name == name), None)


def loss(*, takes: Takes, kinds: tuple[Kind, ...] | None = None, **declaration: Any) -> Callable[[Kernel], Loss]:
    """Declare the decorated kernel as a ``Loss``."""

    def declare(kernel: Kernel) -> Loss:
        return Loss(takes=takes, kinds=kinds or takes.kinds, kernel=kernel, **declaration)

    return declare


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """Rows in, rows out: what people do by hand before or after a loss.

    Attributes:
        kernel: ``(n, C)`` float64 to ``(n, C)``, or to ``(n,)`` if ``column`` is set.
        column: The name of the single resulting column; empty if each column is transformed in place.
        labels: The input is labels, not numbers to compute with.
    """

    name: str
    summary: str
    formula: str
    kernel: Kernel
    params: tuple[Param, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    source: str
    column: str = ""
    labels: bool = False
