"""Random cases of any call, read off its ``Reference``: what it takes, its options and their roles, its extras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from losscli.losses import CALLS
from losscli.losses.reference import Weighting
from losscli.losses.vocabulary import Kind, Param, Role, Takes

Draw = Callable[..., Any]
Shape = tuple[int, ...]
INF, NAN = float("inf"), float("nan")

# What the labels of a call are, where ``takes`` leaves it open.
CLASS_NUMBERS = {
    "SparseCategoricalCrossentropy",
    "sparse_softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_integer_labels",
    "NLLLoss",
    "nll_loss",
    "CategoricalGeneralizedCrossEntropy",
    "MultiMarginLoss",
    "multi_margin_loss",
    "multiclass_hinge_loss",
    "multiclass_perceptron_loss",
    "multiclass_sparsemax_loss",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
}
NUMBERS_OR_DENSE = {"CrossEntropyLoss", "cross_entropy"}
DENSE = {
    "CategoricalCrossentropy",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy",
    "safe_softmax_cross_entropy",
    "poly_loss_cross_entropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "dice_loss",
    "multiclass_generalized_dice_loss",
    "KLDivergence",
    "KLDivLoss",
    "kl_div",
    "kl_divergence",
    "generalized_kl_divergence",
    "convex_kl_divergence",
}
YES_OR_NO = {
    "Dice",
    "Tversky",
    "binary_dice_loss",
    "BinaryAccuracy",
    "MultiLabelSoftMarginLoss",
    "multilabel_soft_margin_loss",
    "BinaryFocalCrossentropy",
    "sparsemax_loss",
    "binary_sparsemax_loss",
}
COUNTS = {"Poisson", "PoissonNLLLoss", "poisson_nll_loss", "log_poisson_loss", "mean_poisson_deviance"}
POSITIVE = {
    "Poisson",
    "MeanSquaredLogarithmicError",
    "mean_squared_log_error",
    "root_mean_squared_log_error",
    "mean_tweedie_deviance",
    "mean_poisson_deviance",
    "mean_gamma_deviance",
    "d2_tweedie_score",
}
PROBABILITIES = {"Dice", "Tversky", "BinaryAccuracy", "CategoricalGeneralizedCrossEntropy"}
OPTIONAL_LABELS = {"squared_error", "l2_loss", "huber_loss", "log_cosh"}  # of optax
FLOAT32_ONLY = {"SparseTopKCategoricalAccuracy", "TopKCategoricalAccuracy"}  # Keras's top k is defined for float32
SKLEARN_PROBABILITIES = {"log_loss", "brier_score_loss", "d2_brier_score", "d2_log_loss_score"}
SKLEARN_SCORES = {"hinge_loss", "top_k_accuracy_score"}
SKLEARN_DECISIONS = {"accuracy_score", "zero_one_loss", "hamming_loss", "balanced_accuracy_score"}
WORDS = ("ant", "bee", "cat", "dog", "elk")

# Plain values, values at the edge of what is sensible, values beyond it.
ELEMENTS: dict[str, tuple[Any, Any, Any]] = {
    "logits": (
        st.integers(-600, 600).map(lambda n: n / 100),
        st.sampled_from([0.0, 30.0, -30.0, 100.0, -100.0, 800.0, -800.0, 1e4, -1e4]),
        st.sampled_from([-INF, -INF, INF, NAN]),
    ),
    "probabilities": (
        st.integers(1, 999).map(lambda n: n / 1000),
        st.sampled_from([0.0, 1.0, 1e-8, 1e-7, 1e-6, 0.99999999, 1e-30, 0.5]),
        st.sampled_from([-0.25, 1.5, 2.0, NAN, INF]),
    ),
    "log-probabilities": (
        st.integers(-800, -1).map(lambda n: n / 100),
        st.sampled_from([0.0, -1e-8, -50.0, -800.0]),
        st.sampled_from([-INF, 0.5, NAN]),
    ),
    "values": (
        st.integers(-800, 800).map(lambda n: n / 100),
        st.sampled_from([0.0, 1e4, -1e4, 1e-9, 1e-12, 1.0, -1.0]),
        st.sampled_from([INF, -INF, NAN]),
    ),
    "positive": (
        st.integers(1, 800).map(lambda n: n / 100),
        st.sampled_from([0.0, 1e-9, 1e4, 1.0]),
        st.sampled_from([-0.5, -1.0, -3.0, NAN, INF]),
    ),
    "counts": (
        st.integers(0, 9).map(float),
        st.sampled_from([0.0, 1.0, 2.0, 0.5, 1.5, 1e3]),
        st.sampled_from([-1.0, NAN]),
    ),
    "yes-or-no": (
        st.sampled_from([0.0, 1.0]),
        st.integers(0, 100).map(lambda n: n / 100),
        st.sampled_from([-1.0, 2.0, NAN]),
    ),
    "signs": (st.sampled_from([-1.0, 1.0]), st.sampled_from([0.0, 1.0]), st.sampled_from([0.5, -2.0, NAN])),
    "weights": (
        st.integers(0, 400).map(lambda n: n / 100),
        st.sampled_from([0.0, 1.0, 3.0]),
        st.sampled_from([-1.0, 0.0]),
    ),
}
ELEMENTS["scores"] = ELEMENTS["logits"]

# Values of options, by name; a call's own name goes before.
NUMBERS: dict[str, Any] = {
    "alpha": st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0, 1.3]),
    "torchvision.ops.sigmoid_focal_loss alpha": st.sampled_from([-1.0, 0.0, 0.25, 0.6, 1.0, 2.0]),
    "optax.losses.sigmoid_focal_loss alpha": st.sampled_from([None, 0.0, 0.25, 0.6, 1.0]),
    "beta": st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.5, -1.0]),
    "gamma": st.sampled_from([0.0, 0.5, 1.0, 1.7, 2.0, 5.0]),
    "keras.losses.Circle gamma": st.sampled_from([0.5, 1.0, 2.0, 16.0, 80.0]),
    "delta": st.sampled_from([0.1, 0.5, 1.0, 2.5, 100.0, 0.0, -1.0, INF]),
    "margin": st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0, -0.5]),
    "p": st.sampled_from([1.0, 2.0, 3.0, 1.5, INF, 0.5]),
    "torch.nn.MultiMarginLoss p": st.sampled_from([1, 2, 3]),
    "torch.nn.functional.multi_margin_loss p": st.sampled_from([1, 2, 3]),
    "eps": st.sampled_from([1e-6, 1e-8, 1e-3, 0.5, 0.0]),
    "threshold": st.sampled_from([0.0, 0.3, 0.5, 0.9]),
    "k": st.integers(1, 6),
    "q": st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.95, 0.0, 1.0]),
    "epsilon": st.sampled_from([0.0, 1e-8, 0.5, 2.0]),
    "optax.losses.poly_loss_cross_entropy epsilon": st.sampled_from([-1.0, 0.0, 0.5, 2.0, 5.0]),
    "temperature": st.sampled_from([0.05, 0.07, 0.5, 1.0, 2.0]),
    "norm_degree": st.sampled_from([1, 2, 3, 4]),
    "power": st.sampled_from([-1.0, 0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 0.5]),
    "pos_weight": st.sampled_from([0.0, 0.5, 1.0, 3.0]),
    "smooth": st.sampled_from([0.0, 0.1, 1.0, 2.0]),
    "num_regressors": st.integers(0, 3),
    "label_smoothing": st.sampled_from([0.0, 0.1, 0.3, 1.0, 1.5, -0.1]),
}


def rarely(draw: Draw, one_in: int = 8) -> bool:
    """True once in so many times; shrinks to False."""
    return bool(draw(st.integers(1, one_in)) == one_in)


def numbers(draw: Draw, kind: str, shape: Shape, edge: int) -> Any:
    """Nested lists of a shape: plain values, from ``edge`` 1 on extreme ones, from 2 on impossible ones."""
    plain, extreme, beyond = ELEMENTS[kind]
    element = (
        plain if not edge else st.one_of(plain, extreme) if edge == 1 else st.one_of(plain, plain, extreme, beyond)
    )
    size = int(np.prod(shape))
    flat = draw(st.lists(element, min_size=size, max_size=size))
    return np.array(flat, float).reshape(shape).tolist()


def rows(draw: Draw, kind: str, shape: Shape, edge: int, axis: int = -1) -> Any:
    """Numbers, or if they are probabilities most often distributions along an axis."""
    found = np.asarray(numbers(draw, kind, shape, edge))
    if kind in ("probabilities", "log-probabilities") and not rarely(draw, 4):
        with np.errstate(all="ignore"):
            p = np.exp(found) if kind == "log-probabilities" else found
            p = p / p.sum(axis=axis, keepdims=True)
            found = np.log(p) if kind == "log-probabilities" else p
    return found.tolist()


def dense_labels(draw: Draw, shape: Shape, axis: int, edge: int) -> Any:
    """One-hot rows, distributions, or any numbers."""
    moved = list(shape)
    classes = moved.pop(axis)
    style = draw(st.sampled_from(["one-hot", "one-hot", "soft", "any"]))
    if style == "one-hot":
        index = np.asarray(class_numbers(draw, tuple(moved), classes, 0))
        hot = (np.asarray(index)[..., None] == np.arange(classes)).astype(float)
        return np.moveaxis(hot, -1, axis).tolist()
    if style == "soft":
        return rows(draw, "probabilities", shape, 0, axis)
    return numbers(draw, "yes-or-no", shape, edge)


def class_numbers(draw: Draw, shape: Shape, classes: int, edge: int) -> Any:
    """Class numbers, rarely such as do not exist."""
    low, high = (0, classes - 1) if edge < 2 else (-1, classes)
    size = int(np.prod(shape))
    flat = draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
    return np.array(flat, int).reshape(shape).tolist()


def class_name(call: str) -> str:
    """The last word of a call; of a function of Keras that of its class, which takes the same."""
    loss, reference = CALLS[call]
    name = reference.name if call == reference.call else call.rpartition(".")[2]
    if not call.startswith("keras.") or name != name.lower():
        return name
    classes = (one.name for one in loss.references if one.framework == "keras" and one.name != one.name.lower())
    return next((one for one in classes if one.lower() == name.replace("_", "")), name)


@st.composite
def cases(draw: Draw, call: str) -> dict[str, Any]:
    """A case in the format of ``tests/golden``, without results."""
    loss, reference = CALLS[call]
    takes = reference.takes or loss.takes
    name = class_name(call)
    edge = draw(st.sampled_from([0, 0, 0, 1, 1, 2]))
    case = Maker(draw, call, name, takes, edge)
    case.make()
    dtype = draw(st.sampled_from(["float64", "float32"]))
    return {
        "call": call,
        "dtype": "float32" if name in FLOAT32_ONLY else dtype,
        "y_pred": case.x,
        "y_true": case.y,
        "extra": case.extras,
        "kwargs": case.options,
        "sample_weight": case.weights,
    }


class Maker:
    """The parts of one case, drawn one after another."""

    def __init__(self, draw: Draw, call: str, name: str, takes: Takes, edge: int) -> None:
        self.draw, self.call, self.name, self.takes, self.edge = draw, call, name, takes, edge
        self.reference = CALLS[call][1]
        self.framework = self.reference.framework
        self.x: Any = None
        self.y: Any = None
        self.extras: dict[str, Any] = {}
        self.options: dict[str, Any] = {}
        self.weights: Any = None
        self.shape: Shape = ()
        self.classes = 0
        self.axis = -1

    def make(self) -> None:
        """Draw everything."""
        if self.framework == "sklearn":
            self.sklearn()
        elif self.name in ("Circle", "ntxent"):
            self.embeddings()
        elif self.takes is Takes.ANCHOR:
            self.anchor()
        elif self.takes is Takes.SIGNED_VECTOR:
            self.signed()
        elif self.name in ("MultiLabelMarginLoss", "multilabel_margin_loss"):
            self.lists()
        elif self.name in CLASS_NUMBERS | DENSE | NUMBERS_OR_DENSE:
            self.by_class()
        else:
            self.elementwise()
        for param in self.reference.options:
            must = param.name == "q" and self.call == self.call.lower()  # Keras's function has no default
            if param.name not in self.options and (must or not rarely(self.draw, 2)):
                value = self.option(param)
                if value is not ...:
                    self.options[param.name] = value
        if self.framework == "keras":
            self.keras_weights()

    # Inputs

    def sizes(self, least: int, most: int) -> Shape:
        """A shape of few small axes."""
        rank = self.draw(st.integers(least, most))
        return tuple(self.draw(st.lists(st.integers(1, 4), min_size=rank, max_size=rank)))

    def kind(self) -> str:
        """What the predictions are."""
        if self.role(Role.FROM_LOGITS) is not None and rarely(self.draw, 2):
            self.options[self.role(Role.FROM_LOGITS).name] = True  # type: ignore[union-attr]
            return "logits"
        if self.options.get("apply_softmax") is False or self.name in PROBABILITIES:
            return "probabilities"
        if self.name in POSITIVE:
            return "positive"
        return str(self.reference.reads.value) if self.reference.reads is not Kind.VALUES else "values"

    def role(self, role: Role) -> Param | None:
        """The option of a role."""
        return next((param for param in self.reference.options if param.role is role), None)

    def elementwise(self) -> None:
        """Predictions and labels of one shape, or of shapes that broadcast or do not."""
        if self.name == "R2Score":
            self.shape = (self.draw(st.integers(1, 5)), self.draw(st.integers(1, 3)))
        else:
            self.shape = self.sizes(0 if self.framework != "keras" and rarely(self.draw, 10) else 1, 4)
        if self.name == "weighted_cross_entropy_with_logits":
            self.options["pos_weight"] = self.option(next(iter(self.reference.options)))
        if self.name in ("PoissonNLLLoss", "poisson_nll_loss") and rarely(self.draw, 2):
            self.options["log_input"] = False
            self.x = numbers(self.draw, "positive", self.shape, self.edge)
        else:
            self.x = rows(self.draw, self.kind(), self.shape, self.edge)
        if self.name == "l2_loss" and self.framework == "tf":
            return
        if self.name in OPTIONAL_LABELS and self.framework == "optax" and rarely(self.draw):
            return
        self.y = numbers(self.draw, self.label_kind(), self.label_shape(), self.edge)
        if self.name == "Accuracy" and rarely(self.draw, 2):
            self.x = numbers(self.draw, "counts", self.shape, 0)
            self.y = numbers(self.draw, "counts", self.shape, 0)
        if "where" in self.reference.extras and rarely(self.draw, 2):
            self.where()
        if "weights" in self.reference.extras and rarely(self.draw, 2):
            self.extras["weights"] = numbers(self.draw, "weights", self.shape, 0)
        if "input2" in self.reference.extras:
            self.extras["input2"] = numbers(self.draw, "values", self.shape, self.edge)
        if "var" in self.reference.extras:
            options = [self.shape, self.shape[:-1], (*self.shape[:-1], 1)]
            shape = self.draw(st.sampled_from(options)) if self.shape else ()
            self.extras["var"] = numbers(self.draw, "positive", shape, self.edge)

    def where(self) -> None:
        size = int(np.prod(self.shape))
        flat = self.draw(st.lists(st.booleans(), min_size=size, max_size=size))
        self.extras["where"] = np.array(flat, bool).reshape(self.shape).tolist()

    def label_kind(self) -> str:
        if self.name in COUNTS:
            return "counts"
        if self.name in POSITIVE:
            return "positive"
        if self.takes is Takes.BINARY or self.name in YES_OR_NO:
            return "yes-or-no"
        if self.name in ("Hinge", "SquaredHinge") and rarely(self.draw, 2):
            return "yes-or-no"
        if self.takes is Takes.MARGIN or self.name in ("Hinge", "SquaredHinge"):
            return "signs"
        if self.name == "kl_divergence_with_log_targets":
            return "log-probabilities"
        return "values"

    def label_shape(self) -> Shape:
        if not rarely(self.draw, 6) or not self.shape or "var" in self.reference.extras:
            return self.shape
        shapes = [self.shape[:-1], (*self.shape, 1), (*self.shape[:-1], 1), (1, *self.shape[1:]), self.shape[1:]]
        if self.framework == "keras":
            shapes = [shape for shape in shapes if shape]
        return tuple(self.draw(st.sampled_from(shapes)))

    def by_class(self) -> None:
        """Rows of classes, with class numbers or labels of their shape."""
        most = 2 if self.name in ("multi_margin_loss", "MultiMarginLoss", "multiclass_sparsemax_loss") else 4
        lead = self.sizes(0 if rarely(self.draw, 10) and self.framework != "keras" else 1, most - 1)
        self.classes = self.draw(st.integers(1 if rarely(self.draw) else 2, 4))
        self.place_axis(len(lead))
        shape = list(lead)
        shape.insert(self.axis if self.axis >= 0 else len(lead), self.classes)
        self.shape = tuple(shape)
        log_target = self.name in ("KLDivLoss", "kl_div") and rarely(self.draw, 3)
        if "apply_softmax" in [param.name for param in self.reference.options] and rarely(self.draw, 4):
            self.options["apply_softmax"] = False
        self.x = rows(self.draw, self.kind(), self.shape, self.edge, self.axis)
        by_number = self.name in CLASS_NUMBERS or (self.name in NUMBERS_OR_DENSE and rarely(self.draw, 2))
        if self.takes in (Takes.CLASS, Takes.SCORES) and rarely(self.draw, 25):
            by_number = not by_number  # the wrong form
        if log_target:
            self.options["log_target"] = True
            self.y = rows(self.draw, "log-probabilities", self.shape, self.edge)
        elif by_number:
            self.y = class_numbers(self.draw, lead, self.classes, self.edge)
            if self.framework == "keras" and rarely(self.draw, 4):
                self.y = np.asarray(self.y)[..., None].tolist()
            self.ignore()
        else:
            self.y = dense_labels(self.draw, self.shape, self.axis, self.edge)
        if "where" in self.reference.extras and rarely(self.draw, 2):
            self.where()
        if self.name == "SparseTopKCategoricalAccuracy" and rarely(self.draw, 4):
            self.options["from_sorted_ids"] = True
            self.x = np.asarray(class_numbers(self.draw, self.shape, self.classes, 0), float).tolist()

    def place_axis(self, rank: int) -> None:
        """Where the classes are: where the call has them, or where its option says."""
        if self.reference.axis == 1:
            self.axis = 1 if rank else -1
        elif (param := self.role(Role.AXIS)) is not None and rank and rarely(self.draw, 3):
            if self.name != "SparseCategoricalCrossentropy":
                self.axis = self.draw(st.integers(0 if rarely(self.draw, 3) else min(1, rank), rank))
                self.options[param.name] = self.axis - (rank + 1 if self.axis and rarely(self.draw, 3) else 0)
        elif self.name == "softmax_cross_entropy_with_integer_labels" and rank and rarely(self.draw, 3):
            self.axis = self.draw(st.integers(0, rank))
            self.options["axis"] = self.axis

    def ignore(self) -> None:
        param = self.role(Role.IGNORE)
        if param is None:
            return
        value = self.draw(st.sampled_from([-100, -1, 255, *range(self.classes)]))
        y = np.asarray(self.y)
        if value != -100 or self.framework == "keras":
            self.options[param.name] = value
        size = int(y.size)
        chosen = np.array(self.draw(st.lists(st.booleans(), min_size=size, max_size=size)), bool).reshape(y.shape)
        self.y = np.where(chosen, value, y).tolist()

    def embeddings(self) -> None:
        """Vectors and the group of each."""
        n = self.draw(st.integers(1, 5))
        self.shape = (n, self.draw(st.integers(1, 3)))
        x = np.asarray(numbers(self.draw, "values", self.shape, min(self.edge, 1)))
        if not rarely(self.draw, 3):
            x = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-3)
        self.x = x.tolist()
        self.y = class_numbers(self.draw, (n,), 3, 0)

    def anchor(self) -> None:
        """Three arrays of vectors, now and then of shapes that broadcast."""
        self.shape = self.sizes(1, 3)
        self.x = numbers(self.draw, "values", self.shape, self.edge)
        for name in self.reference.extras:
            shape = (1, *self.shape[1:]) if rarely(self.draw, 10) else self.shape
            self.extras[name] = numbers(self.draw, "values", shape, self.edge)
        if self.name == "l2_loss":
            self.y = None

    def signed(self) -> None:
        """Two vectors a row and the sign of each pair."""
        self.shape = self.sizes(1, 2)
        self.x = numbers(self.draw, "values", self.shape, self.edge)
        self.extras["input2"] = numbers(self.draw, "values", self.shape, self.edge)
        self.y = numbers(self.draw, "signs", self.shape[:-1], min(self.edge, 2))

    def lists(self) -> None:
        """Scores, and class numbers up to the first -1."""
        self.shape = self.sizes(1, 2)
        self.x = numbers(self.draw, "scores", self.shape, self.edge)
        size, classes = int(np.prod(self.shape)), self.shape[-1]
        high = classes if self.edge == 2 else classes - 1
        flat = self.draw(st.lists(st.integers(-1, high), min_size=size, max_size=size))
        self.y = np.array(flat, int).reshape(self.shape).tolist()

    # scikit-learn

    def sklearn(self) -> None:
        if self.name in SKLEARN_DECISIONS:
            self.decisions()
        elif self.name in SKLEARN_PROBABILITIES | SKLEARN_SCORES:
            self.sorted_classes()
        else:
            n = self.draw(st.integers(1, 5))
            self.shape = (n,) if rarely(self.draw, 2) else (n, self.draw(st.integers(1, 3)))
            kind = "positive" if self.name in POSITIVE else "values"
            self.x = numbers(self.draw, kind, self.shape, self.edge)
            self.y = numbers(self.draw, self.label_kind() if self.name in COUNTS else kind, self.shape, self.edge)
            self.classes = self.shape[-1] if len(self.shape) > 1 else 1
        if self.name != "max_error" and rarely(self.draw, 2):
            self.weights = numbers(self.draw, "weights", (len(self.x),), self.edge)

    def names(self) -> list[Any]:
        """The classes: numbers or words."""
        count = self.draw(st.sampled_from([2, 2, 3, 4]))
        style = self.draw(st.sampled_from(["numbers", "signs", "words", "others"]))
        if style == "words":
            return list(WORDS[:count])
        if style == "signs" and count == 2:
            return [-1, 1]
        return [3 * n + 2 for n in range(count)] if style == "others" else list(range(count))

    def decisions(self) -> None:
        n = self.draw(st.integers(1, 6))
        if self.name != "balanced_accuracy_score" and rarely(self.draw, 4):
            shape = (n, self.draw(st.integers(1, 3)))
            self.x, self.y = (np.asarray(numbers(self.draw, "yes-or-no", shape, 0), int).tolist() for _ in "xy")
            return
        classes = st.sampled_from(self.names())
        self.x, self.y = (self.draw(st.lists(classes, min_size=n, max_size=n)) for _ in "xy")

    def sorted_classes(self) -> None:
        names = self.names()
        n, count = self.draw(st.integers(1, 6)), len(names)
        kind = "probabilities" if self.name in SKLEARN_PROBABILITIES else "scores"
        self.y = self.draw(st.lists(st.sampled_from(names), min_size=n, max_size=n))
        single = count == 2 and (self.name in SKLEARN_SCORES or rarely(self.draw, 2))
        shape = (n,) if single else (n, count)
        self.x = rows(self.draw, kind, shape, self.edge) if not single else numbers(self.draw, kind, shape, self.edge)
        if single and rarely(self.draw, 4):
            self.x = [[value] for value in self.x]
        params = {param.name for param in self.reference.options}
        if "labels" in params and rarely(self.draw, 2):
            self.options["labels"] = names
        elif kind == "probabilities" and not single and rarely(self.draw, 4):
            self.y = [[int(label == name) for name in names] for label in self.y]
        if "pos_label" in params and single and (isinstance(names[0], str) or rarely(self.draw, 3)):
            self.options["pos_label"] = self.draw(st.sampled_from(names))

    # Options

    def option(self, param: Param) -> Any:
        """A value for an option; an ellipsis leaves it out."""
        draw, name = self.draw, param.name
        own = NUMBERS.get(f"{self.call} {name}")
        if param.role in (Role.FROM_LOGITS, Role.IGNORE) or name in ("labels", "pos_label", "log_input", "log_target"):
            return ...
        if param.role is Role.AXIS or name == "axis":
            return self.axis_option(param)
        if param.role is Role.CLASS_WEIGHT or name == "class_weights":
            return numbers(draw, "weights", (self.classes,), self.edge)
        if param.role is Role.ELEMENT_WEIGHT:
            return numbers(draw, "weights", draw(st.sampled_from([self.shape, self.shape[-1:]])), self.edge)
        if param.role is Role.VALUE_WEIGHT:
            shape = self.shape[-1:] if rarely(draw) else self.shape
            return numbers(draw, "weights", shape, self.edge)
        if name == "pos_weight" and self.shape and rarely(draw, 2):
            return numbers(draw, "weights", self.shape[-1:], 0)
        if self.name == "CategoricalFocalCrossentropy" and name == "alpha" and rarely(draw, 2):
            return numbers(draw, "weights", (self.classes,), 0)
        if name == "multioutput" and rarely(draw, 3):
            return numbers(draw, "weights", (self.classes,), self.edge)
        if param.choices:
            return draw(st.sampled_from(param.choices))
        if name in ("apply_softmax", "apply_sigmoid", "from_sorted_ids"):
            return ... if not rarely(draw) else draw(st.booleans())
        if isinstance(param.default, bool):
            return draw(st.booleans())
        return draw(own if own is not None else NUMBERS[name])

    def axis_option(self, param: Param) -> Any:
        """Axes of features; those of classes are drawn with the inputs."""
        rank = len(self.shape)
        if (self.classes and self.name != "dice_loss") or not rank or not rarely(self.draw, 2):
            return ...
        if self.name == "softmax_cross_entropy_with_integer_labels":
            return ...
        one = st.integers(-rank, rank - 1)
        if param.vector and rarely(self.draw, 2):
            several = st.lists(st.integers(0, rank - 1), min_size=1, max_size=rank, unique=True)
            return sorted(self.draw(several))
        return [self.draw(one)] if param.vector and param.default is None else self.draw(one)

    def keras_weights(self) -> None:
        """Weights that broadcast to the values in one of Keras's ways, rarely in none."""
        if (self.reference.weighting is Weighting.NONE and self.name not in ("R2Score",)) or not rarely(self.draw, 2):
            return
        values = self.shape[:-1]
        shapes = [values, (*values[:-1], 1), values[:1], self.shape[:1], (*self.shape[:1], 1), ()]
        if self.reference.weighting is Weighting.ROWS:
            shapes += [self.shape[:2], self.shape]
        self.weights = numbers(self.draw, "weights", self.draw(st.sampled_from(shapes)), self.edge)
