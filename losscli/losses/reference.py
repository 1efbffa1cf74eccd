"""A framework's convention is data: its calls, and how each departs from plain mathematics."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from losscli.losses.vocabulary import EXACT, Kind, Param, Reading, Role
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from losscli.losses.vocabulary import Form, Kernel, Takes


class Rule(StrEnum):
    """How a reduction combines the per-sample values."""

    NONE = "none"
    SUM = "sum"
    MEAN = "mean"  # over all values
    WEIGHTED = "weighted"  # over the sum of the weights
    ROWS = "rows"  # over the size of the first axis
    NONZERO = "nonzero"  # over the number of weights that are not 0

    @property
    def divided_by(self) -> str:
        """The name of the number it divides by; empty if it divides by none."""
        return {Rule.MEAN: "N", Rule.WEIGHTED: "sum(w)", Rule.ROWS: "rows", Rule.NONZERO: "N(w != 0)"}.get(self, "")


@record
class Reductions:
    """A framework's names for its reductions; the first is its default.

    Attributes:
        rules: The rules, by the framework's own names.
        empty: The mean of nothing.
    """

    rules: Mapping[str, Rule]
    empty: float = float("nan")

    @property
    def default(self) -> str:
        """The framework's default."""
        return next(iter(self.rules))


class Weighting(StrEnum):
    """How sample weights are applied to the values."""

    NONE = "the call takes no sample weights"
    LAST = "broadcast against the last axis"  # keras.losses
    ROWS = "one a row, after the values of a row are averaged"  # keras.metrics, sklearn
    RANK = "one a row, or of as many axes as the values, each of size 1 or theirs"  # tf.compat.v1.losses


class Outputs(StrEnum):
    """How the outputs of a row are combined, for an elementwise kernel."""

    MEAN = "mean"
    KEEP = "keep"
    SUM = "sum"


class Shapes(StrEnum):
    """What shapes labels may have, for an elementwise kernel; ``INTO`` also for rows of labels."""

    BROADCAST = "any that broadcasts with the predictions'"
    INTO = "one that broadcasts to the predictions'"
    RANK = "one of as many axes that broadcasts"
    EQUAL = "the predictions' own"


KERAS_LOSS = Reductions(
    {
        "sum_over_batch_size": Rule.MEAN,
        "mean": Rule.MEAN,
        "mean_with_sample_weight": Rule.WEIGHTED,
        "sum": Rule.SUM,
        "none": Rule.NONE,
    },
    empty=0.0,
)
KERAS_METRIC = Reductions({"default": Rule.WEIGHTED}, empty=0.0)
TORCH = Reductions({"mean": Rule.MEAN, "sum": Rule.SUM, "none": Rule.NONE})
TORCH_WEIGHTED = Reductions({"mean": Rule.WEIGHTED, "sum": Rule.SUM, "none": Rule.NONE})
TORCH_BATCH = Reductions({"mean": Rule.MEAN, "batchmean": Rule.ROWS, "sum": Rule.SUM, "none": Rule.NONE})
BATCH_MEAN = Reductions({"batchmean": Rule.ROWS, "sum": Rule.SUM, "mean": Rule.MEAN, "none": Rule.NONE})
MEAN = Reductions({"default": Rule.MEAN})
MEAN_OR_NONE = Reductions({"mean": Rule.MEAN, "none": Rule.NONE})
NONE_FIRST = Reductions({"none": Rule.NONE, "mean": Rule.MEAN, "sum": Rule.SUM})
TF = Reductions({"none": Rule.NONE, "reduce_mean": Rule.MEAN, "reduce_sum": Rule.SUM})
SKLEARN = Reductions({"default": Rule.WEIGHTED})
ZERO_IF_EMPTY = replace(SKLEARN, empty=0.0)
ONE_IF_EMPTY = replace(SKLEARN, empty=1.0)
SKLEARN_NORMALIZE = Reductions({"normalize=True": Rule.WEIGHTED, "normalize=False": Rule.SUM})
WHOLE = Reductions({"default": Rule.SUM})  # the kernel reduces
ONE_NUMBER = Reductions({"mean": Rule.SUM})  # the kernel takes the mean

