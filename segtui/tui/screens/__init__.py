"""The screens: one module each, with its state, its commands and the services it asks."""
