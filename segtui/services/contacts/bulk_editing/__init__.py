"""Bulk editing: fields of many contacts, previewed, changed in one transaction, and undone as one."""
