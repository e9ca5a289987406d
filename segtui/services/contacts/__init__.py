"""Contacts: queries, filters, editing and bulk operations."""
