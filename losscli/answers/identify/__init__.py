"""Where does this number come from? Readings, conventions, reductions and mistakes are tried until one fits.

Takes a number as it was written, and perhaps data; gives explanations, each with a command that reproduces it. Start
with ``identify.py``; ``known_numbers.py`` needs no data.
"""
