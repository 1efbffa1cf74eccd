"""Intervals, tests, and two models on the same rows.

``units.py`` turns rows into units of inference, ``moments.py`` and ``clusters.py`` keep their exact sums, and
``interval.py`` and ``inference.py`` are functions of these alone. ``paired.py`` holds the same of two models'
differences, ``comparison.py`` decides which is better. Resampling: ``bootstrap.py``, ``replicates.py``,
``sign_flip.py``.
"""
