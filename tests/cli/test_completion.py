"""Does TAB offer what fits: names, calls, options, values, files and the columns of the file typed before?"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.cli.commands.meaning_options import any_meaning_options, meaning_options
from losscli.cli.completion.column_names import column_names
from losscli.cli.completion.offers import offers
from losscli.cli.completion.scripts import SCRIPTS
from losscli.cli.completion.typed import read_line
from losscli.losses import CALLS, LOSSES
from tests.cli.test_startup import imported
from tests.support.documents import ENVIRON, ROOT

if TYPE_CHECKING:
    from pathlib import Path

BASH = """
eval "$(losscli completion bash)"
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
COMP_LINE=$1 COMP_POINT=${#1}
_losscli losscli
printf '%s\\n' "${COMPREPLY[@]}"
"""


def at_end(line: str) -> list[str]:
    typed = read_line(line)
    return [*offers(typed.before[1:], typed.current).words]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("losscli hub", ["huber"]),
        ("losscli ppl", ["ppl"]),
        ("losscli torch.nn.Cr", ["torch.nn.CrossEntropyLoss"]),
        ("losscli nn.Cr", ["nn.CrossEntropyLoss"]),
        ("losscli crossent", ["CrossEntropyLoss", "CrossEntropy"]),
        ("losscli tor", ["torch.", "torchmetrics.", "torchvision."]),
        ("losscli torch.nn.functional.hu", ["torch.nn.functional.huber_loss"]),
        ("losscli --ver", ["--version"]),
        ("losscli --errors j", ["json"]),
        ("losscli --errors=j", ["--errors=json"]),
        ("losscli --errors json hub", ["huber"]),
        ("losscli --errors=json ce --label-s", ["--label-smoothing"]),
        ("losscli cross_e", ["cross_entropy", "cross_entropy_lambda"]),  # of cross-entropy bash would keep "cross"
        ("losscli completion f", ["fish"]),
        ("losscli losses hub", ["huber"]),
        ("losscli check --loss hub", ["huber"]),
        ("losscli ce x.csv --label-s", ["--label-smoothing"]),
        ("losscli ce --label-smoothing 0.1 x.csv --label-s", []),
        ("losscli ce --label-form m", ["multi-hot"]),
        ("losscli ce --label-form=m", ["--label-form=multi-hot"]),
        ("losscli ce -f nd", ["ndjson"]),
        ("losscli bce --like tf=", ["tf==2.0-2.15"]),
        ("losscli ce --compare torch,sk", ["torch,sklearn"]),
        ("losscli ce --by pre", ["predicted"]),
        ("losscli ce --also brier,log-c", ["brier,log-cosh"]),
        ("losscli ce --class-weight b", ["balanced"]),
        ("losscli nn.HuberLoss -r s", ["sum"]),
        ("losscli 'huber,delta=2|values|labels:values|keras|mean/N|float64|losscli:0.1.0' --dt", ["--dtype"]),
        ("losscli nothing -", []),
    ],
)
def test_what_is_begun_is_completed(line: str, words: list[str]) -> None:
    assert at_end(line) == words


@pytest.mark.long
def test_every_name_is_offered() -> None:
    names = [*(name for loss in LOSSES for name in loss.names), *CALLS]
    assert [name for name in names if name not in at_end(f"losscli {name[:-1]}")] == []


@pytest.mark.parametrize(
    "line", ["losscli ce ", "losscli ce x.csv ", "losscli ce -o ", "losscli ce --weight ", "losscli ce --explain "]
)
def test_files_fit(line: str) -> None:
    typed = read_line(line)
    assert offers(typed.before[1:], typed.current).files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.csv").write_text("p_cat,p_dog,y\n0.2,0.8,1\n")
    (tmp_path / "blank.tsv").write_text("my label\tp0\tp1\n0\t0.1\t0.9\n")
    (tmp_path / "quoted.csv").write_text('"a, b",c\n1,2\n')
    (tmp_path / "inner.csv").write_text('"a;b;c",d\n1,2\n')
    (tmp_path / "single.csv").write_text('"say ""a"""\n1\n')
    (tmp_path / "odd.csv").write_text("a\\b,a:b,👩\u200d👧,no\x1b[1m,x\\\n1,2,3,4,5\n")
    (tmp_path / "headless.csv").write_text("0.1,0.9\n0.2,0.8\n")
    (tmp_path / "wide.csv").write_text("p;y\n0,5;1\n", encoding="utf-16")
    (tmp_path / "lines.jsonl").write_text('{"p": [0.1, 0.9], "y": 1, "more": {"deep": 1}}\n')
    (tmp_path / "cut.json").write_text(json.dumps({"first": {"no": [0.5] * 20_000}, "second": 1}))
    (tmp_path / "records.json").write_text('[{"p": 0.1, "y": 1}]')
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not")
    (tmp_path / "base.csv").write_text("1,2\n")
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(b"q,z\n1,2\n"))
    np.savez(tmp_path / "arrays.npz", predictions=np.eye(2), labels=np.arange(2))
    return tmp_path


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("plain.csv", ["p_cat", "p_dog", "y"]),
        ("blank.tsv", ["my label", "p0", "p1"]),
        ("quoted.csv", ["a, b", "c"]),
        ("inner.csv", ["a;b;c", "d"]),
        ("single.csv", ['say "a"']),
        ("odd.csv", ["a\\b", "a:b", "👩\u200d👧", "x\\"]),
        ("headless.csv", []),
        ("wide.csv", ["p", "y"]),
        ("lines.jsonl", ["p", "y", "more"]),
        ("cut.json", ["first"]),
        ("records.json", ["p", "y"]),
        ("broken.parquet", []),
        ("packed.csv.gz", ["q", "z"]),
        ("arrays.npz", ["predictions", "labels"]),
        ("*.gz", ["q", "z"]),
        ("missing.csv", []),
        ("\0", []),
    ],
)
def test_columns_are_those_of_the_file(folder: Path, file: str, names: list[str]) -> None:
    assert column_names([file]) == names


