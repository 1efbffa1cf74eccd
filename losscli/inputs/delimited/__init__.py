"""CSV, TSV and other delimited text: a table of columns, in blocks of whole lines.

``text_table.py`` opens it, ``dialect.py`` decides delimiter and header once, ``lines.py`` cuts blocks and
``reader.py`` reads them. Plain numbers take a fast way: ``fast_fixed.py`` where lines look alike, else
``fast_float.py``, both over ``swar.py`` (eight digits at a time in a 64-bit word), or ``arrow_float.py`` with pyarrow.
What these cannot read goes to ``strict.py``, which names the line. All give the numbers of ``float``. ``split.py``
cuts a file for several readers.
"""
