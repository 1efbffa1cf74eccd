"""A framework's own call: what it returns, computed from the data of its ``Reference``.

Where the plain commands refuse (values outside [0, 1], labels that are no distribution), a call does what the
framework does; what makes the framework raise is refused here, too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.core import readings
from losscli.core.calls.call_layout import broadcast, differ, ranked, signs
from losscli.core.calls.call_terms import Terms, in_single
from losscli.core.checked import Target
from losscli.core.plain_values import dense_of, refuse_words
from losscli.errors import InputError, LossError, UsageError, shapes_differ
from losscli.losses.reference import Outputs, Shapes
from losscli.losses.vocabulary import Form, Kind, Role, Takes
from losscli.record import replace
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.ops import Array, Index

    ReadClasses = Callable[..., readings.Read]

_MOST_AXES = 64  # NumPy's


class Call:
    """A framework's call with its keyword arguments bound.

    Args:
        loss: The loss it computes.
        reference: The call.
        options: Keyword arguments by the call's own names; what is left out has the call's default.
        read: How predictions of classes become log-probabilities.
    """

    def __init__(
        self,
        loss: Loss,
        reference: Reference,
        options: Mapping[str, Any],
        read: ReadClasses = readings.class_log_probabilities,
    ) -> None:
        self.loss = loss
        self.reference = reference
        self.read = read
        self.takes = reference.takes or loss.takes
        self.kernel = reference.kernel or loss.kernel
        unknown = set(options) - {param.name for param in reference.options}
        if unknown:
            raise UsageError(f"{reference.call} has no argument {', '.join(sorted(unknown))}")
        given = {param.name: options.get(param.name, param.default) for param in reference.options}
        self.smoothing = self._smoothing(self._one(given, Role.SMOOTHING, 0.0))
        weight = self._one(given, Role.CLASS_WEIGHT, None)
        self.class_weight = weight if weight is None or np.ndim(weight) else (weight,)
        self.element_weight = self._one(given, Role.ELEMENT_WEIGHT, None)
        self.value_weight = self._one(given, Role.VALUE_WEIGHT, None)
        self.ignore = self._one(given, Role.IGNORE, None)
        self.axis = _axis(self._one(given, Role.AXIS, reference.axis))
        from_logits = any(given[param.name] for param in reference.options if param.role is Role.FROM_LOGITS)
        self.kind = Kind.LOGITS if from_logits else reference.reads
        own = loss.params if reference.kernel is None else ()
        self.params = {
            **{param.name: param.default for param in own if not param.of_labels},
            **reference.fixed,
            **{p.to or p.name: _value(given[p.name]) for p in reference.options if p.role is Role.KERNEL or p.to},
        }

    def _one(self, arguments: Mapping[str, Any], role: Role, default: Any) -> Any:
        """The value of the only option of a role."""
        found = [arguments[param.name] for param in self.reference.options if param.role is role]
        return found[0] if found else default

    def _smoothing(self, asked: float) -> float:
        """The label smoothing within the framework's limits."""
        limit, framework = self.reference.smoothing_limit, self.reference.framework
        if limit is None:
            return asked
        if asked > limit:
            raise UsageError(f"--label-smoothing is {asked:g}; {framework} takes {limit:g} at most")
        return max(asked, 0.0)  # in silence, as the framework does

    def terms(self, x: Array, y: NDArray[Any] | None, extras: Mapping[str, Any]) -> Terms:
        """The values of some rows, in the dtype of ``x``.

        Raises:
            InputError: The framework would raise: shapes, labels out of range.
        """
        if self.reference.single_labels:
            y = None if y is None else in_single(y)
            extras = {name: None if array is None else in_single(array) for name, array in extras.items()}
        try:
            return self._terms(x, y, extras)
        except (
            ValueError,
            IndexError,
            OverflowError,
            ZeroDivisionError,
        ) as error:  # numpy's: shapes that do not meet, axes that are not
            if y is not None and x.shape != y.shape and "broadcast" in str(error):
                raise differ(self.loss, x, y) from None
            raise InputError(f"{self.reference.call} cannot take these arrays: {error}") from None
        except TypeError:
            refuse_words(self.reference.call, x, y)
            raise

    def _terms(self, x: Array, y: NDArray[Any] | None, extras: Mapping[str, Any]) -> Terms:
        with np.errstate(all="ignore"):
            params = {name: _in_dtype(value, x) for name, value in self.params.items()} | dict(extras)
            match self.takes:
                case Takes.CLASS:
                    return self._class_terms(x, _labels(y), params)
                case Takes.SCORES | Takes.SCORES_HOT:
                    return self._score_terms(x, _labels(y), params)
                case Takes.BINARY | Takes.DISTRIBUTION | Takes.VALUE | Takes.MARGIN:
                    return self._elementwise_terms(x, _labels(y), params)
                case Takes.DECISION | Takes.RAW | Takes.SIGNED_VECTOR:
                    return _unmasked(self._kernel(x, y, **params))
                case Takes.VECTOR:
                    params |= {name: self.to_last(more) for name, more in extras.items() if np.ndim(more) == x.ndim}
                    x, y = ranked(self.reference, x, _labels(y).astype(x.dtype))
                    if not x.ndim:
                        raise InputError(f"a single number has no axes, and {self.reference.call} takes rows")
                    if self.axis != -1 and (self.axis is None or np.size(self.axis) > 1 or x.ndim != y.ndim):
                        x, y = broadcast(self.loss, self.reference, x, y)  # axes must move alike
                    return _unmasked(self._kernel(self.to_last(x), self.to_last(y), **params))
                case Takes.ANCHOR:
                    params |= {name: self.to_last(more) for name, more in extras.items() if np.ndim(more) == x.ndim}
                    return _unmasked(self._kernel(self.to_last(x), **params))
                case Takes.SET:
                    return self._set_terms(x, y, params.pop("sample_weight", None), params)

    def _kernel(self, *arrays: Any, **params: Any) -> Any:
        """The kernel's values; its errors say what the framework raises."""
        if self.reference.own_reading(self.takes):
            params["reading"] = self.reference.reading.in_dtype(arrays[0].dtype)
        try:
            return self.kernel(*arrays, **params)
        except LossError as error:
            raise type(error)(error.what, error.where, error.hint or self.reference.raises) from None

    def to_last(self, x: Array) -> Array:
        """Move the class axis to the end; several axes are merged, None flattens; a single row is left as it is."""
        axis = self.axis
        if axis == -1 or (x.ndim < 2 and axis == self.reference.axis):
            return x
        if axis is None:
            return x.reshape(-1)
        axes = axis if isinstance(axis, tuple) else (axis,)
        if not all(-x.ndim <= one < x.ndim for one in axes):
            raise InputError(f"axis {axis} does not exist: the predictions have {x.ndim} axes")
        x = np.moveaxis(x, axes, range(-len(axes), 0))
        return x.reshape(*x.shape[: x.ndim - len(axes)], -1)

    def _class_labels(self, x: Array, y: NDArray[Any]) -> tuple[Index | None, Array | None, Any]:
        """Class numbers or dense labels, and which of them count."""
        form = self.reference.form
        if form is Form.SPARSE and self.reference.squeezes_labels and y.ndim == x.ndim and y.shape[-1] == 1:
            y = y[..., 0]
        if form is not None and (form is Form.SPARSE) == (y.ndim == x.ndim):
            wanted = "class numbers" if form is Form.SPARSE else "rows of labels, one for each class"
            what = f"{self.reference.call} takes {wanted}, not labels of shape {y.shape}"
            raise InputError(what, hint=self.reference.raises)
        if y.ndim == x.ndim:
            dense = y if self.axis == -1 or y.ndim < 2 else np.moveaxis(y, self.axis, -1)
            if dense.shape != x.shape:
                raise shapes_differ(x.shape, dense.shape)
            return None, dense.astype(x.dtype), None
        if y.shape != x.shape[:-1]:
            raise shapes_differ(x.shape, y.shape)
        index = y.astype(np.int64)
        cut = index != y if self.takes is Takes.SCORES else None  # for the others the plain pass tells
        if cut is not None and cut.any():
            said = count(int(cut.sum()), "label is", "labels are")
            raise InputError(f"{said} not whole: {y[cut].tolist()[:5]}", hint="class numbers are 0, 1, 2 and so on")
        counted = None if self.ignore is None else index != self.ignore
        if counted is not None and index.ndim == 1 and counted.all():
            counted = None
        if counted is not None:
            index = np.where(counted, index, 0)
        bad = (index < 0) | (index >= x.shape[-1])
        if bad.any():
            lie = count(int(bad.sum()), "label lies", "labels lie")
            raise InputError(
                f"{lie} outside 0..{x.shape[-1] - 1}: {index[bad].tolist()[:5]}", hint=self.reference.raises
            )
        return index, None, counted

    def _class_terms(self, x: Array, y: NDArray[Any], params: dict[str, Any]) -> Terms:
        from_front = self.reference.axis_from_front and self.kind is Kind.LOGITS
        if from_front and isinstance(self.axis, int) and self.axis < -1:
            raise InputError(f"axis {self.axis}: {self.reference.call} takes -1, or an axis counted from the front")
        x, y = ranked(self.reference, x, y)
        if self.reference.shapes is Shapes.INTO and y.ndim:
            y = np.broadcast_to(y, x.shape)
        columns = x.shape[-1] if x.ndim else 0
        x = self.to_last(x)
        index, dense, counted = self._class_labels(x, y)
        if not self.reference.by_last_axis:
            columns = x.shape[-1]
        weight = None if self.class_weight is None else np.asarray(self.class_weight, x.dtype)
        if weight is not None and weight.shape != x.shape[-1:]:
            given = count(weight.size, "class weight") if weight.ndim < 2 else f"shape {weight.shape} of class weights"
            raise UsageError(f"{given} for {count(x.shape[-1], 'class', 'classes')}")
        reading = self.reference.reading
        divisor = None
        if index is not None and not self.smoothing:
            read = self.read(x, self.kind, reading, index)
            values = self._kernel(read.log_p, **params)
        else:
            read = self.read(np.ascontiguousarray(x), self.kind, reading)
            cost = self._kernel(read.log_p, **params)
            share = ops.smoothed(dense_of(Target(index, dense), x), self.smoothing, columns)
            values = (share * cost * (1.0 if weight is None else weight)).sum(axis=-1)
            read = replace(read, clipped=None if read.clipped is None else read.clipped & (share > 0.0))
        if index is not None and weight is not None:
            divisor = weight[index]
            values = values if self.smoothing else values * divisor
        if counted is not None:
            values = np.where(counted, values, 0.0)
        return Terms(values, counted, divisor, read)

    def _set_terms(self, x: Array, y: NDArray[Any] | None, weights: Array | None, params: dict[str, Any]) -> Terms:
        empty = self.reference.reductions.empty
        if weights is not None and not np.any(weights) and not math.isnan(empty):
            return Terms(np.asarray(empty, x.dtype))
        return Terms(np.asarray(self._kernel(x, y, weights, **params)))

    def _score_terms(self, x: Array, y: NDArray[Any], params: dict[str, Any]) -> Terms:
        x = self.to_last(x)
        index, dense, counted = self._class_labels(x, y)
        if self.takes is Takes.SCORES:
            if index is None:
                raise shapes_differ(x.shape, y.shape)
            target: Any = index
        else:
            target = dense_of(Target(index, dense), x)
        if self.class_weight is not None:
            params = {**params, "weight": np.asarray(self.class_weight, x.dtype)}
        return Terms(self._kernel(x, target, **params), counted)

    def _elementwise_terms(self, x: Array, y: NDArray[Any], params: dict[str, Any]) -> Terms:
        y, shape = y.astype(x.dtype), x.shape
        x, y = broadcast(self.loss, self.reference, *ranked(self.reference, x, y))
        if self.reference.unit_interval and not all(((a >= 0.0) & (a <= 1.0)).all() for a in (x, y)):
            raise InputError("predictions or labels lie outside 0..1", hint=self.reference.raises)
        values, read = self._entries(x, y, params)
        divisor = None
        if self.element_weight is not None:
            divisor = np.broadcast_to(np.asarray(self.element_weight, x.dtype), values.shape)
            values = values * divisor
        if self.value_weight is not None:
            divisor = np.asarray(self.value_weight, x.dtype)
            if divisor.shape != shape:
                raise UsageError(f"weights of shape {divisor.shape} for predictions of shape {shape}")
            values = values * divisor
        if self.reference.outputs is not Outputs.KEEP and not values.ndim:
            raise InputError(f"a single number has no axes, and {self.reference.call} takes rows")
        if self.reference.outputs is Outputs.MEAN:
            values = values.mean(axis=self.axis)
        elif self.reference.outputs is Outputs.SUM:
            values = values.sum(axis=self.axis)
        return Terms(values, None, divisor, read)

    def _entries(self, x: Array, y: Array, params: dict[str, Any]) -> tuple[Array, readings.Read | None]:
        """One value for each entry, and what a probability was read as."""
        reading = self.reference.reading
        if self.takes is Takes.BINARY:
            y = ops.smoothed(y, self.smoothing, 2)
            read = readings.binary_log_probabilities(x, self.kind, reading)
            return self._kernel(read.log_p, read.log_q, y, **params), read
        if self.takes is Takes.DISTRIBUTION:
            y, moved = readings.clip_labels(y, reading)
            read = self.read(x, self.kind, reading)
            masks = [mask for mask in (read.clipped, moved) if mask is not None]
            clipped = np.logical_or.reduce(masks) if masks else None
            return self._kernel(read.log_p, y, **params), replace(read, clipped=clipped)
        return self._kernel(x, signs(self.reference, y) if self.takes is Takes.MARGIN else y, **params), None


