"""Audiences of campaigns: snapshot, zones, due queue and skipped contacts."""
