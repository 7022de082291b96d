"""What a new certificate must say, and request configurations for it."""
