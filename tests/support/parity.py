"""What the frameworks returned, and what losscli makes of the same call.

The recorded cases are in ``tests/golden``: one JSON list a call. Integers are labels, floats are arrays of the
case's dtype, non-finite numbers are the strings "Infinity", "-Infinity" and "NaN".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.calls.call_reduced import call_reduced, summary_of
from losscli.core.calls.call_terms import per_item, weighted
from losscli.core.calls.call_values import Call
from losscli.losses import CALLS
from losscli.losses.reference import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parents[1] / "golden"
WORDS = {"Infinity": np.inf, "-Infinity": -np.inf, "NaN": np.nan}


def cases() -> Iterator[dict[str, Any]]:
    """All recorded cases."""
    for path in sorted(GOLDEN.glob("*/*.json")):
        yield from json.loads(path.read_text())


def decode(value: Any) -> Any:
    """Replace the words for non-finite numbers."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, dict):
        return {key: decode(item) for key, item in value.items()}
    return WORDS.get(value, value) if isinstance(value, str) else value


def array(value: Any, dtype: str) -> Any:
    """An input: floats in the case's dtype, everything else as it is."""
    if value is None:
        return None
    found = np.asarray(decode(value))
    if found.dtype.kind in "US":
        return found.astype(object)
    return found.astype(dtype) if found.dtype.kind == "f" else found


def compute(case: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Per-sample values and every reduction that was recorded."""
    loss, reference = CALLS[case["call"]]
    options, reduction = arguments(case)
    call = Call(loss, reference, options)
    dtype = case["dtype"]
    x = array(case["y_pred"], dtype)
    if x is not None and x.dtype.kind in "iu" and reference.reads.value != "labels":
        x = x.astype(dtype)
    extras = {name: array(value, dtype) for name, value in (case.get("extra") or {}).items()}
    weight = array(case["sample_weight"], dtype)
    if weight is not None:
        weight = np.asarray(weight, dtype)
    if call.takes.value == "set":
        extras["sample_weight"] = weight
        weight = None
    terms = weighted(call.reference, call.terms(x, array(case["y_true"], dtype), extras), weight)
    wanted = case["reduced"] or {}
    reduced: dict[str, Any] = {}
    for wanted_name in wanted:
        name = reduction if wanted_name == "default" and "default" not in reference.reductions.rules else wanted_name
        if name in reference.reductions.rules:
            several = call.takes.value == "set" and terms.values.size > 1  # one number for each output
            of_all = several or reference.reductions.rules[name] is Rule.NONE
            each = summary_of(per_item(reference, terms, extras, reference.reductions.rules[name]))
            reduced[wanted_name] = terms.values.tolist() if of_all else call_reduced(call, each, name).value
        elif name.startswith("multioutput="):
            raw = Call(loss, reference, decode(case["kwargs"]) | {"multioutput": name.partition("=")[2]})
            reduced[name] = raw.terms(x, array(case["y_true"], dtype), extras).values
    return terms.values, reduced


def arguments(case: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Keyword arguments of a case, and the reduction among them, or the call's default."""
    _loss, reference = CALLS[case["call"]]
    options = decode(case["kwargs"])
    reduction = reference.reductions.default
    if all(param.name != "reduction" for param in reference.options):
        reduction = options.pop("reduction", reduction)
    return options, "none" if reduction is None else reduction


def tolerance(case: dict[str, Any]) -> tuple[float, float]:
    """``rtol`` and ``atol``: the frameworks lose digits of losses near zero in proportion to the logits."""
    values = np.asarray(decode(case["y_pred"] or 0.0))
    finite = np.abs(values[np.isfinite(values)]) if values.dtype.kind == "f" else np.zeros(0)
    size = max(1.0, float(finite.max(initial=0.0)))
    return (1e-11, 1e-12 * size) if case["dtype"] == "float64" else (2e-5, 2e-6)


def close(ours: Any, theirs: Any, case: dict[str, Any]) -> bool:
    """Whether two results of a case agree, shape and all."""
    rtol, atol = tolerance(case)
    ours, theirs = np.asarray(ours, float), np.asarray(decode(theirs), float)
    ours = ours.reshape(1) if ours.shape == () and theirs.shape == (1,) else ours  # a single output
    return ours.shape == theirs.shape and bool(np.allclose(ours, theirs, rtol=rtol, atol=atol, equal_nan=True))


def disagreement(case: dict[str, Any]) -> str:
    """Empty if everything recorded comes out, else what does not."""
    per_sample, reduced = compute(case)
    if case["per_sample"] is not None and not close(per_sample, case["per_sample"], case):
        return f"per sample {np.asarray(per_sample).tolist()} instead of {case['per_sample']}"[:300]
    for name, value in (case["reduced"] or {}).items():
        if name not in reduced:
            return f"no reduction {name}"
        if not close(reduced[name], value, case):
            return f"{name} {reduced[name]} instead of {value}"
    return ""


if __name__ == "__main__":
    import sys
    import traceback

    wanted = sys.argv[1:]
    bad = good = missing = 0
    for case in cases():
        if wanted and not any(word in case["id"] or word in case["call"] for word in wanted):
            continue
        if case["call"] not in CALLS:
            missing += 1
            continue
        try:
            text = disagreement(case)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            if wanted:
                traceback.print_exc()
        good, bad = good + (not text), bad + bool(text)
        if text:
            print(f"{case['id']} [{case['dtype']}] {case['kwargs']} {text}")
    print(f"{good} agree, {bad} do not, {missing} of calls that are not declared")
