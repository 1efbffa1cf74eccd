"""The verdict of a gate on a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.record import fields_of, record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record
class Verdict:
    """The verdict of a gate.

    Attributes:
        option: The option that asked for it.
        expression: Its text, as it was given.
        failed: The result does not pass.
        unknown: It fails because a number is NaN or missing.
        numbers: The numbers it depends on, by name; None for a missing one.
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
        """The gate as typed."""
        return f"{self.option} {self.expression}"

    def to_dict(self) -> dict[str, Any]:
        """An entry of ``gates`` in the JSON document."""
        return fields_of(self)
