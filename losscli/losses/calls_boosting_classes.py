"""The metrics of XGBoost, LightGBM and CatBoost for classes: likelihoods and decisions."""

from __future__ import annotations

import math

from losscli.losses import boosting_classes_quirks as quirks
from losscli.losses.reference import ONE_IF_EMPTY, SKLEARN, catboost_call, lightgbm_call, xgboost_call
from losscli.losses.vocabulary import Form, Kind, Param, Reading, Takes

LOG_1E_16 = math.log(1e-16)
LOG_1E_15 = -34.538776397705078125  # as a float32, which it is in LightGBM
LABELS = "Raw scores of labels, each {}; weights are divided by the sum of their whole parts."
RAW_SCORES = "Raw scores: above 0 is a yes; of several the first of the largest counts."

CROSS_ENTROPY = (
    xgboost_call(
        "mlogloss",
        reductions=SKLEARN,
        reading=Reading(log_floor=LOG_1E_16),
        form=Form.SPARSE,
        note="A probability below 1e-16 is 1e-16.",
    ),
    lightgbm_call(
        "multi_logloss",
        also=("multiclass", "softmax", "multiclassova", "multiclass_ova", "ova", "ovr"),
        reading=Reading(log_floor=LOG_1E_15),
        form=Form.SPARSE,
        note="A probability below 1e-15 is 1e-15.",
    ),
    catboost_call("MultiClass", reads=Kind.LOGITS, form=Form.SPARSE),
)
BINARY = (
    xgboost_call(
        "logloss", reading=Reading(log_floor=LOG_1E_16), note="A probability of the label below 1e-16 is 1e-16."
    ),
    lightgbm_call(
        "binary_logloss",
        also=("binary",),
        takes=Takes.VALUE,
        reading=Reading(log_floor=LOG_1E_15),
        kernel=quirks.lightgbm_log_loss,
        unit_interval=True,
        note="A probability of the label below 1e-15 is 1e-15; a label above 0 is a yes.",
    ),
    lightgbm_call(
        "cross_entropy",
        also=("xentropy",),
        takes=Takes.SET,
        kernel=quirks.lightgbm_cross_entropy,
        note="A probability below 1e-12 is 1e-12.",
    ),
    lightgbm_call(
        "cross_entropy_lambda",
        also=("xentlambda",),
        reads=Kind.SCORES,
        takes=Takes.SET,
        kernel=quirks.lightgbm_lambda,
        apart=True,
        note="Raw scores; weights are within the probability, and the mean is over rows.",
        unweighted="Raw scores.",
    ),
    catboost_call(
        "Logloss",
        reads=Kind.LOGITS,
        takes=Takes.VALUE,
        kernel=quirks.catboost_log_loss,
        note="Raw scores; a label above 0.5 is a yes.",
    ),
    catboost_call(
        "CrossEntropy", reads=Kind.LOGITS, takes=Takes.VALUE, kernel=quirks.catboost_cross_entropy, note="Raw scores."
    ),
    catboost_call(
        "MultiLogloss",
        reads=Kind.LOGITS,
        takes=Takes.SET,
        kernel=quirks.catboost_labels,
        apart=True,
        note=LABELS.format("a yes or no"),
        unweighted="Raw scores of labels, each a yes or no.",
    ),
    catboost_call(
        "MultiCrossEntropy",
        reads=Kind.LOGITS,
        takes=Takes.SET,
        kernel=quirks.catboost_labels,
        apart=True,
        note=LABELS.format("between 0 and 1"),
        unweighted="Raw scores of labels, each between 0 and 1.",
    ),
    catboost_call(
        "CtrFactor",
        reads=Kind.LOGITS,
        takes=Takes.SET,
        kernel=quirks.catboost_ctr,
        reductions=SKLEARN,
        apart=True,
        note="The sum of the labels over that of the probabilities.",
    ),
    catboost_call(
        "MultiClassOneVsAll",
        reads=Kind.LOGITS,
        takes=Takes.SCORES,
        kernel=quirks.catboost_one_vs_all,
        apart=True,
        note="Raw scores of classes, each a separate yes or no.",
    ),
)
KL = lightgbm_call(
    "kullback_leibler",
    also=("kldiv",),
    takes=Takes.SET,
    kernel=quirks.lightgbm_relative_entropy,
    note="Of yes and no: one probability a row; below 1e-12 it is 1e-12.",
)
FOCAL = catboost_call(
    "Focal",
    reads=Kind.LOGITS,
    takes=Takes.VALUE,
    kernel=quirks.catboost_focal,
    options=(
        Param("focal_alpha", 0.25, "Weight of the positive class.", ge=0.0, le=1.0, to="alpha"),
        Param("focal_gamma", 2.0, "Focusing power.", ge=0.0, to="gamma"),
    ),
    note="Raw scores; the probability of the label is clipped to [1e-13, 1 - 1e-13].",
)
BRIER = catboost_call(
    "BrierScore", reads=Kind.LOGITS, takes=Takes.VALUE, kernel=quirks.catboost_brier, note="Raw scores of yes."
)
HINGE = catboost_call("HingeLoss", signs="zero", note="Labels of 0 are -1.")
ACCURACY = catboost_call("Accuracy", takes=Takes.RAW, kernel=quirks.catboost_right, note=RAW_SCORES)
ZERO_ONE = (
    xgboost_call(
        "error",
        at="threshold",
        reads=Kind.PROBABILITIES,
        takes=Takes.VALUE,
        kernel=quirks.threshold_error,
        options=(Param("threshold", 0.5, "A probability above it is a yes, as in error@0.7."),),
        note="A probability at the threshold is a no.",
    ),
    xgboost_call(
        "merror",
        reductions=SKLEARN,
        reads=Kind.SCORES,
        takes=Takes.SCORES,
        kernel=quirks.first_largest_error,
        note="Of equal scores the first counts.",
    ),
    lightgbm_call(
        "binary_error",
        reads=Kind.PROBABILITIES,
        takes=Takes.VALUE,
        kernel=quirks.lightgbm_error,
        note="A probability of 0.5 is a no.",
    ),
    lightgbm_call(
        "multi_error",
        reads=Kind.SCORES,
        takes=Takes.SCORES,
        kernel=quirks.lightgbm_multi_error,
        options=(Param("multi_error_top_k", 1, "How many of the largest scores count.", ge=1, to="top_k"),),
        note="A score that ties with the label's is ahead of it.",
    ),
    catboost_call(
        "ZeroOneLoss",
        reductions=SKLEARN,
        reads=Kind.SCORES,
        takes=Takes.RAW,
        kernel=quirks.catboost_wrong,
        note=RAW_SCORES,
    ),
)
HAMMING = catboost_call(
    "HammingLoss", reads=Kind.SCORES, takes=Takes.RAW, kernel=quirks.catboost_wrong, note=RAW_SCORES
)
BALANCED = (
    catboost_call(
        "BalancedErrorRate",
        reductions=SKLEARN,
        reads=Kind.SCORES,
        kernel=quirks.catboost_unbalanced,
        apart=True,
        note=f"1 less the balanced accuracy. {RAW_SCORES}",
    ),
    catboost_call(
        "BalancedAccuracy", reductions=ONE_IF_EMPTY, reads=Kind.SCORES, kernel=quirks.catboost_balanced, note=RAW_SCORES
    ),
)
