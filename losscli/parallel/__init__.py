"""One pass over the rows by one process, several, or a cluster: the same result to the last bit.

Takes a `Task`, a data set and a writer; gives an inspection that has seen every row. All numbers about scheduling
are here: how large a part is, and when another process pays. Knows no options or exit statuses.
Start with ``run_task.py``; ``shares.py`` says what a part is given and what it returns.
"""
