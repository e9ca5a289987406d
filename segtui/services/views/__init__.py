"""Saved views of lists of contacts."""
