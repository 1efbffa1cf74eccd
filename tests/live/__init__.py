"""The job that compares every call with the live frameworks, on random inputs: ``python -m pytest tests/live``."""
