"""Widgets that several screens use: the result table, forms and dialogs, title and footer."""
