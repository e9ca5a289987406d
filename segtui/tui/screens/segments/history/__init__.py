"""The history of a segment by day, and the watches on it."""
