"""Splitting segments and campaigns."""
