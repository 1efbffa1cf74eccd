"""Numbers that stand for missing values, such as -999, in any format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.inputs.numbers import Missing
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.inputs.model import Piece, Stream
    from losscli.inputs.read_options import ReadOptions


def without_numbers(stream: Stream, options: ReadOptions) -> Stream:
    """The same rows with NaN in place of the numbers of ``--na``."""
    numbers = Missing.of(options).numbers
    return _Without(tuple(numbers)).of(stream) if numbers else stream


class _Without:
    """A function as an object, so that it can be pickled for other processes."""

    def __init__(self, numbers: tuple[float, ...]) -> None:
        self._numbers = numbers

    def of(self, stream: Stream) -> Stream:
        return replace(stream, pieces=self._pieces(stream), cuts=stream.cuts and stream.cuts.then(self.of))

    def _pieces(self, stream: Stream) -> Iterator[Piece]:
        for piece in stream.pieces:
            values = dict(piece.values)
            for role, array in values.items():
                if isinstance(array, np.ndarray) and array.dtype.kind in "iuf":
                    found = np.isin(array, self._numbers)
                    if found.any():
                        values[role] = np.where(found, np.nan, array)
            yield replace(piece, values=values)
