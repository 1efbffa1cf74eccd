"""Does the command line print what its contract says, in every spelling of the input and every format?"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.outputs.draw.terminal import wants_color
from losscli.version import __version__
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

P = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]
P_TEXT = "[[0.05,0.95,0],[0.1,0.8,0.1]]"
VALUE = 1.176939193690798  # Keras 3.15 in float64: golden keras.losses.CategoricalCrossentropy/small-doc
CSV = "a,b,c,label\n0.05,0.95,0,1\n0.1,0.8,0.1,2\n"
NDJSON = '{"predictions":[0.05,0.95,0],"labels":1}\n{"predictions":[0.1,0.8,0.1],"labels":2}\n'

# What the document of the design shows for this call.
CONTRACT = {
    "schema": 1,
    "loss": "cross-entropy",
    "signature": f"cross-entropy|probabilities|labels:sparse|keras|mean/N|float64|losscli:{__version__}",
    "inputs": {"predictions": "probabilities", "labels": "sparse", "samples": 2, "classes": 3},
    "reduction": "mean",
    "divisor": 2,
    "value": 1.176939193690798,
    "summary": {
        "count": 2,
        "sum": 2.353878387381596,
        "mean": 1.176939193690798,
        "std": 1.5919036972243117,
        "min": 0.05129329438755058,
        "median": 1.176939193690798,
        "max": 2.3025850929940455,
    },
    "baseline": {"uniform": 1.0986122886681098, "class_prior": 0.6931471805599453, "skill": -0.6979643381655696},
    "per_sample": [0.05129329438755058, 2.3025850929940455],
    "notes": [],
}


def value(*args: str, stdin: bytes | str = b"") -> float:
    result = shell(*args, "-f", "json", stdin=stdin)
    assert (result.status, result.err) == (0, ""), result.err
    number: float = json.loads(result.out)["value"]
    return number


def npy(array: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "args",
    [
        [P_TEXT, "[1,2]"],
        [P_TEXT, "1,2"],
        [P_TEXT, "1 2"],
        [P_TEXT, "[[1],[2]]"],
        [P_TEXT, "[[0,1,0],[0,0,1]]"],
        [P_TEXT, "0,1,0;0,0,1"],
        ["0.05,0.95,0;0.1,0.8,0.1", "1,2"],
        ["0.05 0.95 0; 0.1 0.8 0.1", "1,2"],
        [P_TEXT, "dog,bird", "--classes", "cat,dog,bird"],
        [P_TEXT, "2,3", "--label-base", "1"],
    ],
    ids=" ".join,
)
def test_inline_values_in_every_spelling_give_one_number(args: list[str]) -> None:
    assert value("ce", *args) == VALUE


FILES = {
    "t.csv": CSV.encode(),
    "bom.csv": b"\xef\xbb\xbf" + CSV.encode(),
    "crlf.csv": CSV.replace("\n", "\r\n").encode(),
    "utf16.csv": CSV.encode("utf-16"),
    "t.tsv": CSV.replace(",", "\t").encode(),
    "semicolon.txt": CSV.replace(",", ";").encode(),
    "t.csv.gz": gzip.compress(CSV.encode()),
    "t.csv.bz2": bz2.compress(CSV.encode()),
    "t.csv.xz": lzma.compress(CSV.encode()),
    "named.csv": b"p_cat,p_dog,p_bird,label\n0.05,0.95,0,dog\n0.1,0.8,0.1,bird\n",
    "reordered.csv": b"id,label,p_bird,p_dog,p_cat\na,dog,0,0.95,0.05\nb,bird,0.1,0.8,0.1\n",
    "one-based.csv": b"p_1,p_2,p_3,label\n0.05,0.95,0,2\n0.1,0.8,0.1,3\n",
    "t.json": json.dumps({"predictions": P, "labels": [1, 2]}).encode(),
    "records.json": b'[{"a":0.05,"b":0.95,"c":0,"label":1},{"a":0.1,"b":0.8,"c":0.1,"label":2}]',
    "t.ndjson": NDJSON.encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_a_table_of_any_format_gives_the_same_number(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    assert value("ce", str(path)) == VALUE


@pytest.mark.parametrize("name", FILES)
def test_stdin_gives_the_same_number(name: str) -> None:
    assert value("ce", stdin=FILES[name]) == VALUE
    assert value("ce", "-", stdin=FILES[name]) == VALUE


def test_two_files_and_arrays_give_the_same_number(tmp_path: Path) -> None:
    files = {"p.npy": npy(P), "y.npy": npy([1, 2]), "p.csv": b"0.05,0.95,0\n0.1,0.8,0.1\n", "y.csv": b"label\n1\n2\n"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    np.savez(tmp_path / "t.npz", predictions=np.array(P), labels=np.array([1, 2]))
    for pair in (["p.npy", "y.npy"], ["p.csv", "y.csv"], ["p.npy", "y.csv"], ["t.npz"]):
        assert value("ce", *(str(tmp_path / name) for name in pair)) == VALUE
    assert value("ce", "-", str(tmp_path / "y.csv"), stdin=files["p.npy"]) == VALUE


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_ndjson_through_jq_gives_the_same_number() -> None:
    source = json.dumps([{"probs": row, "gold": label} for row, label in zip(P, [1, 2], strict=True)])
    lines = subprocess.run(
        ["jq", "-c", ".[] | {predictions: .probs, label: .gold}"],
        input=source,
        capture_output=True,
        text=True,
        check=True,
    )
    assert value("ce", stdin=lines.stdout) == VALUE


def test_json_is_the_contract() -> None:
    document = json.loads(shell("ce", P_TEXT, "[1,2]", "-f", "json").out)
    assert {key: document[key] for key in CONTRACT} == CONTRACT


def test_json_is_strict() -> None:
    result = shell("ce", "[[1,0],[0.5,0.5]]", "1,0", "--like", "exact", "-f", "json")

    def refuse(token: str) -> None:
        raise AssertionError(token)

    document = json.loads(result.out, parse_constant=refuse)
    assert document["value"] == "Infinity"
    assert document["per_sample"] == ["Infinity", 0.6931471805599453]
    assert document["summary"]["std"] == "NaN"


def test_csv_has_the_loss_second_and_every_digit() -> None:
    assert shell("ce", P_TEXT, "[1,2]", "-f", "csv").out == (
        "sample,loss,label,predicted,probability\n"
        "1,0.05129329438755058,1,1,0.95\n"
        "2,2.3025850929940455,2,1,0.10000000000000002\n"
    )


def test_ndjson_is_one_object_a_sample() -> None:
    lines = shell("mse", "1,2", "1,4", "-f", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"sample": 1, "loss": 0.0, "label": 1.0, "predicted": 1.0, "probability": None},
        {"sample": 2, "loss": 4.0, "label": 4.0, "predicted": 2.0, "probability": None},
    ]


@pytest.mark.parametrize(
    ("args", "out"),
    [
        (["mse", "-1.5,2,3", "-1,2,4", "-q"], "0.4166666666666667\n"),
        (["mae", "-1.5", "-.5", "-q"], "1.0\n"),
        (["ce", "-inf,0,-inf", "1", "--from-logits", "-q"], "0.0\n"),
        (["mse", "1,2", "1,4", "-q", "--reduction", "none"], "0.0\n4.0\n"),
        (["mse", "1,2", "1,4", "-q", "-r", "sum"], "4.0\n"),
        (["mse", "1,2", "1,4", "-q", "-r", "sum_over_batch_size"], "2.0\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_quiet_prints_the_number(args: list[str], out: str) -> None:
    assert shell(*args) == type(shell("--version"))(out, "", 0)


# Numbers of the documents that the project starts from, with the precision they were printed with.
LOGITS = "[[0.5,1.5,0.1],[2.2,1.3,1.7]]"
TEN = (
    "[[-3.27133679,-22.6687183,-4.15501118,-5.14916372,-5.94609261,-6.93373299,-5.72364092,-9.75725174,-3.15748906,"
    "-4.84012318],[-11.7642536,-45.3370094,-3.17252636,4.34527206,-17.7164974,-0.595088899,-17.6322937,-2.36941719,"
    "-6.82157373,-3.47369862],[-4.55468369,-1.07379043,-3.73261762,-7.08982277,-0.0288562477,-5.46847963,"
    "-0.979336262,-3.03667569,-3.29502845,-2.25880361]]"
)


@pytest.mark.parametrize(
    ("args", "samples", "reduced"),
    [
        (["ce", P_TEXT, "[[0,1,0],[0,0,1]]"], [0.05129344, 2.3025851], 1.177),
        (["ce", P_TEXT, "[1,2]"], [0.05129344, 2.3025851], 1.177),
        (["ce", P_TEXT, "[1,2]", "-r", "sum"], [0.05129344, 2.3025851], 2.354),
        (["ce", P_TEXT, "[1,2]", "--from-logits"], [0.5840635, 1.3897266], 0.9868950),
        (["ce", TEN, "[2,3,4]", "--from-logits", "-r", "sum"], [2.0077198, 0.00928146, 0.6800677], 2.697068929672241),
        (["bce", "[[0.3],[0.8]]", "[[0],[1]]"], [0.3566749, 0.2231436], 0.2899),
        (["ce", "[[0.1,0.6,0.3],[0.2,0.7,0.1]]", "[[0,0,1],[0,1,0]]"], [1.2039728, 0.3566749], 0.7803),
        (["ce", "[[0.1,0.6,0.3],[0.2,0.7,0.1]]", "[2,1]"], [1.2039728, 0.3566749], 0.7803),
        (["acc", "[[0.1,0.6,0.3],[0.2,0.7,0.1]]", "[2,1]"], [0.0, 1.0], 0.5),
        (["ce", LOGITS, "[[0,1,0],[0,0,1]]", "--from-logits"], [0.4790107, 1.19967598], 0.83934333897877944),
        (["ce", LOGITS, "[1,2]", "--from-logits"], [0.4790107, 1.19967598], 0.83934333897877944),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) and isinstance(value[0], str) else "",
)
def test_the_numbers_of_the_documents_come_out(args: list[str], samples: list[float], reduced: float) -> None:
    document = json.loads(shell(*args, "-f", "json").out)
    assert document["per_sample"] == pytest.approx(samples, rel=1e-5, abs=2e-7)
    assert document["value"] == pytest.approx(reduced, rel=5e-4 if len(str(reduced)) < 7 else 1e-6)


def test_nll_of_the_log_softmax_is_the_cross_entropy_of_the_logits() -> None:
    log_probabilities = shell("softmax", LOGITS, "--log", "-f", "json").out
    assert value("nll", log_probabilities, "[1,2]") == value("ce", LOGITS, "[1,2]", "--from-logits")


def test_a_table_in_a_pipe_is_plain() -> None:
    out = shell("ce", P_TEXT, "[1,2]").out
    assert "\x1b" not in out
    assert "2.302585" in out
    assert out.splitlines()[-1] == CONTRACT["signature"]


def test_markdown_escapes_what_comes_from_the_data() -> None:
    out = shell("ce", "[[0.5,0.5]]", '["*a|b*"]', "--classes", "*a|b*,c", "-f", "markdown").out
    assert "| 1 | \\*a\\|b\\* |" in out


@pytest.mark.parametrize("name", ["table", "csv", "tsv", "markdown", "ndjson", "json"])
def test_text_from_the_data_reaches_no_terminal(name: str) -> None:
    table = "p_[red]a\x1b[31m,p_b,label\n0.5,0.5,[red]a\x1b[31m\n"
    result = shell("ce", "-f", name, stdin=table)
    assert result.status == 0
    assert "\x1b" not in result.out
    assert "[red]a" in result.out.replace("\\[", "[").replace("\\]", "]") or name == "json"


def test_digits_rows_and_worst_shape_the_table() -> None:
    rows = ";".join(f"{p:.2f},{1 - p:.2f}" for p in np.linspace(0.05, 0.95, 15))
    labels = ",".join(["0"] * 15)
    assert "5 more rows" in shell("ce", rows, labels).out
    assert "more rows" not in shell("ce", rows, labels, "--all").out
    worst = shell("ce", rows, labels, "--worst", "2", "--digits", "3").out.splitlines()
    assert worst[2].split() == ["1", "0", "1", "0.05", "3", "████████"]
    assert worst[3].split()[0] == "2"


def test_an_output_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert shell("ce", P_TEXT, "[1,2]", "-f", "csv", "-o", str(target)) == type(shell("--version"))("", "", 0)
    assert target.read_text().startswith("sample,loss")
    target.write_text("old")
    assert shell("ce", P_TEXT, "[1,9]", "-f", "csv", "-o", str(target)).status == 3
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
    assert shell("ce", P_TEXT, "[1,2]", "-o", str(tmp_path / "no" / "out")).status == 2


def test_notes_go_to_stderr_and_quiet_silences_them() -> None:
    loud = shell("ce", "[[1,0]]", "1", "-f", "csv")
    assert loud.err == (
        "note: 1 row was clipped to [1e-07, 1 - 1e-07] (keras); most in row 1: 16.1181 instead of inf; "
        "plain mathematics gives inf\n      --like exact clips nothing\n"
    )
    assert shell("ce", "[[1,0]]", "1", "-q").err == ""


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "color"),
    [
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {}, True, True),
        ("auto", {}, False, False),
    ],
)
def test_color_follows_choice_then_environment_then_terminal(
    choice: str, environ: dict[str, str], terminal: bool, color: bool
) -> None:
    stream = io.StringIO()
    stream.isatty = lambda: terminal  # type: ignore[method-assign]
    assert wants_color(choice, stream, environ) is color


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "losscli", *args]


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="no SIGPIPE here")
def test_a_reader_that_goes_away_ends_it_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("p,label\n" + "0.25,1\n" * 50_000)
    process = subprocess.Popen(command("bce", str(path), "-f", "csv"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    with process:
        assert process.stdout.readline() == b"sample,loss,label,predicted,probability\n"
        process.stdout.close()
        assert process.wait(timeout=20) == -signal.SIGPIPE  # 141 in a shell
        assert process.stderr.read() == b""


def test_interrupting_ends_with_130() -> None:
    process = subprocess.Popen(command("ce"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin
    assert process.stderr
    with process:
        process.stdin.write(b"a,b,label\n" + b"0.5,0.5,1\n" * 300_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=20) == 130
        finally:
            process.kill()
        assert b"Traceback" not in process.stderr.read()


def test_without_input_on_a_terminal_it_says_what_it_reads() -> None:
    import pty

    leader, follower = pty.openpty()
    done = subprocess.run(command("ce"), stdin=follower, capture_output=True, text=True, timeout=20, check=False)
    os.close(leader)
    os.close(follower)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "losscli ce reads PREDICTIONS and LABELS: values, files, or a pipe on stdin.\n"
        "losscli ce --help shows examples.\n"
    )


def test_an_ascii_terminal_gets_ascii() -> None:
    environ = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        command("ce", "[[0.5,0.5],[0.1,0.9]]", "é,b", "--classes", "é,b"),
        capture_output=True,
        env=environ,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.stdout.isascii()
    assert b"\\xe9" in done.stdout
    assert b"########" in done.stdout


def test_memory_does_not_grow_with_the_input(tmp_path: Path) -> None:
    """Peak memory of ten times the rows, each process measured by itself."""
    resource = pytest.importorskip("resource")
    del resource
    program = (
        "import resource, sys\nfrom losscli.cli.main import run\nstatus = run(sys.argv[1:])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\nsys.exit(status)"
    )
    peaks = []
    for rows in (30_000, 300_000):
        path = tmp_path / f"{rows}.csv"
        path.write_text("p_0,p_1,p_2,label\n" + "0.25,0.5,0.25,1\n" * rows)
        with path.open("rb") as stdin:
            done = subprocess.run(
                [sys.executable, "-c", program, "ce"], stdin=stdin, capture_output=True, text=True, check=True
            )
        assert "0.6931472" in done.stdout
        peaks.append(int(done.stderr.split()[-1]))
    assert peaks[1] < 1.2 * peaks[0]
