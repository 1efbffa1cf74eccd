"""Answers to questions about a result: functions from batches or reports to values."""
