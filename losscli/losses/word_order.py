"""The order of words, as classes between which distances are counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.text import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS = [*"abcdefghijklmnopqrstuvwxyz"]
_SCALES = (
    "negative neutral positive", "neg neutral pos", "none mild moderate severe", "low medium high", "low mid high",
    "low med high", "low moderate high", "small medium large", "bad ok good", "poor fair good excellent",
    "first second third", "never rarely sometimes often always",
)  # fmt: skip


def in_order(words: Sequence[str]) -> bool:
    """Whether words are known to be in order, up or down: a usual scale, letters, or one word with numbers."""
    lowered = [word.strip().lower() for word in words]
    numbered = [match for word in lowered if (match := re.fullmatch(r"(\D*)(\d+)(\D*)", word))]
    scale = next((scale for scale in (*map(str.split, _SCALES), _LETTERS) if {*lowered} <= {*scale}), None)
    ranks = [] if scale is None else [scale.index(word) for word in lowered]
    if len(numbered) == len(words) and len({match.group(1, 3) for match in numbered}) == 1:
        ranks = [int(match[2]) for match in numbered]
    return bool(ranks) and ranks in (sorted({*ranks}), sorted({*ranks}, reverse=True))


def refuse_unordered(words: Sequence[str]) -> None:
    """Refuse words as classes between which distances are counted, unless their order is known.

    Raises:
        UsageError: It isn't.
    """
    if len(words) > 2 and not in_order(words):
        what = f"distances between classes need their order, and words have none that is known: {listed(words)}"
        raise UsageError(what, hint=f"--classes with these words in their order, as in --classes {','.join(words)}")
