"""The same rows by every road, the same bits: ``python -m tests.fuzz.differential --minutes 10 --seed 1``.

A round makes rows for one of some losses and gives them to the command line in every format, compressed, in shards, to
one, two and seven processes, to Python, and now and then to Dask. All values, sums and losses of rows must be those of
the CSV to the last bit, and those of NumPy's plain formula to a few ulp (for 50 digits see ``tests/accuracy``). Numbers
in odd spellings are read as Python reads them; what Python refuses is refused.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

from losscli import evaluate
from losscli.errors import LossError
from losscli.inputs.delimited import arrow_float
from tests.fuzz.roads import COMPRESSIONS, arrow_bytes, safetensors_bytes
from tests.support.inputs_reading import got
from tests.support.shell import losscli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Array = np.ndarray[Any, Any]

# An oracle of its own for each: the loss of each row, in NumPy's plain words.
ORACLES: dict[str, Callable[[Array, Array], Array]] = {
    "mse": lambda x, y: (x - y) ** 2,
    "mae": lambda x, y: np.abs(x - y),
    "log-cosh": lambda x, y: np.logaddexp(x - y, y - x) - np.log(2.0),
    "huber": lambda x, y: np.where(np.abs(x - y) <= 1.0, (x - y) ** 2 / 2.0, np.abs(x - y) - 0.5),
    "msle": lambda x, y: (np.log1p(np.maximum(x, 1e-7)) - np.log1p(np.maximum(y, 1e-7))) ** 2,
    "quantile": lambda x, y: np.maximum(0.5 * (y - x), -0.5 * (y - x)),
    "bce": lambda x, y: -np.where(y == 1.0, np.log(x), np.log1p(-x)),
    "brier": lambda x, y: (x - y) ** 2,
    "ce": lambda x, y: -np.log(x[np.arange(len(y)), y.astype(int)] / x.sum(axis=1)),
    "top-k-accuracy": lambda x, y: ((x > x[np.arange(len(y)), y.astype(int)][:, None]).sum(axis=1) < 5) * 1.0,
}
ROWS_OF_CLASSES = ("ce", "top-k-accuracy")
PROBABILITIES = ("bce", "brier")
_SEPARATORS = {"csv": ",", "tsv": "\t", "txt": ";"}


def scene(chance: random.Random) -> tuple[str, Array, Array]:
    """A loss and rows for it: predictions with all their digits or with few, and labels."""
    loss, rows = chance.choice([*ORACLES]), chance.choice((1, 2, 3, 7, 50, 400, 5000))
    width = chance.choice((2, 3, 10))
    shape: tuple[int, ...] = (rows, width) if loss in ROWS_OF_CLASSES else (rows,)
    made = np.random.default_rng(chance.getrandbits(32))
    if loss in ROWS_OF_CLASSES or loss in PROBABILITIES:
        x = made.uniform(1e-6, 1.0 - 1e-6, shape)
        x = x / x.sum(axis=1, keepdims=True) if loss in ROWS_OF_CLASSES else x
        y = made.integers(0, width if loss in ROWS_OF_CLASSES else 2, rows).astype(float)
    else:
        x, y = np.abs(made.normal(0.0, 10.0, shape)), np.abs(made.normal(0.0, 10.0, rows))
    return loss, (x if chance.random() < 0.5 else np.round(x, 4) + 0.0001), y


def text_of(x: Array, y: Array, form: str) -> bytes:
    """The rows as text."""
    width = x.shape[1] if x.ndim > 1 else 1
    names = [*([f"p_{i}" for i in range(width)] if x.ndim > 1 else ["p"]), "label"]
    rows = [[*row, label] for row, label in zip(x.reshape(len(x), -1).tolist(), y.tolist(), strict=True)]
    if form == "ndjson":
        return "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows).encode()
    if form == "json":
        return json.dumps({"predictions": x.tolist(), "labels": y.tolist()}).encode()
    separator = _SEPARATORS[form]
    return "".join(separator.join(map(str, row)) + "\n" for row in [names, *rows]).encode()


def roads(chance: random.Random, x: Array, y: Array, folder: Path) -> Iterator[tuple[str, ...]]:
    """Writes the rows in every form, and gives the arguments for each."""
    for form in ("csv", "tsv", "txt", "json", "ndjson"):
        path, data = folder / f"t.{form}", text_of(x, y, form)
        path.write_bytes(data)
        yield (str(path),)
        suffix = chance.choice([*COMPRESSIONS])
        path.with_name(path.name + suffix).write_bytes(COMPRESSIONS[suffix](data))
        yield (str(path) + suffix,)
        if form in ("csv", "ndjson"):
            yield from ((str(path), "--jobs", jobs) for jobs in ("2", "7"))
    np.save(folder / "x.npy", x if chance.random() < 0.5 else np.asfortranarray(x))
    np.save(folder / "y.npy", y)
    np.savez(folder / "t.npz", predictions=x, labels=y)
    yield from ((str(folder / "x.npy"), str(folder / "y.npy"), "--jobs", jobs) for jobs in ("1", "2", "7"))
    yield (str(folder / "t.npz"),)
    columns = {"p": x} if x.ndim == 1 else {f"p_{i}": x[:, i] for i in range(x.shape[1])}
    held = {name: values.tolist() for name, values in columns.items()} | {"label": y.tolist()}
    for form in ("parquet", "arrow", "feather"):
        (folder / f"a.{form}").write_bytes(arrow_bytes(chance, held, form, nulls=False))
        yield from ((str(folder / f"a.{form}"), "--jobs", jobs) for jobs in ("1", "2"))
    (folder / "t.safetensors").write_bytes(safetensors_bytes({"predictions": x, "labels": y}))
    yield (str(folder / "t.safetensors"),)
    yield shards(chance, x, y, folder)


def shards(chance: random.Random, x: Array, y: Array, folder: Path) -> tuple[str, ...]:
    """Several files of some rows each, in order."""
    (folder / "s").mkdir(exist_ok=True)
    for path in (folder / "s").iterdir():
        path.unlink()
    cuts = sorted({0, len(x), *(chance.randint(0, len(x)) for _ in range(3))})
    form = chance.choice(("csv", "ndjson"))
    for i, (start, stop) in enumerate(itertools.pairwise(cuts)):
        (folder / "s" / f"part-{i}.{form}").write_bytes(text_of(x[start:stop], y[start:stop], form))
    return (str(folder / "s"), "--jobs", chance.choice(("1", "2", "7")))


def bits(document: dict[str, Any]) -> str:
    """What must be the same, to the last bit."""
    same = {key: document[key] for key in ("value", "divisor", "summary", "per_sample", "labels_digest")}
    return json.dumps(same, sort_keys=True)


def one_round(chance: random.Random, folder: Path, dask: bool) -> tuple[int, list[str]]:
    """How many roads there were, and where they part."""
    loss, x, y = scene(chance)
    wrong, first, ways = [], "", 0
    ways_there = [*roads(chance, x, y, folder)]
    if dask:
        ways_there.append((str(folder / "t.csv"), "--dask", "local"))
    for args in ways_there:
        with patch.object(arrow_float, "_MUCH", chance.choice((-1, 1 << 40))):  # numbers in text by pyarrow, or never
            done = losscli(loss, *args, "-f", "json", "--all")
        ways += 1
        if done.status:
            wrong.append(f"{loss} {' '.join(args)}: status {done.status}\n{done.err}")
            continue
        document = json.loads(done.out)
        first = first or bits(document)
        if bits(document) != first:
            wrong.append(f"{loss} {' '.join(args)} differs from CSV:\n{bits(document)[:400]}\n{first[:400]}")
    found = evaluate(loss, x, y)
    here = json.loads(first)
    if found.value != here["value"] or np.asarray(found.per_sample).tolist() != here["per_sample"]:
        wrong.append(f"{loss}: Python says {found.value!r}, the command line {here['value']!r}")
    expected = ORACLES[loss](x, y)
    if not np.allclose(here["per_sample"], expected, rtol=1e-9, atol=1e-12):
        wrong.append(f"{loss}: NumPy's formula gives {expected[:5]}, losscli {here['per_sample'][:5]}")
    return ways + 1, wrong


def spelling(chance: random.Random) -> str:
    """A number as somebody or some program may write it, or nearly one."""
    digits = "".join(chance.choice("0123456789") for _ in range(chance.choice((1, 2, 5, 17, 18, 25, 40))))
    at = chance.randint(0, len(digits))
    text = digits[:at] + chance.choice(("", ".", ".")) + digits[at:]
    text = chance.choice(("", "", "-", "+")) + text
    if chance.random() < 0.4:
        text += (
            chance.choice("eE") + chance.choice(("", "-", "+")) + str(chance.choice((0, 1, 5, 22, 300, 308, 324, 400)))
        )
    if chance.random() < 0.1:
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(("_", ".", "e", "-", " ", "f", "L", "x", "٣")) + text[at:]
    return text


def spelled(chance: random.Random, folder: Path, count: int = 200) -> list[str]:
    """Where a column of such texts is read otherwise than Python does."""
    wrong, kept = [], []
    for text in (spelling(chance) for _ in range(count)):
        try:
            value = float(text)
        except ValueError:
            value = None
        if value is not None and "_" not in text and text.isascii() and np.isfinite(value):
            kept.append((text, value))
            continue
        (folder / "odd.csv").write_text(f"p,q\n0.5,1\n{text},1\n")
        try:
            read = got(str(folder / "odd.csv"), "1,1", pred="p").predictions
        except LossError:
            continue
        if read.dtype != object and (value is None or not np.array_equal(read[1], value, equal_nan=True)):
            wrong.append(f"{text!r} is {value} to Python, {read[1]!r} here")
    (folder / "numbers.csv").write_text("p,q\n" + "".join(f"{text},1\n" for text, _ in kept))
    (folder / "numbers.ndjson").write_text("".join(f'{{"p": {value!r}, "q": 1}}\n' for _, value in kept))
    for name in ("numbers.csv", "numbers.ndjson") if kept else ():
        read = got(str(folder / name), ",".join("1" * len(kept)), pred="p").predictions
        wrong += [f"{name}: {t!r} is {v!r}, not {r!r}" for (t, v), r in zip(kept, read.tolist(), strict=True) if v != r]
    return wrong


def campaign(seed: int, minutes: float, most: int = sys.maxsize, dask: int = 0) -> tuple[int, int, int, list[str]]:
    """Rounds, roads and spellings that there were, and what is wrong; every so many rounds one goes to Dask."""
    end, rounds, ways, numbers = time.monotonic() + minutes * 60, 0, 0, 0
    wrong: list[str] = []
    while time.monotonic() < end and rounds < most and len(wrong) < 20:
        chance = random.Random(f"{seed}:{rounds}")
        with tempfile.TemporaryDirectory() as folder:
            more, found = one_round(chance, Path(folder), bool(dask) and rounds % dask == dask - 1)
            wrong += [f"round {rounds}: {one}" for one in found + spelled(chance, Path(folder))]
        rounds, ways, numbers = rounds + 1, ways + more, numbers + 200
    return rounds, ways, numbers, wrong


def main() -> int:
    """Run it and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.differential")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dask", type=int, default=50, help="every so many rounds one also goes to a Dask cluster")
    asked = parser.parse_args()
    rounds, ways, numbers, wrong = campaign(asked.seed, asked.minutes, dask=asked.dask)
    print("\n\n".join(wrong))
    print(f"{rounds:,} rounds by {ways:,} roads, {numbers:,} spellings of numbers; {len(wrong)} findings")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
