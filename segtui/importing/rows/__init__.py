"""Rows: the cells of a row become the values of a contact."""
