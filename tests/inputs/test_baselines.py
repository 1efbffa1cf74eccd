"""Do baselines, however they are given, stand beside the rows they predict, and is nothing paired by mistake?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.errors import LossError
from losscli.inputs import ReadOptions, read
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.core.batch import Dataset

NEW = "id,y,p_a,p_b\nr1,a,.9,.1\nr2,b,.4,.6\nr3,a,.3,.7\n"
OLD = "id,y,p_b,p_a\nr1,a,.2,.8\nr2,b,.7,.3\nr3,a,.6,.4\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text(NEW)
    (tmp_path / "old.csv").write_text(OLD)
    (tmp_path / "bare.csv").write_text("p_a,p_b\n.8,.2\n.3,.7\n.4,.6\n")
    (tmp_path / "moved.csv").write_text("id,p_a,p_b\nr3,.4,.6\nr1,.8,.2\nr2,.3,.7\n")
    (tmp_path / "both.csv").write_text("y,new_a,new_b,old_a,old_b\na,.9,.1,.8,.2\nb,.4,.6,.3,.7\na,.3,.7,.4,.6\n")
    (tmp_path / "values.csv").write_text("y,new,old\n1,2,3\n2,3,5\n")
    return tmp_path


def opened(predictions: str, labels: str | None = None, /, *against: str, **options: object) -> Dataset:
    return read(predictions, labels, ReadOptions(against=against, **options))  # type: ignore[arg-type]


def others(dataset: Dataset, i: int = 0) -> list[object]:
    rows: list[object] = np.concatenate([batch.others[i].predictions for batch in dataset.batches]).tolist()
    return rows


@pytest.mark.parametrize(
    ("against", "options"),
    [
        ("bare.csv", {"label": "y"}),
        ("moved.csv", {"label": "y", "join": "id"}),
        ("[[.8,.2],[.3,.7],[.4,.6]]", {"label": "y"}),
        ("bare.npy", {"label": "y"}),
    ],
)
@pytest.mark.parametrize("chunk", [8, 1 << 19])
@pytest.mark.usefixtures("files")
def test_a_source_of_its_own_stands_beside(against: str, options: dict[str, str], chunk: int) -> None:
    np.save("bare.npy", [[0.8, 0.2], [0.3, 0.7], [0.4, 0.6]])
    dataset = opened("new.csv", None, against, chunk_bytes=chunk, **options)
    assert others(dataset) == [[0.8, 0.2], [0.3, 0.7], [0.4, 0.6]]


@pytest.mark.usefixtures("files")
def test_columns_of_the_predictions_and_values() -> None:
    assert others(opened("both.csv", None, "old_*", pred="new_*", label="y")) == [[0.8, 0.2], [0.3, 0.7], [0.4, 0.6]]
    assert others(opened("values.csv", None, "old", label="y")) == [3.0, 5.0]
    assert others(opened("values.csv", None, "3", label="y")) == [3.0, 5.0]
    assert others(opened("1,2,4", "0,0,0", "2,4,5")) == [2.0, 4.0, 5.0]
    assert others(opened("values.csv", None, "new", label="y", pred="new")) == [2.0, 3.0]
    np.savez("all.npz", predictions=[1.0, 2.0], labels=[0.0, 0.0], before=[3.0, 4.0], one=[3.0])
    assert others(opened("all.npz", None, "before")) == [3.0, 4.0]
    with pytest.raises(LossError, match="2 rows of predictions but 1 of --against"):
        others(opened("all.npz", None, "one"))
    np.save("all.npy", [[1.0, 0.0, 3.0], [2.0, 0.0, 4.0]])
    assert others(opened("all.npy", None, "3", pred="1", label="2")) == [3.0, 4.0]


@pytest.mark.usefixtures("files")
def test_its_columns_come_in_the_order_of_ours() -> None:
    """Class numbers of labels count ours."""
    dataset = opened("new.csv", None, "old.csv", label="y")
    classes = dataset.baselines[0].classes
    assert classes is not None
    assert classes.names == ("a", "b")
    assert dataset.baselines[0].name == "old.csv"


@pytest.mark.parametrize("labels", ["0,1,0", "a,b,a"])
@pytest.mark.parametrize("names", ["b,a", "p_b,p_a", "b_prob,a_prob"])
@pytest.mark.parametrize("options", [{}, {"pred": "p_*"}], ids=str)
def test_columns_of_the_same_classes_are_paired_by_name(
    files: Path, names: str, labels: str, options: dict[str, str]
) -> None:
    (files / "ours.csv").write_text("p_a,p_b\n.9,.1\n.4,.6\n.3,.7\n")
    (files / "theirs.csv").write_text(f"{names}\n.2,.8\n.7,.3\n.6,.4\n")
    assert others(opened("ours.csv", labels, "theirs.csv", **options)) == [[0.8, 0.2], [0.3, 0.7], [0.4, 0.6]]


def test_outputs_are_paired_by_name(files: Path) -> None:
    (files / "theirs.csv").write_text("v,u\n.5,2.5\n.3,4.5\n")
    (files / "ours.csv").write_text("u,v\n5.5,.5\n3.5,.8\n")
    assert others(opened("ours.csv", "[[1,2],[3,4]]", "theirs.csv")) == [[2.5, 0.5], [4.5, 0.3]]


def test_an_array_beside_a_table_has_no_columns_to_choose(files: Path) -> None:
    np.save("one.npy", [3.0, 5.0])
    assert others(opened("values.csv", None, "one.npy", label="y", pred="new")) == [3.0, 5.0]


def test_a_file_comes_before_a_column_of_its_name(files: Path) -> None:
    (files / "old").write_text("p\n8\n9\n")
    dataset = opened("values.csv", None, "old", label="y", pred="new")
    assert others(dataset) == [8.0, 9.0]
    (said,) = [one for one in dataset.decisions if one.what == "against"]
    assert said.value == "the file old"
    assert said.reason == "a file of that name comes before the column"


@pytest.mark.usefixtures("files")
def test_several_in_the_order_given() -> None:
    dataset = opened("new.csv", None, "moved.csv", "old.csv", "moved.csv", label="y", join="id")
    (batch,) = dataset.batches
    assert [other.predictions.tolist() for other in batch.others] == [
        [[0.8, 0.2], [0.3, 0.7], [0.4, 0.6]],
        [[0.8, 0.2], [0.3, 0.7], [0.4, 0.6]],
        [[0.8, 0.2], [0.3, 0.7], [0.4, 0.6]],
    ]
    assert [other.where(0, 1) for other in batch.others] == [
        "moved.csv:3, column p_b",
        "old.csv:2, column p_b",
        "moved.csv:3, column p_b",
    ]
    assert list(batch.ids or ()) == ["r1", "r2", "r3"]


@pytest.mark.usefixtures("files")
def test_labels_elsewhere() -> None:
    with open("y.csv", "w") as file:  # noqa: PTH123
        file.write("id,y\nr2,b\nr3,a\nr1,a\n")
    dataset = opened("bare.csv", "a,b,a", "old.csv")
    assert others(dataset)[0] == [0.8, 0.2]
    (batch,) = opened("moved.csv", "y.csv", "old.csv", join="id").batches
    assert batch.labels.tolist() == ["a", "a", "b"]
    assert batch.others[0].predictions.tolist() == [[0.4, 0.6], [0.8, 0.2], [0.3, 0.7]]


@pytest.mark.parametrize(
    ("predictions", "against", "options", "message"),
    [
        ("new.csv", "moved.csv", {}, "in row 1, id is 'r1' in one file and 'r3' in the other; at new.csv:2 and "
         "moved.csv:2; try: --join id"),
        ("new.csv", "relabelled.csv", {}, "in row 2, the label is 'b' in one file and 'a' in the other; at new.csv:3 "
         "and relabelled.csv:3; try: --join COLUMN pairs rows by what names them"),
        ("new.csv", "short.csv", {"join": "id"}, "1 row of new.csv without a partner in short.csv: 'r2' (new.csv:3); "
         "try: --join-missing drop leaves them out"),
        ("new.csv", "twice.csv", {"join": "id"}, "1 row has a key that another row has, too (id): 'r1' (twice.csv:5); "
         "at twice.csv; try: a key of several columns, as in --join a,b, may tell them apart"),
        ("new.csv", "[[.1,.9],[.2,.8]]", {}, "3 rows of predictions but 2 of --against; at new.csv and --against; try: "
         "rows are paired by position: both inputs need the same number of rows"),
        ("new.csv", "more.csv", {}, "which columns are the predictions, those of new.csv or all that might be: "
         "p_a, p_b or other, p_a, p_b?; at more.csv; try: --pred with the columns that both have, as in --pred 'p_*'"),
        ("values.csv", "y", {}, "column y can't be both baseline and label; at values.csv"),
        ("values.csv", "odl", {}, "--against: no column and no file 'odl'; columns: y, new, old; at values.csv; try: "
         "did you mean 'old'?"),
        ("new.csv", "bare.csv", {"join": "id"}, "--join, bare.csv: no column 'id'; columns: p_a, p_b; at bare.csv"),
        ("new.csv", "[[1,2],[1,2],[1,2]]", {"join": "id"}, "--join id: there are no columns to pair rows by; "
         "at --against"),
    ],
)  # fmt: skip
def test_what_cannot_be_paired_is_refused(
    files: Path, predictions: str, against: str, options: dict[str, str], message: str
) -> None:
    (files / "relabelled.csv").write_text("y,p_a,p_b\na,.4,.6\na,.8,.2\na,.3,.7\n")
    (files / "more.csv").write_text("other,p_a,p_b\n.4,.4,.6\n.8,.8,.2\n.5,.3,.7\n")
    (files / "short.csv").write_text("id,p_a,p_b\nr3,.4,.6\nr1,.8,.2\n")
    (files / "twice.csv").write_text("id,p_a,p_b\nr3,.4,.6\nr1,.8,.2\nr2,.4,.6\nr1,.8,.2\n")
    with pytest.raises(LossError) as raised:
        list(opened(predictions, None, against, label="y", **options).batches)
    assert str(raised.value) == message


@pytest.mark.parametrize("chunk", [8, 1 << 19])
@pytest.mark.parametrize("limit", [1, 2])
@pytest.mark.usefixtures("files")
def test_the_partners_of_the_first_rows_may_be_anywhere(limit: int, chunk: int) -> None:
    dataset = opened("new.csv", None, "moved.csv", label="y", join="id", limit=limit, chunk_bytes=chunk)
    assert others(dataset) == [[0.8, 0.2], [0.3, 0.7]][:limit]
    by_position = opened("new.csv", None, "bare.csv", label="y", limit=limit, chunk_bytes=chunk)
    assert others(by_position) == [[0.8, 0.2], [0.3, 0.7]][:limit]


@pytest.mark.usefixtures("files")
def test_rows_without_a_partner_may_be_dropped() -> None:
    with open("short.csv", "w") as file:  # noqa: PTH123
        file.write("id,p_a,p_b\nr3,.4,.6\nr9,.5,.5\nr1,.8,.2\n")
    dataset = opened("new.csv", None, "short.csv", "old.csv", label="y", join="id", drop=True)
    (batch,) = dataset.batches
    assert list(batch.ids or ()) == ["r1", "r3"]
    assert [other.predictions.tolist()[1] for other in batch.others] == [[0.4, 0.6], [0.4, 0.6]]
    assert [one.value for one in dataset.told()] == [
        "1 of PREDICTIONS and 1 of short.csv",
        "0 of PREDICTIONS and 1 of old.csv",
    ]


@pytest.mark.parametrize("chunk", [4, 1 << 19])
@pytest.mark.usefixtures("files")
def test_baselines_are_shifted_with_the_predictions(chunk: int) -> None:
    (batch,) = opened("[[[1],[2],[3]]]", "[[5,6,7]]", "[[[9],[10],[11]]]", shift=1).batches
    assert batch.others[0].predictions.tolist() == [[[9], [10]]]
    with open("tokens.csv", "w") as file:  # noqa: PTH123
        file.write("y,new,old\n1,.1,.5\n2,.2,.6\n3,.3,.7\n")
    dataset = opened("tokens.csv", None, "old", pred="new", label="y", shift=1, chunk_bytes=chunk)
    batches = list(dataset.batches)
    assert np.concatenate([batch.labels for batch in batches]).tolist() == [2, 3]
    assert np.concatenate([batch.others[0].predictions for batch in batches]).tolist() == [0.5, 0.6]


@pytest.mark.parametrize("name", ["y", "label", "target"])
@pytest.mark.parametrize("rows", [1, 2, 4, 40])
def test_labels_that_all_differ_name_no_samples(name: str, rows: int, tmp_path: Path) -> None:
    """Whole numbers, none twice: they stand in both files, and are labels all the same."""
    for file, shift in (("new", 1), ("old", 2)):
        lines = [f"{3 * i * i + 1},{3 * i * i + 1 + shift + i % 2}" for i in range(rows)]
        (tmp_path / f"{file}.csv").write_text(f"{name},p\n" + "\n".join(lines) + "\n")
    new, old = (str(tmp_path / f"{file}.csv") for file in ("new", "old"))
    assert losscli("mae", new, "--against", old, "-q").out == "-1.0\n"
    assert losscli("mae", new, "--against", new, "-q").out == "0.0\n"
