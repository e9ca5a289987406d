"""The way in for those who sign in over SSH: one service account, their keys in our database, and no shell."""
