"""Is the interval of an area under the ROC curve DeLong's, and that of a difference of two?"""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.support.shell import document

FIRST, SECOND = ".9,.8,.3,.7,.4,.35,.6,.1,.5,.2", ".8,.6,.5,.9,.3,.6,.4,.2,.7,.1"
LABELS = "1,1,0,1,0,1,0,0,1,0"


@pytest.mark.parametrize("name", ["auc", "sklearn.metrics.roc_auc_score"])
def test_the_standard_error_of_one(name: str) -> None:
    found = document(name, ".1,.4,.35,.8", "0,0,1,1", "--ci")
    assert found["value"] == 0.75
    assert found["interval"]["method"] == "delong"
    assert found["interval"]["se"] == pytest.approx(0.3535533905932738, rel=1e-14)  # enumeration of pairs


def test_ties_and_many_rows() -> None:
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, 300)
    x = np.round(rng.normal(y * 0.7, 1.0), 1)
    yes, no = x[y == 1], x[y == 0]
    above = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    variance = above.mean(1).var(ddof=1) / len(yes) + above.mean(0).var(ddof=1) / len(no)
    found = document("auc", json.dumps(x.tolist()), json.dumps(y.tolist()), "--ci")
    assert found["value"] == pytest.approx(above.mean(), rel=1e-14)
    assert found["interval"]["se"] == pytest.approx(variance**0.5, rel=1e-12)


def test_the_difference_of_two() -> None:
    found = document("auc", FIRST, LABELS, "--against", SECOND)["against"][0]
    assert found["difference"] == pytest.approx(-0.12, rel=1e-14)
    assert found["difference_interval"]["se"] == pytest.approx(0.1131370849898476, rel=1e-12)
    assert found["p"] == pytest.approx(0.28884436634648536, rel=1e-12)
    assert found["test"] == "delong"
    assert found["verdict"] == "no difference shown"
    other = document("auc", SECOND, LABELS, "--against", FIRST)["against"][0]
    assert (other["difference"], other["p"]) == (-found["difference"], found["p"])
