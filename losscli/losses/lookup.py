"""Which loss, and which framework's call, a name means."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from losscli.errors import UsageError, quoted
from losscli.losses import CALLS, NOT_HERE, find, take_all
from losscli.losses.index import CALLS_OF, HOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    _Spelled = dict[str, dict[tuple[str, str], str]]

    from losscli.losses import Loss
    from losscli.losses.reference import Reference

# What code writes for the start of a call's name.
_SHORT = {
    "keras.": ("tf.keras.", "tensorflow.keras.", "tf."),
    "torch.nn.functional.": ("F.",),
    "tf.": ("tensorflow.",),
    "optax.losses.": ("optax.",),
}


def find_loss(name: str) -> Loss:
    """The loss of that name or alias, or that a framework's call of that name computes.

    Raises:
        UsageError: There is none, or calls of that name compute different losses.
    """
    loss = find(name)
    if loss is not None:
        return loss
    found = {CALLS_OF[call][0]: CALLS[call][0] for call in calls_of(name)}
    if len(found) == 1:
        return found.popitem()[1]
    return find_call(name)[0]


def find_call(name: str, also: Iterable[str] = ()) -> tuple[Loss, Reference]:
    """The framework's call of that name, and its loss.

    Args:
        name: In full, or as much of its end as is unique, as in ``nn.HuberLoss``; or as code imports it:
            ``tf.keras.losses.Huber``, ``F.huber_loss``.
        also: Other names that may have been meant.

    Raises:
        UsageError: There is none, it may be one of several, or it is known and left out.
    """
    calls = calls_of(name)
    if len(calls) == 1:
        return CALLS[calls[0]]
    if calls:
        raise UsageError(f"{quoted(name)} may be one of {len(calls)} calls", hint="\n".join(calls))
    for call, reason in NOT_HERE:
        if name.lower() in {spelling.lower() for spelling in _spellings(call)}:
            raise UsageError(f"{call} is not here: {reason}")
    raise UsageError(f"unknown loss {quoted(name)}", hint=_hint(name, also))


def calls_of(name: str) -> list[str]:
    """The calls that a name may mean, in full, in the order of the declarations; usually one or none.

    A name that is right as it stands is not read without regard to case, and a full name is no end of another.
    """
    if name in CALLS_OF:
        return [name]
    found = _spelled(name)
    if not found and take_all():
        _index.cache_clear()
        found = _spelled(name)
    return found


def _spelled(name: str) -> list[str]:
    exact, folded = _index()
    found = list((exact.get(name) or folded.get(name.lower()) or {}).values())
    return [call for call in found if not CALLS[call][1].yields] or found


def calls_from(start: str, *, folded: bool) -> list[tuple[str, str]]:
    """Spellings of calls that begin like this, each up to its next dot, with a call that it leads to.

    The start of several names is given alone, as a directory is among paths; one that leads to a single name is that
    name. Of nothing, only the frameworks.

    Args:
        start: As typed.
        folded: Small letters may be capital ones if nothing begins like this as it stands.
    """
    spelled = [(call, call) for call in CALLS_OF]
    if start:
        spelled += [(one, next(iter(calls.values()))) for one, calls in _index()[0].items() if len(calls) == 1]
    begun = {one: call for one, call in spelled if one.startswith(start)}
    if folded and not begun:
        begun = {one: call for one, call in spelled if one.lower().startswith(start.lower())}
    at = len(start)
    while True:
        cut: dict[str, list[str]] = {}
        for one in begun:
            dot = one.find(".", at)
            cut.setdefault(one if dot < 0 else one[: dot + 1], []).append(one)
        if len(cut) > 1 or not cut or not next(iter(cut)).endswith("."):
            return [(shown, begun[ones[0]]) for shown, ones in cut.items()]
        at = len(next(iter(cut)))


def close_names(name: str, also: Iterable[str] = ()) -> list[str]:
    """Names of losses and calls, and of ``also``, that look like ``name``, the closest first."""
    import difflib

    last = name.rpartition(".")[2].lower().replace("_", "-")
    known: dict[str, str] = {}
    for call in reversed(CALLS_OF):
        known[call.rpartition(".")[2].lower().replace("_", "-")] = call
    known |= {spelling: spelling for spelling in HOME} | {word: word for word in also}
    close = [known[match] for match in difflib.get_close_matches(last, known, n=3, cutoff=0.7)]
    return [match for match in close if "." in match or "." not in name] or close


def _hint(name: str, also: Iterable[str]) -> str:
    close = close_names(name, also)
    return "\n".join([*close, "losscli losses lists all"] if close else ["losscli losses lists them"])


def _spellings(call: str) -> Iterator[str]:
    """The call, its ends, and what code writes instead of its start."""
    words = call.split(".")
    yield from (".".join(words[i:]) for i in range(len(words)))
    for start, shorts in _SHORT.items():
        if call.startswith(start):
            yield from (short + call.removeprefix(start) for short in shorts)


@cache
def _index() -> tuple[_Spelled, _Spelled]:
    """Calls by spelling, exactly and in lower case; of a call and its aliases the first counts."""
    exact: _Spelled = defaultdict(dict)
    folded: _Spelled = defaultdict(dict)
    for call, same in CALLS_OF.items():
        for spelling in _spellings(call):
            exact[spelling].setdefault(same, call)
            folded[spelling.lower()].setdefault(same, call)
    return exact, folded
