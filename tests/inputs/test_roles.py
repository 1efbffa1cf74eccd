"""Who is who in a table? Roles, ids, labels by value, class names, headers and cells, on shapes that others write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.inputs_reading import error, got
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = 0.164252033486018  # -(ln 0.9 + ln 0.8) / 2


def value(*args: str) -> float:
    done = losscli(*args, "-q")
    assert done.status == 0, done.err
    return float(done.out)


@pytest.mark.parametrize(
    ("loss", "table"),
    [
        ("bce", "Gold,Forecast\n1,.9\n0,.2\n"),
        ("bce", "y-test,y.hat\n1,.9\n0,.2\n"),
        ("bce", "ground truth,SCORE\n1,.9\n0,.2\n"),
        ("ce", "species,id,setosa,virginica\nsetosa,7,.9,.1\nvirginica,9,.2,.8\n"),
        ("ce", "text,animal,cat_prob,dog_prob\nx y,cat,.9,.1\nz,dog,.2,.8\n"),
        ("ce", "outcome,.pred_a,.pred_b\na,.9,.1\nb,.2,.8\n"),
        ("ce", "y,P(y=cat),P(y=dog)\ncat,.9,.1\ndog,.2,.8\n"),
        ("ce", "y,confidence(cat),confidence(dog)\ncat,.9,.1\ndog,.2,.8\n"),
        ("ce", "y,p.very.good,p.bad\nvery good,.9,.1\nbad,.2,.8\n"),
        ("ce", "y,chance_male_now,chance_female_now\nmale,.9,.1\nfemale,.2,.8\n"),
        ("ce", "y,v1.0,v2.0\nv1.0,.9,.1\nv2.0,.2,.8\n"),
        ("ce", "y,V1,V2\n1,.9,.1\n2,.2,.8\n"),
        ("ce", "y,p_True,p_False\n1,.9,.1\n0,.2,.8\n"),
        ("ce", "y,p_1,p_0\nyes,.9,.1\nno,.2,.8\n"),
        ("bce", "label,prob_0\n0,.9\n1,.2\n"),
        ("bce", "label,no_probability\nno,.9\nyes,.2\n"),
        ("bce", "label,p\nT,.9\nF,.2\n"),
        ("bce", "y_true,y_pred,y_prob\n1,1,.9\n0,0,.2\n"),
        ("bce", "churn_actual,churn_pred\n1,.9\n0,.2\n"),
        ("bce", "label,forecast,forecast_lower,forecast_upper\n1,.9,.8,1\n0,.2,.1,.3\n"),
        ("bce", "y_a,y_b,p_b,p_a\nTrue,False,.1,.9\nFalse,True,.8,.2\n"),
        ("bce", "sold,sold_pred\n1,.9\n0,.2\n"),
        ("bce", "Predicted sold,Sold\n.9,1\n.2,0\n"),
        ("bce", "a,b,a_pred,b_pred\n1,0,.9,.2\n0,1,.2,.9\n"),
        ("ce", "row ID,Churn,P (Churn=0),P (Churn=1),Prediction (Churn)\nRow0,0,.9,.1,0\nRow1,1,.2,.8,1\n"),
        ("ce", "preds_0,preds_1,targ\n.9,.1,0\n.2,.8,1\n"),
        ("ce", "scores_1,scores_2,trueClass\n.9,.1,1\n.2,.8,2\n"),
        ("ce", "obs,No,Yes,mtry,k\nNo,.9,.1,2,5\nYes,.2,.8,2,5\nNo,.9,.1,3,7\nYes,.2,.8,3,9\n"),
        ("ce", ".pred_0,.pred_1,class,.pred_class\n.9,.1,0,0\n.2,.8,1,1\n"),
        ("ce", 'label,probability,rawPrediction\n0,"[.9,.1]","[3,-3]"\n1,"[.2,.8]","[-1,1]"\n'),
        ("bce", '"label" "p"\n"1" 1 0.9\n"2" 0 0.2\n'),
        ("bce", '"label"\t"p"\n"a"\t1\t0.9\n"b"\t0\t0.2\n'),
    ],
)
def test_a_table_says_what_it_holds(loss: str, table: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(table)
    assert value(loss, str(tmp_path / "t.csv")) == pytest.approx(RIGHT, rel=1e-9)


@pytest.mark.parametrize(
    ("predictions", "labels"),
    [
        ("gamekey,Fare\ng7,10\ng9,20\n", "gamekey,Fare\ng7,12\ng9,20\n"),
        ("nr,x\n5,10\n8,20\n", "nr,x,Usage\n5,12,Public\n8,20,Private\n"),
        (
            "date,store,sales\n2020-01-01,a,10\n2020-01-02,b,20\n",
            "date,store,sales\n2020-01-01,a,12\n2020-01-02,b,20\n",
        ),
        ("id,target\n1,10\n2,20\n", "12\n20\n"),
        ("image,Id\na.png,10\nb.png,20\n", "image,Id\na.png,12\nb.png,20\n"),
        (",0\n0,10.5\n1,20.5\n", ",0\n0,12.5\n1,20.5\n"),
        ("obs_nr,TARGET\n45295,10\n98581,20\n", "obs_nr,TARGET\n45295,12\n98581,20\n"),
        ("編號,1,2\na,.5,1.5\nb,2.5,.5\nc,2.5,.5\n", "編號,2,1\na,2.5,1.5\nb,1.5,3.5\nc,1.5,1.5\n"),
        ("3,2\n.5,1.5\n2.5,.5\n2.5,.5\n", "3,2\n1.5,2.5\n3.5,1.5\n1.5,1.5\n"),
    ],
)
def test_an_id_is_no_value(predictions: str, labels: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(predictions)
    (tmp_path / "b.csv").write_text(labels)
    assert value("mae", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")) == 1.0


@pytest.mark.parametrize("kind", ["{}", "{}.0", "img_{}.png"])
@pytest.mark.parametrize("other", ["ref", "client"])
def test_ids_of_which_few_come_twice_are_compared(kind: str, other: str, tmp_path: Path) -> None:
    rows = [kind.format(i) for i in (40, 17, 99, 58, 23, 71, 17)]
    first = "ref,label\n" + "".join(f"{row},{i}.5\n" for i, row in enumerate(rows))
    second = f"{other},y\n" + "".join(f"{row},{i}.5\n" for i, row in enumerate(rows))
    (tmp_path / "a.csv").write_text(first)
    (tmp_path / "b.csv").write_text(second)
    assert value("mae", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")) == 0
    head, *lines = second.splitlines()
    (tmp_path / "b.csv").write_text("\n".join([head, *reversed(lines)]))
    done = losscli("mae", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))
    assert done.status == 3
    assert "in row 1, ref" in done.err


@pytest.mark.parametrize("name", ["Id", "ref"])
def test_outputs_that_are_whole_and_differ_stay_outputs_beside_a_key(name: str, tmp_path: Path) -> None:
    rows = [(1000 + 37 * i % 101, 100000 + 613 * i, i % 3) for i in range(14)]
    (tmp_path / "a.csv").write_text(f"{name},price,rooms\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows))
    (tmp_path / "b.csv").write_text(
        f"{name},price,rooms\n" + "".join(f"{a},{b + 7},{c + 1}\n" for a, b, c in rows[::-1])
    )
    assert value("mae", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--join", name) == 4


@pytest.mark.parametrize(
    "table",
    [
        ".pred_a,.pred_b,class,.pred_class\n.9,.1,a,a\n.2,.8,a,b\n",
        ".pred_0,.pred_1,class,.pred_class\n.9,.1,0,0\n.2,.8,0,1\n",
        "PredictedLabel,Probability,Score,Label\nTrue,.9,2.2,True\nTrue,.8,.1,False\n",
        'label,prediction,probability,raw\n0.0,0.0,"[.9,.1]","[3,-3]"\n0.0,1.0,"[.2,.8]","[-1,1]"\n',
        "y,prediction,score\na,a,.9\na,b,.8\n",
    ],
)
def test_the_decided_class_is_compared_not_its_scores(table: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(table)
    assert value("acc", str(tmp_path / "t.csv")) == 0.5


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("auc", 1.0), ("average-precision", 1.0), ("brier", 0.1375), ("ece", 0.275), ("d2-brier", 0.45),
        ("sklearn.metrics.roc_auc_score", 1.0), ("acc", 0.75), ("f1", 2 / 3), ("balanced-accuracy", 0.75),
        ("sklearn.metrics.f1_score", 2 / 3), ("r2", 0.45),
    ],
)  # fmt: skip
def test_scores_or_the_class_beside_them_as_the_loss_asks(loss: str, expected: float, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("y_true,y_pred,y_prob\n1,1,.9\n0,0,.2\n1,0,.3\n0,0,.1\n")
    assert value(loss, str(tmp_path / "t.csv")) == pytest.approx(expected)


def test_several_columns_that_are_called_like_labels_are_named() -> None:
    told = error("-", stdin=b"dir_true,kind_true,p\nup,a,.9\ndown,b,.2\n")
    assert told.what == "several columns could be the labels: dir_true (column 1), kind_true (column 2)"


def test_what_counts_beside_decided_words_is_an_id(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("kunde,Label\n892,cat\n893,dog\n894,dog\n")
    (tmp_path / "b.csv").write_text("client,Label\n892,cat\n893,cat\n894,dog\n")
    assert value("acc", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")) == pytest.approx(2 / 3)


def test_records_are_looked_into_as_tables_are() -> None:
    records = '{"n": 4, "species": "a", "p_a": 0.9, "p_b": 0.1}\n{"n": 8, "species": "b", "p_a": 0.2, "p_b": 0.8}\n'
    done = losscli("ce", "-", "-q", stdin=records)
    assert float(done.out) == pytest.approx(RIGHT, rel=1e-9)
    done = losscli("bce", "-", "-q", stdin='{"label": "yes", "p_no": 0.1}\n{"label": "no", "p_no": 0.8}\n')
    assert float(done.out) == pytest.approx(RIGHT, rel=1e-9)


def test_what_counts_is_no_output() -> None:
    table = b"n,a,b,label\n4,.1,.9,1\n5,.2,.8,1\n6,.7,.3,0\n"
    read = got("-", stdin=table)
    assert read.predictions.shape == (3, 2)
    assert read.decided("ids") == "column 1 (n): it counts the rows"


def test_whole_numbers_beside_fractions_are_refused_or_settled_by_the_labels() -> None:
    rows = "41,.1,.9,{}\n17,.2,.8,{}\n63,.7,.3,{}\n"
    either = error("-", stdin=("Age,x,y1,label\n" + rows.format(1, 1, 0)).encode())
    assert str(either) == (
        "column Age holds whole numbers beside fractions: it may be a prediction, or tell the rows apart; at stdin; "
        "try: --id Age, or --pred with it and x … y1"
    )
    read = got("-", stdin=("Age,cat,dog,label\n" + rows.format("dog", "dog", "cat")).encode())
    assert read.predictions.shape == (3, 2)
    why = "the labels name the other columns, whose rows sum to 1 without it"
    assert read.decided("not used") == f"column Age: {why}"


def test_what_has_no_role_is_left_alone_with_a_note() -> None:
    done = losscli("bce", "-", stdin="label,p,comment,when\n1,.9,good,now\n0,.2,bad,now\n")
    assert "note: not used: columns comment, when; neither predictions nor labels" in done.err


def test_label_columns_are_paired_by_name_or_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,cat,dog\n1,.9,.1\n2,.2,.8\n")
    (tmp_path / "b.csv").write_text("id,dog,cat\n1,0,1\n2,1,0\n")
    (tmp_path / "c.csv").write_text("id,dog,fish\n1,0,1\n2,1,0\n")
    done = losscli("ce", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))
    assert "label columns: columns cat, dog; put in the order of the predictions, by their names" in done.err
    assert value("ce", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")) == pytest.approx(RIGHT, rel=1e-9)
    refused = losscli("ce", str(tmp_path / "a.csv"), str(tmp_path / "c.csv"))
    assert refused.status == 3
    assert "label columns 'fish' are none of the predictions cat" in refused.err


def test_a_call_that_sorts_says_what_the_names_would_give(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("label,p_1,p_0\n1,0.9,0.1\n0,0.2,0.8\n1,0.7,0.3\n")
    for quiet in ((), ("-q",)):
        done = losscli("sklearn.metrics.log_loss", str(tmp_path / "a.csv"), *quiet)
        assert "matched by name the value is 0.228393" in done.err
        assert "columns 1, 0" in done.err


@pytest.mark.parametrize(
    ("predictions", "labels", "expected"),
    [
        ("tensor([[0.9, 0.1], [0.2, 0.8]], device='cuda:0')", "tensor([0, 1])", RIGHT),
        ("array([[0.9, 0.1],\n       [0.2, 0.8]], dtype=float32)", "array([0, 1])", RIGHT),
        ("<tf.Tensor: shape=(2, 2), numpy=\narray([[0.9, 0.1],\n [0.2, 0.8]], dtype=float32)>", "[0 1]", RIGHT),
    ],
)
def test_printed_arrays(predictions: str, labels: str, expected: float) -> None:
    assert value("ce", predictions, labels) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("first", "other", "expected"),
    [
        ("0,1\n.9,.1\n.2,.8\n", "0\n0\n1\n", RIGHT),
        ("a,b\n.9,.1\n.2,.8\n", "kind\na\nb\na\n"[:9], RIGHT),
        ("p_0,p_1\n.9,.1\n.2,.8\n", "0\n1\n", RIGHT),
    ],
)
def test_the_header_by_what_lies_below_and_in_the_other_file(
    first: str, other: str, expected: float, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(first)
    (tmp_path / "b.csv").write_text(other)
    args = ["--header"] if other.startswith("kind") else []
    assert value("ce", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), *args) == pytest.approx(expected, rel=1e-9)


def test_a_quote_that_is_not_closed_is_a_field() -> None:
    table = '"\t``\tO\tO\nParis\tNNP\tB\tB\n"a b"\tX\tO\tB\n'
    read = losscli("sklearn.metrics.accuracy_score", "-", "-y", "3", "-p", "4", "-q", stdin=table)
    assert float(read.out) == pytest.approx(2 / 3)


def test_a_list_of_another_length_is_refused() -> None:
    raised = error("-", stdin=b'probs,label\n"[0.9, 0.1]",0\n' + b'"[0.2, 0.8]",1\n' * 5000 + b'"[0.2]",1\n')
    assert str(raised) == "a list of 1 numbers, where the first has 2; at stdin:5003, column probs"


@pytest.mark.parametrize(
    ("predictions", "labels", "expected"),
    [("3,0,1", "1,0,1", 2 / 3), ("cat,dog", "cat,cat", 0.5), ("0,1,1", "0,1,0", 2 / 3), ("0.9,0.2", "1,0", 1.0)],
)
def test_decided_classes_are_compared(predictions: str, labels: str, expected: float) -> None:
    assert value("acc", predictions, labels) == pytest.approx(expected)


def test_words_and_numbers_are_not_compared() -> None:
    done = losscli("acc", "a,b", "1,2")
    assert done.status == 3
    assert (
        done.err
        == "Error: the predictions are words and the labels numbers\n  at   accuracy\n  try  write both alike\n"
    )


def test_a_rounded_probability_is_one() -> None:
    assert value("bce", "1.00005,0.2", "1,0") == pytest.approx(0.5 * 0.22314365, rel=1e-5)


@pytest.mark.parametrize(
    ("predictions", "labels", "note"),
    [
        (
            "cat,dog\n.9,.1\n.2,.8\n",
            "u,v\n1,0\n0,1\n",
            "columns u, v for cat, dog; paired by position: their names are others",
        ),
        (
            "o0,o1\n.9,.1\n.2,.8\n",
            "t1,t2\n1,0\n0,1\n",
            "columns t1, t2 for o0, o1; paired by position: their names are others",
        ),
        (
            "catprob,dogprob\n.9,.1\n.2,.8\n",
            "dog,cat\n0,1\n1,0\n",
            "put in the order of the predictions, by their names",
        ),
        ("cat,dog\n.9,.1\n.2,.8\n", "isdog,iscat\n0,1\n1,0\n", "put in the order of the predictions, by their names"),
    ],
)
def test_wide_labels_of_other_names_are_told(predictions: str, labels: str, note: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(predictions)
    (tmp_path / "b.csv").write_text(labels)
    done = losscli("ce", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))
    assert f"note: label columns: {note}\n" in done.err or note in done.err
    assert value("ce", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")) == pytest.approx(RIGHT, rel=1e-9)


def test_wide_labels_of_other_numbers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("o0,o1\n.9,.1\n.2,.8\n")
    (tmp_path / "b.csv").write_text("t2,t1\n0,1\n1,0\n")
    done = losscli("mse", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))
    assert done.status == 3
    assert (
        "label columns t2, t1 and predictions o0, o1 are numbered in another order: by position or by number?"
    ) in done.err


@pytest.mark.parametrize(
    ("table", "labels"),
    [
        ("p_0\n.9\n.2\n", [0, 1]),
        ("p_no\n.9\n.2\n", ["no", "yes"]),
        ("p_no\n.9\n.2\n", [False, True]),
        ("p_false\n.9\n.2\n", [0, 1]),
        ("p_cat,p_dog\n.9,.1\n.2,.8\n", ["cat", "dog"]),
        ("v1,v2\n.9,.1\n.2,.8\n", [1, 2]),
    ],
)
@pytest.mark.parametrize("kind", ["npy", "npz", "inline", "json", "csv"])
def test_labels_say_the_same_wherever_they_are(table: str, labels: list[object], kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(table)
    path = tmp_path / f"y.{kind}"
    if kind == "npy":
        np.save(path, np.array(labels))
    elif kind == "npz":
        np.savez(path, y=np.array(labels))
    elif kind == "csv":
        path.write_text("label\n" + "".join(f"{label}\n" for label in labels))
    else:
        path.write_text(json.dumps(labels))
    argument = json.dumps(labels) if kind == "inline" else str(path)
    loss = "ce" if "," in table else "bce"
    assert value(loss, str(tmp_path / "a.csv"), argument) == pytest.approx(RIGHT, rel=1e-9)


@pytest.mark.parametrize(
    ("loss", "args", "stdin"),
    [
        ("bce", ("-",), "label,p\nTrue,.9\nFalse,.2\n"),
        ("bce", ("-",), "label,p\nyes,.9\nno,.2\n"),
        ("bce", ("-",), '{"label": true, "p": 0.9}\n{"label": false, "p": 0.2}\n'),
        ("bce", ("0.9,0.2", "[true,false]"), ""),
        ("ce", ("-",), "label,p_1,p_0\nTrue,.9,.1\nFalse,.2,.8\n"),
        ("bce", ("-",), "y_a,y_b,p_a,p_b\nTrue,False,.9,.2\nFalse,True,.2,.9\n"),
    ],
)
def test_true_and_false_as_labels_are_told(loss: str, args: tuple[str, ...], stdin: str) -> None:
    done = losscli(loss, *args, stdin=stdin)
    assert done.err.count("note: label values: true and false; read as 1 and 0\n") == 1


def test_words_that_columns_are_named_after_are_no_flags() -> None:
    done = losscli("ce", "-", stdin="label,p_yes,p_no\nyes,.9,.1\nno,.2,.8\n")
    assert "true and false" not in done.err


@pytest.mark.parametrize("beside", [["--sample-weight", "w.csv"], ["--sample-weight", "1,2"], ["--pos-weight", "2"]])
def test_what_is_paired_by_position_is_refused_beside_a_key(
    beside: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("id,p\n1,.9\n2,.2\n")
    (tmp_path / "b.csv").write_text("id,label\n2,0\n1,1\n")
    (tmp_path / "w.csv").write_text("id,w\n2,1\n1,2\n")
    done = losscli("bce", "a.csv", "b.csv", "--join", "id", *beside)
    if beside[0] == "--pos-weight":
        assert done.status == 0
        return
    assert done.status == 2
    assert "would be paired by position, where --join id pairs rows" in done.err
    assert "try  put them into columns of PREDICTIONS, or of LABELS for sample weights" in done.err


def test_a_loss_of_probabilities_names_the_one_that_compares_classes() -> None:
    hint = "losscli acc, which compares predicted classes with the labels\n"
    done = losscli("ce", "-", stdin="id,pred,label\n1,cat,cat\n2,dog,cat\n")
    assert (done.status, done.out) == (3, "")
    assert "column pred is text" in done.err
    assert done.err.endswith(hint)
    done = losscli("mse", "-", "1,2", stdin="pred\ncat\ndog\n")
    assert done.status == 3
    assert done.err.endswith(hint)
    assert value("acc", "cat,dog", "cat,cat") == 0.5


def test_a_column_that_counts_is_told_where_it_is_asked_for() -> None:
    table = "n,a,b,label\n1,.1,.9,1\n2,.2,.8,1\n3,.7,.3,0\n"
    done = losscli("ce", "-", "-p", "n,a,b", "--from-logits", stdin=table)
    assert "note: predictions: column n; asked for, but it counts the rows\n" in done.err
    assert "counts the rows" not in losscli("ce", "-", "-p", "a,b", stdin=table).err


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ("label,p_0\n1,0.1\n0,0.8\n1,0.3\n", 0.228393),
        ("label,p_no\nyes,0.1\nno,0.8\nyes,0.3\n", 0.228393),
        ("label,p_1\n1,0.9\n0,0.2\n1,0.7\n", None),
        ("label,p\nyes,0.9\nno,0.2\nyes,0.7\n", None),
    ],
)
def test_a_call_that_takes_one_column_for_the_last_class_says_so(table: str, value: float | None) -> None:
    done = losscli("sklearn.metrics.log_loss", "-", "-q", stdin=table)
    assert done.status == 0
    says = (
        "takes the only column for the class that is sorted last, whatever its name says; matched by name the value is"
    )
    assert (f"{says} {value}" in done.err) is (value is not None)


def test_flags_in_words_name_no_class_that_one_column_lacks() -> None:
    """Words for 1 and 0 beside one column called ``true``: 1 is no column of it."""
    done = losscli("bce", "-", stdin="index,weight,true\nfalse,1,.279\ntrue,0,.762\ntrue,0,.11\nfalse,0,.247\n")
    assert (done.status, done.err.splitlines()[0]) == (
        3,
        "Error: no column is left for the predictions; columns: index, weight, true",
    )
