"""A report, or another answer, as text: tables, Markdown, JSON, NDJSON, CSV, TSV.

Takes values that are final and writes them; it decides nothing but how they look. ``write.py`` chooses the format of
an answer, the ``*_view.py`` say what stands in it, ``draw/`` draws it; ``sample_writers.py`` stream the rows of a
loss. Text that came from files is written as text.
"""
