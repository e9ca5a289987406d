"""Readers: a file of any supported format becomes a table of text cells."""
