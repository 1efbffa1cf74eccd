"""Is ``-f html`` one page with everything in it, and is text nothing but text?"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from tests.support.documents import ROOT
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

CANCER = str(ROOT / "examples" / "breast_cancer.csv")
DIGITS = str(ROOT / "examples" / "digits.csv")
HOSTILE = "<script>alert('x')</script>&\"<img src=//evil>"
VOID = {"meta"}


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "args",
    [
        ("ce", DIGITS),
        ("ce", DIGITS, "--by", "label", "--ci"),
        ("ce", DIGITS, "--hist"),
        ("ce", DIGITS, "--compare"),
        ("ce", DIGITS, "--explain"),
        ("check", DIGITS, "--from-logits"),
        ("calibrate", CANCER),
        ("thresholds", CANCER),
        ("losses", "huber"),
        ("losses",),
    ],
    ids=lambda args: " ".join(args[:1] + args[2:]),
)
def test_a_page_is_whole_and_needs_nothing_from_elsewhere(args: tuple[str, ...]) -> None:
    done = losscli(*args, "-f", "html")
    page = Page(done.out)
    assert done.status in (0, 1)
    assert done.out.isascii()
    assert page.open == []
    assert page.links == []
    assert "script" not in page.tags
    assert "table" in page.tags
    assert "default-src 'none'" in done.out


def test_names_are_text() -> None:
    quoted = HOSTILE.replace('"', '""')
    table = f'id,label,p_a,"p_{quoted}"\n"{quoted}",a,0.9,0.1\nr2,"{quoted}",0.8,0.2\n'
    done = losscli("ce", "-f", "html", "--id", "id", stdin=table)
    assert done.status == 0, done.err
    page = Page(done.out)
    assert HOSTILE in page.text
    assert {"script", "img"} & set(page.tags) == set()


def test_all_there_is_to_say_is_on_it() -> None:
    done = losscli("bce", "0.5,0", "1,1", "-f", "html", "--fail-if", "value > 1")
    page = Page(done.out)
    assert "1 row was clipped" in page.text  # notes
    assert "the default of binary-cross-entropy" in page.text  # reasons
    assert "value > 1" in page.text  # gates
    assert "|labels:binary|keras|" in page.text  # signature
    assert done.status == 1


def test_every_answer_has_notes_decisions_and_signature() -> None:
    for args in (("calibrate",), ("thresholds",), ("bce", "--compare"), ("bce", "--explain")):
        page = Page(losscli(args[0], "0,1,0.5", "1,1,0", *args[1:], "-f", "html").out)
        assert args[0] == "thresholds" or "1 row gives the label probability 0" in page.text
        assert "one 0 or 1 for each prediction" in page.text
        assert "|labels:binary|" in page.text


def test_a_long_name_wraps_beside_numbers() -> None:
    table = f"label,p_{'a' * 75},p_b\n{'a' * 75},0.3,0.7\n"
    page = losscli("ce", "-f", "html", stdin=table).out
    assert f'<td class="right long">{"a" * 75}</td>' in page
    assert '<th class="right long"' not in page


@pytest.mark.parametrize(
    ("args", "title"),
    [
        (("identify", "1", "1", "--value", "0.6931"), "What gives 0.6931"),
        (("ce", DIGITS, "--compare"), "cross-entropy by convention"),
        (("ce", DIGITS, "--explain"), "cross-entropy, explained"),
        (("ce", DIGITS), "cross-entropy: mean 0.1795224"),
        (("ce", DIGITS, "--hist"), "cross-entropy: mean 0.1795224"),
        (("r2", "1,2,4", "1,2,3"), "r2-score: value 0.5"),
        (("check", DIGITS), "check: nothing wrong"),
        (("check", DIGITS, "--from-logits"), "check: 1 error"),
        (("ce", DIGITS, "--against", DIGITS), f"{DIGITS} against {DIGITS}: verdict alike on all rows"),
        (("calibrate", CANCER), "calibration: mean 0.1781349"),
        (("thresholds", CANCER), "thresholds: auc 0.9930104"),
    ],
    ids=lambda args: " ".join(args[:1] + args[2:]) if isinstance(args, tuple) else "",
)
def test_the_title_has_the_result(args: tuple[str, ...], title: str) -> None:
    out = losscli(*args, "-f", "html").out
    assert f"<h1>{title}</h1>" in out
    assert f"<title>losscli: {title}</title>" in out


def test_a_suffix_is_enough(tmp_path: Path) -> None:
    assert losscli("mse", "1,2", "1,1", "-o", str(tmp_path / "a.html")).out == ""
    assert (tmp_path / "a.html").read_text().startswith("<!doctype html>")


def test_a_bar_has_its_length() -> None:
    assert '<span style="width:25%">' in losscli("mae", "1,4", "0,0", "-f", "html").out


def test_a_signed_bar_has_its_side() -> None:
    page = losscli("mae", "1,4", "0,0", "--against", "2,2", "-f", "html").out
    assert '<span style="margin-left:50%;width:50%">' in page
    assert '<span style="margin-left:25%;width:25%">' in page


def test_points_stand_below_each_other() -> None:
    """Blanks behind a number are as wide as digits: U+2008 for the point, U+2007 for each digit."""
    assert '<td class="right">1&#8200;&#8199;&#8199;</td>' in losscli("mae", "1,0.25", "0,0", "-f", "html").out


def test_a_wide_table_is_set_smaller_so_that_it_fits_a_screen() -> None:
    page = losscli("ce", DIGITS, "--by", "label", "--ci", "-f", "html").out
    assert page.count('<table class="wide">') == 1
    assert ".wide th, .wide td:not(.right, .picture) { white-space: normal }" in page  # else it scrolls sideways
    assert ".wide .long { min-width: 7rem }" in page
    assert "<table class=" not in losscli("ce", DIGITS, "-f", "html").out
