"""Apply a transform to rows, with the results in place of the transformed columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError, UsageError
from losscli.text import count, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.losses.loss import Transform
    from losscli.ops import Array


class Transformer:
    """A transform with its parameters bound.

    Args:
        transform: The declaration.
        params: Its parameters.
        classes: For labels: the class names, or None for numbers.
        nan: ``error`` or ``keep``.
    """

    def __init__(
        self, transform: Transform, params: Mapping[str, Any], classes: Sequence[str] | None = None, nan: str = "error"
    ) -> None:
        self.transform = transform
        self.params = params
        self.classes = classes
        self.nan = nan

    def header(
        self, names: Sequence[str] | None, columns: Sequence[int], entries: Sequence[Any] = ()
    ) -> list[str] | None:
        """The header of the result, with new names in place of the transformed columns; None without a header.

        Args:
            names: The names of all columns.
            columns: The transformed columns.
            entries: Names for the entries of a list, if each of them becomes a column.
        """
        if names is None:
            return None
        new = [names[column] for column in columns]
        if self.transform.column:
            new = [self.transform.column]
        elif self.transform.labels:
            new = list(self.classes or map(str, range(self.params["classes"])))
        elif entries:
            new = [f"{new[0]}_{entry}" for entry in entries]
        return self.place(new, [name for i, name in enumerate(names) if i not in columns], columns)

    def place(self, new: Sequence[Any], others: Sequence[Any], columns: Sequence[int]) -> list[Any]:
        """One line: the new cells in place of the first of the columns, the other cells around them."""
        before = min(columns, default=0)
        return [*others[:before], *new, *others[before:]]

    def values(self, x: NDArray[Any], where: Callable[[int, int | None], str]) -> Array:
        """``(n, C)`` in, ``(n, K)`` out; a vector is one row of numbers, or n labels.

        Raises:
            InputError: NaN or +inf, a row without a result, or labels that are not classes.
            UsageError: A rank that does not make rows.
        """
        if self.transform.labels:
            return self._hot(x, where)
        if x.ndim > 2:
            raise UsageError(f"{self.transform.name} takes rows, not an array of rank {x.ndim}")
        rows: Array = x[None] if x.ndim == 1 else x
        if self.transform.several and rows.shape[1] == 1:
            what = f"{self.transform.name} over a single column is always the same"
            raise InputError(what, where(0, None), "--pred with all its columns, or sigmoid for one number a row")
        bad = np.isnan(rows) | (rows == np.inf)
        if self.nan == "error" and bad.any():
            i, j = np.argwhere(bad)[0].tolist()
            raise InputError(
                f"{int(bad.any(axis=1).sum()):,} rows hold NaN or infinity"
                if bad.any(axis=1).sum() > 1
                else "1 row holds NaN or infinity",
                f"{where(i, j)}: {rows[i, j]:g}",
                "--nan keep lets NaN through",
            )
        with np.errstate(invalid="ignore"):
            result = self.transform.kernel(rows, **self.params)
        if self.nan == "error" and np.isnan(result).any():
            without = np.flatnonzero(np.isnan(result.reshape(len(rows), -1)).any(axis=1))
            raise InputError(
                f"{count(len(without), 'row rules', 'rows rule')} out every class (-inf throughout)",
                where(int(without[0]), None),
                "--nan keep makes the result NaN",
            )
        return result if result.ndim == 2 else result[:, None]

    def _hot(self, labels: NDArray[Any], where: Callable[[int, int | None], str]) -> Array:
        size = self.params["classes"]
        if labels.size != len(labels):
            raise UsageError(f"{self.transform.name} takes one label for each row, not an array of rank {labels.ndim}")
        numbers = _numbers(self.classes)
        if labels.dtype == object:
            index = np.array([_position(self.classes, str(label)) for label in labels.reshape(-1).tolist()])
        elif numbers:
            index = np.array([_position(numbers, label) for label in labels.reshape(-1).tolist()])
        else:
            index = labels.reshape(-1).astype(np.float64)
        bad = np.flatnonzero((index < 0) | (index >= size) | (index != np.floor(index)))
        if len(bad):
            i = int(bad[0])
            label = labels.reshape(-1)[i]
            shown = quoted(label) if isinstance(label, str) else f"{label:g}"
            raise InputError(
                f"{count(len(bad), 'label is', 'labels are')} not among the {size} classes",
                f"{where(i, None)}: {shown}",
            )
        return self.transform.kernel(index.astype(np.intp), **self.params)


def _position(classes: Sequence[Any] | None, label: Any) -> int:
    return list(classes).index(label) if classes is not None and label in classes else -1


def _numbers(classes: Sequence[str] | None) -> list[float]:
    """The names of classes that are called by numbers, as in ``--classes 1,2,3``."""
    try:
        return [float(name) for name in classes or ()]
    except ValueError:
        return []
