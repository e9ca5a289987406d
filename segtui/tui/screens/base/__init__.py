"""Foundations of the screens: the base screen, lists, live updates and background writes."""
