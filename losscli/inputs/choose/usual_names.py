"""The usual names of columns for labels, predictions, weights and ids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losscli.lazy import regex
from losscli.text import composed

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELS = (
    "labels", "label", "y_true", "y", "target", "targets", "true", "truth", "class", "actual", "actuals", "observed",
    "obs", "gold", "gold_label", "gt", "ground_truth", "true_label", "true_class", "y_test", "label_ids", "targ",
    "targs", "expected_label",
)  # fmt: skip
PREDICTIONS = (
    "predictions", "prediction", "y_pred", "preds", "pred", "logits", "probabilities", "probs", "scores",
    "outputs", "output", "predicted", "predict", "yhat", "y_hat", "forecast", "p", "prob", "proba", "probability",
    "score", "logit",
)  # fmt: skip
PREDICTED = frozenset(("predictions", "prediction", "y_pred", "preds", "pred", "predicted", "predict", "yhat", "y_hat"))
LOG_PROBABILITIES = (
    "logprob", "logprobs", "log_prob", "log_probs", "logp", "lp", "token_logprob", "token_logprobs", "ll",
)  # fmt: skip
SCORES = frozenset((*PREDICTIONS, *LOG_PROBABILITIES))
WEIGHTS = ("sample_weight", "sample_weights", "weight", "weights")
# The index of a data frame, which often starts again at 0.
INDEXES = ("", "unnamed:_0", "index", "idx", "row", "_index_level_0_")
IDS = (
    *INDEXES, "id", "ids", "row_id", "sample", "sample_id", "key", "uuid", "guid", "name", "filename", "file", "image",
    "img", "path", "date", "datetime", "timestamp", "case", "qid", "inst#", "ds", "cutoff",
)  # fmt: skip
# Whole numbers or words that say what a row was used for.
SPLITS = frozenset(("fold", "folds", "kfold", "k_fold", "cv_fold", "_kfold_", "split", "usage", "partition"))
# Columns next to a forecast that are not forecasts.
BOUNDS = ("lower", "upper", "low", "high", "lo", "hi", "std", "se", "var", "sd")
CLASSES = ("classes", "class_names", "classes_", "target_names", "label_names")

# Words that can only be column names in a first row: 'case' or 'name' may be data as well.
ROLE_NAMES = frozenset(LABELS + PREDICTIONS + WEIGHTS + INDEXES + ("id", "ids", "row_id", "sample", "sample_id"))

_LAST_WORDS = frozenset((
    "prob", "probs", "proba", "probability", "probabilities", "logit", "logits", "score", "scores", "pred", "preds",
    "predicted", "prediction", "predictions", "forecast", "confidence",
))  # fmt: skip
_SCORED = ("scored probabilities", "scored_probabilities")
_FIRST_WORDS = _LAST_WORDS | {"p", "z", "predict", "output", "outputs", *_SCORED} | {
    before + word for before in ("y", "y_") for word in ("pred", "prob", "proba", "score", "hat")
}  # fmt: skip
_LONG = 200  # no name is that long, and patterns would be slow
_LONGEST_WORD = max(map(len, _FIRST_WORDS))
_DECIDED = regex(
    r"(?:.+[_.\- ]|\.)?(?:y[_.\- ]?)?pred(?:s|icted|iction)?[_.\- ]?(?:class|label)(?:es|s)?", re.IGNORECASE
)
_FORECASTS = ("pred", "forecast", "hat", "fitted")  # one is in each of the words below
_FORECAST = r"(?:pred|preds|predicted|prediction|predictions|forecast|y_?hat|hat|fitted)"
_PREDICTED = regex(
    rf"\.?{_FORECAST}[_.\-: ]+([^()]+)|{_FORECAST} ?\((.+)\)|([^()]+)[_.\-: ]+{_FORECAST}"
    rf"|([^()]+) \({_FORECAST}\)|P ?\((.+)=.+\)",
    re.IGNORECASE | re.DOTALL,
)
_OUT_OF_FOLD = regex(r"oof[_.\- ]", re.IGNORECASE)
_TRUTHS = r"(?:y|true|truth|actual|observed|obs|gold|gt|label|target|outcome|result|real)"
_OF_TRUTH = regex(rf"{_TRUTHS}_(.+)|(.+)_{_TRUTHS}")
_ID_TOKENS = frozenset(
    ("id", "ids", "uuid", "guid", "key", "idx", "index", "filename", "path", "name", "date", "datetime", "timestamp")
)
_BOUND = regex(rf"(.+)_(?:{'|'.join(BOUNDS)})_[\d.]+")
_SEPARATORS = str.maketrans(".-: /(", "______", ")")
_TOKEN = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_JOINED_ID = regex(
    r"(?:image|img|user|item|row|sample|object|case|passenger|customer|client|doc|document|test|train|record|question"
    r"|query|tweet|text|sentence|token|patient|study|photo|file|event|session|order|product|transaction)ids?"
)


def key(name: str) -> str:
    """The normalised form of a name: case, surrounding blanks and the kind of separator don't matter."""
    plain = composed(name.strip().lower())
    if "__" not in plain and plain.replace("_", "a").isalnum():
        return plain
    return re.sub(r"[\s.\-_]+", "_", plain)


