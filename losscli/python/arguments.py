"""The keyword arguments of ``losscli.evaluate`` and its neighbours, for type checkers.

Made from the declarations by ``python -m tests.support.documents``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence


class Reading(TypedDict, total=False):
    """How a table is read, and what its labels mean."""

    classes: Sequence[Any] | int | None
    comment: str | None
    delimiter: str | None
    encoding: str | None
    header: bool | None
    id: str | int | None
    ignore_index: int | None
    input_format: str | None
    join: str | Sequence[str] | None
    join_missing: Literal["error", "drop"] | None
    label: str | int | Sequence[str | int] | None
    label_base: int | None
    label_form: Literal["auto", "sparse", "one-hot", "multi-hot", "soft", "binary"] | None
    limit: int | None
    memory_limit: int | str | None
    na: str | float | Sequence[str | float] | None
    nan: Literal["error", "skip", "keep"] | None
    pred: str | int | Sequence[str | int] | None
    shift: int | None
    skip: int | None
    where: Any


class ThresholdsOptions(Reading, total=False):
    """What ``thresholds`` may be asked."""

    from_logits: bool | None


class IdentifyOptions(Reading, total=False):
    """What ``identify`` may be asked."""

    class_axis: int | None
    class_weight: Any
    temperature: float | None


class CalibrateOptions(Reading, total=False):
    """What ``calibrate`` may be asked."""

    class_axis: int | None
    clip: float | None
    from_log_probs: bool | int | str | None
    from_logits: bool | None
    like: str | None
    percent: bool | None
    rescale: bool | None
    temperature: float | None


class Options(CalibrateOptions, total=False):
    """What may be asked for; which of it a loss or a call takes, it says itself."""

    adaptive_k: bool | None
    adjusted: bool | int | None
    aft_loss_distribution: str | None
    aft_loss_distribution_scale: float | None
    alpha: Any
    apply_class_balancing: bool | None
    apply_sigmoid: bool | None
    apply_softmax: bool | None
    average: str | None
    axis: Any
    base: str | int | None
    batch: bool | None
    beta: Any
    bias: float | None
    blank: int | None
    blank_id: int | None
    blank_index: int | None
    bootstrap: int | None
    border: float | None
    by: Any
    bytes: Any
    c: float | None
    chosen_lengths: Any
    class_aggregation: str | None
    class_id: float | None
    class_weight: Any
    class_weights: Any
    compute_full_loss: bool | None
    counts: Any
    covariance: float | None
    covariance_v: float | None
    curve: str | None
    data_range: float | None
    decay: float | None
    delta: float | None
    denominator: str | None
    desirable_weight: float | None
    dim: int | None
    discopop_tau: float | None
    distance_function: str | None
    distribution: str | None
    dtype: Literal["float64", "float32"] | None
    empty: float | None
    end_logits: Any
    end_positions: Any
    eps: float | None
    epsilon: float | None
    eval_at: Any
    f_alpha_divergence_coef: float | None
    f_divergence_type: str | None
    fair_c: float | None
    flips: float | None
    floor: float | None
    focal_alpha: float | None
    focal_gamma: float | None
    force_finite: bool | None
    from_sorted_ids: bool | None
    full: bool | None
    gain: str | None
    gamma: float | None
    gamma_neg: float | None
    gamma_pos: float | None
    global_batch_size: float | None
    greater_than: float | None
    group: Any
    group_id: Any
    huber_slope: float | None
    ignore_background: bool | None
    ignore_class: float | None
    ignore_ties: bool | None
    include_background: bool | None
    indexes: Any
    input2: Any
    input_lengths: Any
    invariance: float | None
    invariance_lambda: float | None
    iter_: int | None
    iterations: int | None
    jaccard: bool | None
    k: float | int | None
    kl: float | None
    label_gain: Any
    label_length: Any
    label_lower_bound: Any
    label_paddings: Any
    label_smoothing: float | None
    label_upper_bound: Any
    label_weights: Any
    lambd: float | None
    lambda_ce: float | None
    lambda_dice: float | None
    lambda_focal: float | None
    lambda_gdl: float | None
    log_base: float | None
    log_epsilon: float | None
    log_input: bool | None
    log_loss: bool | None
    log_prob: bool | None
    log_target: bool | None
    logit_bias: float | None
    logit_length: Any
    logit_paddings: Any
    logit_scale: float | None
    logits_time_major: bool | None
    loss_type: str | None
    m: float | None
    margin: float | None
    max_fpr: float | None
    max_margin: float | None
    max_val: float | None
    min_precision: float | None
    min_recall: float | None
    min_sensitivity: float | None
    min_specificity: float | None
    minus: bool | None
    mode: str | None
    multi_class: str | None
    multi_error_top_k: int | None
    multi_label: bool | None
    multiclass_mode: str | None
    multioutput: Any
    n_bins: int | None
    ndcg_exp_gain: bool | None
    neg_margin: float | None
    negative: Any
    negatives: Any
    norm: str | None
    norm_degree: float | None
    normalization: str | None
    normalize: bool | None
    normalized: bool | None
    nu: Any
    num_classes: float | int | None
    num_items_in_batch: float | None
    num_labels: float | None
    num_outputs: int | None
    num_regressors: int | None
    num_splits: int | None
    num_thresholds: int | None
    omega: float | None
    order: int | None
    outcome: str | None
    p: float | int | None
    per: Any
    per_image: bool | None
    pos_label: str | int | None
    pos_margin: float | None
    pos_weight: Any
    positive: Any
    positives: Any
    power: float | None
    precision: float | None
    problem_type: str | None
    q: float | None
    quantile_alpha: Any
    quantiles: Any
    recall: float | None
    reduced_threshold: float | None
    reduction: str | None
    redundancy: float | None
    ref: Any
    ref_chosen: Any
    ref_chosen_logps: Any
    ref_rejected: Any
    ref_rejected_logps: Any
    rejected: Any
    rejected_lengths: Any
    rejected_logps: Any
    remove_diagonal: bool | None
    rewards_rejected: Any
    rho: float | None
    scale: float | None
    scale_by_half: bool | str | None
    season: int | None
    seed: int | None
    sensitivity: float | None
    shift_labels: Any
    sigmoid: bool | None
    simpo_gamma: float | None
    smooth: float | None
    smooth_dense: bool | None
    smooth_dr: float | None
    smooth_factor: float | None
    smooth_loss: bool | None
    smooth_nr: float | None
    smoothing: float | None
    smoothness: float | None
    soft_label: bool | None
    softmax: bool | None
    sparse_y_pred: bool | None
    sparse_y_true: bool | None
    specificity: float | None
    squared: bool | None
    squared_pred: bool | None
    sum_classes: bool | None
    summation_method: str | None
    swap: bool | None
    t1: float | None
    t2: float | None
    target_class_ids: Any
    target_lengths: Any
    target_threshold: float | None
    task: str | None
    test: Literal["t", "sign-flip"] | None
    theta: float | None
    threshold: float | None
    thresholds: Any
    to_onehot_y: bool | None
    top: int | None
    top_k: float | int | None
    train: Any
    tweedie_variance_power: float | None
    type: str | None
    undesirable_weight: float | None
    use_softmax: bool | None
    var: Any
    variance: float | None
    variance_mu: float | None
    variance_power: float | None
    variant: str | None
    vocab_size: float | None
    w_type: str | None
    weighing: str | None
    weight: Any
    weights: Any
    width: float | None
    words: Any
    zero_cost: float | None
    zero_division: float | None
    zero_infinity: bool | None
    zero_mean: bool | None
