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
PAGES = ("markdown", "html")  # that are read elsewhere: all there is to say is in them
ANSWERS = tuple(name for name in OUTPUTS if name != "junit")  # those of what has no gates


def by_suffix(formats: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """The format that each suffix stands for."""
    return {suffix: name for name, suffixes in formats.items() for suffix in suffixes}


# What --plot draws, by suffix.
DELIMITERS = {"csv": ",", "tsv": "\t"}  # of what is written
PLOTS = ("svg", "png", "pdf")
