"""From an argument, a file or a pipe to checked arrays, a batch at a time."""

from losscli.inputs.dataset import read
from losscli.inputs.options import Meter, ReadOptions
from losscli.inputs.rows import RowBatch, RowStream, read_labels, read_rows

__all__ = ["Meter", "ReadOptions", "RowBatch", "RowStream", "read", "read_labels", "read_rows"]
