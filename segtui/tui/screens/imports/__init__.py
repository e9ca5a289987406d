"""Screens of imports."""
