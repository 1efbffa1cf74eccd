"""``losscli thresholds``: at which score should the answer become yes?

``thresholds.py`` is the answer, from what ``core/counts/score_counts.py`` counted; ``threshold_curves.py`` has the
areas.
"""
