"""Do rows of two files meet by their keys, in any order, and is nothing paired or left out in silence?"""

from __future__ import annotations

import gzip
import json
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.inputs.choose.key_bytes import Gathered, Texts, behind
from tests.support.inputs_reading import error, got
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ["", "a", "abcdefgh", "abcdefghi", "ü" * 9, "x" * 40, "892.0", "892", "1.0", "v1.0", "10", "100", "1.00"] * 3


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    return str(tmp_path / "a.csv"), str(tmp_path / "b.csv")


def written(files: tuple[str, str], predictions: str, labels: str) -> tuple[str, str]:
    for path, text in zip(files, (predictions, labels), strict=True):
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)
    return files


def test_rows_stand_in_the_order_of_predictions(files: tuple[str, str]) -> None:
    read = got(*written(files, "img,p\nc,.3\na,.1\nb,.2\n", "img,y\na,1\nb,2\nc,3\n"), join="img")
    assert read.predictions.tolist() == [0.3, 0.1, 0.2]
    assert read.labels.tolist() == [3, 1, 2]
    assert read.ids == ["c", "a", "b"]
    assert read.batches[0].where_label(0) == f"{files[1]}:4, column y"


def test_a_key_of_several_columns(files: tuple[str, str]) -> None:
    read = got(*written(files, "a,b,p\n1,x,.1\n1,y,.2\n2,x,.3\n", "b,a,y\nx,2,3\ny,1,2\nx,1,1\n"), join="a,b")
    assert read.labels.tolist() == [1, 2, 3]


@pytest.mark.parametrize("chunk", [64, 1 << 10, 1 << 19])
def test_any_order_gives_the_same_bits(files: tuple[str, str], chunk: int) -> None:
    order = random.Random(7)
    rows = [f"id-{i}x{'y' * (i % 30)}" for i in range(500)]
    values = {row: i / 7 for i, row in enumerate(rows)}
    labels = [f"{row},{values[row]!r},{i % 3}" for i, row in enumerate(rows)]
    order.shuffle(labels)
    written(files, "key,p\n" + "".join(f"{row},{values[row]!r}\n" for row in rows), "key,y,w\n" + "\n".join(labels))
    read = got(*files, join="key", chunk_bytes=chunk, label="y", sample_weight="w")
    assert np.array_equal(read.predictions, read.labels)
    assert read.weights.tolist() == [i % 3 for i in range(500)]


def test_hashes_are_compared_never_trusted(files: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Texts, "hashes", lambda self: (self.lengths % 2).astype(np.uint64))
    text = "".join(f"{'k' * (i % 5)}{i},{i}\n" for i in range(60))
    read = got(
        *written(files, "id,p\n" + text, "id,y\n" + "".join(reversed(text.splitlines(keepends=True)))), join="id"
    )
    assert np.array_equal(read.predictions, read.labels)
    raised = error(*written(files, "id,p\n" + text, "id,y\n" + text + "kk7,1\n"), join="id")
    assert raised.what == f"1 row has a key that another row has, too (id): 'kk7' ({files[1]}:62, column y)"


def test_missing_partners_are_counted_and_named(files: tuple[str, str]) -> None:
    labels = "id,y\n2,0\n9,1\n" + "".join(f"{i},1\n" for i in range(100, 107))
    raised = error(*written(files, "id,p\n1,.9\n2,.2\n3,.4\n", labels), join="id")
    assert raised.what == (
        f"2 rows of {files[0]} without a partner in {files[1]}: '1' ({files[0]}:2, column p), '3' ({files[0]}:4, "
        f"column p); 8 rows of {files[1]} without a partner in {files[0]}: '9' ({files[1]}:3, column y), "
        + "".join(f"'{i}' ({files[1]}:{i - 96}, column y), " for i in range(100, 104))
        + "…"
    )
    assert raised.hint == "--join-missing drop leaves them out"
    assert raised.exit_status == 3


