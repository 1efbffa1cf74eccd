"""Does a table fit the screen it is on, with every number whole?"""

from __future__ import annotations

import io
import os
import re
import shlex
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from losscli.outputs.draw.block import Block, Column
from losscli.outputs.draw.cell_text import cell_width, command_lines, cut, wrapped
from losscli.outputs.draw.drawing import drawer
from losscli.outputs.report_view import signed_bar
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

WIDTHS = [30, 50, 80, 120, 200]
LONG = "/data/validation/n0123456789/" + "x" * 30 + "_{:05}.jpeg"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def drawn(blocks: list[Block], columns: int, *, color: str = "never", encoding: str = "utf-8") -> list[str]:
    stream = Terminal()
    stream.encoding = encoding
    with patch.dict(os.environ, {"COLUMNS": str(columns)}):
        drawer("table", stream, color)(blocks)
    return stream.getvalue().splitlines()


def samples(*, names: list[str], labels: list[str]) -> Block:
    numbers = [f"{0.1 + i / 7:.7g}e-300" for i in range(len(names))]
    bars = [f"{i / len(names):.2f}" for i in range(len(names))]
    columns = (
        Column("id", "name"), Column("label", "right"), Column("predicted", "right"), Column("p(label)", "right"),
        Column("ce", "right"), Column("", "bar"),
    )  # fmt: skip
    return Block(columns, tuple(zip(names, labels, labels, numbers, numbers, bars, strict=True)))


SHAPES = {
    "one row": samples(names=["1"], labels=["0"]),
    "long names": samples(
        names=[LONG.format(i) for i in range(5)], labels=[f"class_{i}_" + "y" * 69 for i in range(5)]
    ),
    "wide signs": samples(names=[f"文件名{i}" * 9 for i in range(5)], labels=[f"{FAMILY} 家族{i}" for i in range(5)]),
    "lists": samples(names=["1", "2"], labels=["[0.1234567 0.7654321 …]", "[1 2 3]"]),
    "many numbers": Block(
        (Column("lang", "name"), *[Column(f"number {j}", "right") for j in range(9)]),
        tuple((f"language {i}" * 4, *[f"{i}.{j}234567" for j in range(9)]) for i in range(4)),
        strong=frozenset({3}),
    ),
    "intervals": Block(
        (Column("lang", "name"), Column("mean", "right"), Column("95% interval"), Column("p", "right")),
        tuple((f"language {i}" * 4, "0.1795224", "0.1397234 … 0.2425234", "0.9565943") for i in range(4)),
    ),
    "prose": Block(
        (Column("loss"), Column("", "right"), Column("what it says")),
        (("mean", "0.1795224", "divided by N = 599, as the convention has it; 95% interval 0.14 … 0.24"),),
    ),
}


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("block", SHAPES.values(), ids=list(SHAPES))
def test_every_number_is_there_and_no_line_too_long(block: Block, columns: int) -> None:
    lines = drawn([block], columns)
    text = "\n".join(lines)
    numbers = {one for row in block.rows for cell in row for one in re.findall(r"\d+\.\d{4,}[e\d-]*", cell)}
    assert [one for one in numbers if one not in text] == []
    assert [line for line in lines if cell_width(line) > columns] == [] or columns == 30


@pytest.mark.parametrize("columns", WIDTHS)
def test_names_keep_both_ends(columns: int) -> None:
    for i, line in enumerate(drawn([SHAPES["long names"]], columns)[2:7]):
        assert re.match(r"/\S*…\S*eg +c\S*…y+ ", line), (i, line)


def test_a_table_too_wide_is_several_each_with_the_first_column() -> None:
    lines = drawn([SHAPES["many numbers"]], 50)
    heads = [line for line in lines if line.startswith("lang ")]
    assert len(heads) == 3
    assert re.findall(r"number \d", " ".join(heads)) == [f"number {j}" for j in range(9)]
    assert len([line for line in lines if "…" in line]) == 3 * 4  # cut where there is no room
    assert len([line for line in lines if line.startswith("lang")]) == 3 * 5


def test_bars_go_before_numbers_do() -> None:
    assert any("█" in line for line in drawn([_barred()], 80))
    assert not any("█" in line for line in drawn([_barred()], 60))


def _barred() -> Block:
    names = ["a" * 20, "b" * 20]
    block = samples(names=names, labels=["12345678", "87654321"])
    return Block(block.columns, tuple((*row[:-1], "1") for row in block.rows))


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("abc", 3),
        ("猫", 2),
        ("é", 1),
        ("e\u0301", 1),
        (FAMILY, 2),
        ("\U0001f44d\U0001f3fd", 2),
        ("❤\ufe0f", 2),
        ("", 0),
    ],
)
def test_signs_take_columns(text: str, width: int) -> None:
    assert cell_width(text) == width


def test_a_cut_parts_no_sign() -> None:
    text = f"start {FAMILY * 3} end"
    for width in range(5, cell_width(text)):
        shown = cut(text, width)
        assert cell_width(shown) <= width
        head, _, tail = shown.partition("…")
        assert text.startswith(head)
        assert text.endswith(tail)
        assert not head.endswith("\u200d")
        assert not tail.startswith("\u200d")


def test_lines_hold_all_words() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("  indented by two", 10) == ["  indented", "by two"]
    assert wrapped("0123456789", 4) == ["0123", "4567", "89"]
    assert wrapped("猫猫猫", 4) == ["猫猫", "猫"]
    assert wrapped("", 4) == [""]


