"""Does every fault of the machine lead to the right number or to one clear error, and leave nothing behind?"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="ulimit, /dev/full and signals as Linux has them"),
]

TABLE = "p,label\n0.9,1\n0.2,0\n"
NUMBER = "0.16425203348601802\n"
LOSSCLI = f'"{sys.executable}" -m losscli'
ROOT = Path(__file__).parents[2]


def sh(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a script in a folder with the table ``t.csv``, where ``losscli`` is the command."""
    (folder / "t.csv").write_text(TABLE)
    return subprocess.run(
        ["bash", "-c", f'losscli() {{ {LOSSCLI} "$@"; }}\n{script}'],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        timeout=300,
    )


def is_clear(done: subprocess.CompletedProcess[str]) -> bool:
    """The right number, or one error."""
    if done.returncode == 0:
        return done.stdout.endswith(NUMBER)
    lines = done.stderr.splitlines()
    return done.returncode == 2 and "Traceback" not in done.stderr and sum("Error: " in line for line in lines) == 1


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv", "tsv", "markdown", "html"])
def test_a_full_device(form: str, tmp_path: Path) -> None:
    done = sh(f"losscli bce t.csv -f {form} > /dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (2, "Error: cannot write to stdout: No space left on device\n")


@pytest.mark.parametrize(
    ("closed", "status", "out", "err"),
    [
        ("<&-", 0, NUMBER, ""),
        ("2>&-", 0, NUMBER, ""),
        (">&-", 2, "", "Error: cannot write to stdout: Bad file descriptor\n"),
        ("<&- >&-", 2, "", "Error: cannot write to stdout: Bad file descriptor\n"),
        ("<&- >&- 2>&-", 2, "", ""),
        ("<&- >&- 2>&- -o o.txt", 0, "", ""),
    ],
)
@pytest.mark.parametrize("more", ["", "-j 2"])
def test_closed_streams(closed: str, status: int, out: str, err: str, more: str, tmp_path: Path) -> None:
    quiet = "" if "-o" in closed else "-q"
    done = sh(f"losscli bce t.csv {more} {quiet} {closed}", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (status, out, err)
    assert not quiet or [path.name for path in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize(
    "command",
    ["check t.csv", "identify t.csv --value 0.5", "bce t.csv", "bce t.csv -f json", "calibrate t.csv", "nothing"],
)
def test_a_closed_stderr_changes_nothing_else(command: str, tmp_path: Path) -> None:
    told = sh(f"losscli {command} 2>/dev/null", tmp_path)
    done = sh(f"losscli {command} 2>&-", tmp_path)
    assert (done.returncode, done.stdout) == (told.returncode, told.stdout)
    assert done.returncode < 3


def test_ctrl_c_is_heard_before_anything_large_is_imported() -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); before = {{*sys.modules}}; import losscli.cli.interrupt"
    asked = "print(sorted({'typing', 'signal', 'enum', 're', 'contextlib'} & sys.modules.keys() - before))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"{program}; {asked}"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_deleted_folder(tmp_path: Path) -> None:
    done = sh("mkdir gone; cd gone; rmdir ../gone; losscli bce t.csv; losscli bce 0.9,0.2 1,0 -q", tmp_path)
    assert (done.returncode, done.stdout) == (0, NUMBER)
    assert "Error: no such file for PREDICTIONS: t.csv\n" in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    done = sh("mkdir f; chmod 500 f; losscli bce t.csv -o f/o.txt; e=$?; ls f; exit $e", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "Error: cannot write f/o.txt: Permission denied\n")


@pytest.mark.parametrize("folder", ["/nonexistent", "/proc", "/dev/null"])
def test_no_folder_for_temporary_files(folder: str, tmp_path: Path) -> None:
    script = "gzip -k t.csv; for i in t.csv t.csv.gz; do losscli bce - -q < $i; losscli bce $i -q -j 2; done"
    assert sh(script, tmp_path, TMPDIR=folder).stdout == NUMBER * 4
    assert sh("losscli bce t.csv -o o.txt && cat o.txt", tmp_path, TMPDIR=folder).stdout.count("mean  ") == 1


@pytest.mark.parametrize("language", ["C", "C.UTF-8"])
def test_names_that_are_no_utf_8(language: str, tmp_path: Path) -> None:
    script = r"""n=$(printf 'caf\xe9'); cp t.csv $n.csv; mkdir d; cp t.csv d/$n.csv; cp t.csv d/b.csv
    losscli bce $n.csv -q && losscli bce $n.csv -o $n.txt && grep -c ^mean $n.txt
    losscli bce d --by file -f json | grep -o 'caf[^"]*' | head -1
    losscli ce '[[0.5,0.5]]' 0 --classes a,$n -q; losscli bce t.csv --comment $n -q
    losscli bce $n; losscli bce t.csv --label $n"""
    done = sh(script, tmp_path, LC_ALL=language)
    assert done.stdout == f"{NUMBER}1\ncaf\\\\udce9.csv\n0.6931471805599453\n{NUMBER}"
    assert "no such file for PREDICTIONS: caf\\udce9\n" in done.stderr
    assert "no column 'caf\\udce9'" in done.stderr


@pytest.mark.parametrize(
    "command", ["bce s -q", "bce s -q -j 2", "calibrate s", "check s", "bce s --by file -n 0", "bce s --compare"]
)
def test_few_files_may_be_open_and_there_are_many(command: str, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    for i in range(300 if "by" in command else 5000):
        (tmp_path / "s" / f"{i}.csv").write_text(TABLE)
    done = sh(f"ulimit -n 16; losscli {command}", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "0.164252" in done.stdout or "calibrate" in command


@pytest.mark.parametrize("more", ["", "-j 2"])
def test_little_address_space(more: str, tmp_path: Path) -> None:
    (tmp_path / "big.csv").write_text("p,label\n" + "0.9,1\n0.2,0\n" * 200_000)
    statuses = []
    for limit in (60_000, 100_000, 140_000, 180_000, 240_000, 400_000):
        done = sh(f"ulimit -v {limit}; losscli bce big.csv -q {more}", tmp_path)
        statuses.append(done.returncode)
        if limit >= 140_000:  # below, NumPy itself may not be loaded
            assert is_clear(done), (limit, done.stderr)
    assert statuses[-1] == 0


@pytest.mark.parametrize("error", ["MemoryError()", "ImportError('x.so: failed to map segment from shared object')"])
def test_no_memory_even_to_say_so(error: str, tmp_path: Path) -> None:
    program = f"""
import sys
from losscli.cli import app, notice
from losscli.cli.main import main
def fail(*_, **__):
    raise {error}
app.app.main = notice._lines = fail
main()
"""
    (tmp_path / "p.py").write_text(program)
    done = sh(f"{sys.executable} p.py", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: there is not enough memory\n  try  fewer --jobs, or rows that are read one after the other\n"
    )


def test_no_shared_memory(tmp_path: Path) -> None:
    script = "unshare -rm bash -c 'mount -t tmpfs -o ro none /dev/shm' || exit 99"
    if sh(script, tmp_path).returncode == 99:
        pytest.skip("no namespace of its own")
    inner = f"mount -t tmpfs -o ro none /dev/shm; {LOSSCLI} bce t.csv -q -j 2"
    done = sh(f"unshare -rm bash -c '{inner}'", tmp_path)
    assert done.stdout == NUMBER


MOMENTS = random.Random(5)


@pytest.mark.parametrize("moment", [round(MOMENTS.uniform(0.0, 1.2), 3) for _ in range(50)])
def test_a_signal_at_any_moment(moment: float, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("p,label\n" + "0.9,1\n0.2,0\n" * 300_000)
    sent = random.Random(moment).choice([signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
    more = random.Random(moment).choice(["-j 1", "-j 2", "-f csv", "--by label -j 2"])
    program = "import sys; from losscli.cli import main; print(end='x', flush=True); main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "bce", "t.csv", *more.split(), "-o", "o.csv"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.read(1) == b"x"
    time.sleep(moment)
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 130 if sent == signal.SIGINT else -sent), err
    assert err.strip() == b""
    names = {path.name for path in tmp_path.iterdir()}
    assert names in ({"t.csv", "o.csv"}, {"t.csv"})
    assert process.returncode != 0 or "o.csv" in names
    if process.returncode != 0 and "o.csv" in names:  # between the last byte and the end of the process
        assert sh(f"{LOSSCLI} bce t.csv {more} -o again.csv", tmp_path).returncode == 0
        assert (tmp_path / "o.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    deadline = time.monotonic() + 10
    while _lives(process.pid):
        assert time.monotonic() < deadline, "a worker lives on"
        time.sleep(0.01)


def _lives(session: int) -> bool:
    """Whether a process of the session does."""
    try:
        os.killpg(session, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("change", ["truncate -s 4000000 b.csv", "cp t.csv u.csv; mv u.csv b.csv; truncate -s 9 b.csv"])
def test_a_file_that_changes_under_several_processes(change: str, tmp_path: Path) -> None:
    """One number, that of the file at the start, or the error; whichever comes first."""
    script = f"""(echo p,label; yes 0.9,1 | head -n 1000000) > b.csv
    losscli bce b.csv -q -j 2 > out 2> err & sleep 0.25; {change}; wait $!; echo $?; cat out err"""
    lines = sh(script, tmp_path).stdout.splitlines()
    assert lines[0] in ("0", "3"), lines
    assert lines[1].startswith("0.10536051565782" if lines[0] == "0" else "Error: "), lines
