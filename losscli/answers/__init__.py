"""Answers to questions about a loss: is the input right, and why is the number what it is."""
