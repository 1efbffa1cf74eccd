"""The loss or framework's call that a name means."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from losscli.losses import CALLS, take_all
from losscli.losses.index import CALLS_OF, HOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    _Spelled = dict[str, dict[tuple[str, str], str]]


# Usual import aliases at the start of a call's name.
_SHORT = {
    "keras.": ("tf.keras.", "tensorflow.keras.", "tf."),
    "torch.nn.functional.": ("F.",),
    "tf.": ("tensorflow.",),
    "segmentation_models_pytorch.": ("smp.",),
    "pytorch_metric_learning.losses.": ("pml.losses.",),
    "optax.losses.": ("optax.",),
    "torchmetrics.functional.": ("torchmetrics.",),
    "torchmetrics.functional.classification.": ("torchmetrics.", "torchmetrics.functional."),
    "torchmetrics.functional.retrieval.": ("torchmetrics.", "torchmetrics.functional."),
}


def calls_of(name: str) -> list[str]:
    """The calls that a name may mean, in full, in the order of the declarations; usually one or none.

    Case is only ignored if no name matches exactly, and a full name is not taken as the end of another.
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
    """Spellings of calls that start like this, each up to its next dot, with a call that it leads to.

    A common start of several names is given once, like a directory among paths; one that leads to a single name is
    replaced by that name. An empty start gives the frameworks only.

    Args:
        start: As typed.
        folded: Ignore case if nothing starts like this exactly.
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
    """Names of losses, calls and ``also`` that are similar to ``name``, the closest first."""
    import difflib

    last = name.rpartition(".")[2].lower().replace("_", "-")
    known: dict[str, str] = {}
    for call in reversed(CALLS_OF):
        known[call.rpartition(".")[2].lower().replace("_", "-")] = call
    known |= {spelling: spelling for spelling in HOME} | {word: word for word in also}
    close = [known[match] for match in difflib.get_close_matches(last, known, n=3, cutoff=0.7)]
    return [match for match in close if "." in match or "." not in name] or close


def spellings(call: str) -> Iterator[str]:
    """The call, its endings, and forms with usual import aliases."""
    words = call.split(".")
    yield from (".".join(words[i:]) for i in range(len(words)))
    for start, shorts in _SHORT.items():
        if call.startswith(start):
            yield from (short + call.removeprefix(start) for short in shorts)


@cache
def _index() -> tuple[_Spelled, _Spelled]:
    """Calls by spelling, exact and in lower case; the first of a call and its aliases wins."""
    exact: _Spelled = defaultdict(dict)
    folded: _Spelled = defaultdict(dict)
    for call, same in CALLS_OF.items():
        for spelling in spellings(call):
            exact[spelling].setdefault(same, call)
            folded[spelling.lower()].setdefault(same, call)
    return exact, folded
