"""Access over SSH: one service account, public keys in the database, no shell."""
