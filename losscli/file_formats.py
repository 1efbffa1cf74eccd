"""The formats of files, each with its suffixes; what opens and what writes them is in ``inputs`` and ``outputs``."""

from __future__ import annotations

from enum import StrEnum

from losscli.record import record


class Writes(StrEnum):
    """What a result is written as: each place that writes one has a case for each of these, or does not type-check."""

    TABLE = "blocks that fit the terminal"
    PAGE = "blocks in a complete document, which is read elsewhere"
    DOCUMENT = "one value of JSON"
    OBJECTS = "a line of JSON for each row"
    CELLS = "a head, and a line of cells for each row"
    GATES = "the verdicts of gates, which only losses have"


@record
class Output:
    """A format of results.

    Attributes:
        writes: What it consists of.
        suffixes: Of files.
        delimiter: Between cells.
        whole: Whether a page also holds notes and the picture of ``--plot``.
    """

    writes: Writes
    suffixes: tuple[str, ...] = ()
    delimiter: str | None = None
    whole: bool = False

    @property
    def drawn(self) -> bool:
        """Whether blocks are drawn, for readers."""
        return self.writes in (Writes.TABLE, Writes.PAGE)

    @property
    def lines(self) -> bool:
        """Whether each row is a line, and there is nothing else."""
        return self.writes in (Writes.OBJECTS, Writes.CELLS)


INPUTS = {
    "csv": ("csv",),
    "tsv": ("tsv", "tab"),
    "json": ("json",),
    "ndjson": ("ndjson", "jsonl"),
    "npy": ("npy",),
    "npz": ("npz",),
    "parquet": ("parquet", "pq"),
    "arrow": ("arrow", "arrows", "ipc", "feather"),
    "safetensors": ("safetensors",),
}
OUTPUTS = {
    "table": Output(Writes.TABLE),
    "json": Output(Writes.DOCUMENT, INPUTS["json"]),
    "ndjson": Output(Writes.OBJECTS, INPUTS["ndjson"]),
    "csv": Output(Writes.CELLS, INPUTS["csv"], delimiter=","),
    "tsv": Output(Writes.CELLS, INPUTS["tsv"], delimiter="\t"),
    "markdown": Output(Writes.PAGE, ("md", "markdown")),
    "html": Output(Writes.PAGE, ("html", "htm"), whole=True),
    "junit": Output(Writes.GATES, ("xml",)),
}
ANSWERS = tuple(name for name in OUTPUTS if OUTPUTS[name].writes is not Writes.GATES)  # of all but losses
OUTPUT_SUFFIXES = {name: output.suffixes for name, output in OUTPUTS.items()}
PLOTS = ("svg", "png", "pdf")  # of --plot, by suffix


def by_suffix(formats: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """The format that each suffix stands for."""
    return {suffix: name for name, suffixes in formats.items() for suffix in suffixes}
