"""1xx: rules about the local certificate."""
