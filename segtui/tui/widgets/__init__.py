"""What more than one screen draws: the result table, the search box, dialogs."""
