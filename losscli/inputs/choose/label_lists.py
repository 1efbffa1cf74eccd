"""Labels that name several classes in one cell, such as ``['cat', 'dog']`` or ``cat|dog``, as 0 or 1 for each class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.core.class_names import ClassNames
from losscli.errors import InputError
from losscli.inputs.choose.class_columns import class_columns, classes_of
from losscli.record import replace
from losscli.text import quoted, some_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.inputs.model import Piece, Stream

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_ESCAPED = re.compile(r"\\(.)")
_BETWEEN = re.compile(r"\s*[|;,]\s*|\s+")


def names_or_cells(cells: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The names in cells, if they, and not the cells, name some of the columns; else the cells."""
    lists = _are_lists(cells)
    each = [name for text in cells for name in _names(text, lists=lists)]
    classes = class_columns(columns, each)
    named = classes is not None and -1 not in classes.find(each) and -1 in classes.find([*cells])
    return each if each and named else [*cells]


def names_in_cells(streams: Sequence[Stream], classes: Sequence[str]) -> list[Stream]:
    """The streams, where cells of labels that name several classes become rows of 0 and 1 in the order of the columns.

    Args:
        streams: Those of predictions and labels.
        classes: The names of ``--classes``.

    Raises:
        InputError: The cells are lists of words, and nothing says which column is which class.
    """
    at = next((i for i, stream in enumerate(streams) if stream.seen), None)
    if at is None:
        return [*streams]
    seen = [*streams[at].seen]
    lists = _are_lists(seen)
    each = [name for text in seen for name in _names(text, lists=lists)]
    labels = replace(streams[at], seen=sorted({*each}))
    found = classes_of([*streams[:at], labels, *streams[at + 1 :]])
    if classes:
        found = ClassNames(tuple(classes), source="--classes")
    if lists and (found is None or found.one):
        what = "the labels are lists of words, and nothing says which prediction belongs to which"
        raise InputError(what, labels.name, "--classes with the names in the order of the prediction columns")
    if found is None or found.one or not (lists or (-1 in found.find(seen) and -1 not in found.find(each))):
        return [*streams]
    told = Decision("label values", "names of classes", "0 or 1 for each class", note=not lists)
    decisions = tuple(told if one.what == "label values" else one for one in labels.decisions)
    return [*streams[:at], _Cells(found, lists).of(replace(labels, decisions=decisions)), *streams[at + 1 :]]


def _are_lists(texts: Sequence[str]) -> bool:
    return all(text.startswith("[") for text in texts) and any(map(_QUOTED.search, texts))


def _names(text: str, *, lists: bool) -> list[str]:
    if not lists:
        return _BETWEEN.split(text)
    return [_ESCAPED.sub(r"\1", one or other) for one, other in _QUOTED.findall(text)]


class _Cells:
    """A function as an object, so that it can be pickled for other processes."""

    def __init__(self, classes: ClassNames, lists: bool) -> None:
        self._classes = classes
        self._lists = lists

    def of(self, stream: Stream) -> Stream:
        return replace(stream, pieces=self._pieces(stream), cuts=stream.cuts and stream.cuts.then(self.of))

    def _pieces(self, stream: Stream) -> Iterator[Piece]:
        for piece in stream.pieces:
            cells = [_names(text, lists=self._lists) for text in piece.values["labels"].tolist()]
            index = self._classes.find([name for names in cells for name in names])
            rows = np.repeat(np.arange(len(cells)), [*map(len, cells)])
            if (index < 0).any():
                first = int(np.flatnonzero(index < 0)[0])
                row = int(rows[first])
                other = quoted([name for names in cells for name in names][first])
                what = f"the label {other} is none of the classes {some_names(self._classes.names)}"
                raise InputError(what, piece.places["labels"](row, None))
            labels: Any = np.zeros((len(cells), len(self._classes.names)))
            labels[rows, index] = 1.0
            yield replace(piece, values={**piece.values, "labels": labels})
