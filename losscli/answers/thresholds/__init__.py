"""``losscli thresholds``: from which score on should the answer be yes?

``thresholds.py`` is the answer, from what ``core/score_counts.py`` counted; ``threshold_curves.py`` has the areas.
"""
