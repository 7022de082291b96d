"""5xx: rules about predicted connections."""
