"""4xx: rules about settings."""
