"""Groups of rows: which rows they hold, what is summed for each, and how they differ.

``parts.py`` says what rows are grouped by, ``grouping.py`` which group a row is in. `GroupTally` collects, for any
number of groups at once, what `Tally` holds of all rows; ``groups.py`` makes the results, ``group_tests.py`` tests
which differ from the other rows. Everything merges: processes hand over tables of integers.
"""
