"""3xx: rules about trust stores."""
