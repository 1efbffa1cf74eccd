"""``losscli calibrate``: do probabilities match observed frequencies?

``calibrations.py`` is the answer, from what ``core/counts/reliability.py`` counted; ``decomposition.py`` and
``smooth_error.py`` are its numbers.
"""
