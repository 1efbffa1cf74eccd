"""What the tests of the inputs share: read everything, as one data set."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import LossError
from losscli.inputs import ReadOptions, read

if TYPE_CHECKING:
    from losscli.core.batch import Batch, Dataset


@dataclass(frozen=True)
class Got:
    predictions: Any
    labels: Any
    weights: Any
    ids: Any
    batches: list[Batch]
    dataset: Dataset

    @property
    def classes(self) -> tuple[str, ...] | None:
        return None if self.dataset.classes is None else self.dataset.classes.names

    def decided(self, what: str) -> str:
        found = [d for d in (*self.dataset.decisions, *self.dataset.afterwards()) if d.what == what]
        return "; ".join(f"{d.value}: {d.reason}" for d in found)


def got(predictions: str | None, labels: str | None = None, stdin: bytes | None = None, **options: Any) -> Got:
    dataset = read(predictions, labels, ReadOptions(**options), None if stdin is None else io.BytesIO(stdin))
    batches = list(dataset.batches)
    assert [b.start for b in batches] == [0, *np.cumsum([len(b) for b in batches])[:-1].tolist()]
    assert all(b.predictions.dtype == np.float64 and len(b) for b in batches)
    weights, ids = batches[0].weights, batches[0].ids
    return Got(
        np.concatenate([b.predictions for b in batches]),
        np.concatenate([b.labels for b in batches]),
        None if weights is None else np.concatenate([b.weights for b in batches if b.weights is not None]),
        None if ids is None else [text for b in batches for text in b.ids or ()],
        batches,
        dataset,
    )


def error(predictions: str | None, labels: str | None = None, stdin: bytes | None = None, **options: Any) -> LossError:
    try:
        got(predictions, labels, stdin, **options)
    except LossError as raised:
        return raised
    raise AssertionError("no error")
