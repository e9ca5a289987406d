"""Field rules: reading the fields of contacts from cells, each rule in a row form and a column form."""