def test_missing_partners_are_dropped_with_a_note(files: tuple[str, str]) -> None:
    written(files, "id,p\n1,.9\n2,.2\n3,.4\n", "id,y\n2,0\n9,1\n1,1\n")
    result = shell("mse", *files, "--join", "id", "--join-missing", "drop")
    assert result.status == 0
    assert "note: rows left out: 1 of PREDICTIONS and 1 of LABELS; they have no partner\n" in result.err
    value = json.loads(shell("mse", *files, "--join", "id", "--join-missing", "drop", "-f", "json").out)
    assert value["value"] == pytest.approx((0.01 + 0.04) / 2)
    assert len(value["per_sample"]) == 2


def test_keys_that_come_twice(files: tuple[str, str]) -> None:
    raised = error(*written(files, "id,p\n1,.9\n2,.2\n1,.4\n1,.5\n", "id,y\n2,0\n1,1\n"), join="id")
    assert raised.what == (
        f"2 rows have a key that another row has, too (id): '1' ({files[0]}:4, column p), '1' ({files[0]}:5, column p)"
    )
    assert raised.hint == "a key of several columns, as in --join a,b, may tell them apart"


def test_nothing_fits(files: tuple[str, str]) -> None:
    raised = error(*written(files, "id,p\n1,.9\n", "id,y\n8,0\n"), join="id", drop=True)
    assert raised.what.startswith(f"no row of {files[0]} has a partner in {files[1]} (id): '1'")


def test_numbers_that_pandas_wrote_with_a_point(files: tuple[str, str]) -> None:
    read = got(*written(files, "id,p\n892.0,.9\n893.0,.2\n", "id,y\n893,0\n892,1\n"), join="id")
    assert read.labels.tolist() == [1, 0]


def test_other_formats(tmp_path: Path, files: tuple[str, str]) -> None:
    written(files, "", "name,y\nb,2\na,1\n")
    rows = tmp_path / "a.jsonl"
    rows.write_text('{"name": "a", "p": 0.1}\n{"name": "b", "p": 0.2}\n')
    assert got(str(rows), files[1], join="name").labels.tolist() == [1, 2]
    quoted = tmp_path / "q.csv.gz"
    quoted.write_bytes(gzip.compress(b'name,p\n"a",0.1\n" b ",0.2\n'))
    assert got(str(quoted), files[1], join="name").labels.tolist() == [1, 2]


def test_a_column_that_is_only_in_one(files: tuple[str, str]) -> None:
    raised = error(*written(files, "key,p\n1,.9\n", "id,y\n1,0\n"), join="key")
    assert raised.what == "--join, LABELS: no column 'key'; columns: id, y"
    assert raised.exit_status == 2


def test_texts() -> None:
    texts = Texts.of(WORDS)
    gathered = Gathered()
    gathered.add(texts[3:])
    gathered.add(texts)
    assert list(gathered.texts()) == list(behind([texts[3:], texts])) == WORDS[3:] + WORDS
    hashes = dict(zip(WORDS, texts.hashes().tolist(), strict=True))
    assert [hashes[word] for word in WORDS] == texts.hashes().tolist()
    assert len(set(hashes.values())) == len(hashes)
    other = texts[::-1]
    assert texts.same(other).tolist() == [a == b for a, b in zip(WORDS, WORDS[::-1], strict=True)]
    assert list(texts.canonical())[6:13] == ["892", "892", "1", "v1.0", "10", "100", "1.00"]


@pytest.mark.parametrize("suffix", ["npy", "npz", "csv"])
def test_a_key_is_refused_where_there_is_no_table_on_both_sides(tmp_path: Path, suffix: str) -> None:
    predictions, labels = [0.9, 0.2], [1, 0]
    np.save(tmp_path / "x.npy", predictions)
    np.save(tmp_path / "y.npy", labels)
    np.savez(tmp_path / "both.npz", predictions=predictions, labels=labels)
    (tmp_path / "both.csv").write_text("id,p,y\n1,0.9,1\n2,0.2,0\n")
    names = ["x.npy", "y.npy"] if suffix == "npy" else [f"both.{suffix}"]
    done = shell("bce", *(str(tmp_path / name) for name in names), "--join", "id")
    assert done.status == 2
    assert done.err == (
        "Error: --join id: it pairs the rows of two tables, PREDICTIONS and LABELS\n"
        "  try  leave it out: rows are paired by position\n"
    )


