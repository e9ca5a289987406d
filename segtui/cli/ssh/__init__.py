"""Commands for access over SSH."""
