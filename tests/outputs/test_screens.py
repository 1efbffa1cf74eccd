"""What does a terminal show? The result and what was decided at 80x24, every number at any width."""

from __future__ import annotations

import io
import os
import re
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
import pytest

from losscli.cli.main import run
from losscli.outputs.draw.block import Block, Column
from losscli.outputs.draw.cell_text import cell_width, is_number, wrapped
from losscli.outputs.draw.fit import panels
from tests.support.documents import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DIGITS = str(ROOT / "examples" / "digits.csv")
BETTER = str(ROOT / "examples" / "digits_better.csv")
CANCER = str(ROOT / "examples" / "breast_cancer.csv")
LONG = "class_" + "abcdefgh" * 9


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def screen(*args: str, columns: int = 80, lines: int = 24, variable: tuple[str, str] = ("NO_COLOR", "1")) -> str:
    """What a terminal is sent, output and messages."""
    out = Terminal()
    given = dict([("COLUMNS", str(columns)), ("LINES", str(lines)), variable])
    with patch.dict(os.environ, given), redirect_stdout(out), redirect_stderr(out):
        assert run(list(args)) in (0, 1)
    return out.getvalue()


def seen(text: str, columns: int, lines: int) -> list[str]:
    """The last lines, with the prompt below; those that are too long take several."""
    shown = [part for line in text.splitlines() for part in re.findall(rf".{{1,{columns}}}", line) or [""]]
    return shown[-(lines - 1) :]


@pytest.mark.parametrize(
    ("args", "result"),
    [
        (("ce", DIGITS), "mean              0.1795224"),
        (("ce", DIGITS, "--all"), "mean              0.1795224"),
        (("ce", DIGITS, "--ci"), "mean               0.1795224"),
        (("ce", DIGITS, "--by", "label"), "mean              0.1795224"),
        (("ce", DIGITS, "--hist"), "mean              0.1795224"),
        (("ce", DIGITS, "--compare"), "exact                         0.1795224"),
        (("check", DIGITS), "mean       0.1795224 nats"),
        (("calibrate", CANCER), "mean               0.1781349"),
        (("calibrate", CANCER), "0.9 to 1  101   0.9673 1        0.963 … 1.000                             │●"),
        (("ce", DIGITS, "--against", BETTER), "difference      +0.04740369 +0.02355 … +0.07126"),
        (("ce", DIGITS, "--against", BETTER), "verdict           worse   0 is outside the interval"),
        (("thresholds", CANCER), "auc                 0.9930104"),
        (("ce", DIGITS, "--against", BETTER, "--by", "label"), "verdict   worse   0 is outside the interval"),
        (
            ("ce", DIGITS, "--against", BETTER, "--also", "brier"),
            "brier          0.0536423  0.07572299  +0.02208069  +0.0108 … +0.03336  worse",
        ),
        (("ce", DIGITS, "--by", "label", "--worst-groups", "3"), "8           56  0.3516433        18.3%"),
        (("calibrate", DIGITS, "--each-class"), "mean               0.1795224"),
        (("nn.CrossEntropyLoss", DIGITS), "mean"),
    ],
    ids=lambda value: " ".join(value[:1] + value[2:]) if isinstance(value, tuple) else "",
)
def test_the_result_and_what_was_decided_are_in_view(args: tuple[str, ...], result: str) -> None:
    whole = screen(*args)
    lines = seen(whole, 80, 24)
    shown = "\n".join(lines)
    assert result in shown
    assert "--all" in args or lines[0] == whole.splitlines()[0]
    assert "header line 1" in shown.replace("\n", " ")
    assert "-v: why" in shown.replace("\n", " ")


CLASSES = (  # what may be asked of predictions of classes
    "ce", "ce --by label", "ce --hist --by label", "ce --hist", "ce --compare", "ce --explain", "ce --ci --by label",
    "ce --also brier,acc", "acc --explain", "nn.CrossEntropyLoss --explain", "brier --by label", "check",
    "check --from-logits", "calibrate", "calibrate --each-class", "identify --value 1.5", "f1 --average none",
)  # fmt: skip
YES_OR_NO = (
    "bce", "bce --compare", "bce --explain", "bce --hist --by label", "bce --against q --by site", "check",
    "brier --against q --against r --by site", "bce --against q --also brier", "nn.BCELoss --against q --by site",
    "acc --against q --by site", "binary-focal --hist", "thresholds --cost fp=1,fn=5", "auc --against q",
)  # fmt: skip


