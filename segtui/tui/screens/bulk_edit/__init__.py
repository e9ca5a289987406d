"""The edit of many contacts at once: its form, its preview, and the change itself."""
