"""Screens that compare segments with each other."""
