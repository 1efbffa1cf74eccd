"""The settings that the user asked for, and the convention they imply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.losses.reference import WEIGHS_LARGEST
from losscli.losses.vocabulary import EXACT, Form, Kind, Reading, Role, Takes
from losscli.record import field, record, replace
from losscli.text import printable, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.core.counts.keep import Keep
    from losscli.core.intervals.bootstrap import Bootstrap
    from losscli.losses.loss import Loss


BASES = {"e": "nats", "2": "bits", "10": "bans"}


@record
class Settings:
    """What the user asked for; None leaves it to the convention or to detection.

    Attributes:
        level: Confidence level of the interval, such as 0.95; None for no interval.
        bootstrap: Bootstrap of the interval; None for the closed form.
        digest: Compute a digest of the labels.
        test: Test of a difference to a baseline: ``t`` or ``sign-flip``.
        margin: Differences to a baseline up to this size do not matter.
        keep: What to count in addition to losses.
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
    """A reading with its name, and what weights do.

    Attributes:
        name: That of a framework, with a version and what was changed.
        reading: How predictions are read.
        weighted_mean: The mean divides by the sum of the weights.
        weighs_classes: The call takes class weights; beside labels with shares its mean divides by the rows.
        weighs_largest: A label with shares weighs as its largest class.
    """

    name: str
    reading: Reading
    weighted_mean: bool = False
    weighs_classes: bool = False
    weighs_largest: bool = False


def convention_of(loss: Loss, settings: Settings) -> Convention:
    """The reading that ``--like``, ``--clip`` and ``--rescale`` ask for; the first reference's by default.

    Raises:
        UsageError: The loss has no such convention, or the clip is out of range.
    """
    if isinstance(settings.like, Convention):
        return replace(settings.like, reading=settings.like.reading.in_dtype(settings.dtype))
    name = (loss.default or "exact") if settings.like is None else settings.like
    reading, found = EXACT, Convention("", EXACT, weighted_mean=loss.takes is Takes.DECISION)  # a share of all weights
    if name != "exact":
        reference = loss.convention(name)
        if reference is None:
            raise _no_convention(loss, name)
        reading, weighs = reference.reading.in_dtype(settings.dtype), bool(reference.option(Role.CLASS_WEIGHT))
        largest = reference.framework in WEIGHS_LARGEST
        found = Convention("", reading, reference.weighted_mean, weighs, largest)
    if settings.clip is not None:
        if not 0.0 <= settings.clip < 0.5:
            raise UsageError(f"--clip is {settings.clip:g}; it must be at least 0 and below 0.5")
        reading = replace(reading, clip=settings.clip, machine=False)
        name += f",clip={spelled(settings.clip)}"
    if settings.rescale is not None:
        again = settings.rescale and not reading.rescale_after
        reading = replace(reading, rescale=again, rescale_after=settings.rescale and reading.rescale_after)
        name += ",rescale" if settings.rescale else ",no-rescale"
    return replace(found, name=name, reading=reading)


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