@pytest.mark.parametrize("asked", CLASSES)
@pytest.mark.parametrize("kind", ["wide", "long", "one row", "1000 classes", "(N,T,V)"])
def test_each_answer_and_how_the_input_was_read_are_on_one_screen(kind: str, asked: str, tmp_path: Path) -> None:
    given = data(kind, tmp_path)
    if asked.startswith("nn."):  # whose labels are asked for, and which takes logits
        given = (*given[:1], "--label", "label") if len(given) == 1 else given[:2]
    if kind == "1000 classes" and "--each-class" in asked:
        return  # refused: too many
    if kind != "(N,T,V)" or asked in ("ce", "ce --hist", "ce --compare", "ce --explain", "check", "calibrate"):
        shown_whole(screen(*asked.split(), *given))


@pytest.mark.parametrize("rows", [1, 5, 300])
@pytest.mark.parametrize("asked", YES_OR_NO)
def test_each_answer_on_yes_or_no_is_on_one_screen(asked: str, rows: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    p = rng.uniform(0.02, 0.98, (rows, 3)).round(6)
    lines = [",".join(map(str, (*p[i], i % 2, f"site {i % 26:02d}", f"{LONG}{i % 3}"))) for i in range(rows)]
    (tmp_path / "a.csv").write_text("\n".join([f"p,q,r,y,site,{LONG}", *lines]) + "\n")
    table = str(tmp_path / "a.csv")
    shown_whole(screen(*asked.split(), table, "--pred", "p", "--label", "y"))


def test_one_group_is_not_several() -> None:
    shown = screen("bce", "0.2,0.8,0.6", "0,1,1", "--against", "0.3,0.6,0.9", "--by", "label")
    assert "corrected for 2 groups (Holm)" in shown
    shown = screen("bce", "0.2,0.8,0.6", "1,1,1", "--against", "0.3,0.6,0.9", "--by", "label")
    assert "corrected for 1 group (Holm)" in shown


def test_a_narrow_screen_wraps_sentences_and_keeps_a_table_in_one_piece(tmp_path: Path) -> None:
    shown = screen("thresholds", CANCER, "--cost", "fp=1,fn=5", columns=50)
    assert shown.splitlines()[0].split() == ["threshold", "yes", "F1", "cost", "per", "row"]
    assert "-v: tp, fp, fn, tn, precision, recall" in shown
    shown = screen("nn.CrossEntropyLoss", "[[0.2,0.8],[0.9,0.1]]", "0,1", columns=50)
    assert "         losscli ce if they are probabilities (the\n         loss would be " in shown
    named = groups(tmp_path, 3)
    table = (tmp_path / "g.csv").read_text().replace("site,", f"{LONG},", 1)
    (tmp_path / "g.csv").write_text(table)
    shown = screen("bce", named, "--by", LONG, columns=50)
    assert shown.startswith("class_abcd")
    assert max(map(cell_width, shown.splitlines()[:5])) <= 50


def shown_whole(text: str) -> None:
    """The output has no more lines than a low screen, and says how the input was read, or which command says it."""
    assert sum(max(-(-cell_width(line) // 80), 1) for line in text.splitlines()) <= 23
    assert re.search(r"-v: (why|how the input was read)|-n ROWS|^input ", text.replace("\n", " "), re.MULTILINE)


def test_several_baselines_share_a_low_screen_each_line_with_its_name(tmp_path: Path) -> None:
    p = np.linspace(0.05, 0.95, 60)
    rows = [f"{x:.3f},{x / 2:.3f},{x / 3:.3f},{int(x > 0.4)},{'ab'[i % 2]}" for i, x in enumerate(p)]
    (tmp_path / "a.csv").write_text("\n".join(["p,half,third,y,site", *rows]) + "\n")
    args = ("bce", str(tmp_path / "a.csv"), "--pred", "p", "--label", "y", "--against", "half", "--against", "third")
    for more in (["--by", "site"], ["--also", "brier,acc"]):
        whole = screen(*args, *more)
        assert len(whole.splitlines()) <= 23
        assert re.search(r"^half +0\.\d+ +-0\.\d+ .* p is better$", whole, re.MULTILINE)
    assert re.search(r"^brier +third +.*-0\.\d+ .* better$", whole, re.MULTILINE)
    assert "bce  " not in whole  # its lines are those above
    assert re.search(r"^b +third +.*-0\.\d+ .* better$", screen(*args, "--by", "site"), re.MULTILINE)


def test_warnings_take_lines_from_the_rows_and_from_the_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples")  # whatever the length of its path
    whole = screen("nn.CrossEntropyLoss", "digits_logits.csv", "--against", "digits.csv")
    assert seen(whole, 80, 24)[0] == whole.splitlines()[0] == "599 rows: -n ROWS shows more of those that changed most"
    assert "samples 599 x 10 classes (-v: how the input was read)\ntorch.nn.CrossEntropyLoss()|" in whole


def test_long_names_are_cut_one_by_one(tmp_path: Path) -> None:
    shown = screen("ce", *data("long", tmp_path), "--label", "label").replace("\n", " ")
    assert "predictions columns 3-5 (p_class_ab…abcdefgh0 … p_class_ab…abcdefgh2);" in shown
    assert "classes class_abcd…abcdefgh0, class_abcd…abcdefgh1 …;" in shown
    assert [text for text in ("1.5e-07", "8 x 16", "x" * 60, "eee") if is_number(text)] == ["1.5e-07", "8 x 16"]
    assert "class_ab…cdefgh1" in screen("ce", *data("long", tmp_path), "--explain", "2", lines=40)


def test_short_words_are_not_wrapped_to_keep_gaps_wide() -> None:
    block = Block((Column("a", "right"), Column("verdict")), (("1" * 55, "no difference shown"),))
    cells = [[column.heading for column in block.columns], *map(list, block.rows)]
    assert [(one.widths, one.gap) for one in panels(block, cells, 76)] == [((55, 19), 2)]


def data(kind: str, folder: Path) -> tuple[str, ...]:
    rng = np.random.default_rng(0)
    if kind in ("wide", "long"):
        names = ["猫", "犬🐶", "👩\u200d👩\u200d👧 family"] if kind == "wide" else [LONG + str(i) for i in range(3)]
        rows = [[f"r{i}" * (12 if kind == "long" else 1), names[i % 3], *row] for i, row in enumerate(p(rng, 12, 3))]
        head = ["id", "label", *(f"p_{name}" for name in names)]
        (folder / "a.csv").write_text("\n".join(",".join(map(str, row)) for row in [head, *rows]) + "\n")
        return (str(folder / "a.csv"),)
    x: Any
    x, y = {
        "one row": (p(rng, 1, 3), np.array([1])),
        "1000 classes": (p(rng, 12, 1000), rng.integers(0, 1000, 12)),
        "(N,T,V)": (rng.normal(size=(3, 4, 50)), rng.integers(0, 50, (3, 4))),
    }[kind]
    np.save(folder / "x.npy", x)
    np.save(folder / "y.npy", y)
    return str(folder / "x.npy"), str(folder / "y.npy"), *["--from-logits"] * (kind == "(N,T,V)")


def p(rng: np.random.Generator, n: int, classes: int) -> Any:
    return rng.dirichlet(np.ones(classes), n).round(9)


@pytest.mark.parametrize("columns", [50, 80, 120, 200])
@pytest.mark.parametrize("kind", ["wide", "long", "one row", "1000 classes", "(N,T,V)"])
def test_every_number_is_on_every_screen(kind: str, columns: int, tmp_path: Path) -> None:
    args = ("ce", *data(kind, tmp_path), *["--clip", "0", "--no-rescale"] * (kind != "(N,T,V)"))
    whole = screen(*args, columns=1000, lines=60)
    shown = screen(*args, columns=columns, lines=60)
    numbers = re.findall(r"(?<![\w.])-?\d+\.\d{3,}(?:e[+-]\d+)?", whole)
    assert len(numbers) > 5
    assert [one for one in numbers if one not in shown] == []
    long = [line for line in shown.splitlines() if cell_width(line) > columns and " " in line]
    assert long == []


@pytest.mark.parametrize(("variable", "colored"), [("TERM=dumb", False), ("NO_COLOR=1", False), ("TERM=xterm", True)])
def test_colour_is_where_it_can_be(variable: str, colored: bool) -> None:
    name, _, value = variable.partition("=")
    with patch.dict(os.environ):
        for other in ("FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "NO_COLOR"):
            os.environ.pop(other, None)
        assert ("\x1b" in screen("ce", DIGITS, variable=(name, value))) is colored


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("ce", DIGITS, "--against", BETTER), "\x1b[31mworse"),
        (("ce", BETTER, "--against", DIGITS), "\x1b[32mbetter"),
        (("ce", BETTER, "--against", DIGITS, "--against", BETTER), f"\x1b[32m{BETTER} is better"),
        (("ce", BETTER, "--against", DIGITS, "--also", "brier"), "\x1b[32mbetter"),
        (("ce", BETTER, "--against", DIGITS, "--by", "label"), "\x1b[32mbetter"),
    ],
    ids=lambda value: " ".join(value[2:]) if isinstance(value, tuple) else "",
)
def test_a_colour_says_which_verdict_is_good(args: tuple[str, ...], said: str) -> None:
    assert said in screen(*args, columns=400, variable=("FORCE_COLOR", "1"))
    assert said.partition("m")[2] in screen(*args, columns=400)


@pytest.mark.parametrize("typed", [["--color", "never"], ["--color=never"], []])
def test_an_error_before_the_options_are_parsed_obeys_them(typed: list[str]) -> None:
    err = Terminal()
    with patch.dict(os.environ, {"LOSSCLI_COLOR": "auto" if typed else "never"}), redirect_stderr(err):
        os.environ.pop("NO_COLOR", None)
        run(["wat", "1", *typed])
    assert err.getvalue().startswith("Error: unknown loss 'wat'")


def groups(folder: Path, count: int) -> str:
    rng = np.random.default_rng(1)
    rows = [f"site {i % count:02d},{'ab'[i % 2]},{i % 2},{x:.6f}" for i, x in enumerate(rng.uniform(0.05, 0.95, 300))]
    (folder / "g.csv").write_text("\n".join(["site,kind,label,p", *rows]) + "\n")
    return str(folder / "g.csv")


@pytest.mark.parametrize("more", [(), ("--ci",), ("--hist",)])
@pytest.mark.parametrize("count", [3, 26, 150])
def test_groups_and_result_are_on_one_screen(count: int, more: tuple[str, ...], tmp_path: Path) -> None:
    shown = screen("bce", groups(tmp_path, count), "--by", "site", *more)
    lines = seen(shown, 80, 24)
    assert "total" in shown
    assert any(line.startswith("mean ") for line in lines)
    if more != ("--hist",):  # which takes half of a screen
        assert lines[0].startswith("site ")
        assert len(lines) <= 23


def test_a_low_screen_shows_the_worst_groups_and_says_so(tmp_path: Path) -> None:
    table = groups(tmp_path, 26)
    shown = screen("bce", table, "--by", "site")
    whole = screen("bce", table, "--by", "site", "-v")
    values = dict(re.findall(r"^(site \d\d) +\d+ +([\d.]+)", whole, re.MULTILINE))
    assert len(values) == 26
    left = re.findall(r"^(site \d\d) ", shown, re.MULTILINE)
    assert 3 <= len(left) < 26
    assert set(left) == set(sorted(values, key=lambda name: -float(values[name]))[: len(left)])
    assert f"the {len(left)} worst of 26 groups; -v: all, std, min, max" in shown
    assert re.search(r"-v: sum, std, min, median, max, .* and \d more$", shown, re.MULTILINE)
    parts = screen("bce", table, "--by", "site", lines=90)
    assert len(re.findall(r"^site \d\d ", parts, re.MULTILINE)) == 52  # in two parts
    asked = screen("bce", table, "--by", "site", "--worst-groups", "20")
    assert len(re.findall(r"^site \d\d ", asked, re.MULTILINE)) == 20
    assert "-v: std, min, max" in asked


def test_what_a_low_screen_leaves_out_is_told_and_there_with_v() -> None:
    shown = screen("calibrate", CANCER)
    assert "4 of 10 bins, those with the most rows; -v: all" in shown
    assert "-v: log score, ece l2, debiased, smooth ece" in shown
    whole = screen("calibrate", CANCER, "-v")
    assert len(re.findall(r"^ *0\.?\d? to [\d.]+ ", whole, re.MULTILINE)) == 10
    assert "smooth ece" in whole
    shown = screen("ce", DIGITS, "--against", BETTER, "--by", "label")
    assert "the 2 of 10 groups that differ most; -v: all" in shown
    assert "-v: p, relative, rows better, effect size, decisions" in shown
    shown = screen("ce", DIGITS, "--against", BETTER, columns=50, lines=34)
    assert "-v: digits_better.csv, digits.csv" in shown
    assert "-v: accuracy, 95% interval" in shown
    assert "-v: " not in screen("ce", DIGITS, "--against", BETTER, "--by", "label", "-v", columns=50)


def test_a_legend_is_where_its_picture_is() -> None:
    assert "● observed" in screen("calibrate", CANCER)
    assert "● observed" not in screen("calibrate", CANCER, columns=50)
    assert "●" not in screen("calibrate", CANCER, "-f", "markdown")  # no letter has a width there


def test_rows_that_were_asked_for_and_the_result_share_a_low_screen() -> None:
    shown = screen("ce", DIGITS, "--worst", "3")
    assert len(shown.splitlines()) <= 23
    assert "-v: sum, min, max" in shown
    assert "sum             107.5339" in screen("ce", DIGITS, "-n", "30")  # which no screen holds


def test_findings_that_are_no_fault_give_way_to_the_verdict(tmp_path: Path) -> None:
    table = data("wide", tmp_path)
    lines = screen("check", *table).splitlines()
    assert lines[0] == "warning   below-prior"
    assert "info: unsorted-columns (-v)" in lines
    assert len(lines) <= 23
    assert not [line for line in screen("check", *table, "-v").splitlines() if line.startswith("info: ")]


@pytest.mark.parametrize("args", [("--by", "label"), ("--by", "label", "-v")])
def test_long_names_of_classes_are_cut_in_heads_and_sentences(args: tuple[str, ...], tmp_path: Path) -> None:
    shown = screen("ce", *data("long", tmp_path), *args)
    assert re.search(r"confused most: class_\w+…\w+fgh\d as class_\w+…\w+fgh\d \(\d of \d\)", shown.replace("\n", " "))
    assert LONG not in shown.partition("\nformat csv")[0].partition("\ninput ")[0]


def test_what_gave_way_comes_back_where_there_is_room() -> None:
    shown = screen("ce", DIGITS, "--by", "label", lines=39)
    assert "label as ..." not in shown
    assert "class prior       2.299472" in shown
    assert len(shown.splitlines()) <= 38


def test_what_names_a_group_stands_in_each_part_of_a_table(tmp_path: Path) -> None:
    shown = screen("bce", groups(tmp_path, 3), "--by", "site,kind", "--ci", lines=90)
    heads = [line for line in shown.splitlines() if line.startswith("site ")]
    assert [line.split()[:2] for line in heads if not line[5].isdigit()] == [["site", "kind"]] * 2


@pytest.mark.parametrize("name", ["huber", "ce", "bce", "nn.CrossEntropyLoss"])
def test_a_loss_of_the_catalogue_is_one_screen(name: str) -> None:
    shown = seen(screen("losses", name), 80, 24)
    assert re.match(r"summary |────|\S+, ", shown[0]) or "summary" in "\n".join(shown)
    assert "elsewhere" in "\n".join(shown)
    assert len(screen("losses", name, "-v").splitlines()) > 40


def test_no_column_is_empty() -> None:
    shown = screen("nll", "-0.5,-1.25")
    assert shown.splitlines()[0].split() == ["sample", "predicted", "p(label)", "nll"]


def test_rows_that_were_asked_for_stay() -> None:
    rows = re.findall(r"^ +\d+ +\d ", screen("ce", DIGITS, "-n", "30"), re.MULTILINE)
    assert len(rows) == 30
    assert "-v: sum" not in screen("ce", DIGITS, "-n", "30")


@pytest.mark.parametrize("columns", [50, 70, 120, 200])
@pytest.mark.parametrize(
    ("args", "first"),
    [
        (("check", DIGITS, "--from-logits"), "found       "),
        (("identify", "1", "1", "--value", "0.6931"), "2   0.6931472   "),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_no_line_is_broken_twice(args: tuple[str, ...], first: str, columns: int) -> None:
    """A line of a cell ends where the next word has no room, not where it would have none on 80 columns."""
    lines = screen(*args, columns=columns, lines=80).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(first))
    cell = [lines[at][len(first) :]]
    for line in lines[at + 1 :]:
        if not line.startswith(" " * len(first)):
            break
        cell.append(line.strip())
    assert cell == wrapped(" ".join(cell), columns - len(first))
    assert max(cell_width(line) for line in lines if DIGITS not in line) <= columns  # a path is one word, to be copied


def test_result_is_in_view_below_long_notes_and_a_short_table() -> None:
    shown = seen(screen("bce", "0,1", "1,1"), 80, 24)
    assert "mean                      8.059048    divided by N = 2" in shown
    assert "samples 2 (-v: why)" in shown
    assert "input        taken as        because" in screen("bce", "0,1", "1,1", "-v")
    assert "input        taken as        because" in screen("bce", "0,1", "1,1", lines=50)


@pytest.mark.parametrize("args", [("--help",), ("ce", "-h"), ("mse", "-h"), ("calibrate", "-h"), ("check", "-h")])
def test_a_help_in_short_is_one_screen(args: tuple[str, ...]) -> None:
    shown = screen(*args).splitlines()
    assert len(shown) <= 23
    assert max(map(len, shown)) <= 80
    if args == ("--help",):
        assert "  ce, bce, nll, kl, focal, mse, mae, huber, hinge, acc" in shown
        assert shown[-1] == "losscli LOSS -h: its options used most; --help: all of them."
    else:
        assert [line for line in shown if line.endswith(f": losscli {args[0]} --help):")]
        whole = screen(args[0], "--help")
        assert whole.endswith(f"losscli {args[0]} -h: the options used most, on one screen.\n")
        for line in shown:  # each option is one of all
            if re.match(r"  -", line):
                assert re.search(rf"^  {re.escape(line[2:].split('  ')[0])}", whole, re.MULTILINE)


def test_notes_do_not_fill_a_low_screen() -> None:
    shown = screen("bce", "0,1", "1,1", columns=50)
    assert "binary-cross-entropy      in nats" in seen(shown, 50, 24)
    assert shown.endswith("note: 1 more note (-v): clipped\n")
    for whole in (screen("bce", "0,1", "1,1", "-v", columns=50), screen("bce", "0,1", "1,1", columns=50, lines=50)):
        assert "--like exact clips nothing" in whole
    assert "clips nothing" in screen("bce", "0.5,1e-9", "1,1", columns=50, lines=8)  # where it is all there is


def test_numbers_among_prose_are_parted_between_them_and_never_within() -> None:
    shown = screen("ce", DIGITS, "--explain", columns=50, lines=80)
    assert len(re.findall(r"^reduction ", shown, re.MULTILINE)) == 1  # in one part
    for number in ("0.001493683", "8.525699e-08", "0.1341178", "107.5339", "0.1795224"):
        assert number in shown


def test_prose_is_parted_where_a_semicolon_parts_it() -> None:
    shown = screen("ce", DIGITS, "--ci")
    assert re.search(r"95% interval 0\.1397 … 0\.2425;\n +divided by N = 599\n", shown)


def test_rows_are_fewer_on_a_low_screen() -> None:
    def rows(lines: int) -> int:
        return len(re.findall(r"^ +\d+ +\d ", screen("ce", DIGITS, lines=lines), re.MULTILINE))

    assert (rows(24), rows(28), rows(60)) == (3, 6, 10)


@pytest.mark.parametrize("columns", [80, 120])
def test_a_comparison_has_no_line_that_is_too_long_or_broken_twice(columns: int) -> None:
    cases = (
        ("hamming", "1,2,3,4", "2,2,3,4"),
        ("cosine", "[[1,0],[3,4]]", "[[0.6,0.8],[3,4]]"),
        ("soft-margin", "0,2,-1", "1,1,-1"),
    )
    for case in cases:
        table = screen(*case, "--compare", columns=columns).partition("\n\n")[0].splitlines()[2:-1]
        assert max(map(len, table)) <= columns
        start = table[0].index("plain mathematics")
        for above, below in pairwise(table):
            continued = below[start - 20 : start].isspace()  # without a value of its own
            whole = above.endswith(";")  # a sentence
            assert not continued or whole or len(f"{above} {below[start:].split(' ')[0]}") > 80, below
