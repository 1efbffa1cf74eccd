"""Does text from data, names of files and arguments stay text, in every format and on every road to a screen?"""

from __future__ import annotations

import html.parser
import json
import re
from pathlib import Path

import pytest

from tests.support.shell import losscli

# Escapes that move the cursor or set a title, signs that turn the direction of text, markup, tables, links, formulas.
HOSTILE = (
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x9b2J",
    "a\rb",
    "\u202eevil",
    "\u2066x\u2069",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><b>b</b>',
    "|cell|",
    "**bold** _it_ `code`",
    "[link](https://example.org)",
    "![i](https://example.org/i.png)",
    "&amp;&#60;",
    "[red]rich[/red]",
    "%s {0} $HOME",
    "]]>",
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FORMATS = ("table", "markdown", "html", "json", "ndjson", "csv", "tsv")
# What runs, loads or restyles, if a reader of the page takes it for markup.
TAGS = {"script", "img", "b", "a", "iframe", "object", "svg"}


class Tags(html.parser.HTMLParser):
    """The tags of a page, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs), (tag, attrs)


def refuse(out: str, form: str, text: str) -> None:
    """Fail where text that came with the data is more than text."""
    assert not CONTROL.search(out), (form, text)
    if form == "html":
        assert not Tags(out).seen & TAGS, text
    if form == "markdown":
        assert not re.search(r"(?<!\\)<(script|img|b)|(?<!\\)!?\[[^\]]*\]\(http|(?<!\\)\*\*bold", out), (out, text)
        rows = [line for line in out.splitlines() if line.startswith("|")]
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in rows}
        assert len(widths) <= 3, (widths, text)  # of three tables at most
    if form in ("json", "ndjson"):
        for line in out.splitlines():
            json.loads(line)


@pytest.mark.parametrize(
    ("out", "form"),
    [
        ("<p><b>x</b></p>", "html"),
        ("<p onclick=x>", "html"),
        ("a <b>", "markdown"),
        ("[a](https://b)", "markdown"),
        ("\x1b[0m", "table"),
        ("\u202e", "csv"),
    ],
)
def test_what_is_more_than_text_would_be_noticed(out: str, form: str) -> None:
    """A canary."""
    with pytest.raises(AssertionError):
        refuse(out, form, "")


def written(folder: Path, text: str) -> None:
    """Tables with the text wherever a table may hold some."""
    cell = '"' + text.replace('"', '""') + '"'
    (folder / "group.csv").write_text(f"g,p,label\n{cell},0.9,1\nb,0.2,0\n", newline="")
    (folder / "ids.csv").write_text(f"id,p,label\n{cell},0.9,1\nb,0.2,0\n", newline="")
    (folder / "names.csv").write_text(f"{cell},p,label\n1,0.9,1\n2,0.2,0\n", newline="")
    name = '"p_' + text.replace('"', '""') + '"'
    (folder / "classes.csv").write_text(f"{name},p_b,label\n0.9,0.1,{cell}\n0.4,0.6,b\n", newline="")


COMMANDS = (
    ("bce", "group.csv", "-p", "p", "--by", "g"),
    ("bce", "ids.csv", "-p", "p", "--id", "id"),
    ("bce", "names.csv", "-p", "p", "-v"),
    ("ce", "classes.csv", "--by", "label"),
    ("ce", "classes.csv", "--worst", "1"),
    ("check", "classes.csv", "-v"),
    ("check", "group.csv", "-p", "p"),
    ("calibrate", "classes.csv", "--each-class"),
    ("ce", "classes.csv", "--compare"),
    ("ce", "classes.csv", "--explain"),
)


@pytest.mark.long
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_data_holds(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, text)
    for form in ("table", "markdown", "html"):
        for command in COMMANDS:
            done = losscli(*command, "-f", form)
            assert done.status in (0, 1, 2, 3)
            assert not CONTROL.search(done.err)
            refuse(done.out, form, text)


@pytest.mark.long
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_format(command: tuple[str, ...], form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine formats hold ids and names as they came, quoted as the format has it: JSON escapes control characters."""
    monkeypatch.chdir(tmp_path)
    for text in HOSTILE:
        written(tmp_path, text)
        done = losscli(*command, "-f", form)
        if form not in ("csv", "tsv"):
            refuse(done.out, form, text)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_names_and_arguments_hold(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = text.replace("/", "_")
    try:
        Path("d").mkdir()
        (Path("d") / f"{name}.csv").write_text("p,label\n0.9,1\n0.2,0\n")
        (Path("d") / f"{name}2.csv").write_text("p,label\n0.9,1\n0.2,7\n")
    except OSError:
        pytest.skip("no such name here")
    for form in ("table", "markdown", "html"):
        done = losscli("bce", "d", "--by", "file", "-f", form)
        refuse(done.out, form, text)
        assert not CONTROL.search(done.err)
    for args in (
        ("bce", text, text),
        ("bce", "0.5", "1", "--label", text),
        ("bce", "0.5", "1", "--like", text),
        ("bce", "0.5", "1", f"--{text}"),
        ("bce", "0.5", "1", "-f", text),
        ("bce", "0.5", "1", "--fail-if", f"{text} > 1"),
        ("bce", "d", "--by", text),
        ("bce", "d", "--where", f"{text} > 1"),
        ("bce", "0.5", "1", "--also", text),
        ("ce", "[[0.5,0.5]]", "0", "--classes", f"a,{text}"),
        ("identify", "--value", text),
        ("losses", text),
        (text, "0.5", "1"),
        (f"mse|{text}", "0.5", "1"),
    ):
        done = losscli(*args)
        assert done.status in (0, 1, 2, 3), args
        assert not CONTROL.search(done.err + done.out), args
