"""What a pass counts of predictions and labels, beside losses.

``keep.py`` says what, ``keeping.py`` counts checked rows, ``kept.py`` merges: for calibration (``reliability.py``,
``temperature.py``), thresholds (``score_counts.py``), histograms and confusions. Weights are counted exactly, as
integers (``exact_weights.py``).
"""
