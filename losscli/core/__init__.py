"""One pass over batches: decisions, checks, values, sums, and the report.

Takes batches of arrays and a ``Steps`` (a plain loss or a framework's call) and gives a ``Report``. It knows no
framework by name, opens no file and prints nothing. Start with ``evaluate.py``: ``plan.py`` decides, ``checks.py``
refuses or counts bad rows, ``steps.py`` and ``call_steps.py`` make values, ``summary.py`` and ``exact_sum.py`` sum
them up, ``reduction.py`` divides, ``outcome.py`` makes the report.
"""
