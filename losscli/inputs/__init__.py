"""From an argument, a file or a pipe to checked arrays, a batch at a time."""

from losscli.inputs.read import read
from losscli.inputs.read_options import Meter, ReadOptions
from losscli.inputs.read_rows import RowBatch, RowStream, read_labels, read_rows

__all__ = ["Meter", "ReadOptions", "RowBatch", "RowStream", "read", "read_labels", "read_rows"]
