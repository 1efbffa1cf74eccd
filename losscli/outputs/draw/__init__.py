"""Blocks of columns as text: as tables that fit a terminal, or as Markdown.

Takes the blocks made by a view and writes lines: ``fit.py`` decides on widths, ``table.py`` draws.
"""
