"""``losscli calibrate``: can probabilities be taken at their word?

``calibrations.py`` is the answer, from what ``core/reliability.py`` counted; ``decomposition.py`` and
``smooth_error.py`` are its numbers.
"""
