"""The arithmetic of a row, step by step, as one would do it on paper.

Takes a batch that was computed and gives a worksheet: symbols, formulas and numbers. The steps are declared with each
loss and evaluated by ``formula.py``; the last line is the value of the kernel. Start with ``explain.py``.
"""
