"""The walls between companies: row-level security, triggers, and the claims of a session."""
