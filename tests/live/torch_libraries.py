"""Random cases of libraries on PyTorch, and what the live libraries make of them: images, vectors, tokens."""

from __future__ import annotations

import importlib
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.losses import CALLS
from losscli.losses.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    Rng = np.random.Generator
    Case = dict[str, Any]

ROOMS = {
    "timm": "timm.loss",
    "kornia": "kornia.losses",
    "monai": "monai.losses",
    "segmentation_models_pytorch": "segmentation_models_pytorch.losses",
    "pytorch_metric_learning": "pytorch_metric_learning.losses",
    "open_clip": "open_clip.loss",
    "transformers": "transformers.loss.loss_utils",
    "torchvision": "torchvision.ops",
}
NUMBERS: dict[str, list[Any]] = {
    "alpha": [None, 0.0, 0.25, 0.5, 1.0],
    "beta": [0.0, 0.3, 0.5, 0.7],
    "gamma": [0.0, 0.5, 1.0, 2.0],
    "gamma_neg": [0.0, 1.0, 4.0],
    "gamma_pos": [0.0, 1.0],
    "clip": [0.0, 0.05, 0.2],
    "eps": [1e-8, 1e-7, 1e-3],
    "smoothing": [0.0, 0.1, 0.3],
    "label_smoothing": [0.0, 0.1],
    "smooth": [0.0, 1.0],
    "smooth_nr": [1e-5, 0.0, 1.0],
    "smooth_dr": [1e-5, 1.0],
    "smooth_factor": [None, 0.0, 0.1, 0.3],
    "lambda_dice": [1.0, 0.3],
    "lambda_ce": [1.0, 0.7],
    "lambda_focal": [1.0, 0.7],
    "lambda_gdl": [1.0, 0.3],
    "lambd": [5e-3, 1.0],
    "reduced_threshold": [None, 0.5],
    "target_threshold": [None, 0.3],
    "margin": [0.05, 0.3],
    "pos_margin": [0.0, 0.2],
    "neg_margin": [0.5, 1.0],
    "temperature": [0.07, 0.1, 0.5],
    "logit_scale": [1.0, 10.0, 100.0],
    "logit_bias": [None, -10.0, 0.0],
    "max_val": [1.0, 255.0],
}
OWN: dict[str, list[Any]] = {
    "timm.loss.BinaryCrossEntropy smoothing": [0.0, 0.1, 0.3],
    "timm.loss.PolyCrossEntropy epsilon": [2.0, 0.0, -1.0],
    "timm.loss.PolyBinaryCrossEntropy epsilon": [2.0, 0.0, -1.0],
    "timm.loss.AsymmetricLossSingleLabel eps": [0.0, 0.1],
    "timm.loss.JsdCrossEntropy alpha": [1.0, 12.0],
    "segmentation_models_pytorch.losses.TverskyLoss alpha": [0.0, 0.3, 0.7],
    "kornia.losses.tversky_loss alpha": [0.0, 0.3, 0.7],
    "kornia.losses.TverskyLoss alpha": [0.0, 0.3, 0.7],
    "monai.losses.TverskyLoss alpha": [0.0, 0.3, 0.7],
    "kornia.losses.binary_focal_loss_with_logits alpha": [0.0, 0.25, 1.0],
    "kornia.losses.BinaryFocalLossWithLogits alpha": [0.0, 0.25, 1.0],
    "torchvision.ops.sigmoid_focal_loss alpha": [-1.0, 0.0, 0.25, 1.0],
    "open_clip.SigLipLoss logit_bias": [-10.0, 0.0, 3.0],
    "pytorch_metric_learning.losses.MultiSimilarityLoss alpha": [2.0, 1.0, 5.0],
    "pytorch_metric_learning.losses.MultiSimilarityLoss beta": [50.0, 40.0, 1.0],
    "pytorch_metric_learning.losses.MultiSimilarityLoss base": [0.5, 0.0, 1.0],
    "pytorch_metric_learning.losses.CircleLoss m": [0.4, 0.25, 0.0],
    "pytorch_metric_learning.losses.CircleLoss gamma": [80.0, 256.0, 1.0],
}
ELEMENTWISE = ("charbonnier", "cauchy", "geman", "welsch", "psnr")


def pick(rng: Rng, *values: Any) -> Any:
    """One of them."""
    return values[int(rng.integers(len(values)))]


def scores(rng: Rng, shape: tuple[int, ...]) -> Any:
    """Raw scores, sometimes large ones or all equal."""
    x = rng.normal(size=shape) * pick(rng, 1.0, 2.0, 2.0, 10.0, 60.0, 1000.0)
    return np.zeros(shape) if rng.uniform() < 0.05 else np.round(x) if rng.uniform() < 0.15 else x


