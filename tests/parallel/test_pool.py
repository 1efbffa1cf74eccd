"""Do workers answer in order, pass on what goes wrong, and end with whoever started them, forked or spawned?"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from losscli.errors import InputError, UsageError
from losscli.parallel import pool
from losscli.parallel.pool import Pool
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

FORKS = [pytest.param(True, marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")), False]


@pytest.fixture(params=FORKS, ids=["forked", "spawned"], autouse=True)
def start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "may_fork", lambda: request.param)


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> int:
    if number == 3:
        raise InputError("three", f"row {number}", "another")
    return number


def long(number: int) -> bytes:
    return bytes([number]) * 3_000_000


def die(number: int) -> int:
    if number:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def number_of(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_order(jobs: int) -> None:
    with Pool(jobs) as workers:
        assert list(workers.map(square, range(30))) == [i * i for i in range(30)]
        assert [len(data) for data in workers.map(long, range(4))] == [3_000_000] * 4
        assert os.getpid() not in workers.map(number_of, range(jobs))


def test_an_error_is_raised_here_after_the_results_before_it() -> None:
    found: list[int] = []
    with Pool(2) as workers, pytest.raises(InputError) as raised:
        found.extend(workers.map(refuse, range(9)))
    assert (raised.value.what, raised.value.where, raised.value.hint) == ("three", "row 3", "another")
    assert found == [0, 1, 2]


def test_a_worker_that_was_ended_is_an_error() -> None:
    with Pool(2) as workers, pytest.raises(UsageError, match="a worker process was ended from outside"):
        list(workers.map(die, range(4)))


def test_no_worker_is_left() -> None:
    with Pool(2) as workers:
        numbers = set(workers.map(number_of, range(8)))
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_fewer_workers_will_do(allowed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "may_fork", lambda: True)
    fork, left = os.fork, [allowed]

    def scarce() -> int:
        if not left[0]:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        left[0] -= 1
        return fork()

    monkeypatch.setattr(os, "fork", scarce)
    path = tmp_path / "t.csv"
    path.write_text("p_a,p_b,label\n" + "0.5,0.5,1\n" * 100_000)
    done = losscli("ce", str(path), "-q", "--jobs", "3")
    assert (done.status, done.out, done.err) == (0, "0.6931471805599453\n", "")
