"""Charts: bars of shares, calls by the hour, and figures with a chart beside them."""
