"""What a loss is: a frozen declaration around a pure kernel.

Commands, options, help, the catalogue, conventions and tests are read off these objects.
Declare a loss once, in its family's module, and list it in ``losscli.losses.LOSSES``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from losscli.losses.references import Reference

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
    SIGNS = "signs"
    VALUES = "values"
    NONE = "none"


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
    ``MARGIN``
        ``kernel(score, sign)`` with signs of -1 and 1; elementwise, averaged over the outputs of a row.
    ``SCORES``
        ``kernel(scores, target)``: rows ``(..., C)`` of one score a class with class numbers ``(...)`` give
        one value a row.
    ``SCORES_HOT``
        The same with labels of the scores' shape, one-hot or soft.
    ``VECTOR``
        ``kernel(x, y)``: two vectors ``(..., D)`` give one value.
    ``ANCHOR``
        ``kernel(x)``: vectors ``(..., D)`` and further arrays, but no labels, give one value a row.
    ``SIGNED_VECTOR``
        ``kernel(x, sign)``: vectors ``(..., D)`` and one sign a row.
    ``DECISION``
        ``kernel(scores, target)``: rows of scores with class numbers give one value a row; scores with
        0/1 targets of their own shape give one value each, averaged over the outputs of a row.
    ``RAW``
        ``kernel(x, y)``: predictions and labels as they come, labels perhaps as words, give one value a row.
    ``SET``
        ``kernel(x, y, weights)``: all rows at once give one number; weights ``(N,)`` or None.
    """

    CLASS = "class"
    BINARY = "binary"
    DISTRIBUTION = "distribution"
    VALUE = "value"
    MARGIN = "margin"
    SCORES = "scores"
    SCORES_HOT = "scores-hot"
    VECTOR = "vector"
    ANCHOR = "anchor"
    SIGNED_VECTOR = "signed-vector"
    DECISION = "decision"
    RAW = "raw"
    SET = "set"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What predictions may be."""
        if self in (Takes.CLASS, Takes.BINARY, Takes.DISTRIBUTION):
            return (Kind.PROBABILITIES, Kind.LOGITS, Kind.LOG_PROBABILITIES)
        if self in (Takes.MARGIN, Takes.SCORES, Takes.SCORES_HOT, Takes.DECISION):
            return (Kind.SCORES,)
        return (Kind.VALUES,)

    @property
    def labelled(self) -> bool:
        """Whether labels may have several forms."""
        return self in (Takes.CLASS, Takes.BINARY, Takes.DISTRIBUTION, Takes.DECISION)

    @property
    def classes(self) -> bool:
        """Whether the last axis of the predictions counts classes."""
        return self in (Takes.CLASS, Takes.DISTRIBUTION, Takes.SCORES, Takes.SCORES_HOT)


class Domain(StrEnum):
    """Which numbers a loss is defined for, where its kernel's input does not say it."""

    REAL = "real numbers"
    POSITIVE = "positive numbers"
    CLASS_NUMBERS = "predicted classes and true ones"
    PROBABILITY_ROWS = "rows of probabilities and class numbers"
    INDEX_LISTS = "scores, and lists of class numbers padded with -1"
    GROUPS = "vectors and the numbers of their groups"
    MASKS = "probabilities and 0/1 labels of their shape"


@record
class Reading:
    """What happens to probabilities before the formula sees them; the default is plain mathematics.

    Attributes:
        rescale: Each row is divided by its sum, before the clip.
        clip: Probabilities are clipped to ``[clip, 1 - clip]``, or to ``[clip, 1]`` with ``clip_one=False``.
        machine: ``clip`` is the machine epsilon of the predictions' dtype; as it stands, float64's.
        clip_one: Whether the clip also acts at 1.
        clip_labels: Soft labels are clipped to ``[clip_labels, 1]``.
        log_floor: Logarithms below it are replaced by it.
        rescale_after: Each row is divided by its sum after the clip.
        add: Added within the logarithm, to ``p`` and to ``1 - p``, after the clip.
        zero: What a probability of 0 counts as, and one of 1 counts as short of 1; others are left alone.
        through_softmax: Logits become probabilities first, so that rescaling and clip act on them, too.
    """

    rescale: bool = False
    clip: float = 0.0
    machine: bool = False
    clip_one: bool = True
    clip_labels: float = 0.0
    log_floor: float = float("-inf")
    rescale_after: bool = False
    add: float = 0.0
    zero: float = 0.0
    through_softmax: bool = False


EXACT = Reading()


class Role(StrEnum):
    """What a parameter of a framework's call acts on."""

    KERNEL = "kernel"
    SMOOTHING = "label smoothing"
    CLASS_WEIGHT = "class weights"
    ELEMENT_WEIGHT = "weights that broadcast to the values"
    VALUE_WEIGHT = "weights of the shape of the predictions"
    IGNORE = "a label to ignore"
    FROM_LOGITS = "whether predictions are logits"
    AXIS = "the axis of classes or features"


