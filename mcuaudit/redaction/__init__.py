"""Redaction: an audit whose names are replaced by pseudonyms, so that it can be given to others."""
