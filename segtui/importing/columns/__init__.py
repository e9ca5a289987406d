"""Columns: headers and values decide which field each column holds."""
