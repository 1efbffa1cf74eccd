"""The worst error of each primitive and of each loss at each scale, the losses' beside those of frameworks."""

from __future__ import annotations

from tests.accuracy import formulas
from tests.accuracy.primitives import SCALES, errors_at, special_errors


def main(count: int = 2000, samples: int = 300) -> None:
    """Print the tables."""
    tables = {f"{scale:g}": errors_at(scale, count) for scale in SCALES} | {"special": special_errors(count)}
    print(f"worst error in ulp, {count} rows and numbers of each kind (logsumexp: ulp of its largest part)\n")
    print("".join(f"{title:>10}" for title in ("scale", *tables)).replace("     scale", f"{'scale':<16}", 1))
    for name in tables["special"]:
        print(f"{name:<16}" + "".join(f"{table[name]:>10.2f}" for table in tables.values()))

    formulas.print_losses(samples)
    formulas.print_frameworks(samples)


if __name__ == "__main__":
    main()
