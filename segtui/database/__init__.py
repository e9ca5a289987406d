"""The database: its tables, how each backend is opened, and how its schema is brought up to date."""
