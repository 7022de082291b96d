"""The parts of a page, one subject a file."""
