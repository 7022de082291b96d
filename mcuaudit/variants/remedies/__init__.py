"""Remedies that were applied and evaluated again, and what to do first."""
