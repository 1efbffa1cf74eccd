"""Does what people type first run, or name the right command: names of frameworks, any case, parameters in a name?"""

from __future__ import annotations

import shlex

import pytest

from losscli.errors import UsageError
from losscli.losses.frameworks import framework_named
from losscli.losses.meant import meant
from tests.support.shell import losscli as shell

CE, BCE, MSE = "cross-entropy", "binary-cross-entropy", "mean-squared-error"
DATA_FIRST = "losscli LOSS comes before the data; losscli check PREDICTIONS LABELS says which loss may be meant"
# As typed, and the call or loss with the options that it is taken for.
MEANT: dict[str, str] = {
    "CategoricalCrossentropy": "keras.losses.CategoricalCrossentropy",
    "SparseCategoricalCrossentropy": "keras.losses.SparseCategoricalCrossentropy",
    "BinaryCrossentropy": "keras.losses.BinaryCrossentropy",
    "binarycrossentropy": "keras.losses.BinaryCrossentropy",
    "sparse_categorical_crossentropy": "keras.losses.sparse_categorical_crossentropy",
    "categorical_crossentropy": "keras.losses.categorical_crossentropy",
    "binary_crossentropy": "keras.losses.binary_crossentropy",
    "keras.losses.binary_crossentropy": "keras.losses.binary_crossentropy",
    "tf.keras.losses.binary_crossentropy": "keras.losses.binary_crossentropy",
    "tf.keras.losses.mse": "keras.losses.mean_squared_error",
    "tf.keras.metrics.mae": "keras.metrics.MeanAbsoluteError",
    "keras.losses.MSE": "keras.losses.mean_squared_error",
    "tf.keras.losses.Huber": "keras.losses.Huber",
    "mean_squared_logarithmic_error": "mean-squared-log-error",
    "kld": "keras.losses.kl_divergence",
    "kullback_leibler_divergence": "keras.losses.kl_divergence",
    "logcosh": "log-cosh",
    "log_cosh": "log-cosh",
    "categorical_accuracy": "keras.metrics.CategoricalAccuracy",
    "sparse_categorical_accuracy": "keras.metrics.SparseCategoricalAccuracy",
    "binary_accuracy": "keras.metrics.BinaryAccuracy",
    "MeanIoU": "keras.metrics.MeanIoU",
    "crossentropy": CE,
    "CrossEntropy": "catboost.CrossEntropy",
    "cross_entropy": CE,
    "CROSS_ENTROPY": CE,
    "Cross-Entropy": CE,
    "CE": CE,
    "F.cross_entropy": "torch.nn.CrossEntropyLoss",
    "torch.nn.functional.cross_entropy": "torch.nn.CrossEntropyLoss",
    "nn.CrossEntropyLoss": "torch.nn.CrossEntropyLoss",
    "crossentropyloss": "torch.nn.CrossEntropyLoss",
    "cross_entropy_loss": "torch.nn.CrossEntropyLoss",
    "F.binary_cross_entropy_with_logits": "torch.nn.BCEWithLogitsLoss",
    "bcewithlogitsloss": "torch.nn.BCEWithLogitsLoss",
    "bce_with_logits": f"{BCE} --from-logits",
    "bceloss": "torch.nn.BCELoss",
    "F.mse_loss": "torch.nn.functional.mse_loss",
    "F.smooth_l1_loss": "torch.nn.SmoothL1Loss",
    "F.nll_loss": "torch.nn.NLLLoss",
    "MSE": MSE,
    "Mse": MSE,
    "mean_squared_error": MSE,
    "MAE": "mean-absolute-error",
    "RMSE": "root-mean-squared-error",
    "RMSLE": "root-mean-squared-log-error",
    "MAPE": "mean-absolute-percentage-error",
    "SMAPE": "symmetric-mean-absolute-percentage-error",
    "wMAPE": "weighted-absolute-percentage-error",
    "R2": "r2-score",
    "Pinball": "quantile",
    "perplexity": "negative-log-likelihood",
    "PPL": "negative-log-likelihood",
    "auc": "auc",
    "roc_auc": "auc",
    "AUROC": "auc",
    "F1": "f-beta",
    "IoU": "keras.metrics.IoU",
    "mcc": "matthews-correlation",
    "kappa": "cohen-kappa",
    "quadratic_weighted_kappa": "cohen-kappa --weighing=quadratic",
    "top5": "top-k-accuracy --k=5",
    "top_1": "top-k-accuracy --k=1",
    "logloss": "xgboost.logloss",
    "mlogloss": "xgboost.mlogloss",
    "merror": "xgboost.merror",
    "error@0.7": "xgboost.error --threshold=0.7",
    "tweedie-nloglik@1.5": "xgboost.tweedie-nloglik --rho=1.5",
    "tweedie_nloglik@1.5": "xgboost.tweedie-nloglik --rho=1.5",
    "ndcg@5": "xgboost.ndcg --k=5",
    "ndcg@10-": "xgboost.ndcg --k=10 --minus",
    "map@3-": "xgboost.map --k=3 --minus",
    "lightgbm.ndcg@3": "lightgbm.ndcg --eval-at=3",
    "aft-nloglik": "xgboost.aft-nloglik",
    "mphe": "pseudo-huber",
    "aucpr": "xgboost.aucpr",
    "binary_logloss": "lightgbm.binary_logloss",
    "multi_logloss": "lightgbm.multi_logloss",
    "multi_error": "lightgbm.multi_error",
    "auc_mu": "lightgbm.auc_mu",
    "xentropy": "lightgbm.cross_entropy",
    "kldiv": "lightgbm.kullback_leibler",
    "gamma_deviance": "gamma-deviance",
    "Logloss": "catboost.Logloss",
    "MultiClass": "catboost.MultiClass",
    "MultiClassOneVsAll": "catboost.MultiClassOneVsAll",
    "Quantile:alpha=0.9": "catboost.Quantile --alpha=0.9",
    "quantile:alpha=0.9": "catboost.Quantile --alpha=0.9",
    "Huber:delta=2.0": "catboost.Huber --delta=2.0",
    "Focal:focal_alpha=0.25;focal_gamma=2": "catboost.Focal --focal-alpha=0.25 --focal-gamma=2",
    "Tweedie:variance_power=1.5": "catboost.Tweedie --variance-power=1.5",
    "MultiQuantile:alpha=0.1,0.5,0.9": "catboost.MultiQuantile --alpha=0.1,0.5,0.9",
    "log_loss": "sklearn.metrics.log_loss",
    "neg_log_loss": "sklearn.metrics.log_loss",
    "neg_mean_squared_error": "sklearn.metrics.mean_squared_error",
    "neg_root_mean_squared_error": "sklearn.metrics.root_mean_squared_error",
    "neg_mean_absolute_percentage_error": "sklearn.metrics.mean_absolute_percentage_error",
    "neg_brier_score": "sklearn.metrics.brier_score_loss",
    "neg_mean_poisson_deviance": "sklearn.metrics.mean_poisson_deviance",
    "neg_max_error": "sklearn.metrics.max_error",
    "f1_macro": "sklearn.metrics.f1_score --average=macro",
    "precision_weighted": "sklearn.metrics.precision_score --average=weighted",
    "jaccard_micro": "sklearn.metrics.jaccard_score --average=micro",
    "roc_auc_ovr": "sklearn.metrics.roc_auc_score --multi-class=ovr",
    "balanced_accuracy": "balanced-accuracy",
    "average_precision": "average-precision",
    "matthews_corrcoef": "matthews-correlation",
    "crossentropy loss": "torch.nn.CrossEntropyLoss",
    "BCEWithLogits": f"{BCE} --from-logits",
    "bce with logits": f"{BCE} --from-logits",
    "huber loss": "huber",
    "l1 loss": "mean-absolute-error",
    "mse loss": MSE,
    "mae loss": "mean-absolute-error",
    "softmax loss": f"{CE} --from-logits",
    "logistic loss": f"{BCE} --from-logits",
    "negative log likelihood": "negative-log-likelihood",
    "tversky loss": "tversky",
    "quantile loss": "quantile",
    "pinball_loss": "quantile",
    "triplet loss": "triplet-margin",
    "cosine loss": "cosine-similarity",
    "kl divergence loss": "kl-divergence",
    "binary focal loss": "binary-focal",
    "squared hinge loss": "squared-hinge",
    "dpo loss": "dpo",
    "brier loss": "brier",
    "0-1 loss": "zero-one",
    "svm loss": "hinge",
    "top 5 accuracy": "top-k-accuracy --k=5",
    "top_10_accuracy": "top-k-accuracy --k=10",
    "f2": "f-beta --beta=2",
    "auc roc": "auc",
    "qwk": "cohen-kappa --weighing=quadratic",
    "expected calibration error": "calibration-error",
    "mIoU": "keras.metrics.MeanIoU",
    "NRMSE": "torchmetrics.functional.normalized_root_mean_squared_error",
    "dice score": "dice",
    "MASE": "mean-absolute-scaled-error",
    "RMSSE": "root-mean-squared-scaled-error",
    "wQL": "weighted-quantile-loss",
    "GIoU": "generalized-box-iou",
    "ciou loss": "complete-box-iou",
    "generalized_box_iou_loss": "torchvision.ops.generalized_box_iou_loss",
    "epsilon_insensitive": "epsilon-insensitive",
    "symmetric cross entropy": "symmetric-cross-entropy",
    "tukey loss": "tukey",
    "modified_huber": "modified-huber",
    "reg:squarederror": "xgboost.rmse",
    "binary:logistic": "xgboost.logloss",
    "multi:softprob": "xgboost.mlogloss",
    "survival:cox": "xgboost.cox-nloglik",
    "nn.MSELoss()": "torch.nn.MSELoss",
    "keras.losses.Huber()": "keras.losses.Huber",
    "tfa.losses.SigmoidFocalCrossEntropy": "binary-focal",
    "next token loss": "transformers.loss.ForCausalLMLoss",
    "error_rate": "xgboost.merror",
    "absolute_error": "mean-absolute-error",
    "cosine_proximity": "keras.losses.CosineSimilarity",
    "binary:hinge": "xgboost.error",
}


