"""A digest of labels and weights, by which two results are known to be of the same rows, in any order.

Each row is hashed and the hashes are summed modulo 2^64, so that neither the order of the rows nor their cutting
matters; a second digest depends on the order. A class is hashed by its name, whatever the position of its column.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.running import BASE, Digest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.checked import Checked
    from losscli.core.plan import Plan
    from losscli.ops import Index

    Hashes = NDArray[np.uint64]

_PLACE = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: tells places apart


def digest_of(plan: Plan, checked: Checked) -> Digest | None:
    """The digest of the labels of a batch; None if there are none."""
    target, counted = checked.target, checked.counted
    if not len(checked.predictions):
        return Digest()
    if target.index is not None:
        hashes = _of_classes(plan, target.index, plan.width)
    elif target.dense is None or target.dense.shape[1:] == (0,):
        return None
    elif target.dense.dtype == object:
        hashes = _of_words(target.dense)
    else:
        hashes = mixed((target.dense.astype(np.float64) + 0.0).view(np.uint64))
    if counted is not None and counted.shape == hashes.shape:
        hashes = np.where(counted, hashes, np.uint64(0))
    rows = hashes.reshape(len(hashes), -1)
    if rows.shape[1] > 1:
        places = np.arange(1, rows.shape[1] + 1, dtype=np.uint64) * _PLACE
        rows = mixed(rows ^ places).sum(axis=1, dtype=np.uint64)
    each = mixed(rows.reshape(-1))
    if checked.weights is not None and checked.weights.shape == each.shape:
        each = mixed(each ^ (checked.weights.astype(np.float64) + 0.0).view(np.uint64))
    total, order = (int(numbers.sum(dtype=np.uint64)) for numbers in (each, each * _powers(len(each))))
    return Digest(total, order, len(each))


def _powers(count: int) -> Hashes:
    """The powers of ``BASE`` from the 0th on, modulo 2^64."""
    powers = np.full(count, BASE, np.uint64)
    powers[:1] = 1
    found: Hashes = np.multiply.accumulate(powers)
    return found


def mixed(x: Hashes) -> Hashes:
    """Numbers scattered over all 64 bits (Stafford's mix 13, as in SplitMix64)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Hashes = x ^ (x >> np.uint64(31))
    return found


def _of_classes(plan: Plan, index: Index, width: int) -> Hashes:
    """By the names of the classes, or by their numbers if they have none."""
    size = max(width, int(index.max(initial=0)) + 1)
    names = plan.class_names or ()
    table = np.array([_hash(names[i] if i < len(names) else str(i)) for i in range(size)], np.uint64)
    return np.asarray(table[np.where(index < 0, 0, index)])


def _of_words(words: NDArray[Any]) -> Hashes:
    distinct, places = np.unique([str(word) for word in words.reshape(-1).tolist()], return_inverse=True)
    table = np.array([_hash(str(word)) for word in distinct.tolist()], np.uint64)
    return np.asarray(table[places.reshape(words.shape)])


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
