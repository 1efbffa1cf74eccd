"""The losses: one explicit list, in the order in which help and catalogue show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.losses.areas import auc, average_precision
from losscli.losses.boxes import box_iou, complete_box_iou, distance_box_iou, generalized_box_iou
from losscli.losses.brier import brier, d2_brier, d2_log_loss
from losscli.losses.calibration import calibration_error
from losscli.losses.confusion import (
    cohen_kappa,
    confusion_count,
    f_beta,
    jaccard,
    matthews_correlation,
    precision,
    recall,
)
from losscli.losses.contrastive import contrastive, info_nce, siglip, supcon
from losscli.losses.correlation import concordance_correlation, pearson_correlation
from losscli.losses.decisions import (
    accuracy,
    balanced_accuracy,
    hamming,
    top_k_accuracy,
    zero_one,
)
from losscli.losses.distances import minkowski, pairwise_squared_error, peak_signal_to_noise_ratio
from losscli.losses.embedding import (
    circle,
    cosine_distance,
    cosine_embedding,
    cosine_similarity,
    nt_xent,
    triplet_margin,
)
from losscli.losses.forecast_scales import (
    mean_absolute_scaled_error,
    root_mean_squared_scaled_error,
    weighted_quantile_loss,
)
from losscli.losses.forecasts import crps
from losscli.losses.given import given
from losscli.losses.jensen_shannon import jensen_shannon
from losscli.losses.likelihood import (
    binary_cross_entropy,
    cross_entropy,
    kl_divergence,
    negative_log_likelihood,
)
from losscli.losses.likelihood_asymmetric import asymmetric
from losscli.losses.likelihood_focal import (
    binary_focal,
    focal,
    generalized_cross_entropy,
    generalized_kl_divergence,
    poly_cross_entropy,
)
from losscli.losses.likelihood_noisy import symmetric_cross_entropy
from losscli.losses.lovasz import lovasz_hinge, lovasz_softmax
from losscli.losses.margin import (
    hinge,
    hinge_embedding,
    margin_ranking,
    perceptron,
    soft_margin,
    sparsemax,
    squared_hinge,
)
from losscli.losses.margin_classes import (
    categorical_hinge,
    multi_margin,
    multiclass_perceptron,
    multiclass_sparsemax,
    multilabel_margin,
)
from losscli.losses.margin_surrogates import exponential, modified_huber
from losscli.losses.preference import bradley_terry, cpo, dpo, ipo, kto, orpo, simpo
from losscli.losses.ranking import listwise_softmax
from losscli.losses.ranking_scores import (
    coverage_error,
    label_ranking_average_precision,
    label_ranking_loss,
    mean_average_precision,
    ndcg,
)
from losscli.losses.regression import (
    half_squared_error,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_log_error,
)
from losscli.losses.regression_deviances import (
    gamma_deviance,
    gaussian_nll,
    poisson,
    poisson_deviance,
    poisson_nll,
    tweedie_deviance,
)
from losscli.losses.regression_likelihoods import gamma_nll, tweedie_nll
from losscli.losses.regression_outliers import expectile, fair, lq, pseudo_huber, threshold_error
from losscli.losses.regression_redescending import cauchy, charbonnier, geman_mcclure, tukey, welsch
from losscli.losses.regression_relative import (
    symmetric_mean_absolute_percentage_error,
    weighted_absolute_percentage_error,
)
from losscli.losses.regression_robust import huber, log_cosh, quantile, smooth_l1
from losscli.losses.regression_tubes import epsilon_insensitive, squared_epsilon_insensitive, wing
from losscli.losses.scores import (
    d2_absolute_error_score,
    d2_pinball_score,
    d2_tweedie_score,
    explained_variance,
    r2_score,
)
from losscli.losses.segmentation import dice, generalized_dice, tversky
from losscli.losses.set_errors import (
    max_error,
    median_absolute_error,
    root_mean_squared_error,
    root_mean_squared_log_error,
)
from losscli.losses.survival import aft_nll, cox_nll

if TYPE_CHECKING:
    from losscli.losses.loss import Loss

LOSSES: tuple[Loss, ...] = (
    cross_entropy,
    binary_cross_entropy,
    negative_log_likelihood,
    kl_divergence,
    generalized_kl_divergence,
    jensen_shannon,
    focal,
    binary_focal,
    asymmetric,
    generalized_cross_entropy,
    poly_cross_entropy,
    symmetric_cross_entropy,
    brier,
    mean_squared_error,
    mean_absolute_error,
    mean_absolute_percentage_error,
    symmetric_mean_absolute_percentage_error,
    mean_absolute_scaled_error,
    mean_squared_log_error,
    half_squared_error,
    huber,
    pseudo_huber,
    fair,
    smooth_l1,
    log_cosh,
    charbonnier,
    cauchy,
    geman_mcclure,
    welsch,
    tukey,
    wing,
    lq,
    quantile,
    expectile,
    epsilon_insensitive,
    squared_epsilon_insensitive,
    threshold_error,
    crps,
    pairwise_squared_error,
    poisson,
    poisson_nll,
    gaussian_nll,
    tweedie_deviance,
    poisson_deviance,
    gamma_deviance,
    gamma_nll,
    tweedie_nll,
    hinge,
    squared_hinge,
    modified_huber,
    exponential,
    categorical_hinge,
    multi_margin,
    perceptron,
    multiclass_perceptron,
    sparsemax,
    multiclass_sparsemax,
    soft_margin,
    multilabel_margin,
    hinge_embedding,
    margin_ranking,
    accuracy,
    top_k_accuracy,
    zero_one,
    hamming,
    balanced_accuracy,
    precision,
    recall,
    f_beta,
    jaccard,
    matthews_correlation,
    cohen_kappa,
    confusion_count,
    cosine_similarity,
    cosine_distance,
    cosine_embedding,
    triplet_margin,
    nt_xent,
    circle,
    contrastive,
    supcon,
    info_nce,
    siglip,
    bradley_terry,
    dpo,
    ipo,
    kto,
    orpo,
    simpo,
    cpo,
    listwise_softmax,
    ndcg,
    mean_average_precision,
    label_ranking_loss,
    label_ranking_average_precision,
    coverage_error,
    aft_nll,
    cox_nll,
    dice,
    tversky,
    generalized_dice,
    lovasz_softmax,
    lovasz_hinge,
    box_iou,
    generalized_box_iou,
    distance_box_iou,
    complete_box_iou,
    root_mean_squared_error,
    root_mean_squared_log_error,
    median_absolute_error,
    max_error,
    minkowski,
    peak_signal_to_noise_ratio,
    weighted_absolute_percentage_error,
    root_mean_squared_scaled_error,
    weighted_quantile_loss,
    auc,
    average_precision,
    pearson_correlation,
    concordance_correlation,
    r2_score,
    explained_variance,
    d2_tweedie_score,
    d2_pinball_score,
    d2_absolute_error_score,
    d2_brier,
    d2_log_loss,
    calibration_error,
    given,
)


Home = dict[str, tuple[str, str]]


def index() -> tuple[Home, Home, tuple[str, ...]]:
    """What ``losscli.losses.index`` holds.

    Returns:
        For each name of a loss its module and what it is called there; for each call its loss and the first of its
        names; the frameworks.
    """
    home: Home = {}
    calls: Home = {}
    for loss in LOSSES:
        home |= dict.fromkeys(
            (*loss.names, *loss.exponential), (loss.kernel.__module__.rpartition(".")[2], loss.kernel.__name__)
        )
        for one in loss.references:
            if one.command:
                calls |= dict.fromkeys((one.call, *one.aliases), (loss.name, one.call))
    return home, calls, tuple(dict.fromkeys(one.framework for loss in LOSSES for one in loss.references))
