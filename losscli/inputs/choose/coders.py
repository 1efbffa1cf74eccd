"""Integer codes for the texts in grouping columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.groups.parts import EXACT, MOST, WORDS, Coded, Part, coded, refuse_more
from losscli.errors import InputError
from losscli.inputs.choose.key_bytes import WORD, Texts, behind, sums_of
from losscli.inputs.model import of_column
from losscli.inputs.numbers import exact_number, is_missing, parse_number, plain_numbers
from losscli.text import quoted, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.model import Piece, Place


_REST = np.uint64(48)
_GLANCE = 1 << 8  # rows whose texts are learnt before the others


class Coders:
    """Integer codes for the texts in grouping columns.

    Args:
        parts: The groupings.
        clusters: The clustering, if any.
    """

    def __init__(self, parts: Sequence[Part], clusters: Sequence[Part] = ()) -> None:
        self._clusters = clusters
        self._coders = {part.source: _Coder(part) for part in (*parts, *clusters) if part.source not in WORDS}

    def __call__(self, piece: Piece) -> Mapping[str, Coded]:
        """The codes of the rows of a piece, by role."""
        return {
            role: coder.coded(piece.values[role], piece.places["predictions"]) for role, coder in self._coders.items()
        }

    def clusters(self, columns: Mapping[str, Coded]) -> Coded | None:
        """The clusters among the coded columns."""
        return columns[self._clusters[0].source] if self._clusters else None


class _Known:
    """Known texts, found by their hashes without a Python object for each row."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._hashes: NDArray[np.uint64] = np.empty(0, np.uint64)  # ascending
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._likely = np.zeros(1 << 16, np.intp)  # by the first bits of a sum of words
        self._all = Texts.of([])
        self._heads, self._lengths = self._all.heads()

    def find(self, texts: Texts) -> NDArray[np.intp] | None:
        """The codes of texts, new ones included; None if two texts have the same hash, with probability 2^-64."""
        if not self.texts and len(texts) > _GLANCE:
            self.find(texts[:_GLANCE])  # if there are few different texts, the other rows are then found quickly
        heads, lengths = texts.heads()
        codes = self._likely[_place(heads)]
        rest = np.flatnonzero(self._differ(codes, texts, heads, lengths)) if self.texts else np.arange(len(texts))
        if len(rest):
            some, heads = texts[rest], heads[rest]
            hashes = some.hashes()
            new = self._place_of(hashes) < 0
            if new.any():
                self._learn(some[new], heads[new], hashes[new])
            codes[rest] = self._order[self._place_of(hashes)]
            if self._differ(codes[rest], some, heads, lengths[rest]).any():
                return None
        return codes

    def _differ(
        self, codes: NDArray[np.intp], texts: Texts, heads: NDArray[np.uint64], lengths: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Where texts differ from the texts of the codes."""
        other = self._heads.take(codes, axis=0) != heads
        found: NDArray[np.bool_] = other[:, 0] | other[:, 1] | (self._lengths[codes] != lengths)
        return found if self._lengths.max() <= 2 * WORD else found | ~texts.same(self._all[codes])

    def _place_of(self, hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
        """The positions of known hashes, -1 for others."""
        if not self.texts:
            return np.full(len(hashes), -1)
        found = np.searchsorted(self._hashes, hashes)
        return np.where(self._hashes.take(found, mode="clip") == hashes, found, -1)

    def _learn(self, texts: Texts, heads: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> None:
        rows = np.sort(np.unique(hashes, return_index=True)[1])
        numbers = np.arange(len(self.texts), len(self.texts) + len(rows))
        self._likely[_place(heads[rows])] = numbers
        self.texts += [texts[row] for row in rows.tolist()]
        together = np.concatenate((self._hashes, hashes[rows]))
        order = np.argsort(together)
        self._hashes, self._order = together[order], np.concatenate((self._order, numbers))[order]
        self._all = behind((self._all, Texts.of(self.texts[int(numbers[0]) :])))
        self._heads, self._lengths = self._all.heads()


def _place(heads: NDArray[np.uint64]) -> NDArray[np.intp]:
    """The entry of ``_likely`` for texts with these first bytes."""
    return (sums_of(heads) >> _REST).view(np.intp)


class _Coder:
    """Codes for the keys of one column, in order of appearance."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._keys: list[Any] = []
        self._codes: dict[Any, int] = {}
        self._known: _Known | None = _Known()
        self._of_known: NDArray[np.intp] = np.empty(0, np.intp)

    def coded(self, values: Sequence[str], place: Place) -> Coded:
        """The codes of some rows."""
        if isinstance(values, Texts):
            if self._known is not None:
                codes = self._of_texts(values, place)
                if codes is not None:
                    return Coded(self._keys, codes)
            values = [*values]
        if isinstance(values, np.ndarray):
            return self._of_array(values, place)
        if self._part.ranged:
            return self._of_keys(self._ranges(values, place))
        return Coded(self._keys, np.array(self._numbered(values), np.intp))

    def _of_keys(self, own: Coded) -> Coded:
        """The same rows, coded by the keys of all rows so far."""
        return Coded(self._keys, np.array(self._numbered(own.keys), np.intp)[own.codes])

    def _numbered(self, keys: Sequence[Any]) -> list[int]:
        codes = self._codes
        before = len(codes)
        found = [codes.setdefault(key, len(codes)) for key in keys]
        if len(codes) > before:
            self._keys += list(codes)[before:]
            refuse_more(len(codes), (self._part,))
        return found

    def _of_texts(self, texts: Texts, place: Place) -> NDArray[np.intp] | None:
        assert self._known is not None
        before, found = len(self._known.texts), self._known.find(texts)
        if found is None or len(self._known.texts) > (self._part.most or MOST):
            self._known = None  # too many to hold
            return None
        new = self._known.texts[before:]
        if new:
            keys: Sequence[Any] = new
            if self._part.ranged:
                rows = [int(np.argmax(found == i)) for i in range(before, before + len(new))]
                ranges = self._ranges(new, lambda row, column: place(rows[row], column))
                keys = [ranges.keys[code] for code in ranges.codes.tolist()]
            self._of_known = np.concatenate((self._of_known, np.array(self._numbered(keys), np.intp)))
        return self._of_known[found]

    def _of_array(self, values: NDArray[Any], place: Place) -> Coded:
        if values.ndim > 1:
            raise InputError(f"{self._part.option} {self._part.name}: one value per row expected", place(0, None))
        if self._part.ranged:
            return self._of_keys(self._ranges(values, place))
        if values.dtype == object:
            return Coded(self._keys, np.array(self._numbered([*map(str, values.tolist())]), np.intp))
        return self._of_keys(coded(values))

    def _ranges(self, values: Any, place: Place) -> Coded:
        """The number of each row's range; the key is None without a value."""
        if isinstance(values, np.ndarray) and values.dtype != object:
            x = values.astype(np.float64)
        else:
            numbers = plain_numbers(values) if not isinstance(values, np.ndarray) else None
            if numbers is None:
                numbers = [self._number(text, row, place) for row, text in enumerate(values)]
            x = np.array(numbers)
        found = np.where(np.isnan(x), np.nan, self._part.ranges(x))
        if not (isinstance(values, np.ndarray) and values.dtype.kind == "f"):
            for row in np.flatnonzero((np.abs(x) >= EXACT) & np.isfinite(x)).tolist():
                value = values[row]
                found[row] = self._part.range_of(exact_number(value) if isinstance(value, str) else int(value))
        far = np.flatnonzero(np.isfinite(x) & (np.abs(found) >= EXACT))
        if len(far):
            what = f"--by {self._part.name}/{spelled(self._part.width)}: ranges are too narrow for {values[far[0]]}"
            raise InputError(what, of_column(place(int(far[0]), None), self._part.name), "a larger width")
        keys, codes = np.unique(found, return_inverse=True)
        return Coded([None if key != key else key for key in keys.tolist()], codes.reshape(-1))

    def _number(self, text: Any, row: int, place: Place) -> float:
        if not isinstance(text, str):
            return float(text)
        if is_missing(text):
            return math.nan
        number = parse_number(text)
        if number is None:
            what = f"--by {self._part.name}: {quoted(text)} is not a number, so it is in no range"
            where = of_column(place(row, None), self._part.name)
            raise InputError(what, where, f"--by {self._part.name} groups by the text")
        return number
