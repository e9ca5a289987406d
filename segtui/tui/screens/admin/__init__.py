"""Screens for admins: companies, users and the audit trail."""
