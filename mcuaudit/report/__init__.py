"""Pages: notebooks become HTML, with sections, figures and an index."""
