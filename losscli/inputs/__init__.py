"""From an argument, a file or a pipe to checked arrays, a batch at a time.

The only room that opens files. ``read.py`` is the door: ``opening.py`` tells values, paths and pipes apart,
``formats.py`` picks the opener of a file, a room for each kind of format turns it into columns or arrays, and
``choose/`` decides their roles. Nothing is decided again after the first rows. It never knows a loss by name.
"""

from losscli.inputs.read import read
from losscli.inputs.read_options import Meter, ReadOptions

__all__ = ["Meter", "ReadOptions", "read"]
