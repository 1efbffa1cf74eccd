"""The values of an option, typed or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from losscli.errors import InputError, LossError, UsageError
from losscli.inputs.array.arrays import Arrays, listed
from losscli.inputs.array.inline import looks_like_path
from losscli.inputs.choose.columns import Selection
from losscli.inputs.model import Stream, joined
from losscli.inputs.numbers import parse_scalar
from losscli.inputs.opening import is_typed, open_input
from losscli.inputs.read_options import ReadOptions
from losscli.inputs.read_rows import read_labels
from losscli.inputs.source.bytes import is_file
from losscli.text import quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = "a list, name=weight pairs, balanced, or a file"


def values_or_file(text: str, option: str, stdin: BinaryIO | None = None) -> NDArray[Any]:
    """The numbers of an option; arrays keep their shape, and one number has shape ``()``.

    A table of one row or of one column is a vector, as ``numpy.loadtxt`` has it.

    Raises:
        UsageError: There is no such file, or what was typed is not numbers.
        InputError: The file holds something else.
    """
    return _values(text, option, stdin)[0]


def words_or_file(text: str, option: str, stdin: BinaryIO | None = None) -> NDArray[Any]:
    """The class names or numbers of an option, in one dimension; a word is a path only if it looks like one.

    Raises:
        UsageError: There is no such file, or what was typed is not a flat list.
        InputError: The file holds something else.
    """
    if not text.strip() or not (is_typed(text) or looks_like_path(text)):
        return np.array([text.strip()], dtype=object)
    try:
        return np.concatenate([batch.values for batch in read_labels(text, ReadOptions(), stdin, option).batches])
    except InputError as error:
        raise _of_usage(error, text, option) from None


def weights_or_file(text: str, option: str, stdin: BinaryIO | None = None) -> dict[str, float] | NDArray[Any]:
    """The weights of classes: one each, ``cat=2,dog=0.5``, or a file of numbers or of names with their numbers.

    Raises:
        UsageError: There is no such file, or what was typed is not weights.
        InputError: The file holds something else.
    """
    if "=" in text:
        pairs = [part.rpartition("=") for part in text.split(",")]
        weights = {name.strip(): parse_scalar(weight) for name, _, weight in pairs}
        found = {name: float(weight) for name, weight in weights.items() if weight is not None}
        if len(found) == len(weights) and not is_file(text):
            return found
        if not looks_like_path(text):
            raise UsageError(f"{option} {text}: {WEIGHTS}")
    values, names = _values(text, option, stdin)
    return dict(zip(names, values.tolist(), strict=True)) if names else np.atleast_1d(values)


def _values(text: str, option: str, stdin: BinaryIO | None) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Numbers, and their names if a table has them: in its header, or in a column of words."""
    number = parse_scalar(text)
    if number is not None:
        return np.asarray(number), ()
    try:
        opened = open_input(text, option, ReadOptions(), stdin)
        if isinstance(opened, Arrays):
            if len(opened.keys) > 1:
                raise InputError(f"which array? {listed(opened)}", opened.name, "save it to a file of its own")
            return np.concatenate([block for block, _ in opened.load(opened.keys[0], False).blocks]), ()
        columns = opened.columns
        kinds = dict(enumerate(columns.kinds))
        numbers = tuple(i for i, kind in kinds.items() if kind != "text")
        if not numbers:
            raise InputError(f"no column holds numbers; {columns.listed()}", columns.source)
        words = tuple(i for i, kind in kinds.items() if kind == "text")
        table = joined(list(Stream(columns.source, option, opened.pieces(Selection(numbers, others=words))).pieces))
    except InputError as error:
        raise _of_usage(error, text, option) from None
    values = table.values["predictions"]
    if 1 in values.shape:
        values = values.reshape(-1)
    if len(words) == 1 == len(numbers):
        return values, tuple(table.values[f"column {words[0]}"])
    if words and columns.names is None:
        raise InputError(f"a row of {len(numbers)} numbers next to words; {columns.listed()}", columns.source)
    if columns.names is not None and len(numbers) > 1 and values.shape == (len(numbers),):
        return values, tuple(columns.names[i] for i in numbers)
    return values, ()


def _of_usage(error: InputError, text: str, option: str) -> LossError:
    """Turn errors in typed values into usage errors; errors in a file stay input errors."""
    return UsageError(f"{option} {quoted(text)}: {error.what}", hint=error.hint) if is_typed(text) else error
