"""The terminal interface: the app, its actions, widgets and screens. Textual is imported only here."""
