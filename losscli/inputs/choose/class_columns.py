"""Which classes prediction columns stand for, from their names and the labels."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from losscli.core.class_names import COLUMN_NAMES, ClassNames, whole_number
from losscli.inputs.choose.usual_names import out_of_fold
from losscli.lazy import regex
from losscli.text import composed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from losscli.inputs.model import Stream

# Two words that mean 0 and 1, in small letters: those that do so alone, and letters that do so only as a pair.
_WORDS = (("false", "true"), ("no", "yes"), ("negative", "positive"), ("neg", "pos"))
PAIRS = (*_WORDS, ("f", "t"), ("n", "y"))

_WORD = (
    r"p|pr|prob|probs|proba|probability|probabilities|score|scores|logit|logits|confidence|conf"
    r"|pred|preds|predicted|prediction|predictions|output|outputs|y_?pred|y_?prob|y_?proba|y_?score"
)
_SEPARATOR = r"[_.\-: /]+"
_OF = rf"(?:of{_SEPARATOR})?"
_BEFORE = regex(rf"\.?(?:{_WORD}){_SEPARATOR}{_OF}(.+)", re.IGNORECASE | re.DOTALL)
_BEFORE_SIGN = regex(rf"\.?(?:{_WORD})(?:[_.: /]+)?([+-]\d.*)", re.IGNORECASE | re.DOTALL)
_AFTER = regex(rf"(.*[^_.\-: /]){_SEPARATOR}(?:{_WORD})", re.IGNORECASE | re.DOTALL)
_CALL = regex(r"(?:p|pr|prob|proba|probability|confidence|score)\s*[(\[](?:[^=()]*=)?\s*(.+?)\s*[)\]]", re.IGNORECASE)
_SIGNED = regex(r"(\D*?)([+-]\d+|\d+)()(\D*)", re.ASCII)
_NUMBERED = regex(r"(\D*?)((?<![^\W\d_])[+-]\d+|\d+)((?:\.0+)?|e\+?\d+)(\D*)", re.ASCII)
# Of the words above, those that mark a number as the probability of the class that follows.
_PROBABLE = r"(?:p|pr|prob|probs|proba|probability|score|logit|confidence)"
_OF_CLASS = regex(rf"\.?{_PROBABLE}{_SEPARATOR}{_OF}(.+)", re.IGNORECASE)
_OF_NUMBER = regex(r"\.?(?:p|pr|prob|proba|probability)(\d+)", re.IGNORECASE | re.ASCII)
_CLASS_OF = regex(rf"(.*[^_.\-: /]){_SEPARATOR}(?:p|prob|proba|probability|confidence)", re.IGNORECASE)
_DECIMAL = regex(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_FRACTION = regex(r"[+-]?\d*\.\d*[1-9]\d*", re.ASCII)  # whose point is no separator
_SEPARATORS = "_.-: "


def classes_of(streams: Sequence[Stream]) -> ClassNames | None:
    """The classes of a data set: as the source declares them, else from the names of the prediction columns."""
    for stream in streams:
        if stream.classes:
            return ClassNames(stream.classes, source=f"the class names of {stream.name}")
    names = next((stream.names for stream in streams if stream.names), ("",))
    return class_columns(names, next((stream.seen for stream in streams if stream.seen), ()))


def forms(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Possible class names in column names: whole, without usual words, without what all have in common.

    Returns:
        Tuples of different texts, the likeliest reading first; just the names if some are equal.
    """
    found: list[tuple[str, ...]] = [tuple(composed(name.strip()) for name in names)]
    for form in found:  # also those appended below
        for shorter in (_usual(form), _common(form)):
            if shorter is not None and shorter not in found and len(found) < 8:
                found.append(shorter)
    return found


def _distinct(parts: Sequence[str | None]) -> tuple[str, ...] | None:
    whole = tuple(part.strip() for part in parts if part is not None and part.strip())
    return whole if len(whole) == len(parts) == len(set(whole)) else None