def labels(rng: Rng, classes: int, shape: tuple[int, ...]) -> Any:
    """Class numbers; sometimes one class alone."""
    y = rng.integers(0, classes, shape)
    return np.full(shape, int(y.flat[0])) if rng.uniform() < 0.15 else y


def flags(rng: Rng, shape: tuple[int, ...]) -> Any:
    """0 and 1; sometimes all alike."""
    return np.full(shape, pick(rng, 0, 1)) if rng.uniform() < 0.15 else rng.integers(0, 2, shape)


class Maker:
    """The parts of one case."""

    def __init__(self, call: str, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.call = call
        self.library, self.name = call.partition(".")[0], call.rpartition(".")[2]
        self.reference = CALLS[call][1]
        self.classes = int(self.rng.integers(2, 5))
        self.options: dict[str, Any] = {}
        self.extras: dict[str, Any] = {}

    def case(self) -> Case:
        """In the format of ``tests/golden``, without results."""
        x, y = getattr(self, self.library)()
        for param in self.reference.options:
            must = self.library == "kornia" and param.name in ("alpha", "beta")  # it has no default there
            if param.name not in self.options and (must or self.rng.uniform() < 0.6):
                value = self.option(param)
                if value is not ...:
                    self.options[param.name] = value
        dtype = pick(self.rng, "float32", "float64") if self.library != "transformers" else "float32"
        return {
            "call": self.call,
            "dtype": dtype,
            "y_pred": np.asarray(x, dtype).tolist(),
            "y_true": np.asarray(y, dtype if y.dtype.kind == "f" else None).tolist(),
            "extra": {name: np.asarray(value).tolist() for name, value in self.extras.items()},
            "kwargs": self.options,
            "sample_weight": None,
        }

    def option(self, param: Any) -> Any:
        """A value; an ellipsis leaves it out."""
        rng, name = self.rng, param.name
        own = OWN.get(f"{self.call} {name}")
        if own is not None:
            return pick(rng, *own)
        if name == "ignore_index":
            return pick(rng, 0, 1, param.default)
        if name == "num_items_in_batch":
            return pick(rng, None, 7)
        if param.role is Role.CLASS_WEIGHT or name in ("class_weights", "weight", "pos_weight"):
            return self.weights(name)
        if name == "classes":
            return sorted({int(c) for c in rng.integers(0, self.classes, 2)})
        if param.choices:
            return pick(rng, *param.choices)
        if isinstance(param.default, bool):
            return bool(rng.integers(2))
        return pick(rng, *NUMBERS[name]) if name in NUMBERS else ...

    def weights(self, name: str) -> Any:
        """One for each class where the call takes such."""
        if self.library == "kornia" and self.name in ("binary_focal_loss_with_logits", "BinaryFocalLossWithLogits"):
            return np.round(self.rng.uniform(0.1, 2.0, self.classes), 3).tolist()
        if self.library == "timm" or self.name == "SoftBCEWithLogitsLoss":
            return ... if name == "weight" else np.round(self.rng.uniform(0.5, 3.0, self.classes), 3).tolist()
        if self.options.get("mode") in ("binary", "multilabel"):
            return ...
        return np.round(self.rng.uniform(0.1, 2.0, self.classes), 3).tolist()

    def image(self) -> tuple[int, ...]:
        """Shape of a batch of images."""
        return (int(self.rng.integers(1, 4)), self.classes, *self.rng.integers(1, 5, 2).tolist())

    # Each library's predictions and labels

    def timm(self) -> tuple[Any, Any]:
        rows = int(self.rng.integers(1, 7))
        if self.name == "JsdCrossEntropy":
            splits = pick(self.rng, 2, 3)
            self.options["num_splits"] = splits
            rows *= splits
        x = scores(self.rng, (rows, self.classes))
        if self.name == "SoftTargetCrossEntropy":
            return x, self.rng.dirichlet(np.ones(self.classes), rows)
        if self.name in ("AsymmetricLossMultiLabel", "ZlprLoss", "PolyBinaryCrossEntropy") or (
            self.name == "BinaryCrossEntropy" and self.rng.integers(2)
        ):
            y = flags(self.rng, x.shape) * 1.0
            return x, y if self.rng.uniform() < 0.7 else self.rng.uniform(size=x.shape).round(2)
        if self.name == "PolyCrossEntropy" and self.rng.integers(2):
            return x, self.rng.dirichlet(np.ones(self.classes), rows)
        return x, labels(self.rng, self.classes, (rows,))

    def kornia(self) -> tuple[Any, Any]:
        word = self.name.lower()
        shape = self.image()
        if word.startswith(ELEMENTWISE):
            return self.rng.normal(size=shape) * pick(self.rng, 1.0, 30.0), self.rng.normal(size=shape)
        if "div_loss" in word:
            flat = [self.rng.dirichlet(np.ones(shape[2] * shape[3]), shape[:2]).reshape(shape) for _ in "pq"]
            return flat[0], flat[1]
        x = scores(self.rng, shape)
        if "binary" in word:
            return x, flags(self.rng, shape)
        if "hinge" in word:
            return x[:, :1], flags(self.rng, (shape[0], *shape[2:]))
        return x, labels(self.rng, self.classes, (shape[0], *shape[2:]))

    def unified(self) -> tuple[Any, Any]:
        """Probabilities of two planes, or of the foreground alone."""
        shape = (*self.image()[:1], int(self.rng.integers(1, 3)), *self.rng.integers(1, 5, 2).tolist())
        self.options = {"to_onehot_y": bool(self.rng.integers(2)), "gamma": pick(self.rng, 0.5, 0.2, 0.75)}
        self.options |= {"weight": pick(self.rng, 0.5, 0.0, 0.8), "delta": pick(self.rng, 0.7, 0.4), "num_classes": 2}
        x = self.rng.uniform(size=shape).round(pick(self.rng, 0, 3))
        y = flags(self.rng, (shape[0], 1, *shape[2:]))
        return x, y if shape[1] == 1 or self.options["to_onehot_y"] else np.concatenate([1 - y, y], axis=1)

    def monai(self) -> tuple[Any, Any]:
        if self.name in ("ContrastiveLoss", "BarlowTwinsLoss"):
            x, y = self.rng.normal(size=(2, int(self.rng.integers(2, 8)), 3)) * pick(self.rng, 0.3, 1.0, 5.0)
            return x, y
        if self.name == "AsymmetricUnifiedFocalLoss":
            return self.unified()
        shape = self.image()
        x = scores(self.rng, shape)
        own = {param.name for param in self.reference.options}
        squash = "softmax" if self.name != "FocalLoss" else "use_softmax"
        style = pick(self.rng, "numbers", "hot", "plain")
        if style == "numbers" or (self.name == "DiceCELoss" and style == "plain"):
            self.options |= {"to_onehot_y": True, squash: True}
            if "sigmoid" in own:
                self.options["sigmoid"] = False
            return x, labels(self.rng, self.classes, (shape[0], 1, *shape[2:]))
        self.options |= {"to_onehot_y": False, squash: False}
        if "sigmoid" in own:
            self.options["sigmoid"] = style == "hot"
        if style == "plain" and self.name != "FocalLoss":
            x = self.rng.uniform(size=shape)
        return x, flags(self.rng, shape) * 1.0

    def segmentation_models_pytorch(self) -> tuple[Any, Any]:
        shape = self.image()
        if self.name == "SoftCrossEntropyLoss":
            self.options["smooth_factor"] = pick(self.rng, 0.0, 0.1, 0.3)
            return scores(self.rng, shape), labels(self.rng, self.classes, (shape[0], *shape[2:]))
        if self.name == "MCCLoss":
            shape = (shape[0], 1, *shape[2:])
            return self.rng.uniform(size=shape), flags(self.rng, shape) * 1.0
        if self.name == "SoftBCEWithLogitsLoss":
            self.options["pos_weight"] = None
            return scores(self.rng, shape), flags(self.rng, shape) * 1.0
        mode = pick(self.rng, "binary", "multiclass", "multilabel")
        self.options["mode"] = mode
        if mode == "binary":
            shape = (shape[0], 1, *shape[2:])
        x, given = scores(self.rng, shape), self.options.setdefault("from_logits", bool(self.rng.integers(4)))
        if all(param.name != "from_logits" for param in self.reference.options):
            del self.options["from_logits"]
        elif not given:
            x = self.rng.uniform(size=shape)
        if mode == "multiclass":
            return x, labels(self.rng, self.classes, (shape[0], *shape[2:]))
        self.options["classes"] = None
        if "classes" not in {param.name for param in self.reference.options}:
            del self.options["classes"]
        return x, flags(self.rng, shape)

    def pytorch_metric_learning(self) -> tuple[Any, Any]:
        rows = int(self.rng.integers(2, 9))
        if self.name == "VICRegLoss":
            x, y = self.rng.normal(size=(2, rows, 3)) * pick(self.rng, 0.3, 1.0, 5.0)
            return x, y
        return self.rng.normal(size=(rows, 3)), labels(self.rng, 3, (rows,))

    def open_clip(self) -> tuple[Any, Any]:
        x, y = self.rng.normal(size=(2, int(self.rng.integers(1, 7)), 4))
        return tuple(v / np.linalg.norm(v, axis=1, keepdims=True) for v in (x, y))

    def torchvision(self) -> tuple[Any, Any]:
        if "box" in self.name:
            corners = self.rng.normal(size=(2, int(self.rng.integers(1, 6)), 4))
            corners[..., 2:] = corners[..., :2] + self.rng.exponential(size=corners[..., 2:].shape) + 0.01
            return corners[0], corners[1] if self.rng.uniform() < 0.8 else corners[0].copy()
        shape = (int(self.rng.integers(1, 6)), self.classes)
        return scores(self.rng, shape), flags(self.rng, shape) * 1.0

    def transformers(self) -> tuple[Any, Any]:
        shape = (int(self.rng.integers(1, 4)), int(self.rng.integers(2, 7)), self.classes)
        if self.name == "ForSequenceClassificationLoss":
            return self.sequence(shape[0], self.classes)
        if self.name == "ForQuestionAnsweringLoss":
            x, self.extras["end_logits"] = (scores(self.rng, shape[:2]) for _ in "se")
            y, self.extras["end_positions"] = (self.rng.integers(0, shape[1] + 2, shape[0]) for _ in "se")
            return x, y
        if self.name in ("ForCausalLMLoss", "ForMaskedLMLoss"):
            self.options["vocab_size"] = self.classes
        y = labels(self.rng, self.classes, shape[:2])
        y[self.rng.uniform(size=y.shape) < 0.2] = -100
        if self.rng.uniform() < 0.05:
            y[:] = -100
        return scores(self.rng, shape), y

    def sequence(self, rows: int, classes: int) -> tuple[Any, Any]:
        kind = pick(self.rng, "regression", "single_label_classification", "multi_label_classification")
        self.options["problem_type"] = kind
        if kind == "regression":
            shape = (rows, 1) if self.rng.integers(2) else (rows, classes)
            return self.rng.normal(size=shape), self.rng.normal(size=(rows,) if shape[1] == 1 else shape)
        x = scores(self.rng, (rows, classes))
        return x, labels(self.rng, classes, (rows,)) if kind[0] == "s" else flags(self.rng, x.shape) * 1.0


def answer(case: Case) -> dict[str, Any]:
    """What the live library returns, by the names of its reductions."""
    torch = importlib.import_module("torch")
    call, dtype = case["call"], case["dtype"]
    library, _, path = call.partition(".")
    word, reference = path.rpartition(".")[2], CALLS[call][1]
    function: Callable[..., Any] = attrgetter(word)(importlib.import_module(ROOMS[library]))
    x = torch.tensor(np.asarray(case["y_pred"], dtype))
    y = np.asarray(case["y_true"])
    y = torch.tensor(y.astype(dtype) if y.dtype.kind == "f" else y)
    options = {
        name: torch.tensor(np.asarray(value, dtype)) if name in ("weight", "pos_weight", "class_weights") and value
        else value
        for name, value in case["kwargs"].items()
    }  # fmt: skip
    found = {}
    for name in reference.reductions.rules:
        how = {"reduction": name} if len(reference.reductions.rules) > 1 else {}
        value = _run(library, function, (x, y), options | how, case)
        found[name] = value.detach().numpy()
    return found


def _run(library: str, function: Any, tensors: tuple[Any, Any], options: dict[str, Any], case: Case) -> Any:
    x, y = tensors
    torch = importlib.import_module("torch")
    if library == "open_clip":
        given = {name: None if value is None else torch.tensor(value) for name, value in options.items()}
        defaults = {param.name: param.default for param in CALLS[case["call"]][1].options}
        return function()(x, y, **{n: None if v is None else torch.tensor(v) for n, v in defaults.items()} | given)
    if library == "transformers":
        if "end_logits" in case["extra"]:
            ends = [torch.tensor(np.asarray(case["extra"][n])) for n in ("end_logits", "end_positions")]
            return function(x, ends[0].float(), y, ends[1], **options)
        if "problem_type" in options:
            config = type("Config", (), {"problem_type": options.pop("problem_type"), "num_labels": x.shape[-1]})()
            return function(y, x, config, **options)
        config = type("Config", (), {"num_labels": x.shape[-1]})()
        return function(x, y, config, **options) if "Token" in function.__name__ else function(x, y, **options)
    if "VICReg" in str(function):
        return function(**options)(x, ref_emb=y)
    if library in ("segmentation_models_pytorch", "timm") and "mode" not in options and "Cross" not in str(function):
        return function(**options)(x, y)
    return function(**options)(x, y) if isinstance(function, type) else function(x, y, **options)
