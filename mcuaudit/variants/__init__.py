"""What would hold if something were changed, and what should be changed."""
