"""Screens and forms used from several sections."""
