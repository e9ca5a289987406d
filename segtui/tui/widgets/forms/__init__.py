"""Forms, dialogs and their fields."""
