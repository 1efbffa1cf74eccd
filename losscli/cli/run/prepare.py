"""From a request to settings, and to options of reading."""

from __future__ import annotations

import math
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from losscli.cli.interrupt import interruptible
from losscli.core.settings import Settings
from losscli.errors import UsageError, WordsError
from losscli.file_formats import Writes
from losscli.inputs import ReadOptions, read
from losscli.inputs.numbers import parse_number
from losscli.losses.vocabulary import Domain, Form, Kind, Takes
from losscli.record import replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.cli.run.request import Request
    from losscli.core.batch import Dataset
    from losscli.core.condition import Condition
    from losscli.core.counts.keep import Keep
    from losscli.core.intervals.bootstrap import Bootstrap
    from losscli.losses.loss import Loss
    from losscli.losses.vocabulary import Param


# glibc returns every freed array above 128 KiB to the system, and the next one costs page faults, until a larger array
# has been freed; this one is never touched.
with suppress(MemoryError):
    np.empty(31 << 20, np.uint8)
interruptible()


LEVEL = 0.95


def loss_settings(loss: Loss, request: Request) -> Settings:
    """The settings, with the loss's own parameters.

    Raises:
        UsageError: A further array that the loss takes is missing.
    """
    missing = [name for name in loss.extras if name not in request.extras]
    if missing:
        raise UsageError(
            f"{loss.name} also takes {missing[0]}: {loss.extras[missing[0]]}",
            hint=f"--{missing[0]} VALUES, FILE or COLUMNS",
        )
    return replace(settings_of(request), params=arguments(request, loss.params))


def settings_of(request: Request) -> Settings:
    """The settings, without the loss's own parameters.

    Raises:
        UsageError: Options exclude each other, or have impossible values.
    """
    if request.from_logits and request.from_log_probs:
        raise UsageError("--from-logits and --from-log-probs exclude each other")
    log_base = request.from_log_probs
    kind = Kind.LOGITS if request.from_logits else None
    return Settings(
        kind=Kind.LOG_PROBABILITIES if log_base else kind,
        log_base=log_base or "e",
        like=_like(request.like),
        clip=request.clip,
        rescale=request.rescale,
        form=None if request.label_form == "auto" else Form(request.label_form),
        label_base=request.label_base,
        ignore_index=request.ignore_index,
        classes=_names(request.classes) or None,
        reduction=request.reduction or "mean",
        nan=request.nan,
        class_weight=_class_weight(request.class_weight),
        dtype=request.dtype,
        percent=request.percent,
        temperature=_temperature(request.temperature),
        keep=_keep(request),
        base=request.base,
        level=_level(request),
        bootstrap=_bootstrap(request),
        digest=request.written.writes is Writes.DOCUMENT
        or request.baseline is not None
        or any(name.endswith(".json") for name in request.against),
        test=request.test or "t",
        margin=request.margin,
    )


def _names(classes: str | None) -> tuple[str, ...]:
    return () if classes is None else tuple(name.strip() for name in classes.split(","))


def _like(name: str | None) -> str | None:
    if name is None:
        return None
    from losscli.losses.frameworks import framework_named

    return framework_named(name)


def _keep(request: Request) -> Keep | None:
    """What to count for a histogram, which ``--plot`` also needs if there is nothing else to draw."""
    other = request.by or request.against or request.sweep
    if not request.hist and (request.plot is None or other):
        return None
    from losscli.core.counts.keep import Keep

    return Keep(losses=True)


def _temperature(asked: float | None) -> float:
    if asked is None:
        return 1.0
    if not 0.0 < asked < math.inf:
        raise UsageError(f"--temperature {asked:g}: a number above 0")
    return asked


def _bootstrap(request: Request) -> Bootstrap | None:
    if request.bootstrap is None:
        if request.seed is not None:
            raise UsageError("--seed needs --bootstrap", hint=f"--bootstrap 1000 --seed {request.seed}")
        return None
    if request.dask and request.by and not request.cluster:
        what = "--bootstrap and --dask exclude each other beside --by: rows are drawn by their numbers within a group"
        raise UsageError(what, hint="--cluster COL draws by name")
    if request.against and request.by:
        raise UsageError("--bootstrap and --against exclude each other beside --by", hint="--where picks one group")
    if request.test not in (None, "t"):
        raise UsageError(f"--bootstrap and --test {request.test} exclude each other: each is a test of its own")
    saved = next((name for name in request.against if name.endswith(".json")), None)
    if saved is not None:
        what = f"--bootstrap: {saved} holds losses of a result that was saved, and not what it takes to sample rows"
        raise UsageError(what, hint="--against the predictions themselves")
    from losscli.core.intervals.bootstrap import Bootstrap

    return Bootstrap(request.bootstrap, request.seed or 0)


def level_of_counts(request: Request) -> float:
    """The confidence level of intervals that are always shown."""
    return _level(replace(request, ci=request.ci or "95")) or LEVEL


