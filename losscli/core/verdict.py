"""What a gate said of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record
class Verdict:
    """What a gate said.

    Attributes:
        option: The option that asked for it.
        expression: Its text, as it was given.
        failed: It does not let the result pass.
        unknown: That is because of a number that is NaN or missing.
        numbers: Those it hangs on, by name; None where one is missing.
        message: Why, in a few words.
    """

    option: str
    expression: str
    failed: bool
    unknown: bool
    numbers: Mapping[str, float | bool | None]
    message: str

    @property
    def name(self) -> str:
        """As it was typed."""
        return f"{self.option} {self.expression}"

    def to_dict(self) -> dict[str, Any]:
        """An entry of ``gates`` in the JSON document."""
        return {
            "option": self.option,
            "expression": self.expression,
            "failed": self.failed,
            "unknown": self.unknown,
            "numbers": dict(self.numbers),
            "message": self.message,
        }