@record
class Param:
    """A named number of a loss; an option on the command line.

    Attributes:
        name: A Python keyword; ``label_smoothing`` is ``--label-smoothing``.
        default: Its value when nothing is said; its type is the option's type. None has no type of its own:
            such a parameter takes a float, or with ``vector`` several.
        vector: It may be a list of numbers: inline values or a file.
        role: What it acts on.
        to: The kernel's name for it, if that is another.
        choices: The words it may be.
        words: It may be names of classes.
        exact: Its value in plain mathematics, if that is not the default.
        usual: Other values that are common in practice, worth a try when a number is to be explained.
    """

    name: str
    default: float | int | bool | str | None
    help: str
    ge: float | None = None
    le: float | None = None
    vector: bool = False
    role: Role = Role.KERNEL
    to: str = ""
    choices: tuple[str, ...] = ()
    words: bool = False
    exact: float | None = None
    usual: tuple[float, ...] = ()

    @property
    def option(self) -> str:
        """The spelling on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return self.role is Role.AXIS or (isinstance(self.default, int) and not isinstance(self.default, bool))

    @property
    def of_labels(self) -> bool:
        """Whether it changes the labels, so that the kernel does not see it."""
        return self.role is Role.SMOOTHING


LABEL_SMOOTHING = Param(
    "label_smoothing",
    0.0,
    "Move this share of each label to all classes alike.",
    ge=0.0,
    le=1.0,
    role=Role.SMOOTHING,
    usual=(0.1,),
)


@record
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


@record(kw_only=True)
class Loss:
    """A loss: one declaration, one kernel.

    Attributes:
        name: The field's standard term in kebab case.
        family: The module's heading in help and catalogue.
        formula: Per sample, in plain text.
        steps: The same as one would work it out on paper: symbols and expressions, the last one being the value.
            ``losscli.answers.rows`` says which names there are.
        references: The frameworks' calls; the first one's convention is the default of the plain command.
        laws: Names of properties that the tests check, or a reason why there are none in ``no_laws``.
        source: Paper, book, or framework and version.
        kinds: What predictions may be, the default first, where that is narrower than ``takes`` allows.
        extras: Further arrays that the kernel takes by name, with a word on each.
        whole: All rows must be seen at once.
        accuracy: How far results may be from the formula, and why, if that is more than 8 units in the last place.
        domain: Which numbers predictions and labels may be.
        higher_is_better: True for an accuracy.
        log_score: It is minus the logarithm of the probability given to the truth, so that ``exp`` of its mean
            is a perplexity.
    """

    name: str
    aliases: tuple[str, ...] = ()
    family: str
    summary: str
    formula: str
    steps: tuple[tuple[str, str], ...]
    takes: Takes
    kernel: Kernel
    kinds: tuple[Kind, ...]
    unit: str = ""
    params: tuple[Param, ...] = ()
    references: tuple[Reference, ...] = ()
    examples: tuple[Example, ...] = ()
    laws: frozenset[str] = frozenset()
    source: str
    extras: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    accuracy: str = ""
    domain: Domain = Domain.REAL
    higher_is_better: bool = False
    log_score: bool = False

    def __hash__(self) -> int:
        return hash(self.name)

    def __reduce__(self) -> tuple[Callable[[str], Loss], tuple[str]]:
        """A loss pickles by its name: its kernel is code, which is there on the other side, too."""
        return _declared, (self.name,)

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)

    @property
    def frameworks(self) -> dict[str, Reference]:
        """The first reference of each framework, as it is now: what ``--like`` chooses from by one word.

        Left out are calls with a formula of their own: they have their own command.
        """
        found: dict[str, Reference] = {}
        for reference in self.references:
            if reference.older:
                continue
            if reference.kernel is None or self.takes in (Takes.CLASS, Takes.BINARY, Takes.DISTRIBUTION):
                found.setdefault(reference.framework, reference)
        return found

    @property
    def older(self) -> dict[str, Reference]:
        """What calls did in past versions, by the names that ``--like`` has for it."""
        return {reference.convention: reference for reference in self.references if reference.older}

    @property
    def conventions(self) -> dict[str, Reference]:
        """All that ``--like`` chooses from, by name; those of older versions come last."""
        return self.frameworks | self.older

    def convention(self, name: str) -> Reference | None:
        """The convention of that name, or of the version named, as in ``sklearn==1.1``; None if there is none."""
        found = self.conventions.get(name)
        if found is not None:
            return found
        framework, _, version = name.partition("==")
        known = [one for one in self.conventions.values() if one.framework == framework and one.covers(version)]
        return known[0] if known else None

    def param(self, name: str) -> Param | None:
        """The parameter of that name, if the loss has it."""
        return next((param for param in self.params if param.name == name), None)


def _declared(name: str) -> Loss:
    from losscli.losses import find

    found = find(name)
    assert found is not None, f"{name} is not in LOSSES"
    return found


def loss(*, takes: Takes, kinds: tuple[Kind, ...] | None = None, **declaration: Any) -> Callable[[Kernel], Loss]:
    """Declare the decorated kernel as a ``Loss``."""

    def declare(kernel: Kernel) -> Loss:
        return Loss(takes=takes, kinds=kinds or takes.kinds, kernel=kernel, **declaration)

    return declare


@record(kw_only=True)
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