# A soft label is weighted by its largest class alone: fit(class_weight=).
WEIGHS_LARGEST = ("keras", "tf")


@record
class Reference:
    """One framework's call for a loss, and how that call departs from plain mathematics.

    Attributes:
        call: As imported and typed, without arguments.
        reading: What happens to probabilities before the formula.
        reads: The kind of its predictions, unless an option says logits; by default the loss's.
        note: What differs, in a sentence; shown in the catalogue.
        unweighted: The part of the note that is shown for a result without weights, if not all.
        options: The call's own keyword arguments, with its defaults.
        reductions: Its names for reductions, with their divisors.
        weighting: How it takes sample weights.
        outputs: How it combines the outputs of a row.
        axis: Where its classes or features are, unless an option says otherwise.
        takes: What its kernel takes, if other than the loss's.
        kernel: Its formula, if other than the loss's.
        fixed: Parameters of the kernel that this call fixes.
        extras: Names of further arrays it takes, passed to the kernel.
        signs: What labels of 0 and 1 mean to a margin: ``all`` (turned into -1 and 1 if all labels are 0 or 1, as
            Keras does), ``zero`` (0 is -1), or nothing.
        whole: All rows must be seen at once, as for every kernel of a set.
        form: The only form labels of classes may have: class numbers, or dense rows.
        shapes: What shapes labels may have.
        same_rank: If the ranks of labels and predictions differ by one, a last axis of 1 is dropped or added.
        unit_interval: Predictions and labels outside 0..1 raise.
        aliases: Other names of the same call.
        labels_optional: Without labels, zeros are used.
        command: False for a convention of ``--like`` whose call belongs to another loss or is not a command.
        hard_labels: Each label must be one class, or yes or no.
        sorts_labels: Its classes are the labels that occur, sorted: labels may be words, and a class without labels
            must be named by an option.
        squeezes_labels: Class numbers may have a last axis of size 1, which is dropped.
        by_last_axis: As Keras has it: the last axis of an elementwise kernel's input holds the outputs of a row, so
            that samples of one number each are given as ``(N, 1)``; label smoothing is divided by the length of the
            last axis, wherever the classes are; and ``same_rank`` is for values and sample weights, too.
        axis_from_front: A class axis of logits other than -1 must be counted from the front.
        smoothing_limit: Label smoothing above it raises, and below 0 counts as 0; None if any number is taken.
        mask_needs_weights: Ignored labels enter the mean as zeros, unless there are sample weights.
        refuses_zero_weights: Sample weights that sum to 0 raise.
        at: The option whose value may be part of its name, as in ``error@0.7``.
        colon: Options may be part of its name, as in ``Quantile:alpha=0.9``.
        single_labels: Labels and sample weights are rounded to float32, whatever the predictions are.
        apart: Left out of comparisons, as its input has another layout than the plain command's or its number another
            meaning.
        plain_if_good: For finite predictions and valid class numbers, its kernel gives to the last bit what the loss's
            own formula gives under its reading.
        rows_second: Rows are the second of three axes of predictions; or the name of the option that says so.
        per: The further array by which values are divided before a mean.
        versions: The first and the last version with the convention, as in ``1.2-1.4``; ``1.5-`` for the present one.
            Empty if versions are not distinguished.
    """

    call: str
    reading: Reading = EXACT
    reads: Kind = field(default=None)
    note: str = ""
    unweighted: str | None = None
    options: tuple[Param, ...] = ()
    reductions: Reductions = TORCH
    weighting: Weighting = Weighting.NONE
    outputs: Outputs = Outputs.KEEP
    axis: int = -1
    takes: Takes | None = None
    kernel: Kernel | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    signs: str = ""
    whole: bool = False
    form: Form | None = None
    shapes: Shapes = Shapes.BROADCAST
    same_rank: bool = False
    unit_interval: bool = False
    aliases: tuple[str, ...] = ()
    command: bool = True
    labels_optional: bool = False
    hard_labels: bool = False
    sorts_labels: bool = False
    squeezes_labels: bool = False
    by_last_axis: bool = False
    axis_from_front: bool = False
    smoothing_limit: float | None = None
    mask_needs_weights: bool = False
    refuses_zero_weights: bool = False
    single_labels: bool = False
    at: str = ""
    colon: bool = False
    apart: bool = False
    plain_if_good: bool = False
    rows_second: bool | str = False
    per: str = ""
    versions: str = ""

    @property
    def older(self) -> bool:
        """Whether present versions behave differently."""
        return bool(self.versions) and not self.versions.endswith("-")

    @property
    def convention(self) -> str:
        """Its name for ``--like``: ``sklearn``, ``sklearn==1.2-1.4``."""
        return f"{self.framework}=={self.versions}" if self.older else self.framework

    def covers(self, version: str) -> bool:
        """Whether a version, or this very range, has the convention; ``1.4.2`` is within ``1.2-1.4``."""
        if not self.versions or version == self.versions:
            return bool(self.versions)
        if not re.fullmatch(r"\d+(\.\d+)*", version, re.ASCII):
            return False
        numbers = _numbers(version)
        first, _, last = self.versions.partition("-")
        end = _numbers(last) if last else numbers
        return _numbers(first) <= numbers and numbers[: len(end)] <= end

    @property
    def framework(self) -> str:
        """The first word of the call: ``keras``, ``torch``, ``sklearn``, ``optax``, ``tf``."""
        return self.call.partition(".")[0]

    @property
    def title(self) -> str:
        """The framework's name in its own spelling."""
        from losscli.losses.frameworks import TITLES

        return TITLES.get(self.framework, self.framework)

    @property
    def yields(self) -> bool:
        """Whether it gives way: a short name shared with other calls means the others."""
        from losscli.losses.frameworks import YIELDING

        return self.call.startswith(YIELDING)

    @property
    def raises(self) -> str:
        """The hint for input that makes the call raise."""
        return f"{self.call} raises here as well"

    @property
    def weighted_mean(self) -> bool:
        """Whether its ``mean`` divides by the sum of the weights."""
        rule = self.reductions.rules.get("mean", self.reductions.rules[self.reductions.default])
        return rule is Rule.WEIGHTED

    def option(self, role: Role) -> str:
        """The call's own name for the option of a role; empty if it has none."""
        return next((param.name for param in self.options if param.role is role), "")

    def needed(self, kernel: Kernel) -> list[str]:
        """The further arrays that it requires; ``kernel`` is its loss's, if it has none of its own."""
        from inspect import Parameter, signature

        taken = signature(self.kernel or kernel).parameters
        return [name for name in self.extras if taken[name].default is Parameter.empty]

    def own_reading(self, takes: Takes) -> bool:
        """Whether its kernel takes predictions as they are, and obeys ``reading``, which it is handed, itself."""
        return not takes.of_probabilities and self.reading != EXACT

    @property
    def name(self) -> str:
        """The last word of the call."""
        return self.call.rpartition(".")[2]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


