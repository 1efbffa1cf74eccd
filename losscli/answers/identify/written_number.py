"""A number as it was written: its value, and its precision."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from enum import Enum

from losscli.errors import UsageError
from losscli.record import record
from losscli.text import quoted

_ROUNDING = 8 * 2.0**-53  # relative, of a number written in full by another program
_FLOAT32 = 2.0**-22


class Fit(Enum):
    """How a number fits the digits written, from the likeliest to the least likely.

    ``EXACT``
        Written in full, it is that number; or both are infinite, or NaN.
    ``ROUNDED``
        It is rounded to them.
    ``CUT``
        It is truncated to them.
    ``FLOAT32``
        More digits were written than float32 has, and it fits those.
    """

    EXACT = 0.0
    ROUNDED = 0.25
    CUT = 1.25
    FLOAT32 = 2.25

    @property
    def cost(self) -> float:
        """What this adds to the cost of an answer."""
        return self.value


@record
class WrittenNumber:
    """The number to be identified.

    Attributes:
        value: The number as written.
        written: The same, as an exact fraction.
        unit: The unit of the last digit written; 0 for infinity and NaN.
    """

    value: float
    written: Decimal
    unit: Decimal

    @classmethod
    def of(cls, text: str) -> WrittenNumber:
        """Parse a number."""
        try:
            decimal = Decimal(text.strip())
        except InvalidOperation:
            raise UsageError(f"--value {quoted(text)} is not a number", hint="as printed: --value 0.9869") from None
        exponent = decimal.as_tuple().exponent
        if not isinstance(exponent, int):
            return cls(float(decimal), decimal, Decimal(0))
        if not math.isfinite(float(decimal)):
            raise UsageError(f"--value {quoted(text)} is beyond 64-bit floats")
        return cls(float(decimal), decimal, Decimal((0, (1,), exponent)))

    @property
    def finite(self) -> bool:
        """Whether it is finite."""
        return math.isfinite(self.value)

    @property
    def turned(self) -> WrittenNumber:
        """The number with the other sign."""
        return WrittenNumber(-self.value, -self.written, self.unit)

    def match(self, x: float) -> Fit | None:
        """How a number fits, or None."""
        if not self.finite or not math.isfinite(x):
            same = x == self.value or (math.isnan(x) and math.isnan(self.value))
            return Fit.EXACT if same else None
        computed = Decimal(repr(x))
        if computed == self.written:
            return Fit.EXACT
        apart, rounding = abs(computed - self.written), Decimal(_ROUNDING * max(abs(x), abs(self.value)))
        if apart <= self.unit / 2 + rounding:
            return Fit.ROUNDED
        if computed * self.written >= 0 and 0 <= abs(computed) - abs(self.written) < self.unit:
            return Fit.CUT
        return Fit.FLOAT32 if apart <= Decimal(_FLOAT32) * abs(self.written) else None
