"""Is a number good enough? Conditions on a result, and on a saved baseline, that decide the exit status.

Conditions are parsed before any data is read. A gate fails if a number it depends on is NaN or missing.
"""
