"""The Python door: the same names, numbers and words as the command line, from arrays and tables of any library.

No other library is imported here: objects are recognised by what they can do.
"""
