"""Tables of any library as columns by name: pandas, polars, Arrow, DuckDB, dicts, and what exports Arrow's C stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError, UsageError
from losscli.python.as_arrays import array_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


_SIGNS = ("collect_schema", "columns", "column_names", "fetchnumpy", "__dataframe__")


def is_table(data: Any) -> bool:
    """Whether it has columns with names."""
    if isinstance(data, np.ndarray):
        return data.dtype.names is not None
    if isinstance(data, Mapping) or any(hasattr(data, name) for name in _SIGNS):
        return True
    return hasattr(data, "__arrow_c_stream__") and not hasattr(data, "to_numpy")  # that would be a single column


def columns_of(data: Any, name: str) -> dict[str, NDArray[Any]]:
    """The columns of a table by their names, as arrays with a row each.

    Raises:
        InputError: Columns of one name, of different lengths.
        UsageError: Only pyarrow knows how to read it, and is not there.
    """
    found: dict[str, NDArray[Any]] = {}
    for label, column in _columns(data):
        key = str(label)
        if key in found:
            raise InputError(f"{name} has two columns named {key!r}")
        found[key] = _column(column, f"{name}, column {key}")
    lengths = {key: len(column) for key, column in found.items()}
    if len({*lengths.values()}) > 1:
        shown = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise InputError(f"{name} has columns of different lengths: {shown}")
    return found


def _column(column: Any, name: str) -> NDArray[Any]:
    """Numbers or texts; anything else, such as dates, as text: it may have no role, and a role would refuse it."""
    try:
        return array_of(column, name)
    except InputError:
        values = column.to_numpy() if hasattr(column, "to_numpy") else column
        return np.array([*map(str, values), None], dtype=object)[:-1]


def _columns(data: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(data, Mapping):
        return data.items()
    if isinstance(data, np.ndarray):
        return ((name, data[name]) for name in data.dtype.names or ())
    if hasattr(data, "collect_schema") and hasattr(data, "collect"):  # polars, lazy
        data = data.collect()
    if hasattr(data, "fetchnumpy"):  # DuckDB
        return data.fetchnumpy().items()  # type: ignore[no-any-return]
    if hasattr(data, "column_names") and hasattr(data, "column"):  # Arrow
        return zip(data.column_names, map(data.column, range(len(data.column_names))), strict=True)
    if hasattr(data, "columns") and hasattr(data, "iloc"):  # pandas, whose names may come twice
        return ((label, data.iloc[:, i]) for i, label in enumerate(data.columns))
    if hasattr(data, "columns") and hasattr(data, "get_column"):  # polars
        return ((label, data.get_column(label)) for label in data.columns)
    return _by_arrow(data)


def _by_arrow(data: Any) -> Iterable[tuple[Any, Any]]:
    try:
        import pyarrow as pa
        from pyarrow import interchange
    except ImportError:
        raise UsageError(
            f"reading a {type(data).__name__} needs pyarrow", hint="pip install 'losscli[arrow]'"
        ) from None
    table = pa.table(data) if hasattr(data, "__arrow_c_stream__") else interchange.from_dataframe(data)
    return zip(table.column_names, table.columns, strict=True)
