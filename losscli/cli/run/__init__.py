"""From what was typed to a written result: imported only when something is computed.

``request.py`` is what was typed, as a typed record; ``prepare.py`` turns it into settings and rows; there is a
``run_*.py`` for each kind of answer; ``present.py`` chooses the writer and tells the notes.
"""
