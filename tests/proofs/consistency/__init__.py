"""What the proof `contradictions` is made of: generated fleets, and one module for each kind of claim."""
