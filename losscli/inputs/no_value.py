"""What stands for missing values, in any format: words such as NA, unless they are classes; numbers such as -999."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.batch import Decision
from losscli.inputs.numbers import MISSING_WORDS, Missing
from losscli.record import replace
from losscli.text import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    return _Without(tuple(numbers), words).of(stream) if numbers or words else stream


class _Without:
    """A function as an object, so that it can be pickled for other processes."""

    def __init__(self, numbers: tuple[float, ...], words: frozenset[str]) -> None:
        self._numbers = numbers
        self._words = words

    def of(self, stream: Stream) -> Stream:
        return replace(stream, pieces=self._pieces(stream), cuts=stream.cuts and stream.cuts.then(self.of))

    def _pieces(self, stream: Stream) -> Iterator[Piece]:
        for piece in stream.pieces:
            values = dict(piece.values)
            for role, array in values.items():
                if not isinstance(array, np.ndarray):
                    continue
                if array.dtype.kind in "iuf" and self._numbers:
                    found = np.isin(array, self._numbers)
                    if found.any():
                        values[role] = np.where(found, np.nan, array)
                elif array.dtype == object and not self._words.isdisjoint(texts := array.ravel().tolist()):
                    texts = ["" if text in self._words else text for text in texts]
                    values[role] = np.array(texts, dtype=object).reshape(array.shape)
            yield replace(piece, values=values)
