"""Scores of decisions from counts by class: precision, recall, F, Jaccard, Matthews, Cohen's kappa."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.losses import areas_keras
from losscli.losses import boosting_classes_quirks as boosting
from losscli.losses import confusion_keras as keras
from losscli.losses import confusion_quirks as quirks
from losscli.losses.confusion_counts import (
    AVERAGE,
    POS_LABEL,
    THRESHOLD,
    ZERO_DIVISION,
    averaged,
    columns_of,
    correlation,
    counts,
    decided,
    kappa,
    matrix,
    weights_for,
)
from losscli.losses.label_sets import sorted_classes
from losscli.losses.loss import Example, loss
from losscli.losses.reference import (
    LABELS,
    SKLEARN,
    WHOLE,
    ZERO_IF_EMPTY,
    Outputs,
    Weighting,
    catboost_call,
    keras_metric,
    sklearn_call,
)
from losscli.losses.vocabulary import Domain, Kind, Param, Takes
from losscli.losses.word_order import refuse_unordered
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


FAMILY = "decisions"
SKLEARN_DOC = "documentation of sklearn.metrics.{}"
DECISIONS = ("0,1,1,0,1", "0,1,0,1,1")  # 2 true positives, 1 false positive, 1 false negative
CLASSES = ("0,2,1,0,0,1", "0,1,2,0,1,2")  # of scikit-learn's documentation
COUNTED = (
    ("d", "decide(x, y, threshold)"),
    ("c", "counted(d, y, average, pos_label)"),
    ("right", "by_label(w * (d == y), y, c)"),
    ("said", "by_label(w, d, c)"),
    ("true", "by_label(w, y, c)"),
)
MEAN = (
    "each if average == 'micro' else each if average == 'none' else "
    "ratio(sum(true * each), sum(true)) if average == 'weighted' else mean(each)"
)
PARAMS = (AVERAGE, POS_LABEL, THRESHOLD)
SKLEARN_AVERAGE = Param("average", "binary", AVERAGE.help, choices=(*AVERAGE.choices, "samples"))
SKLEARN_OPTIONS = (SKLEARN_AVERAGE, POS_LABEL, ZERO_DIVISION, LABELS)
BETA = Param("beta", 1.0, "How much more recall counts than precision.", ge=0.0, usual=(0.5, 2.0))
WEIGHING = Param(
    "weighing",
    "none",
    "Errors count alike (none), by their distance (linear), or by its square (quadratic).",
    choices=("none", "linear", "quadratic"),
)
ALONE = "-1 where all rows are of one class, and said to be."
LABELS_ONLY = "Predictions are labels, or rows of indicators; probabilities are refused."
SET: dict[str, Any] = {
    "family": FAMILY,
    "takes": Takes.SET,
    "domain": Domain.CLASS_NUMBERS,
    "higher_is_better": True,
    "laws": frozenset({"row-permutation", "unit-interval"}),
}


def _each(above: str, below: str) -> tuple[tuple[str, str], ...]:
    both = f"sum({above}), sum({below})"
    of_all, of_each = (f"ratio({text})" for text in (both, f"{above}, {below}"))
    return (*COUNTED, ("each", f"{of_all} if average == 'micro' else {of_each}"), ("score", MEAN))


def _sklearn(name: str, kernel: Any, options: tuple[Param, ...] = SKLEARN_OPTIONS, note: str = LABELS_ONLY) -> Any:
    whole: dict[str, Any] = {"reductions": WHOLE, "weighting": Weighting.NONE}
    return sklearn_call(name, reads=Kind.VALUES, kernel=kernel, options=options, note=note, **whole)


def _keras(name: str, kernel: Any, *options: Param, **data: Any) -> Any:
    whole = {"reads": Kind.SCORES, "takes": Takes.SET, "outputs": Outputs.KEEP, "reductions": WHOLE}
    return keras_metric(name, kernel=kernel, options=options, **(whole | {"weighting": Weighting.NONE} | data))


def keras_at(name: str, reached: str, wanted: str, option: str = "") -> Any:
    """A metric of Keras that is a point of a curve; ``option`` is its name for the share to reach."""
    return _keras(
        name,
        areas_keras.best_point,
        *areas_keras.point_options(option or reached),
        fixed={"reached": reached, "wanted": wanted},
        apart=True,
        note="The best of the thresholds at which that share is reached; 0 if there is none.",
    )


def _iou(name: str, *options: Param, **data: Any) -> Any:
    return _keras(name, keras.iou, *options, reads=Kind.VALUES, note=keras.IOU_NOTE, **data)


def _catboost(name: str, kernel: Any, **data: Any) -> Any:
    whole = {"reads": Kind.LOGITS, "takes": Takes.SET, "kernel": kernel, "reductions": SKLEARN}
    return catboost_call(name, **(whole | data))


@loss(
    name="precision",
    summary="Of the rows that are predicted to be of a class, the fraction that is.",
    formula="TP / (TP + FP)",
    steps=_each("right", "said"),
    params=PARAMS,
    references=(
        _sklearn("precision_score", quirks.sklearn_precision),
        _keras("Precision", keras.share, *keras.DECISIONS, fixed={"missed": "fp"}, note=keras.NOTE),
        _catboost("Precision", boosting.catboost_precision),
        keras_at("PrecisionAtRecall", "recall", "precision"),
        "calls_torchmetrics_counts.PRECISION",
        "calls_torchmetrics_areas.PRECISION",
    ),
    examples=(
        Example(*DECISIONS, 0.6666666666666666, "by hand: 2 / 3"),
        Example(*CLASSES, 0.2222222222222222, SKLEARN_DOC.format("precision_score"), {"average": "macro"}),
    ),
    source="Kent et al. 1955, Machine literature searching; scikit-learn 1.9 precision_score",
    **SET,
)
def precision(x: Labels, y: Labels, weights: Array | None, *, average: str, pos_label: Any, threshold: float) -> Array:
    """Of each class that counts, then their mean."""
    found = counts(*decided(x, y, weights, threshold), average, pos_label)
    return averaged(found.right, found.said, found, average)


@loss(
    name="recall",
    summary="Of the rows that are of a class, the fraction that is predicted to be.",
    formula="TP / (TP + FN)",
    steps=_each("right", "true"),
    params=PARAMS,
    references=(
        _sklearn("recall_score", quirks.sklearn_recall),
        _keras("Recall", keras.share, *keras.DECISIONS, fixed={"missed": "fn"}, note=keras.NOTE),
        _catboost("Recall", boosting.catboost_recall),
        keras_at("RecallAtPrecision", "precision", "recall"),
        keras_at("SensitivityAtSpecificity", "specificity", "recall"),
        "calls_torchmetrics_counts.RECALL",
        "calls_torchmetrics_areas.RECALL",
    ),
    examples=(
        Example(*DECISIONS, 0.6666666666666666, "by hand: 2 / 3"),
        Example(*CLASSES, 0.3333333333333333, SKLEARN_DOC.format("recall_score"), {"average": "macro"}),
    ),
    source="Kent et al. 1955, Machine literature searching; scikit-learn 1.9 recall_score",
    **SET,
)
def recall(x: Labels, y: Labels, weights: Array | None, *, average: str, pos_label: Any, threshold: float) -> Array:
    """Of each class that counts, then their mean."""
    found = counts(*decided(x, y, weights, threshold), average, pos_label)
    return averaged(found.right, found.true, found, average)


@loss(
    name="f-beta",
    aliases=("f1", "f1-score", "fbeta"),
    summary="Harmonic mean of precision and recall, in which recall counts beta times as much; F1 by default.",
    formula="(1 + beta^2) TP / ((1 + beta^2) TP + FP + beta^2 FN)",
    steps=_each("(1 + beta^2) * right", "said + beta^2 * true"),
    params=(BETA, *PARAMS),
    references=(
        _sklearn("f1_score", quirks.sklearn_f_beta),
        _sklearn("fbeta_score", quirks.sklearn_f_beta, (Param("beta", 1.0, BETA.help, ge=0.0), *SKLEARN_OPTIONS)),
        _keras("F1Score", keras.f_beta, *keras.F, note=keras.F_NOTE),
        _keras("FBetaScore", keras.f_beta, *keras.F, BETA, note=keras.F_NOTE),
        _catboost("F1", boosting.catboost_f, fixed={"beta": 1.0}),
        _catboost("F", boosting.catboost_f, options=(Param("beta", 1.0, BETA.help, ge=0.0),), apart=True),
        _catboost(
            "TotalF1",
            boosting.catboost_total_f1,
            options=(
                Param("average", "Weighted", "How classes are averaged.", choices=("Weighted", "Macro", "Micro")),
            ),
            note="Weighted by how many rows have a class, unless average says otherwise.",
        ),
        "calls_torchmetrics_counts.F",
    ),
    examples=(
        Example(*DECISIONS, 0.6666666666666666, "by hand: 2 * 2 / (3 + 3)"),
        Example(*CLASSES, 0.26666666666666666, SKLEARN_DOC.format("f1_score"), {"average": "macro"}),
        Example(*CLASSES, 0.23809523809523808, SKLEARN_DOC.format("fbeta_score"), {"average": "macro", "beta": 0.5}),
    ),
    source="van Rijsbergen 1979, Information Retrieval; scikit-learn 1.9 fbeta_score",
    **SET,
)
def f_beta(
    x: Labels, y: Labels, weights: Array | None, *, beta: float, threshold: float, average: str, pos_label: Any
) -> Array:
    """Of each class that counts, then their mean."""
    found = counts(*decided(x, y, weights, threshold), average, pos_label)
    return quirks.f_of(found, beta, average)


@loss(
    name="jaccard",
    aliases=("iou", "jaccard-index"),
    summary="Rows rightly predicted to be of a class, over those predicted or true: intersection over union.",
    formula="TP / (TP + FP + FN)",
    steps=_each("right", "said + true - right"),
    params=PARAMS,
    references=(
        _sklearn("jaccard_score", quirks.sklearn_jaccard),
        _keras(
            "BinaryIoU",
            keras.binary_iou,
            keras.TARGETS,
            THRESHOLD,
            note="The mean over no and yes, by default; a score at the threshold is yes.",
        ),
        _iou("IoU", keras.TARGETS, *keras.MEAN_IOU),
        _iou("MeanIoU", *keras.MEAN_IOU),
        _iou("OneHotIoU", keras.TARGETS, *keras.HOT_IOU, fixed={"sparse_y_true": False}),
        _iou("OneHotMeanIoU", *keras.HOT_IOU, fixed={"sparse_y_true": False}),
        "calls_torchmetrics_counts.JACCARD",
        "calls_torchmetrics_association.SUCCESS",
    ),
    examples=(
        Example(*DECISIONS, 0.5, "by hand: 2 / (2 + 1 + 1)"),
        Example(*CLASSES, 0.2222222222222222, "by hand: (2 / 3 + 0 + 0) / 3", {"average": "macro"}),
    ),
    source="Jaccard 1912; scikit-learn 1.9 jaccard_score",
    **SET,
)
def jaccard(x: Labels, y: Labels, weights: Array | None, *, average: str, pos_label: Any, threshold: float) -> Array:
    """Of each class that counts, then their mean."""
    found = counts(*decided(x, y, weights, threshold), average, pos_label)
    return averaged(found.right, found.said + found.true - found.right, found, average)


@loss(
    name="matthews-correlation",
    aliases=("mcc", "matthews-corrcoef"),
    summary="Correlation of predicted and true classes: 1 is perfect, 0 no better than chance.",
    formula="(TP TN - FP FN) / sqrt((TP + FP)(TP + FN)(TN + FP)(TN + FN))      more classes: Gorodkin 2004",
    steps=(
        ("d", "decide(x, y, threshold)"),
        ("M", "matrix(w, y, d)"),
        ("true", "sum(M)"),
        ("said", "by_column(M)"),
        ("spread", "(sum(true) ** 2 - sum(true ** 2)) * (sum(said) ** 2 - sum(said ** 2))"),
        ("score", "(sum(diagonal(M)) * sum(true) - sum(true * said)) / sqrt(spread) if spread > 0 else 0"),
    ),
    params=(THRESHOLD,),
    references=(
        _sklearn(
            "matthews_corrcoef",
            quirks.sklearn_matthews,
            options=(),
            note="0 where predictions or labels are all of one class.",
        ),
        _catboost("MCC", boosting.catboost_mcc, reductions=ZERO_IF_EMPTY),
        "calls_torchmetrics_counts.MATTHEWS",
        "calls_monai_lines.CORRELATION",
    ),
    examples=(
        Example("1,-1,1,1", "1,1,1,-1", -0.3333333333333333, SKLEARN_DOC.format("matthews_corrcoef")),
        Example("1,1,0,0", "1,0,0,0", 0.5773502691896258, "by hand: (1 * 2 - 1 * 0) / sqrt(2 * 1 * 3 * 2)"),
    ),
    accuracy="A few ulp of 1 with weights: products are subtracted.",
    source="Matthews 1975; Gorodkin 2004, Comparing two K-category assignments; scikit-learn 1.9",
    **(SET | {"laws": frozenset({"row-permutation"})}),
)
def matthews_correlation(x: Labels, y: Labels, weights: Array | None, *, threshold: float) -> Array:
    """From the confusion matrix."""
    x, y, weights = decided(x, y, weights, threshold)
    x, y = columns_of(x, y)
    return correlation(matrix(weights_for(y, weights), y, x))


@loss(
    name="cohen-kappa",
    aliases=("kappa",),
    summary="Agreement beyond chance: 1 is perfect, 0 is chance; errors may be weighted by their distance.",
    formula="1 - sum D O / sum D E      O: counts; E: by chance; D: 0 or 1, |i - j|, or (i - j)^2",
    steps=(
        ("d", "decide(x, y, threshold)"),
        ("O", "matrix(w, y, d)"),
        ("E", "products(sum(O), by_column(O))"),
        ("D", "apart(size(O), weighing)"),
        ("score", "1 - total(O) * total(D * O) / total(D * E)"),
    ),
    params=(WEIGHING, THRESHOLD),
    references=(
        _sklearn(
            "cohen_kappa_score",
            quirks.sklearn_kappa,
            (replace(WEIGHING, name="weights", default=None, to="weighing"), LABELS),
            note="Distances are between places among the labels that occur.",
        ),
        _catboost("Kappa", boosting.catboost_kappa, fixed={"weighing": None}, note=ALONE),
        _catboost("WKappa", boosting.catboost_kappa, fixed={"weighing": "quadratic"}, note=f"Quadratic. {ALONE}"),
        "calls_torchmetrics_classes.KAPPA",
    ),
    examples=(
        Example("1,0,1,0", "1,0,1,1", 0.5, "by hand: 1 - (1 / 4) / (1 / 2)"),
        Example("0,2,1,2", "0,1,2,2", 0.6363636363636364, "by hand: 1 - 2 / 5.5", {"weighing": "quadratic"}),
    ),
    accuracy="A few ulp of 1, or of the disagreement if that is larger: the two are subtracted.",
    undefined="it divides by how far chance would be off, which is 0 where there is but one class",
    source="Cohen 1960, A coefficient of agreement; Cohen 1968, Weighted kappa; scikit-learn 1.9 cohen_kappa_score",
    **(SET | {"laws": frozenset({"row-permutation"})}),
)
def cohen_kappa(x: Labels, y: Labels, weights: Array | None, *, weighing: str | None, threshold: float) -> Array:
    """From the confusion matrix; distances are between places among the labels that occur."""
    x, y, weights = decided(x, y, weights, threshold)
    x, y = columns_of(x, y)
    if x.dtype == object and weighing not in (None, "none"):
        refuse_unordered(sorted_classes(np.concatenate([x, y])).tolist())
    return kappa(matrix(weights_for(y, weights), y, x), weighing)


@loss(
    name="confusion-count",
    aliases=("confusion",),
    summary="1 for a yes that is right (or another outcome), else 0; the sum counts them, the mean is their share.",
    formula="[x > threshold] [y = 1]      fp: [x > threshold] [y = 0]      fn, tn: [x <= threshold] ...",
    steps=(
        ("yes", "x > threshold if outcome == 'tp' or outcome == 'fp' else x <= threshold"),
        ("loss", "yes * (y > 0.5 if outcome == 'tp' or outcome == 'fn' else y <= 0.5)"),
    ),
    takes=Takes.VALUE,
    domain=Domain.RELEVANCE,
    params=(
        Param("outcome", "fp", "True or false, positive or negative.", choices=("tp", "fp", "tn", "fn")),
        THRESHOLD,
    ),
    references=tuple(
        _keras(name, keras.count, keras.THRESHOLDS, fixed={"outcome": outcome}, note=keras.COUNTS)
        for name, outcome in (
            ("FalsePositives", "fp"),
            ("TruePositives", "tp"),
            ("FalseNegatives", "fn"),
            ("TrueNegatives", "tn"),
        )
    ),
    laws=frozenset({"row-permutation", "unit-interval", "non-negative"}),
    examples=(
        Example("0.9,0.2,0.7,0.4", "1,0,0,1", 0.25, "by hand: the third"),
        Example("0.9,0.2,0.7,0.4", "1,0,0,1", 1.0, "by hand: the first", {"outcome": "tp", "reduction": "sum"}),
    ),
    source="Keras 3.15 FalsePositives, TruePositives, FalseNegatives, TrueNegatives",
)
def confusion_count(scores: Array, target: Array, *, outcome: str, threshold: float) -> Array:
    """1.0 where the decision and the label are those of the outcome."""
    yes = scores > threshold if outcome in ("tp", "fp") else scores <= threshold
    true = target > 0.5 if outcome in ("tp", "fn") else target <= 0.5
    return np.asarray(yes & true, scores.dtype)
