"""One room in which it is decided what a file says: columns to roles, roles to classes, classes to rows.

Takes what is known of an opened table or of arrays, and what was asked for; gives selections of columns and the
decisions behind them, each with its reason. It reads no rows. Start at `from_tables` and `from_arrays`.
"""
