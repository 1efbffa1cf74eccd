"""What would other conventions give? The rows of ``--compare``, with the reason for each difference.

Takes the batches of one pass and gives a value for each convention and call, those that agree in one row. Start with
``compare.py``; ``reasons.py`` says why, in numbers of the input.
"""
