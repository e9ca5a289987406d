"""Time zones: reading what people write, and the possible zones of a contact. Pure: no database, no clock."""
