"""Accounts: companies, users, their SSH keys and signing in."""
