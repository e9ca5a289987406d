"""Commands on many segments at once."""
