"""Bytes from where they are: files, standard input, compressed or remote.

Takes a path, a URL or ``-`` and gives a ``Source``: bytes in order, with a name for messages. It never looks into
them. Start with ``bytes.py``; ``listing.py`` finds the files of a glob or directory.
"""
