"""The formats of files, each with its suffixes; what opens and what writes them is in ``inputs`` and ``outputs``."""

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
    "table": (),
    "json": INPUTS["json"],
    "ndjson": INPUTS["ndjson"],
    "csv": INPUTS["csv"],
    "tsv": INPUTS["tsv"],
    "markdown": ("md", "markdown"),
    "html": ("html", "htm"),
    "junit": ("xml",),
}
PAGES = ("markdown", "html")  # complete documents, which are read elsewhere
ANSWERS = tuple(name for name in OUTPUTS if name != "junit")  # for answers without gates


def by_suffix(formats: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """The format that each suffix stands for."""
    return {suffix: name for name, suffixes in formats.items() for suffix in suffixes}


DELIMITERS = {"csv": ",", "tsv": "\t"}  # of output
ROWS = (*DELIMITERS, "ndjson")  # output with a line for each row
PLOTS = ("svg", "png", "pdf")  # of --plot, by suffix
