"""The audit trail: recording and reading it."""
