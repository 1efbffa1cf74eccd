"""A number as somebody wrote it: its value, and how far the digits reach."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from enum import Enum

from losscli.errors import UsageError, quoted
from losscli.record import record

_ROUNDING = 8 * 2.0**-53  # of a number written in full, by another program
_FLOAT32 = 2.0**-22


class Fit(Enum):
    """How a number fits the digits written, and how much less that is to be expected than the first.

    ``ROUNDED``
        It is rounded to them.
    ``CUT``
        The digits beyond them were cut off.
    ``FLOAT32``
        More digits were written than float32 has, and it fits to those.
    """

    ROUNDED = 0.0
    CUT = 1.0
    FLOAT32 = 2.0

    @property
    def cost(self) -> float:
        """Added to that of an answer."""
        return self.value


@record
class Target:
    """The number that is looked for.

    Attributes:
        value: As written.
        unit: Of the last digit written.
    """

    value: float
    unit: float

    @classmethod
    def of(cls, text: str) -> Target:
        """Read a number.

        Raises:
            UsageError: It is none, or not finite.
        """
        try:
            decimal = Decimal(text.strip())
        except InvalidOperation:
            raise UsageError(f"--value {quoted(text)} is not a number", hint="as printed: --value 0.9869") from None
        exponent = decimal.as_tuple().exponent
        if not isinstance(exponent, int) or not math.isfinite(float(decimal)):
            raise UsageError(f"--value {quoted(text)}: the number must be finite")
        return cls(float(decimal), float(f"1e{exponent}"))

    def match(self, x: float) -> Fit | None:
        """How a finite number fits; None if it does not."""
        apart, size = abs(x - self.value), abs(self.value)
        if apart <= 0.5 * self.unit + _ROUNDING * max(abs(x), size):
            return Fit.ROUNDED
        if 0.0 <= abs(x) - size < self.unit and x * self.value >= 0.0:
            return Fit.CUT
        return Fit.FLOAT32 if apart <= _FLOAT32 * size else None
