"""What a typed name means: any case, ``_`` or ``-``, a part of a call, a framework's own string.

The first match counts: a name as declared, a call as written, then the same ignoring case, hyphens and underscores.
Calls of less common frameworks come last; of a loss and a metric with the same name the loss is taken, with a remark.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.file_formats import INPUTS, by_suffix
from losscli.lazy import regex
from losscli.losses import CALLS, LOSSES, NOT_HERE, USED_MOST, find, find_quietly, take_all
from losscli.losses.index import CALLS_OF, HOME, SUMMARIES
from losscli.losses.lookup import calls_of, close_names, spellings
from losscli.losses.other_names import MEANINGS, STRINGS
from losscli.record import record
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference

_TOP = regex(r"top(\d+)(accuracy)?")
_ENDINGS = ("loss", "score", "error", "metric", "index")  # which may be left out, or added
_DATA = regex(r"[-+.\d\[]*\d")  # values: 0.9,0.2 or [[0.1,0.9]]
_AVERAGES = ("macro", "micro", "weighted", "samples")


@record
class Meant:
    """What a name stands for.

    Attributes:
        reference: A framework's call, or None for the plain loss.
        preset: Options given by the name itself.
        remark: What else it might have meant; may be empty.
    """

    loss: Loss
    reference: Reference | None = None
    preset: tuple[str, ...] = ()
    remark: str = ""


def meant(name: str, also: Iterable[str] = (), option: Callable[[str], str] = lambda word: "") -> Meant:
    """Look up what a name means.

    Args:
        name: As typed.
        also: Other names that may have been meant.
        option: Returns how a word is typed, if it is an option of every loss.

    Raises:
        UsageError: It means nothing, is ambiguous, or is known but not supported.
    """
    name = name.removesuffix("()")
    loss = find_quietly(name)
    if loss is not None:
        return Meant(loss)
    found = _with_parameters(name) or _plainly(name) or _scorer(name) or _without_ending(name)
    if found is None and take_all():
        _calls_by.cache_clear()
        found = _plainly(name)
    if found is not None:
        return found
    for call, reason in NOT_HERE:
        if name.lower() in {spelling.lower() for spelling in spellings(call)}:
            raise UsageError(f"{call} is not here: {reason}")
    raise UsageError(f"unknown loss {quoted(name)}", hint=_instead(name, option) or _hint(name, also))


def comparing() -> Loss:
    """The loss that compares predicted classes with labels."""
    return next(loss for loss in LOSSES if loss.decides)


def told_to_compare() -> str:
    """Its command, for a hint."""
    loss = comparing()
    return f"losscli {min(loss.names, key=len)}, which compares predicted classes with the labels"


def find_loss(name: str) -> Loss:
    """The loss with that name or alias, or the one that a framework's call of that name computes.

    Raises:
        UsageError: There is none, or calls of that name compute different losses.
    """
    found = {CALLS_OF[call][0] for call in calls_of(name)} if find_quietly(name) is None else set()
    return find_known(found.pop()) if len(found) == 1 else meant(name).loss


def find_call(name: str) -> tuple[Loss, Reference]:
    """The framework's call of that name, and its loss.

    Raises:
        UsageError: There is none, it may be one of several, or it is a plain loss.
    """
    found = meant(name)
    if found.reference is None:
        raise UsageError(f"{quoted(name)} is no framework's call", hint=found.loss.name)
    return found.loss, found.reference


def squashed(name: str) -> str:
    """A name without case, hyphens and underscores."""
    return re.sub(r"[-_ ]", "", name).lower()


def _plainly(name: str) -> Meant | None:
    """Look up a name without parameters in it."""
    exact, folded = _calls_by(str).get(name, []), list[str]()
    yields = [call for call in exact if CALLS[call][1].yields]
    first = [call for call in exact if call not in yields]
    known = None if first else find_quietly(name.lower())
    if known is not None:
        return Meant(known)
    if not first:  # folding all names takes longer than computing a row
        folded = _calls_by(str.lower).get(name.lower(), [])
        first = [call for call in folded if not CALLS[call][1].yields]
    if not first and yields:  # binary_accuracy is Keras's BinaryAccuracy rather than a call that few ask for
        loose = _calls_by(squashed).get(squashed(name), []) if "_" in name else []
        first = [call for call in loose if not CALLS[call][1].yields] or yields
    if first:
        return _one_of(name, first)
    if squashed(name) in STRINGS:
        target, preset = STRINGS[squashed(name)]
        base = meant(target)
        words = " ".join(("losscli", target, *preset))
        return Meant(base.loss, base.reference, preset, f"{name}: {words}")
    loss = _squashed_losses().get(squashed(name))
    if loss is not None:
        return Meant(find_known(loss))
    alike = _calls_by(squashed).get(squashed(name), [])
    close = folded or [call for call in alike if not CALLS[call][1].yields] or alike
    return _one_of_one_loss(name, close) if close else _of_framework(name)


def _one_of_one_loss(name: str, calls: Sequence[str]) -> Meant:
    """The call, or the plain loss if several different calls compute it.

    Raises:
        UsageError: They compute different losses.
    """
    few = "." not in name and all(CALLS[call][1].yields for call in calls)
    plain = _without_ending(name) if few else None
    if plain is not None and not (plain.loss.higher_is_better and squashed(name).endswith("loss")):
        return plain
    try:
        return _one_of(name, calls)
    except UsageError:
        computed = {CALLS_OF[call][0] for call in calls}
        if len(computed) > 1:
            raise
    loss = find_known(computed.pop())
    return Meant(loss, None, (), f"{name} is taken for {loss.name}; there is also {', '.join(calls)}")


def _without_ending(name: str) -> Meant | None:
    """``quantile loss``, ``dice score``: a plain loss, or one of the names above, without its last word."""
    text = squashed(name.rpartition(".")[2])
    top = _TOP.fullmatch(text)
    if top:
        return Meant(find_known("top-k-accuracy"), None, (f"--k={top[1]}",))
    for ending in ("", *_ENDINGS):
        short = text.removesuffix(ending)
        if short in STRINGS:
            target, preset = STRINGS[short]
            base = meant(target)
            return Meant(base.loss, base.reference, preset, f"{name}: {' '.join(('losscli', target, *preset))}")
        if short in _squashed_losses() and "." not in name:
            loss = find_known(_squashed_losses()[short])
            return Meant(loss, None, (), f"{name}: losscli {_squashed_losses()[short]}")
    return None


def _of_framework(name: str) -> Meant | None:
    """A framework's call by a name of its loss: ``tf.keras.losses.mse``."""
    from losscli.losses.frameworks import framework_named

    start, dot, last = name.rpartition(".")
    loss = _squashed_losses().get(squashed(last)) if dot else None
    if loss is None:
        return None
    words = [framework_named(word) for word in start.split(".")]
    found = find_known(loss)
    calls = [one for one in found.references if one.command and one.framework in words[-2:]]
    room = [one for one in calls if one.call.split(".")[-2] == words[-1]] or calls
    named = [one for one in room if one.name == one.name.lower()] or room
    return Meant(found, named[0], (), f"{name}: losscli {named[0].call}") if named else None


