"""Which column is the label among others, and which the prediction, where no name says it? By what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

WORDS = "id,answer\n1,label\n2,other\n3,other\n"
SHARES = "id,p\n1,.9\n2,.2\n3,.4\n"
BCE = 0.27977656  # -(ln .9 + ln .8 + ln .6) / 3
ACC = 2 / 3
CARET = '"","pred","obs","bird","cat","rowIndex","mtry","Resample"\n' + "".join(
    f'"{i}","cat","{label}",{p},{1 - p:.1f},{20 - i},2,"Fold1"\n'
    for i, (label, p) in enumerate([("bird", 0.9), ("cat", 0.2), ("cat", 0.4)] * 5)
)
GROWING = [
    f"Wall time,Step,Value\n{''.join(f'{1e9 + i + 0.125 + s / 8},{i},{i % 3 + s + 0.5}{chr(10)}' for i in range(15))}"
    for s in (0, 1)
]


@pytest.mark.parametrize(
    ("loss", "tables", "args", "value"),
    [
        # words, by those that are predicted
        ("acc", (WORDS, "hash,id,id_true\nc0f,1,label\nbc8,2,other\n179,3,label\n"), (), ACC),
        ("acc", (WORDS, "gold one,id,note\nlabel,1,seen\nother,2,seen\nlabel,3,not\n"), (), ACC),
        ("acc", (WORDS, "id,gold one,note\n3,label,\n1,label,\n2,other,\n"), ("--join", "id"), ACC),
        ("acc", ("cat 0.9\ndog 0.8\ndog 0.7\n", "cat\ndog\ncat\n"), (), ACC),
        ("acc", ('[{"label":"a","score":0.9},{"label":"b","score":0.8}]', "a\na\n"), (), 0.5),
        ("acc", ("age,species,pred_label,pred_score\n1,a,a,.9\n2,b,a,.8\n",), (), 0.5),
        ("acc", ("cat\ndog\ndog\n", "cat the quick\ndog brown fox\ncat jumps over\n"), ("-d", "space"), ACC),
        # yes or no, among others that can't be
        ("bce", (SHARES, "id,failed,note\n1,Y,a\n2,N,b\n3,N,c\n"), (), BCE),
        ("bce", (SHARES, "id,level,outcome\n1,3.5,pos\n2,1.5,neg\n3,2,neg\n"), (), BCE),
        ("auc", (SHARES, "id,age,pay,out\n1,50,1.5,Yes\n2,40,2,No\n3,30,5,No\n"), (), 1.0),
        ("bce", (SHARES, "id,lat,churned,note\n1,50.1,1,a\n2,50.2,0,b\n3,50.3,0,c\n"), (), BCE),
        ("bce", (SHARES, "fold,Y1,id\n0,Yes,1\n1,No,2\n2,No,3\n"), (), BCE),
        ("bce", (SHARES, "id,churned,hash\n1,Yes,0\n2,No,bc8\n3,No,c0f\n"), (), BCE),
        # of other numbers, among words
        ("mae", ("id,p\n1,3\n2,4\n3,5\n", "id,prediction,hash\n1,4,0\n2,4,bc8\n3,5,c0f\n"), (), 1 / 3),
        ("mae", ("id,p\n1,3\n2,4\n3,5\n", "id,count,comment\n1,4,\n2,4,\n3,5,\n"), (), 1 / 3),
        # classes beside what is decided for and data of the rows
        ("ce", (".pred_a,.pred_b,.row,.pred_class,species\n.9,.1,3,a,a\n.2,.8,1,b,b\n.6,.4,2,a,b\n",), (), 0.4149316),
        ("bce", ("Sex,Prob[F],Prob[M]\nM,.1,.9\nF,.8,.2\nF,.6,.4\n",), ("--pred", "3"), BCE),
        ("ce", ("Sex,Prob[F],Prob[M]\nM,.1,.9\nF,.8,.2\nF,.6,.4\n",), (), BCE),
        ("ce", (CARET,), (), BCE),
        ("ce", ("id,Probability of b 1,Probability of a 1\n1,.9,.1\n2,.2,.8\n", "id,a 1,b 1,age\n1,0,1,7\n2,1,0,8\n"),
         (), 0.1642520),
        # a class called id, of which each row says yes or no
        ("bce", ("When,id,ego\nu,.9,.2\nv,.2,.9\nw,.4,.1\n", "note,ego,id,When\na,0,1,u\nb,1,0,v\na,0,0,w\n"), (),
         0.2121986),
    ],
)  # fmt: skip
def test_found(loss: str, tables: tuple[str, ...], args: tuple[str, ...], value: float, tmp_path: Path) -> None:
    done = losscli(loss, *written(tables, tmp_path), *args, "-q")
    assert done.status == 0, done.err
    assert float(done.out) == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize(
    ("loss", "tables", "what", "hint"),
    [
        ("bce", (SHARES, "id,Outcome,is_test\n1,Yes,True\n2,No,True\n3,No,False\n"),
         "several columns could be the labels: Outcome, is_test", "--label with one of them"),
        ("acc", (WORDS, "id,label,name of it\n1,7,label\n2,8,other\n3,8,other\n"),
         "the predictions are words of column name of it, and none of column label, which is named like labels",
         "--label 'name of it'"),
        ("ce", ("iris,Forest,Forest (a),Forest (b)\na,a,.9,.1\nb,a,.6,.4\na,b,.4,.6\n",),
         "several columns hold the classes that other columns are named after: iris, Forest",
         "--label with one of them"),
        ("acc", ("__label__cat\n__label__dog\n__label__dog\n", "cat\ndog\ncat\n"),
         "the predictions are words such as '__label__cat', the labels such as 'cat': none is the same",
         "write both alike"),
        ("acc", ("id,answer\n1,Cat\n2,Dog\n3,Dog\n", "id,animal\n1,cat\n2,dog\n3,cat\n"),
         "the predictions are words such as 'Cat', the labels such as 'cat': none is the same",
         "write both alike"),
        ("mae", tuple(GROWING), "column Wall time only grows in both files: is it an output, or other data?",
         "--pred and --label with Value and any others that count"),
    ],
)  # fmt: skip
def test_refused(loss: str, tables: tuple[str, ...], what: str, hint: str, tmp_path: Path) -> None:
    done = losscli(loss, *written(tables, tmp_path))
    assert done.status == 3
    assert what in done.err
    assert f"try  {hint}" in done.err


@pytest.mark.parametrize(
    ("predictions", "labels"), [("0.9 a\n0.2 b\n0.4 c\n", "0\n1\n1\n"), (".7 .3\n.2 .8\n.6 .4\n", "0\n1\n1\n")]
)
def test_a_first_label_beside_a_table_of_blanks_is_no_header(predictions: str, labels: str, tmp_path: Path) -> None:
    done = losscli("bce" if "a" in predictions else "ce", *written((predictions, labels), tmp_path), "-f", "json")
    assert '"samples": 3' in done.out, done.err


def test_a_name_that_is_asked_for_is_a_header(tmp_path: Path) -> None:
    tables = ("k;2;0.5\na;.7;.3\nb;.2;.8\n", "k;0.5;2\nb;1;0\na;0;1\n")
    done = losscli("ce", *written(tables, tmp_path), "--join", "k", "-q")
    assert float(done.out) == pytest.approx(0.2899092)


def written(tables: tuple[str, ...], folder: Path) -> list[str]:
    paths = [folder / f"{i}{'.json' if text.startswith('[') else '.csv'}" for i, text in enumerate(tables)]
    for path, text in zip(paths, tables, strict=True):
        path.write_text(text)
    return [*map(str, paths)]
