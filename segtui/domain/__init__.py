"""Rules of the field: contacts, phones, countries, time zones, calling hours. No database, no interface."""
