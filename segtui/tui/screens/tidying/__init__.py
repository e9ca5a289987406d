"""The screen of segments that could be tidied."""
