"""Commands of access over SSH."""
