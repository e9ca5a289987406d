"""Maintenance of the database: information, upgrades, checks, backups and restores."""
