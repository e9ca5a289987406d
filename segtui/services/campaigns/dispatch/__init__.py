"""Dispatching: claims, attempts and their outcomes, retries, and reconciliation with the calling platform."""