# Arguments that several calls share.
FROM_LOGITS = Param("from_logits", False, "Predictions are logits.", role=Role.FROM_LOGITS)
AXIS = Param("axis", -1, "Axis of the classes or features.", role=Role.AXIS)
AXES = Param("axis", -1, "Axis of the features; several axes count as one.", vector=True, role=Role.AXIS)
CLASS_WEIGHT = Param("weight", None, "One weight for each class.", vector=True, role=Role.CLASS_WEIGHT)
ELEMENT_WEIGHT = Param("weight", None, "Weights that broadcast to the values.", vector=True, role=Role.ELEMENT_WEIGHT)
VALUE_WEIGHT = Param("weight", None, "One weight for each prediction.", vector=True, role=Role.VALUE_WEIGHT)
IGNORE_CLASS = Param("ignore_class", None, "Rows with this label are ignored.", role=Role.IGNORE)
POS_WEIGHT = Param("pos_weight", 1.0, "Weight of the positive labels; one, or one for each output.", vector=True)
LABELS = Param("labels", None, "All class labels, if some do not occur here.", vector=True, words=True)
IGNORE_INDEX = Param("ignore_index", -100, "Rows with this label are ignored.", role=Role.IGNORE)


def calls_in(module: str, **shared: Any) -> Callable[..., Reference]:
    """A function that declares a call of a module: its name and other names there, and fields beside ``shared``."""

    def call(name: str, also: tuple[str, ...] = (), **own: Any) -> Reference:
        return Reference(f"{module}.{name}", aliases=tuple(f"{module}.{one}" for one in also), **(shared | own))

    return call


