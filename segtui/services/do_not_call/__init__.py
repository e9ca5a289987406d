"""The do-not-call list of a company, and the marks of its contacts."""
