"""How each framework is asked for a call: a case as in ``tests/golden``, answered by the live framework.

Nothing is imported before a case is run.
"""

from __future__ import annotations

import importlib
import os
import warnings
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.losses import CALLS
from losscli.losses.reference import Rule
from losscli.losses.vocabulary import Role
from tests.support.parity import array, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MODULES = {
    "keras": "keras",
    "torch": "torch",
    "torchvision": "torchvision.ops",
    "optax": "optax.losses",
    "sklearn": "sklearn.metrics",
    "tf": "tensorflow",
}
DISTANCES = {
    "pairwise_distance": lambda f: f.pairwise_distance,
    "pairwise_distance(p=1)": lambda f: lambda u, v: f.pairwise_distance(u, v, p=1.0),
    "1 - cosine_similarity": lambda f: lambda u, v: 1.0 - f.cosine_similarity(u, v, dim=-1),
    "max_abs": lambda f: lambda u, v: (u - v).abs().max(dim=-1).values,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a framework returned.

    Attributes:
        per_sample: With reduction none; None where the call has no such result.
        reduced: By the framework's names; what raises is left out.
        refusal: The message, if everything raised.
    """

    per_sample: Any
    reduced: dict[str, Any]
    refusal: str = ""


def ask(case: Mapping[str, Any]) -> Answer:
    """Run a case in its framework, under every reduction."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = RUNNERS[case["call"].partition(".")[0]]
        inputs = Inputs.of(case)
        _, reference = CALLS[case["call"]]
        reduced: dict[str, Any] = {}
        per_sample, refusal = None, ""
        for name, rule in reference.reductions.rules.items():
            try:
                value = run(inputs, name)
            except Exception as error:
                refusal = f"{type(error).__name__}: {error}"
                continue
            if value is None:
                continue
            if rule is Rule.NONE:
                per_sample = value
            else:
                reduced[name] = value
    answered = per_sample is not None or reduced
    return Answer(per_sample, reduced, "" if answered else refusal)


def load(framework: str) -> Any:
    """The framework's module, set up to compute in float64 where it is asked to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if framework == "keras":
            os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        if framework in ("keras", "tf"):
            os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        if framework == "optax":
            importlib.import_module("jax").config.update("jax_enable_x64", True)
        return importlib.import_module(MODULES[framework])


@dataclass(frozen=True, slots=True)
class Inputs:
    """A case as NumPy arrays.

    Attributes:
        options: Keyword arguments; what is a list is a list.
        vectors: Names of the options that the framework takes as arrays.
    """

    call: str
    x: Any
    y: Any
    extras: dict[str, Any]
    options: dict[str, Any]
    vectors: frozenset[str]
    weights: Any
    dtype: str

    @classmethod
    def of(cls, case: Mapping[str, Any]) -> Inputs:
        """Arrays of the case's dtype; integers, words and truth values stay."""
        dtype = case["dtype"]
        _, reference = CALLS[case["call"]]
        vector_roles = (Role.CLASS_WEIGHT, Role.ELEMENT_WEIGHT, Role.VALUE_WEIGHT)
        return cls(
            case["call"],
            array(case["y_pred"], dtype),
            array(case["y_true"], dtype),
            {name: array(value, dtype) for name, value in (case.get("extra") or {}).items()},
            decode(case["kwargs"]),
            frozenset(p.name for p in reference.options if p.role in vector_roles or p.name == "pos_weight"),
            None if case["sample_weight"] is None else np.asarray(decode(case["sample_weight"]), dtype),
            dtype,
        )


@cache
def _function(call: str) -> Callable[..., Any]:
    framework, _, path = call.partition(".")
    inner = MODULES[framework].partition(".")[2]  # what is imported already
    result: Callable[..., Any] = attrgetter(path.removeprefix(f"{inner}."))(load(framework))
    return result


def _keras(case: Inputs, reduction: str) -> Any:
    keras = importlib.import_module("keras")
    keras.config.set_floatx(case.dtype)
    ops = keras.ops
    options = dict(case.options)
    if isinstance(options.get("axis"), list):
        options["axis"] = tuple(options["axis"])
    if options.get("class_aggregation") == "none":
        options["class_aggregation"] = None
    if ".metrics." in case.call and isinstance(_function(case.call), type):
        metric = _function(case.call)(**options, dtype=case.dtype)
        metric.update_state(case.y, case.x, sample_weight=case.weights)
        return ops.convert_to_numpy(metric.result())
    function = _function(case.call)
    if not isinstance(function, type):
        return ops.convert_to_numpy(function(case.y, case.x, **options))
    loss = function(**options, reduction=reduction, dtype=case.dtype)
    return ops.convert_to_numpy(loss(case.y, case.x, sample_weight=case.weights))


def _torch(case: Inputs, reduction: str) -> Any:
    torch = importlib.import_module("torch")
    options = {
        name: torch.tensor(np.asarray(value, case.dtype)) if name in case.vectors else value
        for name, value in case.options.items()
        if not (name in case.vectors and value is None)
    }
    if options.get("distance_function") is not None:
        options["distance_function"] = DISTANCES[options["distance_function"]](torch.nn.functional)  # type: ignore[no-untyped-call]
    names = CALLS[case.call][1].extras
    arrays = [case.x, *([case.y] if "var" in names or not names else [])]
    arrays += [case.extras[name] for name in names]
    if "input2" in names:
        arrays.append(case.y)
    tensors = [torch.tensor(a) for a in arrays]
    function = _function(case.call)
    if isinstance(function, type):
        return function(**options, reduction=reduction)(*tensors).numpy()
    return function(*tensors, **options, reduction=reduction).numpy()


def _optax(case: Inputs, reduction: str) -> Any:
    jnp = importlib.import_module("jax.numpy")
    options = {
        name: tuple(value) if name == "axis" and isinstance(value, list) else value
        for name, value in case.options.items()
    }
    if isinstance(options.get("class_weights"), list):
        options["class_weights"] = jnp.asarray(options["class_weights"], case.dtype)
    names = [name for name in CALLS[case.call][1].extras if name in case.extras]
    arrays = [jnp.asarray(a) for a in (case.x, case.y) if a is not None]
    function, name = _function(case.call), case.call.rpartition(".")[2]
    if name == "triplet_margin_loss":
        arrays += [jnp.asarray(case.extras[extra]) for extra in names]
        names = []
    options |= {extra: jnp.asarray(case.extras[extra]) for extra in names}
    if name == "ranking_softmax_loss":
        options["reduce_fn"] = {"none": None, "mean": jnp.mean, "sum": jnp.sum}[reduction]
        return np.asarray(function(*arrays, **options))
    values = np.asarray(function(*arrays, **options))
    return {"none": values, "mean": np.asarray(jnp.mean(values)), "sum": np.asarray(jnp.sum(values))}[reduction]


def _sklearn(case: Inputs, reduction: str) -> Any:
    options = dict(case.options)
    options |= {
        name: {"true": True, "false": False}.get(value, value)
        for name, value in options.items()
        if isinstance(value, str) and name == "scale_by_half"
    }
    if "=" in reduction:
        options["normalize"] = reduction.endswith("True")
    if case.weights is not None:
        options["sample_weight"] = case.weights
    return np.asarray(_function(case.call)(_words(case.y), _words(case.x), **options))


def _words(a: Any) -> Any:
    return a.astype(str) if a.dtype == object else a


def _tf(case: Inputs, reduction: str) -> Any:
    tf = importlib.import_module("tensorflow")
    options = {
        name: np.asarray(value, case.dtype) if isinstance(value, list) else value
        for name, value in case.options.items()
    }
    function, name = _function(case.call), case.call.rpartition(".")[2]
    if name == "l2_loss":
        return function(case.x).numpy()
    if name == "log_poisson_loss":
        values = function(targets=case.y, log_input=case.x, **options)
    else:
        values = function(labels=case.y, logits=case.x, **options)
    reduce = {"none": lambda v: v, "reduce_mean": tf.reduce_mean, "reduce_sum": tf.reduce_sum}[reduction]
    return reduce(values).numpy()


RUNNERS: dict[str, Callable[[Inputs, str], Any]] = {
    "keras": _keras,
    "torch": _torch,
    "torchvision": _torch,
    "optax": _optax,
    "sklearn": _sklearn,
    "tf": _tf,
}
