"""Answers to questions about a result that the result itself does not show."""
