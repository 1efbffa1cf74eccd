"""What do two tables say together: which columns are outputs, which are data, and which name the rows?"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

BODY = "id,weight,height\na,60,1.5\nb,70,2\nc,80,2\n"
SHOPS = "shop,day,v\na,mon,1.5\na,tue,2\nb,mon,3\nb,tue,4\n"
HARD = "id,kind,note\n7,ant,x\n3,bee,y\n5,bee,z\n"
TRUTH = "id,kind,use\n7,ant,Public\n3,bee,Private\n5,ant,Public\n"
BCE = 0.27977656  # -(ln .9 + ln .8 + ln .6) / 3
NFC, NFD = (unicodedata.normalize(form, "ant\né") for form in ("NFC", "NFD"))
E = [text.split("\n")[1] for text in (NFC, NFD)]


def run(loss: str, tables: tuple[str, ...], folder: Path, *args: str) -> tuple[int, str, str]:
    paths = []
    for i, text in enumerate(tables):
        paths.append(folder / f"{i}.csv")
        paths[-1].write_text(text, encoding="utf8")
    done = losscli(loss, *map(str, paths), *args)
    return done.status, done.out, done.err


@pytest.mark.parametrize(
    ("loss", "tables", "args", "value"),
    [
        # a number called like labels beside words: labels are elsewhere
        ("mae", ("id,city,actual\n1,Ulm,2\n2,Ulm,4\n", "id,actual\n1,3\n2,4\n"), (), 0.5),
        # what a row was used for is never a value
        ("mae", ("id,price,fold\n1,2.5,0\n2,4.5,1\n3,4,2\n", "id,price,use\n1,3,a\n2,4.5,b\n3,4,b\n"), (), 1 / 6),
        ("mae", ("id,label,fold\n1,2.5,0\n2,4.5,1\n", "id,label\n1,3\n2,4.5\n"), (), 0.25),
        ("mae", ("id,forecast\n1,2.5\n2,4.5\n", "id,result,fold\n1,3,0\n2,4.5,1\n"), (), 0.25),
        ("ce", ("a,0,1,fold\nu,.9,.1,3\nv,.2,.8,1\nw,.6,.4,2\n", "a,y\nu,0\nv,1\nw,1\n"), (), 0.41493160),
        # predictions named after the labels
        ("mse", ("x_pred,y_pred\n1,2\n3,4\n5,6\n", "y,x\n2,1\n5,3\n6,4\n"), (), 1 / 3),
        ("mse", ("weight_pred,height_pred\n1,2\n3,4\n", "height,weight\n2,1\n5,3\n"), (), 0.25),
        ("mse", ("target_pred,volume_pred\n1,2\n3,4\n", "target,volume\n1,2\n3,5\n"), (), 0.25),
        # an output called weight, which is another number in the labels
        ("mse", (BODY, "id,weight,height\na,61,2\nb,72,2\nc,80,2\n"), (), 0.875),
        # words beside other words
        ("acc", (HARD, TRUTH), (), 2 / 3),
        ("acc", ("id,ok,note\n4,True,a\n9,False,b\n2,True,c\n", "id,ok,use\n4,1,p\n9,0,q\n2,0,p\n"), (), 2 / 3),
        ("acc", ("pred\nyes\nno\nyes\n", "ok\n1\n0\n0\n"), (), 2 / 3),
        ("acc", ("k,n,fold\na,3,0\nb,4,1\nc,3,2\n", "k,n\na,3\nb,\nc,4\n"), ("--nan", "skip"), 0.5),
        # labels without a value in some rows
        ("bce", ("p\n.9\n.2\n.6\n.5\n", "id,ok,note\n1,True,a\n2,False,b\n3,True,c\n4,,d\n"), ("--nan", "skip"), BCE),
        ("ce", ("ant,bee\n.9,.1\n.2,.8\n.6,.4\n", "id,a,b\n1,ant,x\n2,bee,y\n3,,x\n"), ("--nan", "skip"), 0.1642520),
        # letters with accents, as two systems write them
        ("ce", (f"ant,{E[0]}\n.9,.1\n.2,.8\n", f"label\nant\n{E[1]}\n"), (), 0.1642520),
        ("bce", (f"p_{E[1]}\n.1\n.8\n", f"label\nant\n{E[0]}\n"), (), 0.1642520),
        ("acc", (f"k\nant\n{E[0]}\n", f"k\nant\n{E[1]}\n"), (), 1.0),
        ("mae", (f"{E[0]},q\n1,2\n3,4\n", f"{E[1]}\n1\n4\n"), ("--pred", E[1]), 0.5),
        # the probability of class 0, whatever takes it
        ("bce", ("p0\n.1\n.8\n.4\n", "y\n1\n0\n1\n"), (), BCE),
        ("auc", ("prob_0\n.1\n.8\n.4\n", "y\n1\n0\n1\n"), (), 1.0),
        # a class called date, and one class predicted beside all probabilities
        ("ce", ("date,nut\n.9,.1\n.8,.2\n", "date,nut\n1,0\n1,0\n"), (), 0.1642520),
        ("ce", ("1,2,3,prediction\n.5,.3,.2,1\n.1,.8,.1,2\n", "y\n1\n2\n"), (), 0.4581454),
        # an index that a frame kept says less than ids
        ("mae", (",key,v\n0,a,1\n1,b,2\n2,c,3\n", ",key,v\n2,a,1\n0,b,2\n1,c,4\n"), (), 1 / 3),
        # dates that are not ids, as others are the same in both
        ("mae", ("date,k,v\n2020-01-01,71,1.5\n2020-01-02,42,2\n", "date,k,v\n2020-02-01,71,1\n2020-02-02,42,2\n"), (),
         0.25),
    ],
)  # fmt: skip
def test_read(loss: str, tables: tuple[str, ...], args: tuple[str, ...], value: float, tmp_path: Path) -> None:
    status, out, err = run(loss, tables, tmp_path, *args, "-q")
    assert status == 0, err
    assert float(out) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("loss", "tables", "what", "hint"),
    [
        (
            "mae", (SHOPS, "shop,day,v\na,tue,2\na,mon,1\nb,mon,3\nb,tue,4\n"),
            "in row 1, shop,day is 'a, mon' in one file and 'a, tue' in the other", "--join shop,day",
        ),
        (
            "mae", ("shop,day,v\n1,3,1.5\n1,4,2\n2,3,3\n5,9,4\n", "shop,day,v\n1,4,2.5\n1,3,1\n2,3,3\n5,9,4\n"),
            "in row 1, shop,day is '1, 3' in one file and '1, 4' in the other", "--join shop,day",
        ),
        (
            "ce", ("k,ant,bee,cat\n71,.8,.1,.1\n55,.1,.8,.1\n63,.1,.1,.8\n", "k,truth\n55,bee\n71,ant\n63,cat\n"),
            "in row 1, k is '71' in one file and '55' in the other", "--join k",
        ),
    ],
)  # fmt: skip
def test_refused(loss: str, tables: tuple[str, ...], what: str, hint: str, tmp_path: Path) -> None:
    status, _, err = run(loss, tables, tmp_path)
    assert status == 3
    assert what in err
    assert f"\n  try  {hint}" in err


def test_what_was_decided_is_told(tmp_path: Path) -> None:
    _, _, err = run("acc", ("pred\nyes\nno\n", "ok\n1\n0\n"), tmp_path)
    assert "note: prediction values: true and false; read as 1 and 0, as the labels are" in err
    _, _, err = run("mse", (BODY, BODY.replace("60", "61")), tmp_path)
    assert "both files have them; --pred and --label if not all are outputs" in err


def test_an_opposite_of_true_is_a_class(tmp_path: Path) -> None:
    status, out, err = run("ce", ("True,False,y\n.9,.1,True\n.2,.8,False\n.6,.4,False\n",), tmp_path, "-q")
    assert status == 0, err
    assert float(out) == pytest.approx(0.4149316)


@pytest.mark.parametrize(
    ("loss", "table", "args", "what", "hint"),
    [
        (
            "ce",
            "p_1,p_01,y\n.9,.1,1\n.2,.8,1\n",
            (),
            "two of the classes 1, 01 are the same number, and labels are numbers",
            "rename one, or --label-base 0 if labels count the columns",
        ),
        (
            "bce",
            "p0,p1,y\n.1,.9,1\n.8,.2,0\n",
            (),
            "do not match",
            "if the labels are class numbers: ce; --pred with the column",
        ),
        (
            "bce",
            "p,y\n.1,1\n.8,true\n",
            (),
            "column y holds true among numbers",
            "write 1 and 0 if true and false mean these",
        ),
        (
            "ce",
            "a,b,y\n-0.152003,-3.321928,a\n-2.321928,-0.321928,b\n",
            (),
            "outside [0, 1]",
            "--from-log-probs=2: the rows of 2^x sum to 1",
        ),
        (
            "ce",
            'b1,"x,1","y,2",k\na,.5,.25,9\nb,.25,.5,5\na,.25,.5,4\n',
            ("--label", "b1"),
            "column k holds whole numbers",
            "--id k",
        ),
        (
            "acc",
            '"a,1_pred",b_pred,y\n0,1,0\n1,1,0\n0,0,1\n1,0,0\n',
            ("--label", "y"),
            "may be of several models",
            "--pred 1, or --pred '1,2' for classes",
        ),
        (
            "logsumexp",
            "target,background\n3,1\n2,5\n",
            (),
            "column target has the name of something else, but may be one of the outputs",
            "--pred 'target,background', or --pred 'background' without it",
        ),
    ],
)
def test_one_table_is_refused(
    loss: str, table: str, args: tuple[str, ...], what: str, hint: str, tmp_path: Path
) -> None:
    status, _, err = run(loss, (table,), tmp_path, *args)
    assert status == 3
    assert what in err
    assert f"\n  try  {hint}" in err


def test_one_class_has_no_prior_to_beat(tmp_path: Path) -> None:
    _, _, err = run("bce", ("p,y\n" + ".4,1\n" * 30,), tmp_path)
    assert "worse than always predicting" not in err


def test_groups_that_are_the_same_number_are_told(tmp_path: Path) -> None:
    _, _, err = run("mae", ("g,p,y\n1,2,1\n01,3,1\n2,2,1\n1.0,1,1\n",), tmp_path, "--by", "g")
    assert "note: groups 1, 01, 1.0 of g are the same number, and kept apart as they are written" in err


def test_the_positive_word_is_named(tmp_path: Path) -> None:
    status, _, err = run("f1", ("Actual,Predicted\ngood,good\nbad,good\ngood,bad\n",), tmp_path)
    assert status == 3
    assert err.endswith("no label is 1; they are bad, good\n  try  --pos-label 'good' if that is the positive one\n")


@pytest.mark.parametrize("kind", ["words", "classes", "index"])
def test_ids_that_the_first_rows_do_not_share(kind: str, tmp_path: Path) -> None:
    rows = range(5000)
    name = "" if kind == "index" else "ref"
    label, value = ("kind", "bee") if kind == "words" else ("bee", "0.5")
    more = ("", "") if kind == "words" else (",ant", ",0.5")
    tables = (
        f"{name},{label}{more[0]}\n" + "".join(f"{9 * i * 7919 % 50021},{value}{more[1]}\n" for i in rows),
        f"{name},kind\n" + "".join(f"{9 * i * 7919 % 50021},{('bee', 'ant')[i % 2]}\n" for i in reversed(rows)),
    )
    status, _, err = run("acc" if kind == "words" else "ce", tables, tmp_path)
    assert status == 3
    assert "Error: in row 1, " in err


def test_outputs_have_no_sorted_order(tmp_path: Path) -> None:
    tables = ("y_2,y_1\n1,2\n3,5\n", "y_1,y_2\n2,1\n5,4\n")
    status, out, err = run("sklearn.metrics.root_mean_squared_error", tables, tmp_path, "-f", "csv")
    assert status == 0
    assert "sorted order" not in err, out
