"""Screens of segments."""