@pytest.mark.parametrize("name", MEANT)
def test_a_name_as_people_type_it_is_taken_for_a_command(name: str) -> None:
    found = meant(name)
    assert " ".join([found.reference.call if found.reference else found.loss.name, *found.preset]) == MEANT[name]


def test_there_are_a_hundred_names() -> None:
    assert len(MEANT) >= 100


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("log_softmax", "softmax"),
        ("bpb", "nll"),
        ("bits per character", "nll"),
        ("friedman_mse", "mse"),
        ("likelihood", "nll"),
        ("roc", "auc"),
        ("gini", "auc"),
        ("huber_loss", "optax.losses.huber_loss"),
        ("crossentropi", "cross-entropy"),
        ("survival", "cox-nll"),
        ("wrmsse", "rmsse"),
        ("dice coefficient", "dice"),
        ("wasserstein", "crps"),
    ],
)
def test_a_name_that_there_is_not_lists_what_it_may_be(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        meant(name)
    assert hint in caught.value.hint.splitlines()


@pytest.mark.parametrize(
    ("args", "value"),
    [
        ("MSE 1,3 1,1", 2.0),
        ("error@0.7 0.8,0.6 1,1", 0.5),
        ("Quantile:alpha=0.9 0 1", 0.8999991),
        ("map@1- 0.1,0.2 0,0", 0.0),
        ("neg_mean_squared_error 1,3 1,1", 2.0),
        ("tf.keras.losses.mse [[1],[3]] [[1],[1]]", None),
    ],
)
def test_such_a_name_runs(args: str, value: float | None) -> None:
    result = shell(*shlex.split(args), "-q")
    assert result.status == 0, result.err
    assert value is None or float(result.out) == pytest.approx(value, rel=1e-12)


def test_what_a_name_is_taken_for_is_told() -> None:
    result = shell("BinaryCrossentropy", "0.2,0.7", "0,1")
    assert "taken for keras.losses.BinaryCrossentropy; there is also keras.metrics.BinaryCrossentropy" in " ".join(
        result.err.split()
    )
    assert "is minus sklearn.metrics.log_loss" in shell("neg_log_loss", "0.2,0.7", "0,1").err


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("pytorch", "torch"),
        ("PyTorch", "torch"),
        ("tensorflow", "tf"),
        ("scikit-learn", "sklearn"),
        ("scikit_learn==1.3", "sklearn==1.3"),
        ("XGBoost", "xgboost"),
        ("LightGBM", "lightgbm"),
        ("CatBoost", "catboost"),
        ("Keras", "keras"),
        ("numpy", "numpy"),
    ],
)
def test_a_framework_by_the_name_that_it_gives_itself(typed: str, named: str) -> None:
    assert framework_named(typed) == named


