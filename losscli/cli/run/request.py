"""The parsed options, as one record for all commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.file_formats import OUTPUTS
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.file_formats import Output

# Prefixes of options that a loss or a call declares, whose names may clash with others.
PARAM, EXTRA = "param_", "extra_"


@record(kw_only=True)
class Request:
    """The options of a command by name; those that it lacks have their defaults.

    Attributes:
        more: Further arguments; with them all arguments are files of PREDICTIONS.
        params: The given parameters that the loss, the call or the transform declares, as typed.
        extras: The given further arrays of the loss, as typed.
        loss: The loss that ``check`` checks for.
        value: The number that ``identify`` looks for, of ``samples`` rows if there is no data.
        name: The argument of the catalogue.
    """

    predictions: str | None = None
    labels: str | None = None
    more: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)

    label: str | None = None
    pred: str | None = None
    sample_weight: str | None = None
    id: str | None = None
    join: str | None = None
    join_missing: str = "error"
    input_format: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    comment: str | None = None
    skip: int = 0
    limit: int | None = None
    encoding: str | None = None
    na: tuple[str, ...] = ()
    memory_limit: int = 1 << 29
    jobs: int | None = None
    dask: str | None = None

    from_logits: bool = False
    from_log_probs: str | None = None
    like: str | None = None
    percent: bool = False
    clip: float | None = None
    rescale: bool | None = None
    classes: str | None = None
    class_weight: str | None = None
    label_base: int | None = None
    shift: int = 0
    class_axis: int | None = None
    ignore_index: int | None = None
    label_form: str = "auto"
    nan: str = "error"

    base: str = "e"
    dtype: str = "float64"
    reduction: str | None = None
    normalize: bool | None = None
    compare: str | None = None
    explain: str | None = None
    ci: str | None = None
    bootstrap: int | None = None
    seed: int | None = None
    cluster: str | None = None
    fail_if: tuple[str, ...] = ()
    baseline: str | None = None
    max_regress: tuple[str, ...] = ()
    annotate: bool = False
    against: tuple[str, ...] = ()
    margin: float | None = None
    test: str | None = None
    by: str | None = None
    per: str | None = None
    worst_groups: int | None = None
    append: str | None = None
    also: str | None = None
    sweep: str | None = None
    where: str | None = None
    bytes: str | None = None
    words: str | None = None
    exponential: bool = False
    temperature: float | None = None
    hist: bool = False
    plot: str | None = None

    n_bins: int = 10
    each_class: bool = False
    fit: bool = True
    at: tuple[float, ...] = ()
    recall: tuple[float, ...] = ()
    precision: tuple[float, ...] = ()
    cost: str | None = None
    positive: str | None = None

    output_format: str = "table"
    quiet: bool = False
    rows: int | None = None
    all_rows: bool = False
    worst: int | None = None
    digits: int = 7
    verbose: bool = False
    color: str = "auto"
    output: str | None = None

    loss: str | None = None
    strict: bool = False
    value: str | None = None
    samples: int | None = None
    name: str | None = None
    framework: str | None = None

    @property
    def written(self) -> Output:
        """What ``output_format`` consists of."""
        return OUTPUTS[self.output_format]

    @property
    def data(self) -> tuple[str | tuple[str, ...] | None, str | None]:
        """PREDICTIONS and LABELS; three or more arguments are all files of PREDICTIONS."""
        if self.predictions is not None and self.labels is not None and self.more:
            return (self.predictions, self.labels, *self.more), None
        return self.predictions, self.labels

    @property
    def sources(self) -> tuple[str, ...]:
        """Every argument that may be a file or stdin."""
        given = (self.labels, *self.more, self.sample_weight, self.class_weight, *self.extras.values())
        options = (self.cluster, self.baseline, self.bytes, self.words, *self.against, *self.params.values())
        typed = (value for value in (*given, *options) if isinstance(value, str))
        return ("-" if self.predictions is None else self.predictions, *typed)


def request_of(parsed: Mapping[str, Any]) -> Request:
    """The request from what click has parsed."""

    def declared(prefix: str) -> dict[str, Any]:
        found = {name: value for name, value in parsed.items() if name.startswith(prefix) and value is not None}
        return {name.removeprefix(prefix): value for name, value in found.items()}

    shared = {name: value for name, value in parsed.items() if not name.startswith((PARAM, EXTRA))}
    return Request(params=declared(PARAM), extras=declared(EXTRA), **shared)
