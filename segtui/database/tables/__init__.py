"""The tables, for both databases."""
