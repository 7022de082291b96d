"""Gaps of the evidence: what is missing or cannot be read, and what would be settled if it were in the export."""