def _level(request: Request) -> float | None:
    """The confidence level in ``95``, ``95%`` or ``0.95``; 0.95 if clusters, a gate or an order of groups need one."""
    if request.ci is None:
        named = (request.worst_groups, request.cluster, request.bootstrap)
        asked = any(one is not None for one in named) or bool(request.against)
        return LEVEL if asked or (request.fail_if and _interval_in_gates(request)) else None
    from losscli.core.intervals.inference import level_of

    text = request.ci.strip()
    number = parse_number(text.removesuffix("%"))
    level = level_of(math.nan if number is None else number, f"--ci {quoted(text)}", percent="%" in text)
    shown = not request.quiet or request.fail_if or request.against or request.by
    return level if shown else None


def _interval_in_gates(request: Request) -> bool:
    from losscli.answers.gate.gates import asks_for_interval

    return any(map(asks_for_interval, request.fail_if))


def arguments(request: Request, params: Sequence[Param]) -> dict[str, Any]:
    """The values of declared parameters, where they were given."""
    return {one.name: argument(one, request.params[one.name]) for one in params if one.name in request.params}


def _class_weight(text: str | None) -> Mapping[str, float] | Sequence[float] | str | None:
    """``1,2,0.5``, ``cat=2,dog=0.5``, ``balanced``, or a file."""
    if text is None or text.strip() == "balanced":
        return text and "balanced"
    from losscli.inputs.option_values import WEIGHTS, weights_or_file

    try:
        weights = weights_or_file(text, "--class-weight", stdin())
    except UsageError as error:
        error.hint = error.hint and WEIGHTS
        raise
    return weights if isinstance(weights, dict) else weights.tolist()


def read_options(request: Request) -> ReadOptions:
    """How to read the input."""
    return ReadOptions(
        format=request.input_format,
        delimiter=request.delimiter,
        header=request.header,
        comment=request.comment,
        skip=request.skip,
        limit=request.limit,
        encoding=request.encoding,
        missing=request.nan != "error",
        na=request.na,
        classes=_names(request.classes),
        memory_limit=request.memory_limit,
        shift=request.shift,
        class_axis=request.class_axis,
        label=request.label,
        pred=request.pred,
        sample_weight=request.sample_weight,
        id=request.id,
        join=request.join,
        drop=request.join_missing == "drop",
        against=request.against,
        extras=request.extras,
        cluster=request.cluster,
        where=None if request.where is None else _condition(request.where),
    )


def _condition(text: str) -> Condition:
    from losscli.core.condition import row_condition

    return row_condition(text, "--where")


def options_for(loss: Loss, request: Request, takes: Takes | None = None) -> ReadOptions:
    """How to read the input of a loss, or of a call whose kernel ``takes`` something else."""
    takes = takes or loss.takes
    unlabelled = loss.kinds == (Kind.LOG_PROBABILITIES,) and takes is loss.takes
    options = read_options(request)
    counted = {name: text for name, text in _counts(request).items() if parse_number(text) is None}
    return replace(
        options,
        labels=takes is not Takes.ANCHOR,
        unlabelled=unlabelled,
        ordered=loss.orders_classes,
        raw_labels=takes.as_given or (loss.decides and takes is loss.takes),
        shares=takes is Takes.BINARY or (takes is loss.takes and loss.domain is Domain.BINARY_SCORES),
        decided=loss.compares_classes and (takes.as_given or takes is loss.takes),
        together=_level(request) is not None and not request.per,
        extras={**options.extras, **counted},
    )


def read_input(request: Request) -> tuple[Dataset, ReadOptions]:
    """The input of a command that asks for no loss, with the options by which it was read; words, as classes."""
    options = read_options(request)
    try:
        return read(*request.data, options, stdin()), options
    except WordsError:
        if "-" in map(str, request.data):
            raise
        from losscli.losses.meant import comparing

        options = options_for(comparing(), request)
        return read(*request.data, options, None), options


def _counts(request: Request) -> dict[str, str]:
    found = {"bytes": request.bytes, "words": request.words}
    return {name: text for name, text in found.items() if text is not None}


def given_counts(request: Request) -> dict[str, float]:
    """The totals of bytes and words that were given as numbers."""
    numbers = {name: parse_number(text) for name, text in _counts(request).items()}
    return {name: number for name, number in numbers.items() if number is not None}


def stdin() -> BinaryIO | None:
    """Stdin without its buffer, which would delay Ctrl-C until it is full."""
    return None if sys.stdin is None else getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)


def argument(param: Param, value: Any) -> Any:
    """The value of a parameter: a word, a number, or nested lists of numbers, typed or from a file."""
    if not param.vector or not isinstance(value, str) or value.strip() in param.choices:
        return value.strip() if isinstance(value, str) else value
    from losscli.inputs.option_values import values_or_file, words_or_file

    if param.words:
        return words_or_file(value, param.option, stdin()).tolist()
    try:
        found = values_or_file(value, param.option, stdin())
    except UsageError as error:
        error.hint = f"one of {', '.join(param.choices)}, or numbers" if param.choices else error.hint
        raise
    if not param.whole:
        return found.astype(float).tolist()
    if found.ndim > 1 or not (np.abs(found) < 1 << 62).all() or (found != np.floor(found)).any():
        raise UsageError(f"{param.option} {quoted(value)}: whole numbers")
    return found.astype(int).tolist()
