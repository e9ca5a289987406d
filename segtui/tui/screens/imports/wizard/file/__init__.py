"""The first step of the import wizard: choosing a file and how it is read."""