@pytest.mark.parametrize("like", ["pytorch", "TensorFlow", "scikit-learn", "xgboost", "lightgbm", "catboost"])
def test_like_takes_it(like: str) -> None:
    assert shell("ce", "[[0.2,0.8]]", "1", "--like", like, "-q").status == 0
    assert shell("losses", "--framework", like).status == 0


@pytest.mark.parametrize(
    ("args", "option"),
    [
        ("ce [[1,2]] 1 --logits", "--from-logits"),
        ("ce p.csv --labels y", "--label"),
        ("ce p.csv --target y", "--label"),
        ("ce [[1,2]] 1 --weights 1,2", "--sample-weight"),
        ("ce [[1,2]] 1 --num-classes 2", "--classes"),
        ("pinball 1 2 --quantile 0.9", "--alpha"),
        ("ece p.csv --num_bins 5", "--n-bins"),
    ],
)
def test_an_option_by_another_name_is_told_the_right_one(args: str, option: str) -> None:
    result = shell(*shlex.split(args))
    assert result.status == 2
    assert option in result.err


@pytest.mark.parametrize(
    "args",
    [
        "ce [[1,2]] 1 --from_logits",
        "ce [[0.5,0.5]] 1 --label_smoothing 0.1",
        "ce [[0.5,0.5]] 1 --label_smoothing=0.1",
        "torch.nn.CrossEntropyLoss [[1,2]] 1 --ignore_index=-1",
        "ece [[0.5,0.5]] 1 --n_bins 5",
    ],
)
def test_options_may_be_spelled_as_in_code(args: str) -> None:
    assert shell(*shlex.split(args)).status == 0


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("explain", "losscli ce PREDICTIONS LABELS --explain [ROWS]: an option of each loss"),
        ("fail_if", "losscli ce PREDICTIONS LABELS --fail-if CONDITION: an option of each loss"),
        ("hist", "losscli ce PREDICTIONS LABELS --hist: an option of each loss"),
        ("help", "losscli --help, or losscli LOSS --help"),
        ("version", "losscli --version"),
        ("PyTorch", "losscli losses --framework torch, which lists its calls"),
        ("timm", "losscli losses --framework timm, which lists its calls"),
        ("preds.csv", DATA_FIRST),
        ("./logits.NPY", DATA_FIRST),
        ("preds.csv.gz", DATA_FIRST),
        ("0.9,0.2", DATA_FIRST),
        ("[[0.1,0.9]]", DATA_FIRST),
        ("kaggle", "losscli ce PREDICTIONS LABELS --like kaggle"),
    ],
)
def test_a_word_that_is_no_loss_leads_to_what_it_is(typed: str, hint: str) -> None:
    result = shell(typed, "a.csv")
    assert (result.status, result.err) == (2, f"Error: unknown loss {typed!r}\n  try  {hint}\n")


