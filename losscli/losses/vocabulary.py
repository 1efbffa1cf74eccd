"""The terms in which losses and frameworks' calls are declared: kinds, forms, what a kernel takes, parameters."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import DTypeLike

    from losscli.ops import Array

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
    """What a kernel is given, and hence what its result is summed or averaged over.

    ``CLASS``
        ``kernel(log_p)``: the cost of each class, if it is the label, from its log-probability; elementwise.
        The label picks one class, or weights all of them.
    ``BINARY``
        ``kernel(log_p, log_q, target)`` with ``log_q = log(1 - p)``; elementwise, averaged over the outputs
        of a row.
    ``DISTRIBUTION``
        ``kernel(log_p, target)``; elementwise, summed over the classes of a row.
    ``VALUE``
        ``kernel(prediction, target)``; elementwise, averaged over the outputs of a row.
    ``MARGIN``
        ``kernel(score, sign)`` with signs of -1 and 1; elementwise, averaged over the outputs of a row.
    ``SCORES``
        ``kernel(scores, target)``: rows ``(..., C)`` of one score per class, with class numbers ``(...)``,
        give one value per row.
    ``SCORES_HOT``
        The same with labels of the scores' shape, one-hot or soft.
    ``VECTOR``
        ``kernel(x, y)``: two vectors ``(..., D)`` give one value.
    ``ANCHOR``
        ``kernel(x)``: vectors ``(..., D)`` and further arrays, but no labels, give one value per row.
    ``SIGNED_VECTOR``
        ``kernel(x, sign)``: vectors ``(..., D)`` and one sign per row.
    ``DECISION``
        ``kernel(scores, target)``: rows of scores with class numbers give one value per row; scores with
        0/1 targets of their own shape give one value each, averaged over the outputs of a row.
    ``RAW``
        ``kernel(x, y)``: predictions and labels as given, labels perhaps as words, give one value per row.
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
        """The kinds that predictions may be."""
        if self.of_probabilities:
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
        return self.picks_class or self is Takes.DISTRIBUTION

    @property
    def picks_class(self) -> bool:
        """Whether a label picks one of the classes on the last axis, or weights them as a one-hot or soft row."""
        return self in (Takes.CLASS, Takes.SCORES, Takes.SCORES_HOT)

    @property
    def of_probabilities(self) -> bool:
        """Whether predictions are read as probabilities; the kernel gets their logarithms."""
        return self in (Takes.CLASS, Takes.BINARY, Takes.DISTRIBUTION)

    @property
    def predicts_label(self) -> bool:
        """Whether predictions give the label a probability, so that a row has a p(label) and is right or wrong."""
        return self in (Takes.CLASS, Takes.BINARY)

    @property
    def elementwise(self) -> bool:
        """Whether each prediction has its own label, and the kernel gives one value for each such pair."""
        return self.averages_outputs or self is Takes.DISTRIBUTION

    @property
    def averages_outputs(self) -> bool:
        """Whether the kernel is elementwise, and the last axis holds the outputs of a row, which are averaged."""
        return self in (Takes.BINARY, Takes.VALUE, Takes.MARGIN)

    @property
    def as_given(self) -> bool:
        """Whether predictions and labels, perhaps words, reach the kernel unchanged."""
        return self in (Takes.RAW, Takes.SET)


class Inference(StrEnum):
    """What an interval of the loss can be computed from."""

    MEAN = "a value for each row"
    SHARE = "0 or 1 for each row"
    LINEAR = "a smooth function of means"
    RANKS = "the ranks of two kinds of rows"
    ORDER = "the order of one number a row, whose median it is"
    NONE = "nothing: there is no closed form"


class Domain(StrEnum):
    """The numbers a loss is defined for, if its kernel's input does not tell."""

    REAL = "real numbers"
    POSITIVE = "positive numbers"
    LOG_PROBABILITIES = "logarithms of probabilities"
    CLASS_NUMBERS = "predicted classes and true ones"
    PROBABILITY_ROWS = "rows of probabilities and class numbers"
    BINARY_SCORES = "scores, and labels of 0 and 1"
    RELEVANCE = "scores, and 0/1 labels of their shape"
    SURVIVAL = "log hazard ratios, and times that are negative where they are censored"
    INDEX_LISTS = "scores, and lists of class numbers padded with -1"
    PAIRS = "two arrays of vectors"
    GROUPS = "vectors and the numbers of their groups"
    ENSEMBLES = "rows of forecasts of one value, and the values"
    REGIONS = "scores and 0/1 labels of their shape"
    MASKS = "probabilities and 0/1 labels of their shape"
    COSINES = "cosines of a row's vector and those of the classes"
    BINS = "rows of logits of the whole numbers from 0 on, and values between them"
    SEQUENCES = "rows of logits for each step, and class numbers filled up with -1"
    BOXES = "two boxes a row, each x1, y1, x2, y2"


@record
class Reading:
    """What happens to probabilities before the formula sees them; the default is plain mathematics.

    Attributes:
        rescale: Each row is divided by its sum, before the clip.
        clip: Probabilities are clipped to ``[clip, 1 - clip]``, or to ``[clip, 1]`` with ``clip_one=False``.
        machine: ``clip`` is the machine epsilon of the predictions' dtype; the value given is float64's.
        clip_one: Whether the clip also acts at 1.
        clip_labels: Soft labels are clipped to ``[clip_labels, 1]``.
        log_floor: Logarithms below it are replaced by it.
        rescale_after: Each row is divided by its sum after the clip.
        add: Added within the logarithm, to ``p`` and to ``1 - p``, after the clip.
        zero: A probability of 0 counts as this, and one of 1 as 1 minus this; others are unchanged.
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

    def in_dtype(self, dtype: DTypeLike) -> Reading:
        """The same with the machine epsilon of the predictions' dtype, if that is the clip."""
        return replace(self, clip=float(np.finfo(dtype).eps)) if self.machine else self


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
    SERIES = "a series with a length of its own"


@record
class Param:
    """A named number of a loss; an option on the command line.

    Attributes:
        name: A Python keyword; ``label_smoothing`` is ``--label-smoothing``.
        default: Its default value, whose type is the option's type. None has no type of its own:
            such a parameter takes a float, or with ``vector`` several.
        vector: It may be a list of numbers: inline values or a file.
        role: What it acts on.
        to: The kernel's name for it, if different.
        choices: The allowed words.
        words: It may hold names of classes.
        exact: Its value in plain mathematics, if that is not the default.
        usual: Other values that are common in practice, which ``identify`` tries.
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
        return (
            self.role is Role.AXIS
            or self.name == "axis"
            or (isinstance(self.default, int) and not isinstance(self.default, bool))
        )

    @property
    def of_labels(self) -> bool:
        """Whether it changes the labels, so that the kernel does not see it."""
        return self.role is Role.SMOOTHING


LABEL_SMOOTHING = Param(
    "label_smoothing",
    0.0,
    "Spread this fraction of each label evenly over all classes.",
    ge=0.0,
    le=1.0,
    role=Role.SMOOTHING,
    usual=(0.1,),
)
