"""The command line: one module per noun. A command parses, calls a service and prints; it knows no SQL."""
