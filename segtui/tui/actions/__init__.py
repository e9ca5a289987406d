"""Actions: the commands that keys run, one small class each. Keys, footer, palette and help are made from them."""
