"""Labels that name several classes in one cell, such as ``['cat', 'dog']`` or ``cat|dog``, as 0 or 1 for each class."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.core.class_names import ClassNames
from losscli.errors import InputError
from losscli.inputs.choose.class_columns import class_columns, classes_of
from losscli.lazy import regex
from losscli.record import replace
from losscli.text import quoted, some_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.model import Piece, Stream

_QUOTED = regex(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_ESCAPED = regex(r"\\(.)")
_BETWEEN = regex(r"\s*[|;,]\s*|\s+")


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
    labels = replace(labels, decisions=decisions).each(partial(_as_rows, classes=found, lists=lists))
    return [*streams[:at], labels, *streams[at + 1 :]]


def _are_lists(texts: Sequence[str]) -> bool:
    return all(text.startswith("[") for text in texts) and any(map(_QUOTED.search, texts))


def _names(text: str, *, lists: bool) -> list[str]:
    if not lists:
        return _BETWEEN.split(text)
    return [_ESCAPED.sub(r"\1", one or other) for one, other in _QUOTED.findall(text)]


def _as_rows(piece: Piece, classes: ClassNames, lists: bool) -> Piece:
    """The piece with a row of 0 and 1 for each cell of labels."""
    cells = [_names(text, lists=lists) for text in piece.values["labels"].tolist()]
    names = [name for own in cells for name in own]
    index = classes.find(names)
    rows = np.repeat(np.arange(len(cells)), [*map(len, cells)])
    if (index < 0).any():
        first = int(np.flatnonzero(index < 0)[0])
        what = f"the label {quoted(names[first])} is none of the classes {some_names(classes.names)}"
        raise InputError(what, piece.places["labels"](int(rows[first]), None))
    labels: Any = np.zeros((len(cells), len(classes.names)))
    labels[rows, index] = 1.0
    return replace(piece, values={**piece.values, "labels": labels})
