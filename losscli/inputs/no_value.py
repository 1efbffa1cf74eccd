"""What stands for missing values, in any format: words such as NA, unless they are classes; numbers such as -999."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.batch import Decision
from losscli.inputs.numbers import MISSING_WORDS, Missing
from losscli.record import replace
from losscli.text import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.class_names import ClassNames
    from losscli.inputs.model import Piece, Stream
    from losscli.inputs.read_options import ReadOptions


def absent_words(options: ReadOptions, classes: ClassNames | None) -> tuple[frozenset[str], tuple[Decision, ...]]:
    """The words of tools that stand for a missing value, and the decision on those that are classes.

    Args:
        options: The options of reading.
        classes: The classes after which columns are named.
    """
    words = sorted(MISSING_WORDS - {""} - Missing.of(options).own)
    named = [] if classes is None else [word for word, at in zip(words, classes.find(words), strict=True) if at >= 0]
    kept = sorted({*named, *options.classes} & {*words})
    if not kept:
        return MISSING_WORDS, ()
    reason = f"a class is called so, so it is not a missing value; --na {kept[0]} if it is"
    return MISSING_WORDS.difference(kept), (Decision("label values", listed(kept), reason, note=True),)


def without_values(stream: Stream, options: ReadOptions, words: frozenset[str]) -> Stream:
    """The same rows with NaN in place of the numbers of ``--na``, and empty texts in place of words."""
    numbers = Missing.of(options).numbers
    return stream.each(partial(_without, numbers=numbers, words=words)) if numbers or words else stream


def _without(piece: Piece, numbers: Sequence[float], words: frozenset[str]) -> Piece:
    values = dict(piece.values)
    for role, array in values.items():
        if not isinstance(array, np.ndarray):
            continue
        if array.dtype.kind in "iuf" and numbers:
            found = np.isin(array, numbers)
            if found.any():
                values[role] = np.where(found, np.nan, array)
        elif array.dtype == object and not words.isdisjoint(texts := array.ravel().tolist()):
            texts = ["" if text in words else text for text in texts]
            values[role] = np.array(texts, dtype=object).reshape(array.shape)
    return replace(piece, values=values)
