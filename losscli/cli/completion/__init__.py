"""What TAB offers: a shell's script asks with the line typed so far, and one word a line is the answer.

``scripts.py`` is what a shell runs, ``answer.py`` the door, ``typed.py`` reads the line, ``offers.py`` what fits at its
end. NumPy is never loaded, and names of columns are read here rather than through ``inputs``: a TAB must be quick.
"""
