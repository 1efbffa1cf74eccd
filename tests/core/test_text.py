"""Are counts and values put into words in one way?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from losscli.text import count, field_text

ROOT = Path(__file__).parent.parent.parent / "losscli"
BY_HAND = re.compile(r"""["']s['"] if |if \w+ == 1 else ["']s['"]|else ["']s["']\}""")


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 rows hold"), (1, "1 row holds"), (2, "2 rows hold"), (1234, "1,234 rows hold")]
)
def test_a_count_agrees_with_its_noun(n: int, said: str) -> None:
    assert count(n, "row holds", "rows hold") == said
    assert count(n, "row") == said.rpartition(" ")[0]


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.stem)
def test_no_plural_is_made_by_hand(path: Path) -> None:
    if path.name != "text.py":
        assert not BY_HAND.search(path.read_text())


def test_a_plural_made_by_hand_is_seen() -> None:
    """A canary."""
    assert BY_HAND.search("f\"{n} row{'s' if n > 1 else ''}\"")


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (1.0, "1.0"), (1e-300, "1e-300"), ([1, 2.5], "1 2.5"), ("a\tb", "a\\tb")]
)
def test_a_field_is_read_back(value: object, text: str) -> None:
    assert field_text(value) == text
