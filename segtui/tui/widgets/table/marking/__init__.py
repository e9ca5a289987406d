"""Marking rows of a result table: one by one, in ranges, all that match."""