def _unmasked(values: Any) -> Terms:
    """Masked values do not count, like ignored labels."""
    if isinstance(values, np.ma.MaskedArray):
        return Terms(values.filled(0.0), ~np.ma.getmaskarray(values))
    return Terms(np.asarray(values))


def _axis(axis: Any) -> Any:
    """An axis or several, checked."""
    if np.ndim(axis) > 1:
        raise UsageError(f"axis {axis}: a number, or several in a row")
    far = next((one for one in np.ravel([] if axis is None else axis).tolist() if abs(one) > _MOST_AXES), None)
    if far is not None:
        raise UsageError(f"axis {far}: arrays have at most {_MOST_AXES} axes")
    return axis if axis is None or np.ndim(axis) == 0 else tuple(map(int, axis))


def _value(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    found = np.asarray(value)
    return found.astype(object if found.dtype.kind in "US" else np.float64)  # class names, or numbers


def _in_dtype(value: Any, x: NDArray[Any]) -> Any:
    """A vector of numbers in the dtype of the predictions."""
    vector = isinstance(value, np.ndarray) and value.dtype.kind == "f" and x.dtype.kind == "f"
    return value.astype(x.dtype) if vector else value


def _labels(y: NDArray[Any] | None) -> NDArray[Any]:
    if y is None:
        raise InputError("there are no labels")
    if y.dtype == object:
        raise InputError("the labels are words; this call takes numbers")
    return y
