"""A report, or another answer, as text: tables, Markdown, JSON, NDJSON, CSV, TSV.

Takes final values and writes them; it decides only how they look. ``write.py`` chooses the format of
an answer, the ``*_view.py`` say what it contains, ``draw/`` draws it; ``sample_writers.py`` stream the rows of a
loss. Text from files is escaped.
"""
