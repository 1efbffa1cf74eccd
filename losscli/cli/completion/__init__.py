"""Completion: a shell's script calls with the line typed so far, and gets one word per line.

``scripts.py`` is what a shell runs, ``answer.py`` the door, ``typed.py`` reads the line, ``offers.py`` what fits at its
end. NumPy is never loaded, and names of columns are read here rather than through ``inputs``: a TAB must be quick.
"""
