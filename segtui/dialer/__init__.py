"""The dialer: the calling platform's client, and the dispatcher that decides which contact is called when."""
