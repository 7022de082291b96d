"""Predict: which connections exchange certificates, what both sides decide, and who can still administer."""