def bound_of(names: Sequence[str], column: int) -> bool:
    """Whether a column is named as a bound of another one: ``ARIMA-lo-90`` beside ``ARIMA``."""
    name = key(names[column]) if names else ""
    match = _BOUND.fullmatch(name) if name[-1:].isdecimal() and name.count("_") > 1 and len(name) < _LONG else None
    return match is not None and any(key(name) == match[1] for name in names)


def is_label(name: str, names: Sequence[str]) -> bool:
    """Whether a column is named like labels, and not like a class next to its opposite: ``True`` and ``False``."""
    plain = key(name)
    return plain in LABELS and not (plain == "true" and any(key(one) == "false" for one in names))


def is_plainly_a_role(name: str) -> bool:
    """Whether the name of a role cannot be that of a class or an output: ``sample_weight``, ``y_true``."""
    return "_" in key(name)


def prediction_prefix(name: str) -> str | None:
    """The usual prefix or suffix that marks a prediction, such as ``p`` of ``p_cat``."""
    text = out_of_fold(name.strip()).lower()
    plain = text.removeprefix(".")
    if plain in _FIRST_WORDS or plain == "oof":
        return plain
    for i, sign in enumerate(plain[: _LONGEST_WORD + 1]):
        if plain[:i] in _FIRST_WORDS and (sign in "_.-: /([" or plain[i:].isdecimal()):
            return plain[:i]
    before, _, last = text.translate(_SEPARATORS).rpartition("_")
    return f"…{last}" if before and last in _LAST_WORDS else None


def is_decided(name: str) -> bool:
    """Whether a name marks a column of predicted classes: ``pred_class``, ``PredictedLabel``."""
    return "pred" in name.lower() and _DECIDED.fullmatch(name.strip()) is not None


def predicted(name: str) -> str | None:
    """What a column predicts according to its name: ``age`` of ``age_pred``, ``Churn`` of ``P (Churn=1)``."""
    says_so = "=" in name or any(word in name.lower() for word in _FORECASTS)
    match = _PREDICTED.fullmatch(name.strip()) if says_so and len(name) < _LONG else None
    return None if match is None else next(part for part in match.groups() if part is not None)


def out_of_fold(name: str) -> str:
    """The name without the mark of predictions for rows that a model was not fitted to: ``pred`` of ``oof_pred``."""
    match = _OUT_OF_FOLD.match(name) if name[:3].lower() == "oof" else None
    return name if match is None else name[match.end() :]


def truth_of(name: str) -> str | None:
    """What a column holds the truth of, by its key: ``prob1`` of ``prob1_outcome``, ``age`` of ``Actual Age``."""
    plain = key(name)
    match = _OF_TRUTH.fullmatch(plain) if len(name) < _LONG and plain not in LABELS else None
    return None if match is None else match[1] or match[2]


def is_id(name: str) -> bool:
    """Whether a name marks a column of ids: ``id``, ``PassengerId``, ``test_index``."""
    plain = key(name)
    if plain in IDS or (plain.endswith(("id", "ids")) and _JOINED_ID.fullmatch(plain)):
        return True
    if not any(token in name.lower() for token in _ID_TOKENS):
        return False
    tokens = [token.lower() for token in _TOKEN.findall(name)]
    return bool(tokens) and (tokens[-1] in _ID_TOKENS or (tokens[0] == "id" and tokens[-1] not in LABELS))
