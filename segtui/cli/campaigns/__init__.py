"""Commands on campaigns."""
