"""Is a table taken for the same, column by column, in whatever format it is written, or refused in all of them?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.inputs.test_reading import CASES
from tests.support.shell import losscli
from tests.support.tables import WRITERS, values_of

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pyarrow")

PAIRS = "species,id,{}\nsetosa,7,.9,.1\nvirginica,9,.2,.8\n"
TABLES: dict[str, tuple[str, ...]] = {
    "by value": ("ce", PAIRS.format("setosa,virginica")),
    "by value, prefixes": ("ce", PAIRS.format("p_setosa,p_virginica")),
    "named": ("bce", "Gold,Forecast\n1,.9\n0,.2\n"),
    "of one class": ("bce", "label,p_no\nyes,.1\nno,.8\nno,.7\n"),
    "of class 0": ("bce", "label,prob_0\n0,.9\n1,.2\n"),
    "of class 0, typed labels of the other": ("bce", "label,p_no\nTrue,.1\nFalse,.8\nFalse,.7\n"),
    "of class 0, one label seen": ("bce", "label,p_0\n0,.9\n0,.8\n"),
    "numbers beyond 2^53": (
        "ce",
        "label,p_9007199254740993,p_9007199254740992\n9007199254740993,0.7,0.3\n9007199254740992,0.2,0.8\n",
    ),
    "an integer among probabilities": ("ce", "label,p_a,p_b\n0,1,.5\n1,0,.5\n1,2,.5\n"),
    "true and false, two columns": ("ce", "label,p_0,p_1\nTrue,.1,.9\nFalse,.8,.2\n"),
    "true and false": ("bce", "label,p\nTrue,.9\nFalse,.2\n"),
    "true and false, wide": ("bce", "y_a,y_b,p_b,p_a\nTrue,False,.1,.9\nFalse,True,.8,.2\n"),
    "a class and its probability": ("bce", "y_true,y_pred,y_prob\n1,1,.9\n0,0,.2\n"),
    "a class and its probability, compared": ("acc", "y_true,y_pred,y_prob\n1,1,.9\n0,1,.2\n"),
    "words": ("acc", "y,pred\na,a\nb,c\n"),
    "it counts": ("ce", "n,a,b,label\n4,.1,.9,1\n5,.2,.8,1\n6,.7,.3,0\n"),
    "either": ("ce", "Age,x,y1,label\n41,.1,.9,1\n17,.2,.8,1\n63,.7,.3,0\n"),
    "settled": ("ce", "Age,cat,dog,label\n41,.1,.9,dog\n17,.2,.8,dog\n63,.7,.3,cat\n"),
    "bounds": ("bce", "label,forecast,forecast_lower,forecast_upper\n1,.9,.8,1.0\n0,.2,.1,.3\n"),
    "other columns": ("bce", "label,p,comment,when\n1,.9,good,now\n0,.2,bad,now\n"),
    "two labels": ("bce", "label,target,p\n1,1,.9\n0,0,.2\n"),
    "none": ("bce", "a,b\n.1,.9\n.2,.8\n"),
    "outputs": ("mse", "y_1,y_2,pred_1,pred_2\n1,2,1.5,2.5\n3,4,3.5,4.5\n"),
    "ids in both": ("mae", "gamekey,Fare\ng7,10\ng9,20\n", "gamekey,Fare\ng7,12\ng9,20\n"),
    "ids that differ": ("mae", "gamekey,Fare\ng7,10\ng9,20\n", "gamekey,Fare\ng9,12\ng7,20\n"),
    "a share": ("mae", "nr,x\n5,10\n8,20\n", "nr,x,Usage\n5,12,Public\n8,20,Private\n"),
    "several ids": (
        "mae",
        "date,store,sales\n2020-01-01,a,10\n2020-01-02,b,20\n",
        "date,store,sales\n2020-01-01,a,12\n2020-01-02,b,20\n",
    ),
    "wide labels": ("ce", "id,cat,dog\n1,.9,.1\n2,.2,.8\n", "id,dog,cat\n1,0,1\n2,1,0\n"),
    "other wide labels": ("ce", "id,cat,dog\n1,.9,.1\n2,.2,.8\n", "id,dog,fish\n1,0,1\n2,1,0\n"),
    "wide labels of other names": ("ce", "id,cat,dog\n1,.9,.1\n2,.2,.8\n", "id,u,v\n1,1,0\n2,0,1\n"),
    "wide labels of other numbers": ("ce", "id,o0,o1\n1,.9,.1\n2,.2,.8\n", "id,t2,t1\n1,0,1\n2,1,0\n"),
    "submission": ("acc", "ImageId,Label\n1,3\n2,7\n3,7\n", "ImageId,Label\n1,3\n2,7\n3,1\n"),
}
TABLES |= {
    case["id"]: (case["args"][0], *case["files"].values())
    for case in CASES
    if case["args"][1:] == [*case["files"]] and all(name.endswith(".csv") for name in case["files"]) and case["files"]
}
ROLES = ("predictions", "labels", "ids", "sample weights", "not used", "classes", "label columns")


def outcome(loss: str, texts: tuple[str, ...], ending: str, folder: Path) -> Any:
    """What is decided and computed, or that it is refused."""
    paths = []
    for i, text in enumerate(texts):
        paths.append(folder / f"{i}.{ending}")
        WRITERS[ending](*values_of(text), paths[-1])
    done = losscli(loss, *map(str, paths), "-f", "json")
    if done.status:
        return done.status
    document = json.loads(done.out)
    said = [(one["what"], one["value"]) for one in document["decisions"] if one["what"] in ROLES]
    return document["value"], document["inputs"], said


@pytest.mark.parametrize("name", TABLES)
def test_the_same_in_all_formats(name: str, tmp_path: Path) -> None:
    loss, *texts = TABLES[name]
    try:
        for text in texts:
            values_of(text)
    except ValueError:
        pytest.skip("no table with a header and as many fields in each row")
    wanted = outcome(loss, tuple(texts), "csv", tmp_path)
    for ending in WRITERS:
        assert outcome(loss, tuple(texts), ending, tmp_path) == wanted, ending
