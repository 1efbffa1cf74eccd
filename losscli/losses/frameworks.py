"""The frameworks: their titles, and which of their arguments and losses are left out."""

from __future__ import annotations

import re

TITLES = {
    "catboost": "CatBoost",
    "keras": "Keras",
    "lightgbm": "LightGBM",
    "monai": "MONAI",
    "open_clip": "OpenCLIP",
    "pytorch_metric_learning": "PyTorch Metric Learning",
    "segmentation_models_pytorch": "Segmentation Models",
    "sklearn": "scikit-learn",
    "tf": "TensorFlow",
    "torch": "PyTorch",
    "torchmetrics": "TorchMetrics",
    "transformers": "Transformers",
    "trl": "TRL",
    "xgboost": "XGBoost",
}


# Calls that give way: a short name shared with other calls means the other calls.
YIELDING = (
    "catboost.",
    "kornia.",
    "lightgbm.",
    "monai.",
    "open_clip.",
    "pytorch_metric_learning.",
    "segmentation_models_pytorch.",
    "tf.compat.",
    "timm.",
    "torchmetrics.",
    "transformers.",
    "trl.",
    "xgboost.",
)


# Arguments of their calls that are not options here, with the reason.
LEFT_OUT = {
    "catboost": (("hints", "use_weights"), "weights count if they are given"),
    "keras": (("name", "dtype"), "they change no number; `--dtype float32` computes as Keras does by itself"),
    "monai": (("other_act",), "a function"),
    "open_clip": (
        ("local_loss", "gather_with_grad", "cache_labels", "rank", "world_size", "use_horovod"),
        "they share out the work and change no number",
    ),
    "pytorch_metric_learning": (("distance", "reducer", "embedding_regularizer"), "objects; their defaults are taken"),
    "timm": (("disable_torch_grad_focal_loss",), "it changes no number"),
    "tf": (("name", "scope", "loss_collection"), "they name parts of a graph"),
    "torch": (("size_average", "reduce"), "deprecated there; `--reduction` says it"),
    "torchmetrics": (
        ("validate_args", "multidim_average", "keep_sequence_dim"),
        "input is checked, and all rows count together",
    ),
    "transformers": (("config",), "of it only `--problem-type` matters"),
}


# Further losses and metrics that are not commands here.
BESIDES = {
    "catboost": "metrics of pairs and of intervals of time need a data set of CatBoost's",
    "kornia": "SSIM, MS-SSIM, total variation and Hausdorff losses look at neighbourhoods of pixels",
    "monai": "SSIM, Hausdorff, registration and adversarial losses look at neighbourhoods or need a network",
    "pytorch_metric_learning": "losses with weights of their own are layers; arcface and cosface here take the cosines",
    "sklearn": "scores of clusterings compare partitions, curves are no number; losscli thresholds draws them",
    "timm": "the two-way loss of a batch, and the balanced one that needs counts of training rows, are not here",
    "torchmetrics": "metrics of speech, detection, image quality and generated text need neighbours, models or words",
    "transformers": "losses of detection and segmentation match boxes and masks first",
}


BACKENDS = {"keras": "TensorFlow"}  # the backend that is reproduced, if there are several


def framework_named(name: str) -> str:
    """The framework, perhaps with a version, that a name means: ``PyTorch`` is ``torch``; other names are unchanged."""
    word, versioned, version = name.partition("==")
    plain = re.sub(r"[-_ ]", "", word).lower()
    known = {re.sub(r"[-_ ]", "", title).lower(): key for key, title in TITLES.items()} | {key: key for key in TITLES}
    return known.get(plain, word) + versioned + version
