"""What gave this number? Readings, conventions, reductions and mistakes are tried until a number fits.

Takes a number as it was written, and perhaps data; gives explanations, each with a command that reproduces it. Start
with ``identify.py``; ``known_numbers.py`` needs no data.
"""
