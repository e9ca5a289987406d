"""The frame around every screen: title bar, key bar, theme, clipboard, and the handling of keys and signals."""