def find_known(name: str) -> Loss:
    """The loss with a name that is known to be declared."""
    loss = find(name)
    assert loss is not None
    return loss


def _one_of(name: str, calls: Iterable[str]) -> Meant:
    """One call: of a loss and metrics with one name the loss, of several strings of one framework the first.

    Raises:
        UsageError: It may be one of several.
    """
    distinct = {CALLS_OF[call]: call for call in reversed(tuple(calls))}
    found = list(distinct.values())[::-1]
    losses = [call for call in found if ".metrics." not in call] or found
    if len(losses) > 1 and not all(CALLS[call][1].yields for call in losses):
        raise UsageError(f"{quoted(name)} may be one of {len(found)} calls", hint="\n".join(found))
    chosen, others = losses[0], [call for call in found if call != losses[0]]
    remark = f"{name} is taken for {chosen}; there is also {', '.join(others)}" if others else ""
    return Meant(*CALLS[chosen], (), remark)


def _with_parameters(name: str) -> Meant | None:
    """``error@0.7``, ``ndcg@5-``, ``recall@10``, ``Quantile:alpha=0.9``."""
    if "@" in name:
        base, _, value = name.partition("@")
        calls = _calls_with(base, "at")
        if not calls:
            plain = find_quietly(f"{base.lower()}-at-k") or find_quietly(base.lower())
            return Meant(plain, None, (f"--k={value}",)) if plain is not None and plain.param("k") else None
        reference = CALLS[calls[0]][1]
        preset = [f"--{reference.at.replace('_', '-')}={value.removesuffix('-')}"]
        preset += ["--minus"] * (value.endswith("-") and any(one.name == "minus" for one in reference.options))
        others = [call for call in calls[1:] if CALLS_OF[call] != CALLS_OF[calls[0]]]
        remark = f"{name} is taken for {calls[0]}; there is also {', '.join(others)}" if others else ""
        return Meant(*CALLS[calls[0]], tuple(preset), remark)
    base, colon, given = name.partition(":")
    if not colon or "=" not in given:
        return None
    calls = _calls_with(base, "colon")
    found = Meant(*CALLS[calls[0]]) if calls else meant(base)
    pairs = (pair.partition("=") for pair in given.split(";"))
    return Meant(found.loss, found.reference, tuple(f"--{key.replace('_', '-')}={value}" for key, _, value in pairs))


