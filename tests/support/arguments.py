"""The keyword arguments of ``losscli.evaluate`` as a type, made from the declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.losses import CALLS, LOSSES
from losscli.python.allowed import OF_TOOLS
from losscli.python.handed_over import READING

if TYPE_CHECKING:
    from losscli.losses.vocabulary import Param

_HEAD = '''"""The keyword arguments of ``losscli.evaluate`` and its neighbours, for type checkers.

Made from the declarations by ``python -m tests.support.documents``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence
'''
# Each class with what it stands on; what is not named here is an option of some loss or call.
_CLASSES = (
    ("Reading", "TypedDict", "How a table is read, and what its labels mean."),
    ("ThresholdsOptions", "Reading", "What ``thresholds`` may be asked."),
    ("IdentifyOptions", "Reading", "What ``identify`` may be asked."),
    ("CalibrateOptions", "Reading", "What ``calibrate`` may be asked."),
    ("Options", "CalibrateOptions", "What may be asked for; which of it a loss or a call takes, it says itself."),
)
_READING = frozenset(("label_base", "label_form", "classes", "ignore_index", "nan", "shift", *READING)) - {"by"}
_OF = {
    "Reading": _READING,
    "ThresholdsOptions": frozenset(("from_logits",)),
    "IdentifyOptions": frozenset(("class_weight", "class_axis", "temperature")),
    "CalibrateOptions": frozenset(OF_TOOLS["calibrate"]) - _READING,
}
# What no declaration has: how data is read, what predictions and labels are, and the result.
_SHARED = {
    "bootstrap": "int | None",
    "base": "str | int | None",
    "by": "Any",
    "bytes": "Any",
    "class_weight": "Any",
    "classes": "Sequence[Any] | int | None",
    "clip": "float | None",
    "comment": "str | None",
    "delimiter": "str | None",
    "dtype": 'Literal["float64", "float32"] | None',
    "encoding": "str | None",
    "from_log_probs": "bool | int | str | None",
    "from_logits": "bool | None",
    "header": "bool | None",
    "id": "str | int | None",
    "ignore_index": "int | None",
    "input_format": "str | None",
    "join_missing": 'Literal["error", "drop"] | None',
    "join": "str | Sequence[str] | None",
    "label": "str | int | Sequence[str | int] | None",
    "label_base": "int | None",
    "label_form": 'Literal["auto", "sparse", "one-hot", "multi-hot", "soft", "binary"] | None',
    "like": "str | None",
    "limit": "int | None",
    "margin": "float | None",
    "memory_limit": "int | str | None",
    "na": "str | float | Sequence[str | float] | None",
    "nan": 'Literal["error", "skip", "keep"] | None',
    "normalize": "bool | None",
    "per": "Any",
    "percent": "bool | None",
    "pred": "str | int | Sequence[str | int] | None",
    "reduction": "str | None",
    "rescale": "bool | None",
    "class_axis": "int | None",
    "seed": "int | None",
    "shift": "int | None",
    "skip": "int | None",
    "temperature": "float | None",
    "words": "Any",
    "test": 'Literal["t", "sign-flip"] | None',
}
_EXPLICIT = frozenset(  # parameters of their own, of one of the functions or another
    (
        "against",
        "ci",
        "cluster",
        "frameworks",
        "labels",
        "loss",
        "predictions",
        "rows",
        "sample_weight",
        "samples",
        "strict",
    )
)


def arguments() -> str:
    """The module that holds them."""
    types: dict[str, set[str]] = {}
    for params in (*(loss.params for loss in LOSSES), *(CALLS[call][1].options for call in CALLS)):
        for param in params:
            types.setdefault(param.name, set()).add(_type(param))
    extras = [loss.extras for loss in LOSSES] + [CALLS[call][1].extras for call in CALLS]
    types |= {name: {"Any"} for names in extras for name in names}
    found = {name: " | ".join(sorted(kinds)) + " | None" for name, kinds in types.items()}
    found = {name: "Any" if "Any" in kinds else kinds for name, kinds in found.items()} | _SHARED
    found = {name: kinds for name, kinds in sorted(found.items()) if name not in _EXPLICIT}
    elsewhere = _OF["Reading"] | _OF["CalibrateOptions"]
    written = [_HEAD]
    for called, base, text in _CLASSES:
        names = _OF.get(called, frozenset(found) - elsewhere)
        lines = "".join(f"    {name}: {kinds}\n" for name, kinds in found.items() if name in names)
        written.append(f'class {called}({base}, total=False):\n    """{text}"""\n\n{lines}')
    return "\n\n".join(written)


def _type(param: Param) -> str:
    if param.vector or param.words:
        return "Any"
    if isinstance(param.default, bool):
        return "bool"
    if param.whole:
        return "int"
    if "true" in param.choices:
        return "bool | str"
    if isinstance(param.default, str) and not param.choices:
        return "str | int"
    return "str" if param.choices else "float"
