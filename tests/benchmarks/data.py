"""The files that are measured: made once, from a seed. ``python -m tests.benchmarks.data DIRECTORY ROWS``."""

from __future__ import annotations

import gzip
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 7
CLASSES = 10
WIDE = 1000
WORDS = 50_257  # of GPT-2
LIST = '{{"scores": [' + ", ".join(["{!r}"] * CLASSES) + '], "label": {}}}\n'
RECORD = "{{" + ", ".join(f'"p_{i}": {{:.6f}}' for i in range(CLASSES)) + ', "label": {}}}\n'


def make(directory: Path, rows: int) -> None:
    """Write what is not there yet: ``rows`` samples of ten classes, and fewer of more."""
    logits, labels = _samples(rows, CLASSES)
    _save(directory / "logits.npy", logits)
    _save(directory / "labels.npy", labels)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    _write(directory / "six.csv", probabilities, labels, "{:.6f}")
    _write(directory / "all.csv", probabilities, labels, "{!r}")
    _write(directory / "six.ndjson", probabilities[: rows * 3 // 10], labels, RECORD)
    _write(directory / "lists.ndjson", probabilities[: rows * 3 // 10], labels, LIST)
    _pack(directory / "six.csv")
    wide = _samples(max(1, rows // 10), WIDE)
    _save(directory / "wide.npy", wide[0])
    _save(directory / "wide_labels.npy", wide[1])
    half = _samples(max(1, rows // 500), WORDS)
    _save(directory / "half.npy", half[0].astype(np.float16))
    _save(directory / "half_labels.npy", half[1])


def _samples(rows: int, classes: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits, and labels drawn from what they say."""
    random = np.random.default_rng(SEED)
    logits = random.normal(scale=2.0, size=(rows, classes))
    labels = np.empty(rows, np.int64)
    for i in range(0, rows, 10_000):
        part = logits[i : i + 10_000]
        labels[i : i + len(part)] = (part + random.gumbel(size=part.shape)).argmax(axis=1)
    return logits, labels


def _save(path: Path, array: NDArray[Any]) -> None:
    if not path.exists():
        np.save(path, array)


def _pack(path: Path) -> None:
    packed = path.with_suffix(path.suffix + ".gz")
    if not packed.exists():
        with path.open("rb") as file, gzip.open(packed, "wb", compresslevel=6) as out:
            shutil.copyfileobj(file, out, 1 << 20)


def _write(path: Path, probabilities: NDArray[np.float64], labels: NDArray[np.int64], form: str) -> None:
    if path.exists():
        return
    records = form.endswith("\n")
    line = form if records else ",".join([form] * CLASSES + ["{}\n"])
    with path.open("w") as file:
        if not records:
            file.write(",".join([f"p_{i}" for i in range(CLASSES)] + ["label\n"]))
        for row, label in zip(probabilities.tolist(), labels.tolist(), strict=False):
            file.write(line.format(*row, label))


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
