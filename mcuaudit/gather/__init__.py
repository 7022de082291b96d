"""Gathering evidence: what the files of a heap are and where they belong, and the tree of a new export."""