@pytest.mark.parametrize(
    ("call", "option", "plain"),
    [
        ("nn.CrossEntropyLoss", "--like", "ce"),
        ("nn.BCELoss", "--from_logits", "bce"),
        ("xgboost.mlogloss", "--clip", "ce"),
    ],
)
def test_an_option_of_the_plain_loss_leads_from_a_call_to_it(call: str, option: str, plain: str) -> None:
    result = shell(call, "0.5", "1", option, "keras")
    name = option.replace("_", "-")
    assert result.status == 2
    assert f"No such option '{option}': " in result.err
    assert result.err.endswith(f"is as its framework has it; losscli {plain} takes {name}\n")


def test_nothing_typed_prints_the_help() -> None:
    bare, asked = shell(), shell("--help")
    assert (bare.status, bare.out) == (2, "")
    assert bare.err == asked.out
    assert '"message": "no loss is named"' in shell("--errors", "json").err


@pytest.mark.parametrize("tool", ["check", "calibrate", "thresholds"])
def test_a_tool_without_groups_says_how_to_pick_one(tool: str) -> None:
    told = f"""No such option '--by': {tool} is of all rows; --where 'COLUMN == "value"' picks those of a group\n"""
    result = shell(tool, "0.5", "1", "--by", "region")
    assert (result.status, result.err.endswith(told)) == (2, True), result.err


def test_choices_of_a_missing_argument_stand_in_one_line() -> None:
    result = shell("completion")
    assert result.status == 2
    assert result.err.endswith("Choose from: bash, zsh, fish, powershell\n")


@pytest.mark.parametrize("name", ["logloss", "binary_logloss", "keras.losses.binary_crossentropy", "bce"])
def test_a_loss_of_yes_and_no_names_that_of_several_classes(name: str) -> None:
    done = shell(name, "[[0.2,0.5,0.3],[0.1,0.8,0.1]]", "1,1")
    assert done.status == 3
    assert "if the labels are class numbers: ce" in done.err
