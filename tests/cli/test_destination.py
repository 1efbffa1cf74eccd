"""Where does ``-o`` write, and what does it leave alone? FIFOs stand for devices."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "0.2689414213699951,0.7310585786300049\n"
pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs and symbolic links")


def test_a_symbolic_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "rows.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    assert shell("softmax", "1,2", "-o", str(link)).status == 0
    assert link.is_symlink()
    assert target.read_text() == ROWS
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["link.csv", "rows.csv", "there"]


def test_a_symbolic_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to("rows.csv")
    assert shell("softmax", "1,2", "-o", str(link)).status == 0
    assert link.is_symlink()
    assert (tmp_path / "rows.csv").read_text() == ROWS


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(link)
    result = shell("softmax", "1,2", "-o", str(link))
    assert (result.status, result.out) == (2, "")
    assert f"cannot write {link}: " in result.err


@pytest.mark.parametrize("linked", [False, True])
def test_a_fifo_is_written_to_and_stays(tmp_path: Path, linked: bool) -> None:
    fifo, link = tmp_path / "fifo", tmp_path / "link"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert shell("softmax", "1,2", "-o", str(link if linked else fifo)).status == 0
        assert os.read(reader, 1000).decode() == ROWS
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fifo", "link"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_an_existing_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("old")
    target.chmod(mode)
    assert shell("softmax", "1,2", "-o", str(target)).status == 0
    assert target.read_text() == ROWS
    assert stat.S_IMODE(target.stat().st_mode) == mode


def test_a_new_file_has_the_mode_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert shell("softmax", "1,2", "-o", str(tmp_path / "rows.csv")).status == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "rows.csv").stat().st_mode) == 0o640


def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 255)
    assert shell("softmax", "1,2", "-o", str(target)).status == 0
    assert target.read_text() == ROWS


@pytest.mark.parametrize("command", [("softmax", "1,2"), ("ce", "0.1,0.9", "1")])
def test_a_folder_is_refused(tmp_path: Path, command: tuple[str, ...]) -> None:
    for path in (str(tmp_path), f"{tmp_path}{os.sep}", f"{tmp_path / 'new'}{os.sep}"):
        result = shell(*command, "-o", path)
        assert (result.status, result.out) == (2, "")
        assert f"cannot write {path}: Is a directory" in result.err
    assert list(tmp_path.iterdir()) == []


def test_no_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = shell("softmax", "1,2", "-o", "")
    assert (result.status, result.out) == (2, "")
    assert "cannot write '': Is a directory" in result.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["-7", "-7.txt", "-inf", "-x"])
def test_a_name_that_begins_like_an_option_is_taken_as_it_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shell("softmax", "1,2", "-o", name).status == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_another_name_of_stdout_is_stdout(tmp_path: Path) -> None:
    """The shell may have opened it to append: ``losscli ... -o log >> log`` must not lose what is there."""
    target = tmp_path / "log"
    target.write_text("before\n")
    with target.open("a") as stdout:
        command = [sys.executable, "-m", "losscli", "softmax", "1,2", "-o", str(target)]
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=stdout, check=True)
    assert target.read_text() == "before\n" + ROWS


@pytest.mark.skipif(sys.platform == "win32", reason="needs ulimit")
def test_a_full_disk_is_told_with_the_name(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("old")
    program = f'ulimit -f 1; exec "{sys.executable}" -m losscli one-hot 0 --classes 1000000 -o "{target}"'
    done = subprocess.run(["sh", "-c", program], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"cannot write {target}: File too large" in done.stderr
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
