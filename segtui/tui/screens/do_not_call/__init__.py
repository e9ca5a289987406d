"""Screens of the do-not-call list."""
