"""Answers: functions from the batches of a pass, or from a report, to values.

A folder each: ``check`` (is the input what you think it is?), ``compare`` (what do other conventions make of it?),
``identify`` (what gave this number?) and ``explain`` (how is a row's loss computed?). They never read files
or write text; ``outputs`` draws what they return.
"""
