"""Parquet, Arrow and Feather through pyarrow, imported only here.

Takes files and gives a table of columns, a row group at a time, decoded ahead in a thread (``prefetch.py``). Only
columns that have a role are read. Start with ``arrow_files.py``.
"""
