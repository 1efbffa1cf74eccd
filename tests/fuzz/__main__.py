"""Attack the command line for a while: ``python -m tests.fuzz --minutes 10 --seed 1``.

Inputs are made by grammar (``scenes.py``, ``roads.py``, ``commands.py``) and by changing those whose answers were new
(``mutate.py``); each runs in this process's children (``batch.py``), as the command line would run it. Allowed are the
statuses 0 to 3, with a message where it is 2 or 3. A traceback, a warning of NumPy, a control character from the input,
another status, a signal, ten seconds of work or a gigabyte are findings: each is made small and printed as a command,
and as a line for ``corpus/``, which the test suite runs. ``--only B`` runs one batch again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

from tests.fuzz.batch import SIZE, Child, Found, run_batch
from tests.fuzz.minimise import FATAL, minimised


def campaign(
    seed: int, minutes: float, jobs: int, first: int = 0, batches: int | None = None, quiet: bool = False
) -> Found:
    """Batch after batch, until the time is over."""
    found, number, told = Found(), first, time.monotonic()
    running: dict[int, Child] = {}
    end = time.monotonic() + minutes * 60
    while running or (time.monotonic() < end and (batches is None or number < first + batches)):
        while len(running) < jobs and time.monotonic() < end and (batches is None or number < first + batches):
            batch = number
            running[batch] = Child(lambda note, batch=batch: run_batch(seed, batch, note))  # type: ignore[misc]
            number += 1
        time.sleep(0.01)
        for batch, child in [*running.items()]:
            ended = child.ended()
            if ended is None:
                continue
            result = child.result() or Found()
            if ended:
                case = child.case()
                result.wrong[f"{ended}: {case.args[0] if case.args else ''}"] = (case, "")
            child.close()
            del running[batch]
            _tell(result, found, seed, batch)
            found.add(result)
        if not quiet and time.monotonic() - told > 60:
            told = time.monotonic()
            print(f"{found.inputs:,} inputs, {len(found.shapes):,} kinds of answers", file=sys.stderr, flush=True)
    return found


def _tell(result: Found, before: Found, seed: int, batch: int) -> None:
    """Print what is new, as small as it can be."""
    for wrong, (case, detail) in result.wrong.items():
        if wrong in before.wrong:
            continue
        small = minimised(case, wrong.partition(": ")[0] if wrong.startswith(FATAL) else wrong)
        result.wrong[wrong] = (small or case, detail)
        alone = "" if small else " (only after others)"
        print(f"\n== {wrong}{alone}, batch {batch}\n{(small or case).command()}\n{detail[-1500:]}")
        print(json.dumps({"id": f"{seed}-{batch}", "seen": wrong, **(small or case).document()}), flush=True)


def main() -> int:
    """Run it and say what was found; the status is 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--only", type=int, help="this batch alone")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first batch")
    asked = parser.parse_args()
    start = time.monotonic()
    first, batches = (asked.first, None) if asked.only is None else (asked.only, 1)
    found = campaign(asked.seed, asked.minutes, asked.jobs, first, batches)
    statuses = ", ".join(f"{count:,} x {status}" for status, count in sorted(found.statuses.items()))
    seconds = time.monotonic() - start
    print(f"\n{found.inputs:,} inputs in {seconds:.0f} s, batches of {SIZE} from {first}, seed {asked.seed}")
    print(f"statuses {statuses}; {len(found.shapes):,} kinds of answers; {len(found.wrong)} findings")
    return int(bool(found.wrong))


if __name__ == "__main__":
    sys.exit(main())
