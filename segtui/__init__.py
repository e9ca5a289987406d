"""segtui: contacts, segments and imports for outbound calling, in the terminal."""

__version__ = "0.1.0"
