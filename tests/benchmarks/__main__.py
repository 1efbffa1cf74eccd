"""Measure and print a Markdown table; the README says how to call it."""

from __future__ import annotations

import argparse
import math
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.cases import CASES, TO_PARQUET, Case, Other
from tests.benchmarks.measure import Runs, in_turn, versions

OURS = ("losscli", "numpy")


def main() -> None:
    """Make the files, measure every case, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; all by default")
    parser.add_argument(
        "--python", action="append", default=[], metavar="PATH", help="a further interpreter to find other tools in"
    )
    parser.add_argument("--directory", type=Path, metavar="DIR", help="where the files are, or are to be made and kept")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command, after one that is not")
    given = parser.parse_args()
    chosen = given.cases or list(CASES)
    if unknown := set(chosen) - set(CASES):
        parser.error(f"no case is called {', '.join(sorted(unknown))}")
    pythons = Pythons([sys.executable, *given.python])
    with tempfile.TemporaryDirectory() as temporary:
        directory = given.directory or Path(temporary)
        directory.mkdir(parents=True, exist_ok=True)
        # In a process of its own: what this one once needed would count as the peak memory of those it starts.
        subprocess.run([sys.executable, "-m", "tests.benchmarks.data", directory, str(given.rows)], check=True)
        pythons.make_parquet(directory)
        print("| | | median s | ratio | peak MB |\n| --- | --- | ---: | ---: | ---: |")
        for name in chosen:
            table(CASES[name], directory, pythons, given.runs)
    print(f"\n{given.rows:,} rows; medians of {given.runs}, in turn; {os.cpu_count()} cores, {platform.machine()}.")
    print(f"Python {platform.python_version()}, {', '.join(f'{k} {v}' for k, v in sorted(pythons.used.items()))}.")


class Pythons:
    """Interpreters in which other tools may be installed."""

    def __init__(self, paths: list[str]) -> None:
        self._paths = paths
        self.used: dict[str, str] = {}
        self.find(OURS)

    def find(self, packages: tuple[str, ...]) -> str | None:
        """The first interpreter that has all packages."""
        for path in self._paths:
            found = versions(path, packages)
            if found:
                self.used = dict(zip(packages, found, strict=True)) | self.used
                return path
        return None

    def make_parquet(self, directory: Path) -> None:
        """Write the table as Parquet, if there is something to write it with."""
        target, python = directory / "six.parquet", self.find(("duckdb",))
        if python and not target.exists():
            subprocess.run([python, "-c", TO_PARQUET, directory / "six.csv", target], check=True)


def table(case: Case, directory: Path, pythons: Pythons, runs: int) -> None:
    """Measure one case; print its lines, and a word about tools that are left out."""
    files = [str(directory / name) for name in case.files]
    if not all(map(os.path.exists, files)):
        print(f"{case.title}: left out, DuckDB would make the file", file=sys.stderr)
        return
    ours = Runs("losscli", [sys.executable, "-m", "losscli", "ce", *files, *case.options])
    others = [other for other in (_runs(other, files, pythons) for other in case.others) if other is not None]
    failed = in_turn([ours, *others], runs)
    for command, why in failed:
        print(f"{case.title}: {command.name} left out: {why}", file=sys.stderr)
    left = [command for command in (ours, *others) if command.seconds]
    for command in left:
        ratio = f"{command.median / ours.median:.2f}" if ours.seconds else ""
        print(f"| {case.title} | {command.name} | {command.median:.2f} | {ratio} | {command.peak / 1e6:.0f} |")
    _compare(case, [command for command in left if command.printed and case.files and case.number])


def _runs(other: Other, files: list[str], pythons: Pythons) -> Runs | None:
    python = pythons.find(other.packages)
    if python is None:
        print(f"{other.name} is not installed: left out", file=sys.stderr)
        return None
    return Runs(other.name, [python, "-c", other.program, *files])


def _compare(case: Case, commands: list[Runs]) -> None:
    """Refuse to compare the speed of tools that print another number.

    Raises:
        SystemExit: Two numbers differ by more than rounding.
    """
    for command in commands[1:]:
        if not math.isclose(float(command.printed), float(commands[0].printed), rel_tol=case.close):
            raise SystemExit(f"{case.title}: {command.name} prints {command.printed}, not {commands[0].printed}")


if __name__ == "__main__":
    main()
