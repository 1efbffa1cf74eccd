"""A last row that holds sums or means of those above it, as spreadsheets and margins of pandas have one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError
from losscli.inputs.numbers import parse_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.columns import Table
    from losscli.inputs.read_options import ReadOptions

_WORDS = frozenset(("total", "totals", "grand total", "sum", "mean", "average", "avg", "all", "overall"))
_FEW = 3  # rows: with one row above, its sum is itself
_NEAR = 1e-3  # what rounding leaves


def total_row(table: Table, roles: Sequence[int], others: Sequence[int], options: ReadOptions) -> tuple[Decision, ...]:
    """The decision on a last row that one of the ``others`` calls a total, and that counts as any other.

    Raises:
        InputError: A value of it is the sum or the mean of those above.
    """
    columns = table.columns
    if len(columns.rows) < _FEW or options.where is not None or options.limit is not None:
        return ()
    end = table.last()
    for i in others:
        *above, last = columns.texts(i)
        seen = last.lower() in _WORDS and last not in above
        called = last if seen else end[i] if len(end) == len(columns.kinds) else ""
        if called.lower() in _WORDS and called not in above:
            which = f"row {len(columns.rows)} is called {called}" if seen else f"the last is called {called}"
            name = columns.called(i)
            condition = f'{name if name.isidentifier() else f"`{name}`"} != "{called}"'
            hint = f"--where '{condition}'" if columns.names else f"--limit {len(above)}" if seen else "--limit"
            if seen and any(columns.kinds[at] == "number" and _sums_up(columns.texts(at)) for at in roles):
                what = f"{which} and holds the sums or means of those above"
                raise InputError(what, columns.source, f"{hint} leaves it out")
            return (Decision("rows", which, f"it counts; {hint} leaves it out", note=True),)
    return ()


def _sums_up(texts: list[str]) -> bool:
    """Whether the last number is the sum or the mean of the others, which are not all the same."""
    *above, last = map(parse_number, texts)
    known = [number for number in above if number is not None]
    if last is None or len({*known}) < 2:
        return False
    total = math.fsum(known)
    return any(math.isclose(last, wanted, rel_tol=_NEAR) for wanted in (total, total / len(known)))
