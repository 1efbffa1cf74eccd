"""The metrics of XGBoost, LightGBM and CatBoost for values: how far off, how likely."""

from __future__ import annotations

from losscli.losses import boosting_quirks as quirks
from losscli.losses.reference import ONE_IF_EMPTY, SKLEARN, WHOLE, catboost_call, lightgbm_call, xgboost_call
from losscli.losses.vocabulary import Param, Takes

FRACTION = "A fraction, not percent; a label of 0 gives infinity, or NaN."
FRACTION_OF_1 = "A fraction, not percent; divides by at least 1."
SEVERAL = "The quantile, or one for each column."
NEAR = Param("delta", quirks.FLAT, "Errors up to it are none.", ge=0.0)

SQUARED = lightgbm_call("l2", also=("mean_squared_error", "mse", "regression", "regression_l2"))
ABSOLUTE = (
    xgboost_call("mae"),
    lightgbm_call("l1", also=("mean_absolute_error", "mae", "regression_l1")),
    catboost_call("MAE", kernel=quirks.flat_absolute, note="An error counts 1e-6 less; up to 1e-6 it is none."),
)
PERCENTAGE = (
    xgboost_call("mape", kernel=quirks.relative, fixed={"epsilon": 0.0}, note=FRACTION),
    lightgbm_call(
        "mape",
        also=("mean_absolute_percentage_error",),
        kernel=quirks.relative,
        fixed={"epsilon": 1.0},
        note=FRACTION_OF_1,
    ),
    catboost_call("MAPE", kernel=quirks.relative, fixed={"epsilon": 1.0}, note=FRACTION_OF_1),
)
SQUARED_LOG = catboost_call("MSLE", kernel=quirks.catboost_mean_squared_log, note="Takes negative values as they are.")
ROOT = (
    xgboost_call("rmse"),
    lightgbm_call("rmse", also=("root_mean_squared_error", "l2_root"), kernel=quirks.lightgbm_rmse),
    catboost_call("RMSE"),
    catboost_call(
        "MultiRMSE", kernel=quirks.catboost_multi_rmse, note="The outputs of a row are added up, not averaged."
    ),
)
ROOT_LOG = xgboost_call("rmsle")
MEDIAN = catboost_call(
    "MedianAbsoluteError", reductions=SKLEARN, kernel=quirks.catboost_median, note="Weights are ignored.", unweighted=""
)
ROOT_SHARE = catboost_call("RMSPE", kernel=quirks.catboost_rmspe, note=FRACTION_OF_1)
R2 = (
    lightgbm_call("r2", kernel=quirks.lightgbm_r2, note="Equal labels give 1 or 0."),
    catboost_call("R2", reductions=ONE_IF_EMPTY, kernel=quirks.catboost_r2, note="Equal labels give 1."),
)
HUBER = (
    lightgbm_call(
        "huber",
        options=(Param("alpha", 0.9, "Where the square becomes linear.", to="delta"),),
        note="The threshold is called alpha, and is 0.9.",
    ),
    catboost_call("Huber", options=(Param("delta", 1.0, "Where the square becomes linear."),)),
)
LOG_COSH = catboost_call(
    "LogCosh",
    takes=Takes.SET,
    kernel=quirks.catboost_log_cosh,
    note="Its logarithm is an approximation: up to 1.1e-4 below the true value.",
)
QUANTILE = (
    xgboost_call(
        "quantile",
        takes=Takes.RAW,
        kernel=quirks.quantiles,
        options=(Param("quantile_alpha", 0.5, SEVERAL, vector=True, to="alpha"),),
        note="One column for each quantile, averaged.",
    ),
    lightgbm_call("quantile", options=(Param("alpha", 0.9, "The quantile.", ge=0.0, le=1.0),)),
    catboost_call(
        "Quantile",
        kernel=quirks.flat_quantile,
        options=(Param("alpha", 0.5, "The quantile.", ge=0.0, le=1.0), NEAR),
        note="An error counts 1e-6 less; up to 1e-6 it is none.",
    ),
    catboost_call(
        "MultiQuantile",
        takes=Takes.RAW,
        kernel=quirks.quantiles,
        options=(Param("alpha", 0.5, SEVERAL, vector=True), NEAR),
        note="One column for each quantile, averaged.",
    ),
    catboost_call(
        "LogLinQuantile",
        kernel=quirks.exponential_quantile,
        options=(Param("alpha", 0.5, "The quantile.", ge=0.0, le=1.0),),
        note="Predictions are logarithms of values.",
    ),
)
POISSON = (
    lightgbm_call("poisson", kernel=quirks.lightgbm_poisson, note="A rate below 1e-10 counts as 1e-10."),
    xgboost_call(
        "poisson-nloglik", kernel=quirks.xgboost_poisson, note="With log y!; a rate below 1e-16 counts as 1e-16."
    ),
)
LOG_POISSON = catboost_call("Poisson", note="Predictions are logarithms of rates.")
GAUSSIAN = catboost_call(
    "RMSEWithUncertainty",
    takes=Takes.RAW,
    kernel=quirks.catboost_gaussian,
    note="Two columns, mean and log standard deviation; with log(2 pi) / 2.",
)
GAMMA_DEVIANCE = (
    xgboost_call("gamma-deviance", kernel=quirks.xgboost_gamma_deviance, note="1e-6 is added to both."),
    lightgbm_call(
        "gamma_deviance",
        kernel=quirks.lightgbm_gamma_deviance,
        reductions=WHOLE,
        note="The sum over rows, not their mean; 1e-9 is added to the prediction.",
    ),
)
