"""Live segments: rules, and memberships and counts that are exact from the commit that changes them."""
