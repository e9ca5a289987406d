"""Exports of contacts and lists to files."""
