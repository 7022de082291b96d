"""2xx: rules about names in certificates."""