def _usual(names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names without a usual word before or after, if all have one."""
    for pattern, signs in ((_CALL, "(["), (_BEFORE_SIGN, "+-"), (_BEFORE, _SEPARATORS), (_AFTER, _SEPARATORS)):
        if not any(sign in names[0] for sign in signs):  # as compiling a pattern is slow
            continue
        matches = [pattern.fullmatch(name) for name in names]
        if all(matches):
            return _distinct([match[1] for match in matches if match])
    return None


def _common(names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names without the beginning that all share, up to a separator, and without such an end."""
    if len(names) < 2 or any("." in name and _FRACTION.fullmatch(name) for name in names):
        return None
    start = max(_shared(names).rfind(separator) + 1 for separator in _SEPARATORS)
    ends = [name[start:][::-1] for name in names]
    if any("." in name and _FRACTION.fullmatch(name[start:]) for name in names):
        return _distinct([name[start:] for name in names])
    stop = max(_shared(ends).rfind(separator) + 1 for separator in _SEPARATORS)
    return _distinct([name[start : len(name) - stop] for name in names])


def _shared(names: Sequence[str]) -> str:
    first, last = min(names), max(names)  # what these two share, all share
    return next((first[:i] for i in range(len(first)) if first[i] != last[i : i + 1]), first)


def class_columns(names: Sequence[str], labels: Collection[str] = ()) -> ClassNames | None:
    """The classes of prediction columns.

    Returns:
        None for a single column that is named after no class.
    """
    return _classes(tuple(map(composed, names)), frozenset(map(composed, {*labels})))


@lru_cache(16)  # several rules ask for the classes of the same columns
def _classes(names: tuple[str, ...], seen: frozenset[str]) -> ClassNames | None:
    if len(names) < 2:
        return _one_class(names[0], sorted(seen)) if names else None
    every = forms(names)
    fitting = [form for form in every if seen and seen <= set(form)]
    numbers = _numbers_of(every)
    spellings = _spelled(every, names, sorted(seen), numbers)
    shown = fitting[0] if fitting else _shown(every, numbers)
    valued = next((form for form in every if _are_values(form, seen)), None)
    if valued is not None:
        return ClassNames(valued, source=COLUMN_NAMES, valued=True)
    flags = numbers is not None and sorted(numbers) == [0, 1] and not fitting and is_pair(seen) is not None
    return ClassNames(shown, source=COLUMN_NAMES, spellings=spellings, numbers=numbers, flags=flags)


def _are_values(names: Sequence[str], seen: Collection[str]) -> bool:
    """Whether names are numbers, and labels are some of them and not all whole, such as ratings of 0.5 and 1."""
    if not seen or not all(_DECIMAL.fullmatch(text) for text in (*names, *seen)):
        return False
    values = {float(name) for name in names}
    labels = {float(label) for label in seen}
    return len(values) == len(names) and labels <= values and any(not label.is_integer() for label in labels)


def _shown(every: Sequence[tuple[str, ...]], numbers: Sequence[int] | None) -> tuple[str, ...]:
    """The names to show: the shortest reading, or plain numbers if the names are numbers."""
    shortest = min(every, key=lambda form: sum(map(len, form)))
    if numbers is None or _pair_of(shortest) or None not in map(whole_number, shortest):
        return shortest
    return tuple(map(str, numbers))


def _spelled(
    every: Sequence[tuple[str, ...]], names: Sequence[str], labels: Sequence[str], numbers: Sequence[int] | None
) -> dict[str, int]:
    """All texts that stand for a class; of two readings the likelier one counts."""
    found: dict[str, int] = {}
    for form in every:
        for i, text in enumerate(form):
            found.setdefault(text, i)
    if numbers is not None and sorted(numbers) == [0, 1]:
        for pair in PAIRS:
            for number, word in enumerate(pair):
                for spelled in (word, word.upper(), word.capitalize()):
                    found.setdefault(spelled, numbers.index(number))
    unknown = [label for label in labels if label not in found and (numbers is None or whole_number(label) is None)]
    if unknown:
        for more in (_contained(names, labels), _containing(every, labels)):
            if more and all(found.get(label, at) == at for label, at in more.items()):
                return found | more
    return found


def _containing(every: Sequence[tuple[str, ...]], labels: Sequence[str]) -> dict[str, int]:
    """The classes of labels that contain a name, such as ``1:no``, whose number adds nothing."""
    for form in every:
        if None in map(whole_number, form):
            found = _contained(labels, form)
            if found and len(labels) == len(form):
                return {labels[at]: form.index(name) for name, at in found.items()}
    return {}


def _numbers_of(every: Sequence[tuple[str, ...]]) -> list[int] | None:
    """The class numbers in the column names, if the names differ by numbers."""
    for form in every:
        pair = _pair_of(form)
        if pair is not None:
            return pair
        whole = [whole_number(text) for text in form]
        if None not in whole and len(set(whole)) == len(whole):
            return [number for number in whole if number is not None]
        for pattern in (_NUMBERED, _SIGNED):  # a hyphen after a letter is a minus only where it must be
            matches = [pattern.fullmatch(text) for text in form]
            around = {(match[1].lower(), match[4].lower()) for match in matches if match}
            if all(matches) and len(around) == 1:
                numbers = [whole_number(match[2] + match[3]) for match in matches if match]
                if None not in numbers and len(set(numbers)) == len(numbers):
                    return [number for number in numbers if number is not None]
    return None


def _pair_of(names: Sequence[str]) -> list[int] | None:
    lowered = [name.lower() for name in names]
    return next(([pair.index(name) for name in lowered] for pair in PAIRS if sorted(lowered) == sorted(pair)), None)


def is_pair(labels: Collection[str]) -> tuple[str, str] | None:
    """The labels that mean 0 and 1, in this order, if they are such a pair of words in any case."""
    seen = sorted(set(labels))
    for pair in PAIRS:
        written = [[label for label in seen if label.lower() == word] for word in pair]
        if all(len(one) == 1 for one in written) and len(seen) == 2:
            return written[0][0], written[1][0]
    return None


def _contained(names: Sequence[str], labels: Sequence[str]) -> dict[str, int]:
    """The columns whose names contain a label, if each contains one and each label is in one."""
    for bound in (r"(?<![^\W_]){}(?![^\W_])", "{}"):
        columns = {
            label: [
                i for i, name in enumerate(names) if re.search(bound.format(re.escape(_plain(label))), _plain(name))
            ]
            for label in labels
        }
        every = [i for found in columns.values() for i in found]
        if len(every) == len(set(every)) == len(names) and all(len(found) == 1 for found in columns.values()):
            return {label: found[0] for label, found in columns.items()}
    return {}


def _plain(text: str) -> str:
    """A name with blanks and what R and databases replace them by unified."""
    return re.sub(r"[\s_.\-]+", "_", text.strip())


def _one_class(name: str, seen: Sequence[str]) -> ClassNames | None:
    """The two classes of a column named after one of them, or of labels that are words such as yes and no.

    Labels may be sorted, so that those seen may be of one class alone.
    """
    bare = name.strip()
    named = class_of(name) or (bare if any(bare.lower() in pair for pair in _WORDS) else None)
    place = None if named is None else _zero_or_one(named)
    if {whole_number(label) for label in seen} <= {0, 1}:
        return ClassNames(("1", "0"), source=COLUMN_NAMES, one=True) if place == 0 else None
    pair = is_pair(seen) or _other_word(seen)
    if pair is not None:
        lowered = [word.lower() for word in pair]
        own = named is not None and named.lower() in lowered
        place = lowered.index(named.lower()) if named is not None and own else place
        names, numbers = (pair[::-1], (1, 0)) if place == 0 else (pair, (0, 1))
        source = COLUMN_NAMES if place is not None else "the labels"
        return ClassNames(names, source=source, numbers=numbers, one=True, flags=not own)
    ours = [label for label in seen if named is not None and _same(label, named)]
    if named is not None and ours and len(seen) <= 2:
        rest = [label for label in seen if label not in ours]
        if rest or whole_number(ours[0]) is None:
            return ClassNames((rest[0] if rest else f"not {ours[0]}", ours[0]), source=COLUMN_NAMES, one=True)
    return None


def _zero_or_one(named: str) -> int | None:
    """Which of two classes a name means on its own: 0 for ``no``, ``false`` and ``class_0``."""
    number = whole_number(re.sub(r"^(?:class|label|y)_?", "", named, flags=re.I))
    if number in (0, 1):
        return number
    return next((pair.index(named.lower()) for pair in _WORDS if named.lower() in pair), None)


def _other_word(seen: Sequence[str]) -> tuple[str, str] | None:
    """The pair of words to which the only word seen belongs."""
    word = seen[0] if len(seen) == 1 else ""
    pair = next((pair for pair in _WORDS if word.lower() in pair), None)
    if pair is None:
        return None
    spelled = next((case for case in (str.lower, str.upper, str.capitalize) if case(word) == word), str.lower)
    return spelled(pair[0]), spelled(pair[1])


def class_of(name: str) -> str | None:
    """The class that the name of a single column of probabilities names: ``yes`` of ``p_yes``."""
    for pattern in (_CALL, _OF_CLASS, _OF_NUMBER, _CLASS_OF):
        if match := pattern.fullmatch(out_of_fold(name.strip())):
            return match[1]
    return None


def _same(label: str, named: str) -> bool:
    if label == named or label.casefold() == named.casefold():
        return True
    number = whole_number(label)
    return number is not None and number == whole_number(re.sub(r"^(?:class|label|y)_?", "", named, flags=re.I))


def pairing(labels: Sequence[str], predictions: Sequence[str]) -> list[int] | None:
    """For each prediction column the position of its label column, if both sides have the same names.

    Returns:
        None if the names don't say it.
    """
    for mine in forms(predictions):
        for theirs in forms(labels):
            for spelled in (str.strip, str.casefold):
                place = {spelled(name): i for i, name in enumerate(theirs)}
                wanted = [spelled(name) for name in mine]
                if len(place) == len(theirs) and set(wanted) <= set(place) and len(set(wanted)) == len(wanted):
                    return [place[name] for name in wanted]
    numbers, own = numbers_of(labels), numbers_of(predictions)
    if numbers is not None and own is not None and set(own) <= set(numbers):
        at = {number: i for i, number in enumerate(numbers)}
        return [at[number] for number in own]
    return _inside(labels, predictions)


def numbers_of(names: Sequence[str]) -> list[int] | None:
    """The numbers in column names, if these alone distinguish the columns."""
    return _numbers_of(forms(names))


def _inside(labels: Sequence[str], predictions: Sequence[str]) -> list[int] | None:
    """The same if each name of one side contains one of the other, as ``catprob`` contains ``cat``."""
    if len(labels) != len(predictions):
        return None
    for theirs in forms(labels):
        if found := _contained(predictions, theirs):
            at = {column: theirs.index(label) for label, column in found.items()}
            return [at[i] for i in range(len(predictions))]
    for mine in forms(predictions):
        if found := _contained(labels, mine):
            return [found[name] for name in mine]
    return None
