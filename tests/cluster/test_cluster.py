"""Does a cluster give the same report, even if a worker dies, and can it read from an object store?

Needs the extra ``dask``; the object store also s3fs>=2024.6 and moto[server].
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")  # of packages that are not ours

DIGITS = Path(__file__).parents[2] / "examples" / "digits.csv"


def write_shards(folder: Path, files: int, rows: int) -> None:
    for i in range(files):
        draw = random.Random(i)
        lines = ["p_0,p_1,label"]
        for _ in range(rows):
            p = draw.random()
            lines.append(f"{p:.6f},{1 - p:.6f},{draw.randrange(2)}")
        (folder / f"part-{i}.csv").write_text("\n".join(lines) + "\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(*args: str, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen([sys.executable, "-m", *args], env=env, stderr=subprocess.DEVNULL)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextmanager
def cluster(env: Mapping[str, str]) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler with two workers of one thread each, and the workers."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        scheduler = ("dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        stack.enter_context(process(*scheduler, env=env))
        worker = ("dask", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
        workers = [stack.enter_context(process(*worker, env=env)) for _ in range(2)]
        with distributed.Client(address, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, workers


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    write_shards(folder, 13, 20_000)
    return folder


def run(*args: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "losscli", *args], capture_output=True, env=env, check=False)


def same(one: Any, other: Any) -> None:
    assert (other.returncode, other.stdout, other.stderr) == (one.returncode, one.stdout, one.stderr)


def test_a_cluster_prints_what_one_process_prints(shards: Path) -> None:
    with cluster(os.environ) as (address, _):
        for more in ("-n 3", "--by file", "-q", "-f json"):
            same(run("ce", str(shards), *more.split()), run("ce", str(shards), "--dask", address, *more.split()))


def test_a_worker_may_die(tmp_path: Path) -> None:
    write_shards(tmp_path, 40, 40_000)
    wanted = run("ce", str(tmp_path), "--by", "file")
    with cluster(os.environ) as (address, workers):
        command = [sys.executable, "-m", "losscli", "ce", str(tmp_path), "--by", "file", "--dask", address]
        with (
            distributed.Client(address) as client,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running,
        ):
            while not any(client.has_what().values()):
                assert running.poll() is None
                time.sleep(0.01)
            workers[0].kill()
            assert running.poll() is None, "the worker is killed in the middle of the run"
            out, err = running.communicate()
            assert len(client.scheduler_info()["workers"]) == 1
    assert (running.returncode, out, err) == (wanted.returncode, wanted.stdout, wanted.stderr)


def test_bad_rows_are_told_as_by_one_process(tmp_path: Path) -> None:
    write_shards(tmp_path, 4, 2000)
    for i in (1, 3):
        with (tmp_path / f"part-{i}.csv").open("a") as file:
            file.write("0.5,0.5,9\n" * 4)
    with cluster(os.environ) as (address, _):
        same(run("ce", str(tmp_path)), run("ce", str(tmp_path), "--dask", address))


def test_no_scheduler() -> None:
    result = run("ce", str(DIGITS), "--dask", f"tcp://127.0.0.1:{free_port()}")
    assert result.returncode == 2
    assert b"no scheduler answers" in result.stderr


def as_parquet(path: Path) -> Path:
    """The table of a CSV file, as Parquet."""
    csv = pytest.importorskip("pyarrow.csv")
    parquet = pytest.importorskip("pyarrow.parquet")
    written = path.with_suffix(".parquet")
    parquet.write_table(csv.read_csv(path), written)
    return written


@pytest.fixture
def store(shards: Path) -> Iterator[dict[str, str]]:
    """The environment in which ``s3://shards/data`` holds the shards."""
    pytest.importorskip("s3fs")
    boto3 = pytest.importorskip("boto3")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    endpoint = f"http://{host}:{port}"
    try:
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        client.create_bucket(Bucket="shards")
        for path in shards.iterdir():
            client.upload_file(str(path), "shards", f"data/{path.name}")
            parquet = as_parquet(path)
            client.upload_file(str(parquet), "shards", f"columns/{parquet.name}")
            parquet.unlink()
        yield {**os.environ, **keys, "AWS_ENDPOINT_URL": endpoint}
    finally:
        server.stop()


def test_an_object_store(shards: Path, store: dict[str, str]) -> None:
    wanted = run("ce", str(shards), "-q")
    same(wanted, run("ce", "s3://shards/data/part-*.csv", "-q", env=store))
    same(wanted, run("ce", "s3://shards/data", "-q", env=store))
    missing = run("ce", "s3://shards/none.csv", "-q", env=store)
    assert missing.returncode == 2
    assert missing.stderr.decode().splitlines()[0] == "Error: no such file: s3://shards/none.csv"
    with cluster(store) as (address, _):
        same(wanted, run("ce", "s3://shards/data/part-*.csv", "-q", "--dask", address, env=store))
        parquet = ("ce", "s3://shards/columns/part-*.parquet", "--label", "label", "-q")
        same(wanted, run(*parquet, "--dask", address, env=store))
