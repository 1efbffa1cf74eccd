"""A path into nested JSON: keys, ``[]`` for all elements and ``[0]`` for one, as in ``choices[].logprobs[0]``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from losscli.core.batch import Remarks
from losscli.errors import InputError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.grouped import RECORD, column_names
from losscli.text import printable, some_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.inputs.read_options import ReadOptions

_STEP = re.compile(r"\[(\d*)\]|([^.\[\]]+)")
_WHOLE = re.compile(r"(?:\[\d*\]|[^.\[\],]+)(?:\[\d*\]|\.[^.\[\],]+)*")

EVERY = "*"  # stands for the only key of an object

# What a path finds: whether it is the first element of its list, and its value.
Leaf = tuple[bool, Any]


def is_path(text: str | None, fields: Mapping[str, Any]) -> bool:
    """Whether a request for a field is a path into its value."""
    return text is not None and text not in fields and ("." in text or "[" in text) and bool(_WHOLE.fullmatch(text))


def leaves(value: Any, path: str, place: str) -> Iterator[Leaf]:
    """All values that a path finds; null is not entered.

    Raises:
        InputError: There is no such key, or no list where one is expected.
    """
    steps = [match[2] if match[2] is not None else match[1] and int(match[1]) for match in _STEP.finditer(path)]
    yield from _found(value, steps, False, (path, place))


def _found(value: Any, steps: Sequence[Any], first: bool, at: tuple[str, str]) -> Iterator[Leaf]:
    if not steps or value is None:
        yield first, value
        return
    step, rest = steps[0], steps[1:]
    if step == "" or isinstance(step, int):
        if not isinstance(value, list) or (step != "" and step >= len(value)):
            raise InputError(f"{printable(at[0])}: no list with [{step}] there", at[1])
        if step != "":
            yield from _found(value[step], rest, first, at)
            return
        for i, element in enumerate(value):
            yield from _found(element, rest, i == 0, at)
        return
    if step == EVERY and isinstance(value, dict) and EVERY not in value:
        if len(value) != 1:
            what = f"{printable(at[0])}: an object of {len(value)} values where {EVERY} stands for its only one"
            raise InputError(what, at[1])
        yield from _found(next(iter(value.values())), rest, first, at)
        return
    if not isinstance(value, dict) or step not in value:
        keys = f"; keys: {some_names([*value])}" if isinstance(value, dict) else ""
        raise InputError(f"{printable(at[0])}: no key {printable(step)!r}{keys}", at[1])
    yield from _found(value[step], rest, first, at)


def _count(value: Any, what: str) -> Any:
    """The number of bytes or words of a value: a text, a list of texts, or the number itself."""
    if isinstance(value, str):
        return len(value.split()) if what == "words" else len(value.encode("utf-8", "surrogatepass"))
    return len(value) if isinstance(value, list) else 0 if value is None else value


class Flattened:
    """Records, each of which becomes as many rows as a path finds values.

    Args:
        options: Which path, and which other fields are asked for.
        path: The path, if it was not asked for explicitly.
    """

    def __init__(self, options: ReadOptions, path: str) -> None:
        self._path = path
        wanted = (options.label, options.id, options.sample_weight, *column_names(options))
        self._others = [name for name in wanted if name is not None]
        self._labels = options.labels and options.label is None and not options.unlabelled
        self._is_row = "[]" in path and options.label is not None and "[]" not in options.label
        self._counted = dict(zip(options.extras.values(), options.extras, strict=True))
        self._together = options.together and options.cluster is None
        self._nulls = 0

    def groups(self, groups: Iterator[tuple[list[str], list[Any]]]) -> Iterator[tuple[list[str], list[Any]]]:
        """The rows of groups of records."""
        for places, records in groups:
            rows = [
                (place, row) for place, record in zip(places, records, strict=True) for row in self._rows(record, place)
            ]
            if rows:
                yield [place for place, _ in rows], [row for _, row in rows]

    def _rows(self, record: Any, place: str) -> Iterator[dict[str, Any]]:
        found = [*leaves(record, self._path, place)]
        if self._labels and isinstance(record, dict):
            self._find_labels(record)
        if self._is_row:
            found = [(False, [value for _, value in found])]
        others = {name: [value for _, value in leaves(record, name, place)] for name in (*self._others, *self._counted)}
        for name, what in self._counted.items():
            counts = [_count(value, what) for value in others[name]]
            others[name] = counts if len(counts) > 1 else [*counts, *[0] * (len(found) - 1)]
        for name, values in others.items():
            if len(values) not in (1, len(found)):
                what = f"{printable(name)} has {len(values)} values, {printable(self._path)} has {len(found)}"
                raise InputError(what, place)
        for i, (first, value) in enumerate(found):
            if first and value is None:
                self._nulls += 1
                continue
            rest = {name: values[i if len(values) > 1 else 0] for name, values in others.items() if values}
            yield {self._path: value, **rest, **({RECORD: place} if self._together else {})}

    def _find_labels(self, record: Mapping[str, Any]) -> None:
        """Find labels by a usual name, if none were asked for: then the path's values in a record are one row."""
        named = [name for name in record if known.key(name) in known.LABELS]
        single = [name for name in named if not isinstance(record[name], list | dict)]
        self._others += single
        self._is_row = bool(single) and "[]" in self._path
        self._labels = False

    def remarks(self) -> Remarks:
        """A remark on how many lists begin with null."""
        return Remarks(any_row=True, nulls=self._nulls)
