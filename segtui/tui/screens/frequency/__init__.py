"""The frequency table of a field, and the segments that are made of its lines."""
