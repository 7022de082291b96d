"""9xx: rules about the export itself."""
