"""Decides what a file means: which columns have which role, which classes they stand for, and which rows are used.

Takes an opened table or arrays, and the options; gives selections of columns and the decisions behind them, each with
its reason. It reads no rows. Start at `from_tables` and `from_arrays`.
"""