def test_ascii_has_marks_of_its_own() -> None:
    lines = drawn([SHAPES["long names"], _barred()], 80, encoding="ascii")
    assert all(line.isascii() for line in lines)
    assert any("..." in line for line in lines)
    assert any("#" in line for line in lines)


class TestColour:
    WRONG = ("ce", "[[0.9,0.1],[0.8,0.2]]", "0,1")

    def test_says_which_prediction_is_wrong(self) -> None:
        lines = shell(*self.WRONG, "--color", "always").out.splitlines()
        assert ["\x1b[31m" in line for line in lines[2:4]] == [False, True]

    def test_is_never_all_that_says_it(self) -> None:
        colored = shell(*self.WRONG, "--color", "always").out
        assert re.sub(r"\x1b\[\d+m", "", colored) == shell(*self.WRONG).out

    @pytest.mark.parametrize(
        ("args", "tone"),
        [(("0.9,0.2", "1,0"), 32), (("0.9,0.2", "-1,1"), 31), (("0.05,0.95" + ",0.1" * 20, "1,0" + ",1" * 20), 33)],
    )
    def test_says_how_grave_a_finding_is(self, args: tuple[str, ...], tone: int) -> None:
        lines = shell("check", *args, "--color", "always").out.splitlines()
        [head] = [line for line in lines if "because" in line]
        assert f"\x1b[{tone}m" in head

    def test_is_on_stderr_if_asked_for(self) -> None:
        done = shell("ce", "[[2.5,-1.0,0.3]]", "0", "--color", "always")
        assert done.err.startswith("\x1b[31mError:\x1b[0m 1 row")
        assert shell("ce", "[[2.5,-1.0,0.3]]", "0").err.startswith("Error: 1 row")


def test_a_message_wraps_on_a_terminal() -> None:
    from losscli.cli import notice

    stream = Terminal()
    with patch("sys.stderr", stream), patch.dict(os.environ, {"COLUMNS": "40", "NO_COLOR": "1"}):
        notice.choose("auto")
        notice.say("warning", "one " * 20, [("         ", "losscli ce " + "x" * 60)])
    lines = stream.getvalue().splitlines()
    assert [
        line.startswith(start) for line, start in zip(lines, ["warning: one", *[" " * 9 + "one"] * 2], strict=False)
    ]
    assert max(map(len, lines[:-1])) <= 40
    assert lines[-1].endswith("x" * 60)  # a command to copy is not broken


class TestDecisions:
    CSV = "label,p_a,p_b\n0,0.9,0.1\n1,0.2,0.8\n"

    def test_many_fold_into_a_line(self) -> None:
        *_, said, signature = shell("ce", stdin=self.CSV).out.splitlines()
        assert said == (
            "format csv; delimiter comma; header line 1; predictions columns 2-3 (p_a … p_b); "
            "labels column 1 (label); label values numbers; samples 2 x 2 classes (-v: why)"
        )
        assert signature.startswith("cross-entropy|probabilities|labels:sparse|")

    @pytest.mark.parametrize("more", [("-v",), ("-f", "markdown"), ("--compare", "-v"), ("--explain", "-v")])
    def test_all_are_there_if_asked_for(self, more: tuple[str, ...]) -> None:
        assert "'label' in the first row is the name of a column" in shell("ce", *more, stdin=self.CSV).out

    def test_of_a_check_too(self) -> None:
        assert "-v: why" in shell("check", stdin=self.CSV).out
        assert "each of the first 3 lines has 3 fields" in shell("check", "-v", stdin=self.CSV).out

    def test_a_long_value_is_cut(self, tmp_path: Path) -> None:
        text = f"label,p_{'a' * 90},p_{'b' * 90}\n0,0.9,0.1\n"
        assert max(map(len, shell("ce", stdin=text).out.splitlines())) < 400

    def test_the_bare_number_has_none(self) -> None:
        done = shell("mse", "1", "2", "-q", "-v")
        assert (done.status, done.err) == (2, "Error: -q and -v exclude each other\n")


@pytest.mark.parametrize(
    ("share", "blocks", "ascii_only"),
    [
        (0.0, "    │", "    |"),
        (1.0, "    │████", "    |####"),
        (-1.0, "████│", "####|"),
        (0.5, "    │██", "    |##"),
        (-0.4, "  ▐█│", "  ##|"),
        (0.03, "    │▏", "    |"),
    ],
)
def test_a_signed_bar_has_its_side(share: float, blocks: str, ascii_only: str) -> None:
    assert signed_bar(share, unicode=True) == blocks
    assert signed_bar(share, unicode=False) == ascii_only


def test_a_word_that_must_be_broken_is_broken_after_a_seam_if_there_is_one() -> None:
    assert wrapped("optax kl_divergence_with_log_targets", 24) == ["optax", "kl_divergence_with_log_", "targets"]
    assert wrapped("abcdefghij_klmnopqrstuvwxyzabc", 24) == ["abcdefghij_klmnopqrstuvw", "xyzabc"]


@pytest.mark.parametrize("width", [20, 38, 60])
def test_a_command_of_several_lines_can_be_copied(width: int) -> None:
    command = """losscli ce 'a b.csv' --like keras -q | awk '{ printf "%.17g\\n", $1 / 10 }'"""
    lines = command_lines(command, width)
    copied = "\n    ".join(lines).replace("\\\n", "")  # as a shell reads it
    assert shlex.split(copied) == shlex.split(command)
    assert all(line.endswith(" \\") for line in lines[:-1])
    assert command_lines(command, 99) == [command]
    assert max(map(cell_width, lines)) <= max(width, 33)  # the longest argument