@pytest.mark.parametrize("word", ["~/plain.csv", "$HOME/plain.csv", "${HOME}/plain.csv", "~/pla*"])
def test_a_home_is_found(folder: Path, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.chdir("/")
    assert column_names([word]) == ["p_cat", "p_dog", "y"]


def test_columns_of_parquet_are_read_without_pyarrow(folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    columns = {"p": [[0.1, 0.9]], "inner": [{"x": 1, "y": {"z": 2}}], "label": [1]}
    parquet.write_table(pa.table(columns), folder / "t.parquet")
    code = "from losscli.cli.completion.column_names import *; print(column_names(['t.parquet']))"
    code += "; import sys; assert 'pyarrow' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['p', 'inner', 'label']\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("line", "replies"),
    [
        ("losscli foca", ["focal", "focal-loss", "focal_loss"]),
        ("losscli ce plain.csv --label p_", ["p_cat", "p_dog"]),
        ("losscli ce plain.csv --label=p_", ["p_cat", "p_dog"]),  # bash takes the = for the start of a word
        ("losscli ce plain.csv --pred p_cat,p_", ["p_cat,p_dog"]),
        ("losscli ce blank.tsv -y my", [r"my\ label"]),
        ("losscli ce blank.tsv -y 'my", ["my label"]),
        ("losscli ce blank.tsv -y my\\ l", [r"my\ label"]),
        ("losscli ce --class-weight ba", ["balanced", "base.csv"]),  # a file is never taken away
        ("losscli ce pl", [""]),  # readline's own files
        ("losscli ce '[[0.1,", [""]),
    ],
)
def test_bash_is_answered(folder: Path, line: str, replies: list[str]) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", BASH, "bash", line], capture_output=True, text=True, check=False, env=ENVIRON
    )
    assert (done.stdout.splitlines(), done.stderr) == (replies, "")


