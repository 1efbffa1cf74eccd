"""A number as somebody wrote it: its value, and how far the digits reach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from losscli.errors import UsageError, quoted

_ROUNDING = 8 * 2.0**-53  # of a number written in full, by another program


@dataclass(frozen=True, slots=True)
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
        return cls(float(decimal), float(Decimal(1).scaleb(exponent)))

    def match(self, x: float | None) -> str | None:
        """How a number fits: ``rounded`` or ``cut`` to the digits written; None if it does not."""
        if x is None or not math.isfinite(x):
            return None
        slack = _ROUNDING * max(abs(x), abs(self.value))
        if abs(x - self.value) <= 0.5 * self.unit + slack:
            return "rounded"
        if 0.0 <= abs(x) - abs(self.value) < self.unit and x * self.value >= 0.0:
            return "cut"
        return None
