"""Is a number good enough? Conditions on a result, and on a baseline that was saved, from which the exit status comes.

Conditions are parsed before any data is read. A number that is NaN or missing fails a gate that hangs on it.
"""
