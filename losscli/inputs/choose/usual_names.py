"""The names by which files call labels, predictions, weights and ids."""

from __future__ import annotations

import re

LABELS = ("labels", "label", "y_true", "y", "target", "targets", "true", "truth", "class")
PREDICTIONS = (
    "predictions", "prediction", "y_pred", "preds", "pred", "logits", "probabilities", "probs", "scores",
    "outputs", "output",
)  # fmt: skip
WEIGHTS = ("sample_weight", "sample_weights", "weight", "weights")
IDS = ("id", "ids", "index", "idx", "row", "row_id", "sample", "sample_id", "", "unnamed: 0", "__index_level_0__")
CLASSES = ("classes", "class_names")

ROLE_NAMES = frozenset(LABELS + PREDICTIONS + WEIGHTS + IDS)

_PREDICTION_PREFIX = (
    r"(p|prob|probs|proba|probability|probabilities|logit|logits|z|score|scores|pred|preds|prediction|predictions"
    r"|output|outputs|y_pred|y_prob|y_proba|y_score)(?:[_.\-: ].*|\d*)"
)
_SEPARATORS = "_.-: "


def key(name: str) -> str:
    """The form in which names are compared: case and surrounding white space don't matter."""
    return name.strip().lower()


def prediction_prefix(name: str) -> str | None:
    """The usual prefix under which a name says that it is a prediction, such as ``p`` of ``p_cat``."""
    match = re.fullmatch(_PREDICTION_PREFIX, name.strip(), re.IGNORECASE | re.DOTALL)
    return match[1].lower() if match else None


def class_names(names: list[str]) -> tuple[str, ...] | None:
    """Names of classes: prediction columns without the prefix that all share, up to a separator.

    Returns:
        One name per column; None for fewer than two columns, which are no classes.
    """
    if len(names) < 2:
        return None
    first, last = min(names), max(names)  # what these two share, all share
    common = next((first[:i] for i in range(len(first)) if first[i] != last[i : i + 1]), first)
    end = max(common.rfind(separator) + 1 for separator in _SEPARATORS)
    stripped = tuple(name[end:].strip() for name in names)
    return stripped if all(stripped) else tuple(names)