@pytest.mark.parametrize(
    ("first", "second", "join"),
    [
        (",p\n0,.5\n1,.6\n2,.7\n", "y,\n0,2\n1,0\n0,1\n", "1=2"),
        (",1,0\n0,.5,.5\n1,.6,.4\n2,.7,.3\n", ",y\n2,0\n0,1\n1,0\n", "=1"),
    ],
)
def test_the_hint_finds_columns_without_names(files: tuple[str, str], first: str, second: str, join: str) -> None:
    written(files, first, second)
    assert error(*files).hint == f"--join {join}"
    assert got(*files, join=join).labels.tolist() == [1, 0, 0]


def test_an_index_that_starts_anew_is_told_from_one_in_another_order(tmp_path: Path) -> None:
    rng, rows = np.random.default_rng(3), 4000
    p, late = rng.uniform(0.1, 0.9, rows).round(3), np.arange(rows)
    late[3000:] = rng.permutation(late[3000:])
    every, again = rng.permutation(rows), np.arange(rows) % (rows // 2)
    (tmp_path / "p.csv").write_text(",p\n" + "".join(f"{i},{x}\n" for i, x in enumerate(p)))
    value = -np.log(p).mean()
    for index, refused in ((late, True), (every, True), (np.arange(rows), False), (every * 7, False), (again, False)):
        (tmp_path / "y.csv").write_text(",y\n" + "".join(f"{i},1\n" for i in index))
        for jobs in "12" if index is late or index is again else "1":
            done = shell("bce", str(tmp_path / "p.csv"), str(tmp_path / "y.csv"), "--jobs", jobs, "-q")
            assert (done.status == 3) is refused, done.err
            if refused:
                assert "in row" in done.err
                assert done.err.endswith("try  --join 1\n")
            else:
                assert float(done.out) == pytest.approx(value)
    (tmp_path / "y.csv").write_text(",y\n" + "".join(f"{i},1\n" for i in every))
    for join in ("1", "Unnamed: 0", "index"):
        done = shell("bce", str(tmp_path / "p.csv"), str(tmp_path / "y.csv"), "--join", join, "-q")
        assert float(done.out) == pytest.approx(value), done.err


@pytest.mark.parametrize(
    ("predicted", "labels"),
    [(("yes", "no"), ("True", "False")), (("T", "F"), ("yes", "no")), (("Yes", "No"), ("yes", "no"))],
)
def test_words_for_1_and_0_are_read_as_the_labels_have_them(
    predicted: tuple[str, str], labels: tuple[str, str], tmp_path: Path
) -> None:
    said, true = (1, 0, 0, 1), (1, 1, 0, 1)
    (tmp_path / "p.csv").write_text("k,won\n" + "".join(f"{i},{predicted[1 - one]}\n" for i, one in enumerate(said)))
    (tmp_path / "y.csv").write_text("k,won\n" + "".join(f"{i},{labels[1 - one]}\n" for i, one in enumerate(true)))
    (tmp_path / "both.csv").write_text(
        "gold,pred\n" + "".join(f"{labels[1 - y]},{predicted[1 - x]}\n" for x, y in zip(said, true, strict=True))
    )
    two = [str(tmp_path / "p.csv"), str(tmp_path / "y.csv")]
    for paths in (two, [*two, "--join", "k"], [str(tmp_path / "both.csv")]):
        done = shell("acc", *paths)
        says = f"note: prediction values: '{min(predicted)}' and '{max(predicted)}'; read as '{min(labels)}' and"
        assert says in done.err, done.err
        assert shell("acc", *paths, "-q").out == "0.75\n"
        assert float(shell("f1", *paths, "--pos-label", labels[0], "-q").out) == pytest.approx(0.8)
