"""Devices and their peers as the law sees them: every fact that follows from settings, derived once."""
