"""The calling platform, which makes the calls, and the dispatcher, which says whom to call and when."""