def _calls_with(name: str, trait: str) -> list[str]:
    """Calls with a name that may contain parameters."""
    for key in (str, str.lower, squashed):
        found = [call for call in _calls_by(key).get(key(name), ()) if getattr(CALLS[call][1], trait)]
        if found:
            return found
    return []


def _scorer(name: str) -> Meant | None:
    """scikit-learn's names of scorers: ``neg_log_loss`` is minus a loss, ``f1_macro`` has an average."""
    loose = _calls_by(squashed)

    def of_sklearn(text: str) -> str:
        for ending in ("", "loss", "score", "errorscore"):
            for call in loose.get(squashed(text) + ending, ()):
                if call.startswith("sklearn."):
                    return call
        return ""

    if squashed(name).startswith("neg"):
        call = of_sklearn(squashed(name)[3:])
        return Meant(*CALLS[call], (), f"{name} is minus {call}") if call else None
    base, _, average = name.lower().replace("-", "_").rpartition("_")
    call = of_sklearn(base) if average in _AVERAGES else ""
    return Meant(*CALLS[call], (f"--average={average}",)) if call else None


@cache
def _calls_by(key: Callable[[str], str]) -> dict[str, list[str]]:
    """Calls by spelling: as it stands, in lower case, or squashed."""
    found: dict[str, list[str]] = {}
    for call in CALLS_OF:
        for spelling in spellings(call):
            found.setdefault(key(spelling), []).append(call)
    return found


@cache
def _squashed_losses() -> dict[str, str]:
    return {squashed(name): name for name in reversed(HOME)}


def _instead(name: str, option: Callable[[str], str]) -> str:
    """What to type instead of a word that is not a loss: data, an option of losses, a convention or a framework."""
    from losscli.losses.frameworks import framework_named

    if _DATA.match(name) or not by_suffix(INPUTS).keys().isdisjoint(name.lower().split(".")[1:]):
        return "losscli LOSS comes before the data; losscli check PREDICTIONS LABELS says which loss may be meant"
    word = name.lower().replace("_", "-")
    framework = framework_named(word)
    if any(call.startswith(f"{framework}.") for call in CALLS_OF):
        return f"losscli losses --framework {framework}, which lists its calls"
    if word in ("exact", *find_known(USED_MOST[0]).conventions):
        return f"losscli {USED_MOST[0]} PREDICTIONS LABELS --like {word}"
    typed = option(word)
    return typed and f"losscli {USED_MOST[0]} PREDICTIONS LABELS {typed}: an option of each loss"


def _hint(name: str, also: Iterable[str]) -> str:
    """Similar names, then names of what it may mean."""
    words = [word for word in re.split(r"[-_ .]", name.lower()) if len(word) > 2]
    by_word = [MEANINGS[key] for key in (squashed(name), *words) if key in MEANINGS]
    by_text = [loss for loss, text in SUMMARIES.items() if words and all(word in text.lower() for word in words)]
    close = list(dict.fromkeys([*close_names(name, also), *by_word, *by_text[:3]]))
    return "\n".join([*close, "losscli losses lists all"] if close else ["losscli losses lists them"])