_KERAS: dict[str, Any] = {"outputs": Outputs.MEAN, "same_rank": True, "squeezes_labels": True, "by_last_axis": True}

# Classes: sample weights meet the last axis, the mean divides by the number of values; or by the sum of the weights.
keras_loss = calls_in("keras.losses", **_KERAS, reductions=KERAS_LOSS, weighting=Weighting.LAST)
keras_metric = calls_in(
    "keras.metrics", **_KERAS, reductions=KERAS_METRIC, weighting=Weighting.ROWS, mask_needs_weights=True
)
# Modules, and functions as in ``functional.mse_loss``.
torch_call = calls_in("torch.nn", smoothing_limit=1.0)
# Functions whose values the caller reduces.
optax_call = calls_in("optax.losses", reductions=NONE_FIRST)
tf_call = calls_in("tf.nn", reductions=TF)
# Functions that give one number, weighted by the sum of the weights.
sklearn_call = calls_in(
    "sklearn.metrics", reductions=SKLEARN, weighting=Weighting.ROWS, sorts_labels=True, refuses_zero_weights=True
)
# Metrics of boosting tools by their names there, without parameters; rows are weighted by the sum of the weights.
xgboost_call = calls_in("xgboost", reductions=ZERO_IF_EMPTY, weighting=Weighting.ROWS)
catboost_call = calls_in("catboost", reductions=ZERO_IF_EMPTY, weighting=Weighting.ROWS, single_labels=True, colon=True)
lightgbm_call = calls_in("lightgbm", reductions=SKLEARN, weighting=Weighting.ROWS, single_labels=True)


def keras_losses(
    name: str, function: str, *, metric: bool = True, squeezes: bool = False, **data: Any
) -> tuple[Reference, Reference]:
    """A class of ``keras.losses``, and the function that it calls, which returns unreduced values.

    Args:
        name: The class.
        function: The function.
        metric: Whether the function is also in ``keras.metrics``.
        squeezes: Whether the function itself drops or adds a last axis of 1, as all classes do.
        data: Fields of both.
    """
    whole = bool(data.get("whole"))
    unreduced = Reductions({"default": Rule.NONE} if whole else {"none": Rule.NONE})
    alone = (
        _KERAS | data | {"reductions": unreduced, "weighting": Weighting.NONE, "versions": "", "same_rank": squeezes}
    )
    also = (f"keras.metrics.{function}",) if metric and not whole else ()
    return keras_loss(name, **data), Reference(f"keras.losses.{function}", **(alone | {"aliases": also}))


def older(call: str, versions: str, reading: Reading, **data: Any) -> Reference:
    """A past version of a call: known to ``--like``, but not a command."""
    return Reference(call, reading=reading, versions=versions, command=False, **data)
