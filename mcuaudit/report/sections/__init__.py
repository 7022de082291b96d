"""The parts of a page, one subject per file."""
