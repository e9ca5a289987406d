"""The filter form."""
