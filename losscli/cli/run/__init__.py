"""From parsed options to a written result: imported only when something is computed.

``request.py`` holds the options as a typed record; ``prepare.py`` turns them into settings and options of reading;
``refusals.py`` refuses those that do not go together; there is a ``run_*.py`` for each kind of answer; ``present.py``
chooses the writer and writes the notes.
"""
