"""The import wizard: its steps, from the file to the result."""
