"""Segments: named groups of contacts, and their members."""
