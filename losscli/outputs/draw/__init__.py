"""Blocks of columns as text: with rich on a terminal, plainly elsewhere, or as Markdown.

Takes the blocks that a view made and writes lines. Only ``table.py`` imports rich, and only where it draws.
"""
