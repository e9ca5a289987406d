"""Imports in a process of their own: what they need of memory is given back when it ends."""
