"""How the metrics of gradient boosting tools are declared: one number, rows weighted by the sum of the weights."""

from __future__ import annotations

from losscli.losses.reference import SKLEARN, Weighting, calls_in
from losscli.record import replace

ZERO_IF_EMPTY = replace(SKLEARN, empty=0.0)
ONE_IF_EMPTY = replace(SKLEARN, empty=1.0)

# By the names that ``eval_metric`` has for them, without their parameters.
xgboost_call = calls_in("xgboost", reductions=ZERO_IF_EMPTY, weighting=Weighting.ROWS)
catboost_call = calls_in("catboost", reductions=ZERO_IF_EMPTY, weighting=Weighting.ROWS, single_labels=True, colon=True)
# By the name that ``metric`` has for it, and the others that mean the same.
lightgbm_call = calls_in("lightgbm", reductions=SKLEARN, weighting=Weighting.ROWS, single_labels=True)
