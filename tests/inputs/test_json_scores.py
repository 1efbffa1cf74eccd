"""Are scores of classes, samples by their ids and values at a path read from JSON as servers and tools write it?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

WORDS, LABELS = ("cat", "dog", "fox"), ("dog", "cat", "fox")
PROBABILITIES = ((0.2, 0.7, 0.1), (0.5, 0.2, 0.3), (0.1, 0.3, 0.6))
CE = -(np.log(0.7) + np.log(0.5) + np.log(0.6)) / 3
BY_SCORE = [sorted(zip(row, WORDS, strict=True), reverse=True) for row in PROBABILITIES]
ROWS = [dict(zip(WORDS, row, strict=True)) for row in PROBABILITIES]


def pairs(name: str, score: str) -> list[list[dict[str, Any]]]:
    return [[{name: word, score: value} for value, word in row] for row in BY_SCORE]


def records(field: str, values: Any, **more: Any) -> list[dict[str, Any]]:
    others = [{key: value[i] for key, value in more.items()} for i in range(3)]
    return [{"label": LABELS[i], field: values[i], **others[i]} for i in range(3)]


NAMES = [[word for _, word in row] for row in BY_SCORE]
VALUES = [[value for value, _ in row] for row in BY_SCORE]
ONE_FILE = {
    "BigQuery": records("predicted_label_probs", pairs("label", "prob"), predicted_label=["a", "b", "c"]),
    "Rasa": records("intent_scores", pairs("name", "confidence")),
    "Vertex": records("scores", VALUES, classes=NAMES),
    "display names": records("confidences", VALUES, displayNames=NAMES),
    "spaCy": records("cats", ROWS),
    "by class": records("probabilities", ROWS),
    "columns of lists": {"label": list(LABELS), **{f"p_{word}": [row[word] for row in ROWS] for word in WORDS}},
}
TWO_FILES = {
    "zero-shot": [{"sequence": "x", "labels": NAMES[i], "scores": VALUES[i]} for i in range(3)],
    "pipeline": pairs("label", "score"),
    "Comprehend": pairs("Name", "Score"),
    "MLflow": {"predictions": ROWS},
    "Vertex document": {"predictions": [{"classes": NAMES[i], "scores": VALUES[i]} for i in range(3)], "model": "m"},
}


def lines(document: Any) -> str:
    return "".join(json.dumps(one) + "\n" for one in document)


@pytest.mark.parametrize("name", ONE_FILE)
def test_one_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ONE_FILE[name]))
    assert float(losscli("ce", str(tmp_path / "a.json"), "-q").out) == pytest.approx(CE)
    if isinstance(ONE_FILE[name], list):
        (tmp_path / "a.jsonl").write_text(lines(ONE_FILE[name]))
        assert float(losscli("ce", str(tmp_path / "a.jsonl"), "-q").out) == pytest.approx(CE)


@pytest.mark.parametrize("name", TWO_FILES)
def test_two_files(name: str, tmp_path: Path) -> None:
    (tmp_path / "y.txt").write_text("\n".join(LABELS))
    (tmp_path / "a.json").write_text(json.dumps(TWO_FILES[name]))
    assert float(losscli("ce", str(tmp_path / "a.json"), str(tmp_path / "y.txt"), "-q").out) == pytest.approx(CE)
    if isinstance(TWO_FILES[name], list):
        (tmp_path / "a.jsonl").write_text(lines(TWO_FILES[name]))
        assert float(losscli("ce", str(tmp_path / "a.jsonl"), str(tmp_path / "y.txt"), "-q").out) == pytest.approx(CE)


@pytest.mark.parametrize(
    ("loss", "predictions", "labels", "value"),
    [
        ("ce", {"i1": [0.2, 0.8], "i2": [0.9, 0.1]}, {"i1": 1, "i2": 0}, -(np.log(0.8) + np.log(0.9)) / 2),
        ("bce", {"i1": 0.8, "i2": 0.1}, {"i1": 1, "i2": 0}, -(np.log(0.8) + np.log(0.9)) / 2),
        ("acc", {"0": 2, "1": 0, "2": 1}, {"0": 1, "1": 0, "2": 1}, 2 / 3),
        ("ce", {"i1": {"a": 0.2, "b": 0.8}, "i2": {"a": 0.9, "b": 0.1}}, {"i1": "b", "i2": "a"}, 0.1642520),
        ("acc", {"i1": "cat", "i2": "dog"}, {"i1": "cat", "i2": "cat"}, 0.5),
    ],
)
def test_samples_by_their_ids(loss: str, predictions: Any, labels: Any, value: float, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps(predictions))
    paths = [str(tmp_path / "p.json"), str(tmp_path / "y.json")]
    (tmp_path / "y.json").write_text(json.dumps(labels))
    assert float(losscli(loss, *paths, "-q").out) == pytest.approx(value)
    (tmp_path / "y.json").write_text(json.dumps(dict(reversed(labels.items()))))
    done = losscli(loss, *paths, "-q")
    assert done.status == 3
    assert "try  --join index" in done.err
    assert float(losscli(loss, *paths, "--join", "index", "-q").out) == pytest.approx(value)


def test_samples_by_id_are_no_classes(tmp_path: Path) -> None:
    for name, values in (("p", [0.9, 0.2]), ("y", [1, 0])):
        (tmp_path / f"{name}.json").write_text(json.dumps(dict(zip(("i1", "i2"), values, strict=True))))
    done = losscli("ce", str(tmp_path / "p.json"), str(tmp_path / "y.json"))
    assert "the predictions have one column" in done.err


# Paths


NESTED = [
    {"scores": [{"v": 0.3}, {"v": 0.7}], "label": 1, "s": {"x": 0.7}},
    {"scores": [{"v": 0.6}, {"v": 0.4}], "label": 0, "s": {"x": 0.2}},
]


@pytest.mark.parametrize(
    ("args", "value"),
    [
        (("ce", "-p", "scores[].v"), -(np.log(0.7) + np.log(0.6)) / 2),  # the values of a record are its row
        (("ce", "-p", "scores[].v", "-y", "label"), -(np.log(0.7) + np.log(0.6)) / 2),
        (("bce", "-p", "s.x"), -(np.log(0.7) + np.log(0.8)) / 2),  # the label has a usual name
        (("bce", "-p", "s.*"), -(np.log(0.7) + np.log(0.8)) / 2),
    ],
)
def test_a_label_beside_a_path(args: tuple[str, ...], value: float, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(NESTED))
    assert float(losscli(args[0], str(tmp_path / "a.jsonl"), *args[1:], "-q").out) == pytest.approx(value)


def test_a_label_is_not_repeated_for_the_values_of_a_path(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(NESTED))
    done = losscli("bce", str(tmp_path / "a.jsonl"), "-p", "scores[].v", "-y", "label")
    assert done.status == 3
    assert "predictions of shape (N, 2) and labels of shape (N,) do not match" in done.err


LM_EVAL = [
    {"doc_id": i, "target": i % 2, "resps": [[[v, False]] for v in row], "filtered_resps": [[v, False] for v in row]}
    for i, row in enumerate(((-2.0, -0.5), (-0.1, -3.0)))
]


def test_lm_evaluation_harness(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(LM_EVAL))
    done = losscli("acc", str(tmp_path / "a.jsonl"), "-p", "filtered_resps[][0]", "-q")
    assert float(done.out) == 0.0
    row = np.array([[-2.0, -0.5], [-0.1, -3.0]])
    value = (np.log(np.exp(row).sum(1)) - row[[0, 1], [0, 1]]).mean()
    done = losscli("ce", str(tmp_path / "a.jsonl"), "-p", "filtered_resps[][0]", "--from-logits", "-q")
    assert float(done.out) == pytest.approx(value)


VLLM = [None, {"11": {"logprob": -0.5, "rank": 1}}, {"12": {"logprob": -1.5, "rank": 3}}]


def test_the_only_value_of_an_object(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"prompt_logprobs": VLLM, "choices": []}))
    done = losscli("nll", str(path), "-p", "prompt_logprobs")
    assert "try  --pred 'prompt_logprobs[].*.logprob'" in done.err
    assert float(losscli("nll", str(path), "-p", "prompt_logprobs[].*.logprob", "-q").out) == 1.0
    several = [None, {**(VLLM[1] or {}), "7": {"logprob": -0.9, "rank": 2}}]
    path.write_text(json.dumps({"prompt_logprobs": several}))
    done = losscli("nll", str(path), "-p", "prompt_logprobs[].*.logprob")
    assert done.status == 3
    assert "an object of 2 values where * stands for its only one" in done.err


@pytest.mark.parametrize(
    "document",
    [
        {"content": [{"token": "a", "logprob": -0.5, "bytes": [97]}, {"token": "b", "logprob": -1.5, "bytes": [98]}]},
        {"tokens": ["a", "b"], "token_logprobs": [-0.5, -1.5]},
    ],
)
def test_log_probabilities_beside_tokens(document: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(document))
    assert float(losscli("nll", str(tmp_path / "a.json"), "-q").out) == 1.0


def test_vectors_of_spark(tmp_path: Path) -> None:
    rows = [{"label": float(i), "probability": {"type": 1, "values": row}} for i, row in enumerate(PROBABILITIES)]
    (tmp_path / "a.jsonl").write_text(lines(rows))
    value = -(np.log(0.2) + np.log(0.2) + np.log(0.6)) / 3
    assert float(losscli("ce", str(tmp_path / "a.jsonl"), "-q").out) == pytest.approx(value)


# Arrays with names


@pytest.mark.parametrize(
    ("loss", "arrays", "value"),
    [
        ("bce", {"y_pred": [0, 1, 0], "y_score": [0.1, 0.8, 0.4]}, -(np.log(0.9) + np.log(0.8) + np.log(0.4)) / 3),
        ("acc", {"y_pred": [0, 1, 0], "y_score": [0.1, 0.8, 0.6]}, 2 / 3),
        ("ce", {"y_pred": [0, 1, 0], "y_proba": [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]},
         -(np.log(0.9) + np.log(0.8) + np.log(0.4)) / 3),
    ],
)  # fmt: skip
def test_decided_classes_beside_their_scores(loss: str, arrays: Any, value: float, tmp_path: Path) -> None:
    named: dict[str, Any] = {"y_test": [0, 1, 1], **arrays}
    np.savez(tmp_path / "a.npz", **named)
    assert float(losscli(loss, str(tmp_path / "a.npz"), "-q").out) == pytest.approx(value)


def test_scores_of_two_kinds(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", y_test=[0, 1], logits=[-0.5, 0.25], y_score=[0.1, 0.8])
    done = losscli("bce", str(tmp_path / "a.npz"))
    assert done.status == 3
    assert "several arrays could be the predictions: logits, y_score" in done.err


def test_named_arrays_are_columns_where_several_are_asked_for(tmp_path: Path) -> None:
    columns = {f"p_{word}": [row[word] for row in ROWS] for word in WORDS[::-1]}
    (tmp_path / "a.json").write_text(json.dumps({"y": list(LABELS), **columns, "n": [1, 2, 3]}))
    for pred in ("p_*", "p_cat,p_dog,p_fox", "p_fox,p_dog,p_cat"):
        done = losscli("ce", str(tmp_path / "a.json"), "--pred", pred, "--label", "y", "-q")
        assert float(done.out) == pytest.approx(CE), done.err
    assert "no column 'x'; columns: y, p_fox" in losscli("ce", str(tmp_path / "a.json"), "--pred", "p_cat,x").err


@pytest.mark.parametrize("suffix", ["npz", "json"])
def test_ids_of_named_arrays_are_compared_and_joined(suffix: str, tmp_path: Path) -> None:
    probs = [list(row) for row in PROBABILITIES] * 2
    first: dict[str, Any] = {"ids": [7, 8, 9, 4, 5, 6], "probs": probs, "classes": list(WORDS)}
    second: dict[str, Any] = {"ids": [9, 7, 8, 6, 4, 5], "labels": [LABELS[i] for i in (2, 0, 1, 2, 0, 1)]}
    paths = [str(tmp_path / f"{name}.{suffix}") for name in "ab"]
    for path, arrays in zip(paths, (first, second), strict=True):
        if suffix == "npz":
            np.savez(path, **arrays)
        else:
            (tmp_path / path).write_text(json.dumps(arrays))
    done = losscli("ce", *paths)
    assert (done.status, "in row 1, ids is '7' in one file and '9' in the other" in done.err) == (3, True), done.err
    assert float(losscli("ce", *paths, "--join", "ids", "-q").out) == pytest.approx(CE)
    (tmp_path / "y.csv").write_text("ids,label\n" + "".join(f"{9 - i},{LABELS[2 - i % 3]}\n" for i in range(6)))
    assert losscli("ce", paths[0], str(tmp_path / "y.csv")).status == 3
    assert float(losscli("ce", paths[0], str(tmp_path / "y.csv"), "--join", "ids", "-q").out) == pytest.approx(CE)


@pytest.mark.parametrize("classes", [["fox", "cat", "dog"], [2, 0, 1]])
def test_names_of_classes_in_an_archive(classes: list[Any], tmp_path: Path) -> None:
    turned = [[row[2], row[0], row[1]] for row in PROBABILITIES] * 2
    labels = [(LABELS if isinstance(classes[0], str) else (1, 0, 2))[i % 3] for i in range(6)]
    np.savez(tmp_path / "a.npz", probs=turned, labels=labels, classes_=classes)
    assert float(losscli("ce", str(tmp_path / "a.npz"), "-q").out) == pytest.approx(CE)
    np.savez(tmp_path / "b.npz", probs=turned, classes=[1, 0, 2] * 2)  # a class for each row
    assert "no labels" in losscli("ce", str(tmp_path / "b.npz")).err


WITHIN = [{"output": {"probs": row, "pred": "dog"}, "gold": LABELS[i]} for i, row in enumerate(ROWS)]


@pytest.mark.parametrize("pred", [None, "output.probs", "output.probs.*"])
def test_scores_of_classes_in_an_object_within(pred: str | None, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(WITHIN))
    asked = () if pred is None else ("--pred", pred)
    assert float(losscli("ce", str(tmp_path / "a.jsonl"), *asked, "-q").out) == pytest.approx(CE)
    assert losscli("acc", str(tmp_path / "a.jsonl"), "-q").out.startswith("0.333")


@pytest.mark.parametrize(
    "labels",
    [
        [{"fox": 0, "dog": 1, "cat": 1}, {"fox": 0, "dog": 0, "cat": 0}, {"fox": 1, "dog": 0, "cat": 0}],
        [{"fox": False, "dog": True, "cat": True}, {"fox": False, "dog": False, "cat": False},
         {"fox": True, "dog": False, "cat": False}],
        [["dog", "cat"], [], ["fox"]],
    ],
)  # fmt: skip
def test_labels_of_each_class(labels: list[Any], tmp_path: Path) -> None:
    rows = [{"probs": row, "labels": label} for row, label in zip(ROWS, labels, strict=True)]
    (tmp_path / "a.jsonl").write_text(lines(rows))
    right = np.array([[0.2, 0.7, 0.9], [0.5, 0.8, 0.7], [0.9, 0.7, 0.6]])
    for asked in ((), ("--pred", "probs", "--label", "labels")):
        done = losscli("bce", str(tmp_path / "a.jsonl"), *asked, "-q")
        assert float(done.out) == pytest.approx(-np.log(right).mean()), done.err
    rows[2]["labels"] = ["bat"]
    (tmp_path / "a.jsonl").write_text(lines(rows))
    if isinstance(labels[0], list):
        done = losscli("bce", str(tmp_path / "a.jsonl"))
        assert done.err.startswith("Error: labels holds 'bat'; the classes are cat, dog, fox\n"), done.err


NAMED = [["dog", "cat"], [], ["fox"]]
OF_NAMED = -np.log(np.array([[0.2, 0.7, 0.9], [0.5, 0.8, 0.7], [0.9, 0.7, 0.6]])).mean()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("y.json", json.dumps(NAMED)),
        ("y.json", json.dumps({"labels": NAMED})),
        ("y.jsonl", lines([{"tags": names} for names in NAMED])),
        ("y.csv", "n,labels\n" + "".join(f'{i},"{names}"\n' for i, names in enumerate(NAMED))),
        ("y.tsv", "labels\n" + "".join(f"{json.dumps(names)}\n" for names in NAMED)),
    ],
)
def test_names_of_classes_in_another_file(name: str, text: str, tmp_path: Path) -> None:
    """Lists of names are 0 or 1 for each column, whatever its place."""
    (tmp_path / name).write_text(text)
    (tmp_path / "p.csv").write_text("fox,cat,dog\n" + "".join(f"{c},{a},{b}\n" for a, b, c in PROBABILITIES))
    (tmp_path / "p.json").write_text(json.dumps(ROWS))
    for predictions in ("p.csv", "p.json"):
        for jobs in ("1", "2"):
            done = losscli("bce", str(tmp_path / predictions), str(tmp_path / name), "-q", "--jobs", jobs)
            assert float(done.out) == pytest.approx(OF_NAMED), done.err
    (tmp_path / name).write_text(text.replace("fox", "bat"))
    done = losscli("bce", str(tmp_path / "p.csv"), str(tmp_path / name))
    assert (done.status, done.err.splitlines()[0]) == (3, "Error: the label 'bat' is none of the classes fox, cat, dog")
    (tmp_path / "p.csv").write_text("".join(f"{a},{b},{c}\n" for a, b, c in PROBABILITIES))
    (tmp_path / name).write_text(text)
    done = losscli("bce", str(tmp_path / "p.csv"), str(tmp_path / name))
    assert done.err.splitlines()[0] == (
        "Error: the labels are lists of words, and nothing says which prediction belongs to which"
    )
    asked = losscli("bce", str(tmp_path / "p.csv"), str(tmp_path / name), "--classes", ",".join(WORDS), "-q")
    assert float(asked.out) == pytest.approx(OF_NAMED)


@pytest.mark.parametrize("between", ["|", "; ", ", ", " "])
def test_several_names_in_a_cell(between: str, tmp_path: Path) -> None:
    cells = [between.join(names) for names in (["dog", "cat"], ["cat"], ["fox"])]
    table = "fox,cat,dog,labels\n" + "".join(
        f'{c},{a},{b},"{cell}"\n' for (a, b, c), cell in zip(PROBABILITIES, cells, strict=True)
    )
    (tmp_path / "a.csv").write_text(table)
    right = -np.log(np.array([[0.2, 0.7, 0.9], [0.5, 0.8, 0.7], [0.9, 0.7, 0.6]]))
    done = losscli("bce", str(tmp_path / "a.csv"))
    assert "note: label values: names of classes; 0 or 1 for each class" in done.err
    done = losscli("bce", str(tmp_path / "a.csv"), "-q")
    assert float(done.out) == pytest.approx((right.sum() - right[1, 0] - np.log(0.5)) / 9)


@pytest.mark.parametrize("quote", ['"', "'"])
def test_objects_in_cells(quote: str, tmp_path: Path) -> None:
    """Each class is a column, in whatever order a cell names them."""
    cells = [json.dumps(dict(sorted(row.items(), key=lambda one: one[1]))) for row in ROWS]
    cells = [cell.replace('"', quote).replace('"', '""') for cell in cells]
    table = "id,scored,label\n" + "".join(f'{i},"{cell}",{LABELS[i]}\n' for i, cell in enumerate(cells))
    path = tmp_path / "a.csv"
    path.write_text(table)
    for asked in ((), ("--pred", "scored"), ("--jobs", "2")):
        assert float(losscli("ce", str(path), *asked, "-q").out) == pytest.approx(CE)
    (tmp_path / "a.jsonl").write_text(
        lines([{"scored": json.dumps(row), "label": y} for row, y in zip(ROWS, LABELS, strict=True)])
    )
    assert float(losscli("ce", str(tmp_path / "a.jsonl"), "-q").out) == pytest.approx(CE)
    path.write_text(table.replace(cells[2], "none"))
    assert losscli("ce", str(path)).status == 3
    path.write_text(table + "".join(f'{i},"{cells[0]}",dog\n' for i in range(3000)) + "9,none,dog\n")
    done = losscli("ce", str(path))
    assert done.err == f"Error: 'none' is not an object of numbers\n  at   {path}:3005, column scored\n"


def test_a_number_that_is_missing_is_a_text_in_json(tmp_path: Path) -> None:
    (tmp_path / "y.jsonl").write_text(lines([{"y": 1.5}, {"y": "NA"}, {"y": 2}, {"y": ""}]))
    (tmp_path / "p.csv").write_text("p\n1\n2\n3\n4\n")
    done = losscli("mae", str(tmp_path / "p.csv"), str(tmp_path / "y.jsonl"), "--nan", "skip", "-q")
    assert float(done.out) == 0.75, done.err
    assert losscli("mae", str(tmp_path / "p.csv"), str(tmp_path / "y.jsonl")).status == 3


@pytest.mark.parametrize("cells", ["{}", "{0}|{1}", "['{0}', '{1}']"])
def test_names_of_classes_tell_the_columns(cells: str, tmp_path: Path) -> None:
    """Whatever the labels' column and a class are called, and beside other words."""
    rows = [
        cells.format(*names) for names in (("z_red", "blue"), ("green", "z_red"), ("blue", "green"), ("z_red", "blue"))
    ]
    (tmp_path / "p.csv").write_text("id,blue,z_red,green\n" + "".join(f"k{i},.2,.3,.5\n" for i in range(4)))
    table = "id,tags,Usage,note\n" + "".join(f'k{i},"{cell}",Public,x y\n' for i, cell in enumerate(rows))
    (tmp_path / "y.csv").write_text(table)
    done = losscli("ce" if cells == "{}" else "bce", str(tmp_path / "p.csv"), str(tmp_path / "y.csv"), "-q")
    one = -np.log(np.array([0.3, 0.5, 0.2, 0.3])).mean()
    named = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    several = -np.log(np.where(named == 1, [0.2, 0.3, 0.5], [0.8, 0.7, 0.5])).mean()
    assert float(done.out) == pytest.approx(one if cells == "{}" else several), done.err
