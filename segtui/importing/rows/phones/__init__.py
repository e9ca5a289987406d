"""Phones of rows: the cells that hold them, their notation, and the regions they belong to."""
