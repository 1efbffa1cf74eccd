"""Random cases of the metrics of gradient boosting tools, and what the live tools make of them.

None of them takes predictions as they are. XGBoost and LightGBM are given a model without trees, whose scores are where
boosting starts from; CatBoost has a function for it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

POSITIVE = {"rmsle", "gamma-nloglik", "gamma-deviance", "gamma", "gamma_deviance", "tweedie", "tweedie-nloglik", "MSLE"}
COUNTS = {"poisson", "poisson-nloglik", "Poisson", "tweedie", "tweedie-nloglik", "Tweedie"}
PROBABILITIES = {
    "logloss",
    "error",
    "binary_logloss",
    "binary",
    "binary_error",
    "cross_entropy",
    "xentropy",
    "kullback_leibler",
    "kldiv",
}
SOFT = {"cross_entropy", "xentropy", "kullback_leibler", "kldiv", "cross_entropy_lambda", "xentlambda", "CrossEntropy"}
BINARY = {
    *PROBABILITIES,
    *("auc", "aucpr", "average_precision", "AUC", "PRAUC", "Logloss", "Focal", "HingeLoss", "BrierScore"),
    *(
        "NormalizedGini",
        "BalancedErrorRate",
        "F",
        "CtrFactor",
        "Precision",
        "Recall",
        "F1",
        "BalancedAccuracy",
        "MCC",
        "ZeroOneLoss",
        "HammingLoss",
    ),
}
CLASSES = {
    *("mlogloss", "merror", "multi_logloss", "multi_error", "auc_mu", "multiclass", "softmax", "multiclassova"),
    *("multiclass_ova", "ova", "ovr", "MultiClass", "MultiClassOneVsAll", "Accuracy", "Kappa", "WKappa", "TotalF1"),
}
LISTS = {"ndcg", "map", "pre", "lambdarank", "rank_xendcg", "xendcg", "mean_average_precision"}
CATBOOST_LISTS = {"NDCG", "DCG", "MAP", "MRR", "ERR", "PFound", "PrecisionAt", "RecallAt", "AverageGain"}
CATBOOST_LISTS |= {"QueryRMSE", "QuerySoftMax", "QueryAUC"}
BARE = {"cox-nloglik", "Cox", *LISTS, *CATBOOST_LISTS}  # no weights, or of another kind
OPTIONS: dict[str, tuple[tuple[str, tuple[Any, ...]], ...]] = {
    "xgboost.error": (("threshold", (0.3, 0.5, 0.7)),),
    "xgboost.mphe": (("huber_slope", (0.5, 1.0, 3.0)),),
    "xgboost.tweedie-nloglik": (("rho", (1.1, 1.5, 1.9)),),
    "xgboost.ndcg": (("k", (None, 1, 3)), ("minus", (False, True))),
    "xgboost.map": (("k", (None, 1, 3)), ("minus", (False, True))),
    "xgboost.pre": (("k", (1, 2, 3)),),
    "catboost.F": (("beta", (0.5, 1.0, 2.0)),),
    "catboost.NDCG": (("top", (-1, 2, 3)), ("type", ("Base", "Exp")), ("denominator", ("LogPosition", "Position"))),
    "catboost.DCG": (("top", (-1, 2)), ("type", ("Base", "Exp"))),
    "catboost.MAP": (("top", (-1, 2)),),
    "catboost.MRR": (("top", (-1, 2)),),
    "catboost.QueryAUC": (("type", ("Classic", "Ranking", "Ranking")),),
    "catboost.ERR": (("top", (-1, 2)),),
    "catboost.PFound": (("top", (-1, 2)), ("decay", (0.85, 0.5))),
    "catboost.PrecisionAt": (("top", (1, 3)),),
    "catboost.RecallAt": (("top", (1, 3)),),
    "catboost.AverageGain": (("top", (1, 3)),),
    "xgboost.aft-nloglik": (
        ("aft_loss_distribution", ("normal", "logistic", "extreme")),
        ("aft_loss_distribution_scale", (0.5, 1.0, 2.0)),
    ),
    "xgboost.quantile": (("quantile_alpha", (0.1, 0.5, 0.9)),),
    "lightgbm.huber": (("alpha", (0.5, 0.9, 2.0)),),
    "lightgbm.quantile": (("alpha", (0.1, 0.5, 0.9)),),
    "lightgbm.fair": (("fair_c", (0.5, 1.0, 3.0)),),
    "lightgbm.tweedie": (("tweedie_variance_power", (1.1, 1.5, 1.9)),),
    "lightgbm.multi_error": (("multi_error_top_k", (1, 2)),),
    "catboost.Expectile": (("alpha", (0.1, 0.5, 0.8)),),
    "catboost.Quantile": (("alpha", (0.1, 0.5, 0.8)),),
    "catboost.LogLinQuantile": (("alpha", (0.1, 0.5, 0.8)),),
    "catboost.MultiQuantile": (("alpha", ([0.1, 0.5, 0.9],)),),
    "catboost.Lq": (("q", (1.0, 1.5, 3.0)),),
    "catboost.Huber": (("delta", (0.5, 2.0)),),
    "catboost.FairLoss": (("smoothness", (0.5, 2.0)),),
    "catboost.NumErrors": (("greater_than", (0.5, 2.0)),),
    "catboost.Tweedie": (("variance_power", (1.1, 1.5, 1.9)),),
    "catboost.Focal": (("focal_alpha", (0.25, 0.6)), ("focal_gamma", (0.5, 2.0))),
    "catboost.TotalF1": (("average", ("Weighted", "Macro", "Micro")),),
}


def make(call: str, seed: int) -> dict[str, Any]:
    """A case in the format of ``tests/golden``, without results."""
    rng = np.random.default_rng(seed)
    framework, _, name = call.partition(".")
    rows = int(rng.integers(1, 12))
    kwargs = {option: values[int(rng.integers(len(values)))] for option, values in OPTIONS.get(call, ())}
    extra: dict[str, Any] = {}
    x, labels = _arrays(rng, framework, name, rows)
    y: Array | None = labels
    if name in CATBOOST_LISTS:
        kwargs["group_id"] = np.sort(rng.integers(0, 3, rows)).tolist()
    if name in LISTS:
        first = int(rng.integers(1, rows)) if rows > 1 else 1
        extra["group"] = [first, rows - first]
        if framework == "lightgbm":
            kwargs["eval_at"] = int(rng.integers(1, 6))
    if framework == "xgboost" and name in ("auc", "aucpr") and rng.uniform() < 0.5:
        x, y = _several(rng, rows, extra)
    if name == "aft-nloglik":
        low = np.round(np.exp(rng.normal(size=rows)), 3) * rng.integers(0, 2, rows)
        high = np.where(rng.uniform(size=rows) < 0.3, np.inf, low + np.round(np.exp(rng.normal(size=rows)), 3))
        high = np.where((rng.uniform(size=rows) < 0.4) & (low > 0), low, high)
        extra |= {"margin": np.log(x), "label_lower_bound": low, "label_upper_bound": high}
        y = None
    weights = None
    if name not in BARE and "group" not in extra and rng.uniform() < 0.6:
        weights = (np.round(rng.uniform(0.1, 3.0, len(x)), 3) * (rng.uniform(size=len(x)) > 0.2)).tolist()
    return {
        "call": call,
        "dtype": "float32" if framework == "xgboost" else "float64",
        "y_pred": x.tolist(),
        "y_true": None if y is None else y.tolist(),
        "extra": {key: np.asarray(value).tolist() for key, value in extra.items()},
        "kwargs": kwargs,
        "sample_weight": weights,
    }


def _several(rng: Any, rows: int, extra: dict[str, Any]) -> tuple[Array, Array]:
    """Scores of lists, or of three classes."""
    if rng.uniform() < 0.5:
        first = int(rng.integers(rows)) + 1
        extra["group"] = [first, rows - first]
        return np.round(rng.normal(size=rows), 1), rng.integers(0, 2, rows)
    y = np.concatenate([np.arange(3), rng.integers(0, 3, rows)])
    return _softmax(rng.normal(size=(len(y), 3))), y


def _arrays(rng: Any, framework: str, name: str, rows: int) -> tuple[Array, Array]:
    """Predictions and labels."""
    wide = rng.choice([1.0, 1.0, 5.0, 100.0])
    if name in CLASSES:
        classes = int(rng.integers(2, 5))
        y = rng.integers(0, classes, rows)
        y[: min(rows, classes)] = np.arange(min(rows, classes))
        x = rng.normal(size=(rows, classes)) * 3.0 * wide
        return (_softmax(x) if name not in ("auc_mu",) and framework != "catboost" else x), y
    if name in ("MultiLogloss", "MultiCrossEntropy"):
        y = rng.integers(0, 2, (rows, 3)) * 1.0 if name == "MultiLogloss" else np.round(rng.random((rows, 3)), 3)
        return rng.normal(size=(rows, 3)) * 3.0, y
    if name in CATBOOST_LISTS:
        y = (
            np.round(rng.random(rows), 2)
            if name in ("ERR", "PFound")
            else rng.integers(0, int(rng.integers(2, 4)), rows) * 1.0
        )
        return np.round(rng.normal(size=rows), int(rng.integers(3))), y
    if name == "MultiRMSE":
        return rng.normal(size=(rows, 2)), rng.normal(size=(rows, 2))
    if name == "RMSEWithUncertainty":
        return rng.normal(size=(rows, 2)), rng.normal(size=rows)
    if name == "MultiQuantile":
        return rng.normal(size=(rows, 3)), rng.normal(size=rows)
    if name in LISTS:
        return np.round(rng.normal(size=rows), int(rng.integers(1, 3))), rng.integers(
            0, 2 if name[:2] in ("ma", "pr", "me") else 4, rows
        )
    if name in BINARY or name in SOFT:
        y = rng.integers(0, 2, rows) * 1.0
        if rng.uniform() < 0.8:
            y[:2] = [0.0, 1.0][:rows]
        y = np.round(rng.uniform(size=rows), 3) if name in SOFT else y
        x = np.round(rng.normal(size=rows) * 3.0 * wide, int(rng.integers(1, 4)))
        return (_sigmoid(x) if name in PROBABILITIES else x), y
    if name in ("cox-nloglik", "Cox"):
        x = rng.normal(size=rows)
        return x if name == "Cox" else np.exp(x), rng.choice([-2.0, 1.0, 2.0, 3.0, -5.0, 4.0], rows)
    y = np.round(rng.normal(size=rows) * 3.0, 3)
    x = np.round(rng.normal(size=rows) * 3.0 * wide, 3)
    if name in COUNTS:
        y = rng.integers(0, 5, rows) * 1.0
        return (x / 3.0 if framework == "catboost" else np.exp(np.clip(x / 3.0, -60.0, 60.0))), y
    if name in POSITIVE or name == "aft-nloglik":
        return np.exp(np.clip(x / 3.0, -60.0, 60.0)), np.exp(y / 3.0)
    return x, np.where(y == 0.0, 0.5, y)


def _softmax(x: Array) -> Array:
    p = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(p / p.sum(axis=1, keepdims=True))


def _sigmoid(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -700.0, 700.0))))


# What the tools make of them


def catboost(case: dict[str, Any]) -> float:
    """catboost.utils.eval_metric."""
    name = case["call"].partition(".")[2]
    options = ";".join(
        f"{key}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in case["kwargs"].items()
        if key not in ("minus", "group_id")
    )
    utils = importlib.import_module("catboost.utils")
    x = np.asarray(case["y_pred"], float)
    y = np.asarray(case["y_true"], float)
    metric = f"{name}:{options}" if options else name
    group = case["kwargs"].get("group_id")
    return float(utils.eval_metric(y, x, metric, weight=case["sample_weight"], group_id=group)[0])


def lightgbm(case: dict[str, Any]) -> float:
    """A booster without an objective and without trees: its scores are the initial ones."""
    tool = importlib.import_module("lightgbm")
    name = case["call"].partition(".")[2]
    x, y = np.asarray(case["y_pred"], float), np.asarray(case["y_true"], float)
    params: dict[str, Any] = {"objective": "none", "metric": name, "verbosity": -1, "min_data_in_leaf": 1}
    params |= {"min_data_in_bin": 1, "feature_pre_filter": False, "num_threads": 1, **case["kwargs"]}
    if x.ndim == 2:
        params["num_class"] = x.shape[1]
    data = tool.Dataset(
        np.arange(len(x), dtype=float)[:, None],
        y,
        weight=case["sample_weight"],
        init_score=x.T.reshape(-1) if x.ndim == 2 else x,
        group=case["extra"].get("group"),
        params=params,
        free_raw_data=False,
    )
    return float(tool.Booster(params, data).eval_train()[0][2])


_OBJECTIVES = {
    "mlogloss": "multi:softprob",
    "merror": "multi:softprob",
    "aft-nloglik": "survival:aft",
    "cox-nloglik": "survival:cox",
    "quantile": "reg:quantileerror",
}


def xgboost(case: dict[str, Any]) -> float:
    """A booster without trees: its margins are the base margins."""
    tool = importlib.import_module("xgboost")
    name, options = case["call"].partition(".")[2], dict(case["kwargs"])
    at = options.pop("threshold", options.pop("rho", options.pop("k", None)))
    minus = "-" if options.pop("minus", False) else ""
    metric = f"{name}@{at}{minus}" if at is not None else f"{name}{minus}"
    params: dict[str, Any] = {
        "eval_metric": metric,
        "disable_default_eval_metric": 1,
        "nthread": 1,
        "verbosity": 0,
        **options,
    }
    params["objective"] = _OBJECTIVES.get(name, "rank:pairwise" if "group" in case["extra"] else "reg:squarederror")
    x = np.asarray(case["y_pred"], np.float32)
    margin = x
    if x.ndim == 2:
        params["objective"] = "multi:softprob"
    if params["objective"] == "multi:softprob":
        params["num_class"] = x.shape[1]
        margin = np.log(np.maximum(x, np.float32(1e-38)))
    elif params["objective"].startswith("survival"):
        margin = np.log(x)
    data = tool.DMatrix(np.zeros((len(x), 1), np.float32), weight=case["sample_weight"])
    if case["y_true"] is not None:
        data.set_label(np.asarray(case["y_true"], np.float32))
    for key in ("label_lower_bound", "label_upper_bound"):
        if key in case["extra"]:
            data.set_float_info(key, np.asarray(case["extra"][key], np.float32))
    if "group" in case["extra"]:
        data.set_group(case["extra"]["group"])
    data.set_base_margin(margin)
    booster = tool.train(params, data, num_boost_round=0)
    case["y_pred"] = np.asarray(booster.predict(data)).tolist()
    if "margin" in case["extra"]:
        case["extra"]["margin"] = np.asarray(booster.predict(data, output_margin=True)).tolist()
    return float(booster.eval(data).rpartition(":")[2])


TOOLS = {"catboost": catboost, "lightgbm": lightgbm, "xgboost": xgboost}
