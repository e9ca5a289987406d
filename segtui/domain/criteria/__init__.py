"""Criteria: the expression language by which contacts are selected. Pure: no database, no interface."""
