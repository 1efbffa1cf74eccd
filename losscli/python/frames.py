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


_SIGNS = ("collect_schema", "columns", "column_names", "fetchnumpy", "to_reader", "scanner", "__dataframe__")


def is_table(data: Any) -> bool:
    """Whether it has columns with names."""
    if isinstance(data, np.ndarray):
        return data.dtype.names is not None
    if hasattr(data, "toarray"):  # some sparse arrays of scipy are mappings of positions to values
        return False
    if isinstance(data, Mapping) or any(hasattr(data, name) for name in _SIGNS) or _is_records(data):
        return True
    return hasattr(data, "__arrow_c_stream__") and not hasattr(data, "to_numpy")  # else it is a single column


def columns_of(data: Any, name: str) -> dict[str, NDArray[Any]]:
    """The columns of a table by name, as arrays of one entry per row.

    Raises:
        InputError: Columns share a name, or differ in length.
        UsageError: Reading it needs pyarrow, which is missing.
    """
    found: dict[str, NDArray[Any]] = {}
    data = data if not _is_records(data) else {key: [row.get(key) for row in data] for row in data for key in row}
    if isinstance(data, Mapping):
        named = {f"column {label}": column for label, column in data.items()}
        refuse_other_index(next(iter(data.values()), None), named, next(iter(named), ""))
    for label, column in _columns(data):
        key = "_".join(str(part) for part in label if part != "") if isinstance(label, tuple) else str(label)
        if key in found:
            raise InputError(f"{name} has two columns named {key!r}")
        found[key] = _column(column, f"{name}, column {key}")
        if not found[key].ndim:
            raise InputError(f"{name}, column {key} is one value, not one for each row")
    lengths = {key: len(column) for key, column in found.items()}
    if len({*lengths.values()}) > 1:
        shown = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise InputError(f"{name} has columns of different lengths: {shown}")
    return found


def _is_records(data: Any) -> bool:
    """Whether it is a list of dicts."""
    return isinstance(data, list | tuple) and bool(data) and all(isinstance(row, Mapping) for row in data)


def refuse_other_index(first: Any, others: Mapping[str, Any], called: str = "predictions") -> None:
    """Refuse rows that pandas would align by their index, as all else here is paired by order.

    An index that only counts rows is ignored, unless the other has the same numbers in another order.

    Raises:
        InputError: The rows of one of the others have another index.
    """
    mine = _index(first)
    for name, other in others.items():
        yours = _index(other)
        if mine is None or yours is None or len(mine) != len(yours) or mine.equals(yours):
            continue
        if not (_counts(mine) or _counts(yours)) or {*mine} == {*yours}:
            at = next(i for i, (one, two) in enumerate(zip(mine, yours, strict=True)) if one != two)
            raise InputError(
                f"{called} and {name} have other indexes: row {at + 1} is {mine[at]} here and {yours[at]} there",
                hint=".loc[index] pairs rows by their index, .to_numpy() by their order",
            )


def _index(data: Any) -> Any:
    """The index of a pandas object, or of the first axis of an xarray one."""
    if hasattr(data, "indexes") and getattr(data, "dims", None):
        return data.indexes.get(next(iter(data.dims)))
    found = getattr(data, "index", None)
    return found if hasattr(found, "equals") and hasattr(data, "iloc") else None


def _counts(index: Any) -> bool:
    """Whether it is a default index, which only counts rows."""
    return type(index).__name__ == "RangeIndex" and (index.start, index.step) == (0, 1)


def _column(column: Any, name: str) -> NDArray[Any]:
    """Numbers or strings; anything else, such as dates, as strings: the column may have no role at all."""
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
    if hasattr(data, "collect_schema") and hasattr(data, "collect"):  # a polars LazyFrame
        data = data.collect()
    if hasattr(data, "with_format") and hasattr(data, "column_names"):  # Hugging Face
        data = _materialised(data)
    if hasattr(data, "fetchnumpy"):  # DuckDB
        return data.fetchnumpy().items()  # type: ignore[no-any-return]
    if hasattr(data, "column_names") and hasattr(data, "column"):  # Arrow
        return zip(data.column_names, map(data.column, range(len(data.column_names))), strict=True)
    if hasattr(data, "columns") and hasattr(data, "iloc"):  # pandas allows duplicate names
        return ((label, data.iloc[:, i]) for i, label in enumerate(data.columns))
    if hasattr(data, "columns") and hasattr(data, "get_column"):  # polars
        return ((label, data.get_column(label)) for label in data.columns)
    return _by_arrow(data)


def _materialised(data: Any) -> Any:
    """A Hugging Face data set as an Arrow table, with its selected rows only."""
    if not hasattr(data, "__len__"):
        hint = "list(...), or Evaluation with update for each of its batches"
        raise InputError(f"{type(data).__name__} gives its rows one by one", hint=hint)
    return data.with_format("arrow")[:]


def _by_arrow(data: Any) -> Iterable[tuple[Any, Any]]:
    try:
        import pyarrow as pa
        from pyarrow import interchange
    except ImportError:
        raise UsageError(
            f"reading a {type(data).__name__} needs pyarrow", hint="pip install 'losscli[arrow]'"
        ) from None
    data = data.scanner() if hasattr(data, "scanner") else data  # an Arrow data set
    data = data.to_reader() if hasattr(data, "to_reader") else data
    try:
        table = pa.table(data) if hasattr(data, "__arrow_c_stream__") else interchange.from_dataframe(data)
    except (TypeError, ValueError, RuntimeError, NotImplementedError) as error:
        said = str(error).partition("\n")[0][:160]
        raise InputError(f"a {type(data).__name__} can't be read as a table: {said}") from None
    return zip(table.column_names, table.columns, strict=True)
