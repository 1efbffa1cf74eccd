"""Answers: functions from the batches of a pass, or from a report, to values.

A folder each: ``check`` (is the input what you think it is?), ``compare`` (what do other conventions make of it?),
``identify`` (what gave this number?) and ``explain`` (how does a row's loss come about?). They never read files and
never write text; ``outputs`` draws what they return.
"""
