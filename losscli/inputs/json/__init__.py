"""JSON documents, concatenated documents and NDJSON: arrays, records, and the shapes that other tools write.

Takes a ``Source`` and gives arrays or a table of records; long arrays and NDJSON stream. ``decode.py`` is the one
decoder: it refuses a key given twice, and names line and character. Start with ``document.py``; NDJSON is
``json_records.py``, where lines of one form are read at once: by ``alike.py``, or with pyarrow ``even_records.py``.
"""