@pytest.mark.parametrize(
    ("shell", "word", "found"),
    [
        ("zsh", "my l", "my label"),  # without the quote or backslash that it is typed in
        ("zsh", "my", "my label"),
        ("fish", "'my l", "my label"),
        ("fish", "my\\ l", "my label"),
        ("fish", "my", "my label"),
    ],
)
def test_a_word_that_is_begun_may_have_spaces(folder: Path, shell: str, word: str, found: str) -> None:
    done = subprocess.run(
        ["losscli", "ce", "blank.tsv", "-y", word],
        capture_output=True, text=True, check=True, env=ENVIRON | {"LOSSCLI_COMPLETE": shell},
    )  # fmt: skip
    assert done.stdout.splitlines()[1:] == [f"{found}\tcolumn"]


ZSH = """
source <(losscli completion zsh)
_describe() { while [[ $1 == -* ]]; do shift; [[ $1 == -* ]] || shift; done; print -rl -- "${(@P)2}" }
compset() { print -r -- compset "$@" }
_files() { print -r -- files }
words=(losscli "${(@Q)${(z)1}}") CURRENT=$#words PREFIX=${${(z)1}[-1]}
_losscli
"""


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh")
@pytest.mark.parametrize(
    ("line", "replies"),
    [
        ("ce odd.csv -y a", [r"a\\b:column", r"a\:b:column"]),  # _describe takes a backslash away
        ("ce --output=pl", ["compset -P *=", "files"]),  # a file after the sign
        ("ce pl", ["files"]),
    ],
)
def test_zsh_is_answered(folder: Path, line: str, replies: list[str]) -> None:
    done = subprocess.run(
        ["zsh", "-f", "-c", ZSH, "zsh", line], capture_output=True, text=True, check=False, env=ENVIRON
    )
    assert done.stdout.splitlines() == replies


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish")
@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("pl", "plain.csv"),
        ("./pl", "./plain.csv"),
        ("$HOME/pl", "$HOME/plain.csv"),
        ("~/pl", "~/plain.csv"),
        ('"my data/pl', "my data/plain.csv"),
        ("'my da", "my data/"),
        ("my\\ data/", "my data/plain.csv"),
        ("$HOME/plain.csv --label p_c", "p_cat"),
        ("hub", ""),
    ],
)
def test_fish_completes_files_as_it_does(folder: Path, word: str, found: str) -> None:
    (folder / "my data").mkdir()
    shutil.copy(folder / "plain.csv", folder / "my data" / "plain.csv")
    done = subprocess.run(
        ["fish", "--no-config", "-c", 'losscli completion fish | source; complete -C "losscli ce $argv"', word],
        capture_output=True, text=True, check=False, env=ENVIRON | {"HOME": str(folder)},
    )  # fmt: skip
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == [found] * bool(found)


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_shell_reads_its_script(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    script = tmp_path / "script"
    script.write_text(SCRIPTS[shell])
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "words", ["hub", "torch.nn.Cr", "check t.csv --lab", "calibrate --n", "thresholds --at", "identify --v"]
)
def test_a_tab_loads_one_family_at_most(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them would take as long as a whole run without one."""
    monkeypatch.setenv("LOSSCLI_COMPLETE", "fish")
    code = (
        "from losscli.cli.main import main; import atexit, sys; atexit.register(lambda: print([*sys.modules])); main()"
    )
    done = subprocess.run([sys.executable, "-c", code, *words.split()], capture_output=True, text=True, check=True)
    assert "losscli.losses.regression'" not in done.stdout


def test_powershell_puts_quotes_around_what_means_something_to_it() -> None:
    """Its pattern stands in single quotes: in double ones ``$(`` would begin a command."""
    [pattern] = re.findall(r"-match '((?:[^']|'')*)'", SCRIPTS["powershell"])
    for sign in " '\"`$(){};,|&<>@#":
        assert re.search(pattern.replace("''", "'"), f"p{sign}1")
    assert not re.search(pattern.replace("''", "'"), "tf==2.0-2.15_a.b:c*")


def test_a_tool_has_the_options_of_any_loss() -> None:
    assert len(any_meaning_options()) == max(len(meaning_options(loss)) for loss in LOSSES)


def test_a_tab_loads_nothing_that_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLI_COMPLETE", "fish")
    assert imported("ce", str(ROOT / "examples" / "iris.csv"), "--label", "s") & {"numpy", "rich"} == set()
