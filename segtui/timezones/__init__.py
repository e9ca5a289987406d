"""Time zones: reading what people write, and the zones in which a contact may be. Pure: no database, no clock."""
