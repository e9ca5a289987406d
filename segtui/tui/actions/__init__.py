"""What a person can do: one small class each, from which keys, footer, palette and help are all made."""
