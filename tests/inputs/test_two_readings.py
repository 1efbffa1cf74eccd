"""Where a table may be read in two ways that give different numbers: is it refused, with both and what says which?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = 0.164252033486018  # -(ln 0.9 + ln 0.8) / 2
XY = "k,x,y\na,1,2\nb,5,4\nc,3,6\n"
FOUR = "A1,{0}\nA2,{1}\nA3,{0}\nA4,{1}\n"
LOGITS = "age,cat,dog,eel,label\n" + "".join(f"{30 + i}.5,2,1,0.5,{('cat', 'dog', 'eel')[i % 3]}\n" for i in range(15))


def run(loss: str, tables: tuple[str, ...], folder: Path, *args: str) -> tuple[int, str, str]:
    paths = []
    for i, text in enumerate(tables):
        paths.append(folder / f"{i}.csv")
        paths[-1].write_text(text)
    done = losscli(loss, *map(str, paths), *args)
    return done.status, done.out, done.err


@pytest.mark.parametrize(
    ("loss", "tables", "args", "says", "hint"),
    [
        (
            "ce", ("id,cat,dog\n1,.9,.1\n2,.2,.8\n", "id,cat,dog,label\n1,.5,.5,cat\n2,.3,.7,dog\n"), ("--join", "id"),
            "the labels may be column label, by its name, or cat, dog, as the predictions are called",
            "--label 'label', or --label with the others",
        ),
        ("mse", (XY, XY), (), "labels among them: are they two files of one data set?", "--pred and --label"),
        (
            "mse", (XY, "k,x,y,Usage\na,3,7,Public\nb,7,4.5,Private\nc,8,9,Public\n"), (),
            "the predictions may be column x, or y as in", "--pred with one of them, or with both",
        ),
        (
            "mse", ("k,price,score\na,1,2\nb,2,4\n", "k,price,score,Usage\na,5.5,3.5,Public\nb,7,9,Private\n"), (),
            "the predictions may be column score, or price as in", "--pred with one of them, or with both",
        ),
        (
            "mse", ("k,temp,sales\na,1.5,2.5\nb,2.5,4\nc,3.5,5\n", "k,temp,sales\na,1.5,2\nb,2.5,4.5\nc,3.5,5\n"), (),
            "column temp holds the same values in both files: is it an output, or other data?",
            "--pred and --label with sales and any others that count",
        ),
        (
            "mse", ("k,x,u,y\na,1.5,1,2\nb,5.5,4,4\n", "k,x,u,y,Usage\na,1,2,7,Public\nb,3,4,9,Public\n"), (),
            "the predictions may be column x, or y as in",
            "--pred with one of them, or --pred 'x,u,y' --label 'x,u,y' if all are outputs",
        ),
        (
            "bce", ("label,score\nNEGATIVE,.7\nPOSITIVE,.9\n", "y\n0\n1\n"), (),
            "column score may be the probability of a yes, or of the class that column label predicts",
            "--pred 'score' if it is that of a yes in every row",
        ),
        (
            "bce", ("inst#,actual,predicted,error,prediction\n1,no,no,,.9\n2,yes,yes,,.8\n",), ("--classes", "no,yes"),
            "column prediction may be the probability of a yes, or of the class that column predicted predicts",
            "--pred 'prediction' if it is that of a yes in every row",
        ),
        (
            "mse", ("x,y,z\n1.5,2,3\n2.5,4,1\n",), (),
            "columns x, y and z may be coordinates, or y the label and one of the others its prediction",
            "--label y --pred x, or --pred z; the truth of coordinates as LABELS",
        ),
        (
            "acc", ("y,bert_pred,gpt_pred\n0,1,0\n1,1,0\n0,0,1\n1,0,0\n",), (),
            "columns bert_pred, gpt_pred may be of several models, or of classes", "--pred bert_pred, or --pred 'bert",
        ),
        (
            "ece", ("y,rf_proba,lr_proba\n1,.9,.8\n0,.2,.3\n1,.6,.7\n",), (),
            "columns rf_proba, lr_proba may be of several models, or of classes", "--pred rf_proba, or",
        ),
        (
            "mae", ("date,actual,Naive,ARIMA\n2014-03-01,4.1,4.0,3.9\n2014-04-01,4.0,4.2,3.8\n",), (),
            "predictions of shape (N, 2) and labels of shape (N,) do not match", "--pred with one of the columns",
        ),
        (
            "mae", ("id,p\n1,.9\n2,.2\n", "id,age,pay,churned\n1,33,1.5,1\n2,44,2.5,0\n"), (),
            "predictions of shape (N,) and labels of shape (N, 3) do not match", "--label with one of the columns",
        ),
        (
            "bce", ("cust,p\n007,.9\n012,.2\n", "cust,y\n12,0\n7,1\n"), (),
            "in row 1, cust is '007' in one file and '12' in the other", "--join cust",
        ),
        (
            "bce", ("cust,p\nAB1,.9\nAB2,.2\n", "cust,y\nab1,1\nab2,0\n"), (),
            "in row 1, cust is 'AB1' in one file and 'ab1' in the other", "write them alike: they differ in upper",
        ),
        (
            "ce", ("label,label_name,p_cat,p_dog\n1,cat,.9,.1\n0,dog,.2,.8\n",), (),
            "column label_name names other classes than the numbers of label count to", "--label label_name",
        ),
        (
            "ce", (LOGITS,), ("--from-logits",),
            "column age: no label names it, and its values lie apart: is it a class, or other data?",
            "--pred cat,dog,eel, or with age",
        ),
        (
            "bce", ("Run 7, seed 3\nlabel,p\n1,.9\n0,.2\n",), (),
            "line 1 begins with 'Run 7', and line 2 is the header", "--skip 1",
        ),
        (
            "bce", ("cust,p\n7.0,.9\n9.0,.2\n", "cust,y\n9,0\n7,1\n"), (),
            "in row 1, cust is '7.0' in one file and '9' in the other", "--join cust",
        ),
        (
            "bce", ("cust,p\na,.9\nb,.2\nc,.5\n", "client,y\nb,0\na,1\nc,1\n"), (),
            "in row 1, cust=client is 'a' in one file and 'b' in the other", "--join cust=client",
        ),
        (
            "mse", ("shop,pred,y\nA,1,2\nB,2,2.5\nGrand Total,3,4.5\n",), (),
            "row 3 is called Grand Total and holds the sums or means of those above",
            "--where 'shop != \"Grand Total\"' leaves it out",
        ),
        (
            "mse", ("shop id,pred\nA,1\nB,2\nmean,1.5\n", "shop id,y\nA,2\nB,2.5\nmean,2.25\n"), ("--join", "shop id"),
            "row 3 is called mean and holds the sums or means of those above", "--where '`shop id` != \"mean\"'",
        ),
        (
            "mse", ("A,1,2\nB,2,2.5\nAll,3,\n",), ("--label", "3", "--nan", "skip"),
            "row 3 is called All and holds the sums or means of those above", "--limit 2 leaves it out",
        ),
    ],
)  # fmt: skip
def test_refused(
    loss: str, tables: tuple[str, ...], args: tuple[str, ...], says: str, hint: str, tmp_path: Path
) -> None:
    status, out, err = run(loss, tables, tmp_path, *args)
    assert status in (2, 3), out + err
    assert says in err
    assert hint in err


@pytest.mark.parametrize(
    ("loss", "tables", "args"),
    [
        ("ce", ("label,label_name,p_cat,p_dog\n0,cat,.9,.1\n1,dog,.2,.8\n",), ()),
        ("ce", ("label,label_name,p_cat,p_dog\n1,cat,.9,.1\n0,dog,.2,.8\n",), ("--label", "label_name")),
        ("ce", ("ref,cat,dog\n1006fd3a,.9,.1\n07489e41,.2,.8\n", "ref,label\n1006fd3a,cat\n07489e41,dog\n"), ()),
        ("ce", ("key,cat,dog\n00,.9,.1\n0a,.2,.8\n", "key,is_dog,is_cat\n00,0,1\n0a,1,0\n"), ()),
        ("ce", (f"nr,cat,dog\n{FOUR.format('.9,.1', '.2,.8')}", f"nr,species_name\n{FOUR.format('cat', 'dog')}"), ()),
        ("ce", ("inst#,actual,no,yes\n1,1:no,.9,.1\n2,2:yes,.2,.8\n",), ()),
        ("ce", ("X-1,X1,move\n.9,.1,-1\n.2,.8,1\n",), ("--label", "move")),
        ("bce", ("label,score\nno,.1\nyes,.8\n", "y\n0\n1\n"), ()),
        ("bce", ("label,score\nyes,.9\nno,.8\n", "y\n1\n1\n"), ("--pred", "score")),
        ("bce", ("label,score\nyes,.9\nyes,.8\n", "y\n1\n1\n"), ()),
        ("ce", ("y,cat_prob,dog_prob\n0,.9,.1\n1,.2,.8\n",), ()),
        ("ce", ("y,a_pred,b_pred\n0,.9,.1\n1,.2,.8\n",), ()),
        ("ce", ("star,4.5,0.5\n4.5,.9,.1\n0.5,.2,.8\n",), ("--label", "star")),
        ("ce", ("label,p_0.5,p_4.5\n4.5,.1,.9\n0.5,.8,.2\n",), ()),
        ("ce", ("label,p_1.0,p_4.5\n4.5,.1,.9\n1,.8,.2\n",), ()),
        ("ce", ("label,1-2,3-4\n1-2,.9,.1\n3-4,.2,.8\n",), ()),
        ("ce", ("label,A.1,A.2\nA.2,.1,.9\nA.1,.8,.2\n",), ()),
        ("bce", ("p_no,answer\n.9,no\n.2,yes\n",), ()),
        ("bce", ("p_false,is_fraud\n.9,False\n.2,True\n",), ()),
        ("bce", ("u_pred,v_pred,u_actual,v_actual\n.9,.2,1,0\n.2,.9,0,1\n",), ()),
        ("bce", ("k,x,y\na,.9,.2\nb,.2,.9\n", "k,x,y\nb,0,1\na,1,0\n"), ("--join", "k")),
        ("bce", ("k,x,y\na,.9,.2\nb,.2,.9\n", "k,y,x,Usage\nb,1,0,u\na,0,1,v\n"), ("--join", "k")),
        ("bce", ("k,u,z\na,.9,.2\nb,.2,.9\n", "k,z,u\nb,1,0\na,0,1\n"), ("--join", "k")),
        ("bce", ("cust,p\n007,.9\n012,.2\n", "cust,y\n7,1\n12,0\n"), ()),
        ("bce", ("cust,p\n7.0,.9\n9.0,.2\n", "cust,y\n9,0\n7,1\n"), ("--join", "cust")),
        ("bce", ("cust,p\na,.9\nb,.2\n", "client,y\nb,0\na,1\n"), ("--join", "cust=client")),
        ("bce", ("Run 7, seed 3\nlabel,p\n1,.9\n0,.2\n",), ("--skip", "1")),
    ],
)
def test_read(loss: str, tables: tuple[str, ...], args: tuple[str, ...], tmp_path: Path) -> None:
    status, out, err = run(loss, tables, tmp_path, *args, "-q")
    assert status == 0, err
    assert float(out) == pytest.approx(RIGHT, rel=1e-9)


def test_x_and_y_alone_may_be_coordinates(tmp_path: Path) -> None:
    status, _, err = run("mse", ("id,x,y\n1,1.5,2\n2,2.5,2\n",), tmp_path)
    assert status == 0
    assert "note: labels: column 3 (y); by its name; coordinates have no label" in err
    assert run("mse", ("id,x,y\n1,1.5,2\n2,2.5,2\n",), tmp_path, "--label", "y")[2] == ""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rating_that_no_column_is_called_is_named(jobs: str, tmp_path: Path) -> None:
    rows = "".join(f"{1 + i % 3 / 2},.2,.3,.5\n" for i in range(9000)) + "7.5,.2,.3,.5\n"
    status, _, err = run("ce", ("label,1.0,1.5,2.0\n" + rows,), tmp_path, "--jobs", jobs)
    assert status == 3
    assert "1 label lies outside the column names" in err
    assert ":9002, column label: 7.5" in err


def test_a_row_that_only_its_name_calls_a_total_counts_and_is_told(tmp_path: Path) -> None:
    table = "region,pred,y\nEU,1,2\nUS,2,2.5\nAll,1.7,3\n"
    status, out, err = run("mae", (table,), tmp_path, "-f", "json")
    assert (status, '"count": 3' in out) == (0, True)
    assert (
        err.splitlines()[1] == "note: rows: row 3 is called All; it counts; --where 'region != \"All\"' leaves it out"
    )
    for rest in ("Asia,1,1\n", "EU,1,1\nAll,3,3\n"):
        assert "All" not in run("mae", (table + rest,), tmp_path)[2]
    assert run("mae", (table,), tmp_path, "--where", 'region != "All"', "-q")[1:] == ("0.75\n", "")


@pytest.mark.parametrize("name", ["r{}", "{}"])
def test_a_total_below_many_rows_is_told(name: str, tmp_path: Path) -> None:
    rows = "".join(f"{name.format(i)},{i % 7}.5,{i % 5}\n" for i in range(9000))
    status, _, err = run("mae", ("id,pred,y\n" + rows + "Total,8,9\n",), tmp_path)
    assert status == 0
    assert "note: rows: the last is called Total; it counts; --where 'id != \"Total\"' leaves it out\n" in err
    assert "rows:" not in run("mae", ("id,pred,y\n" + rows,), tmp_path)[2]
    assert "rows:" not in run("mae", ("id,pred,y\n" + rows + "Total,8,9\n",), tmp_path, "--where", 'id != "Total"')[2]
