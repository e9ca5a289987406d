"""The result table: any number of rows, loaded page by page and drawn line by line."""
