"""Pages: notebooks rendered as HTML, with sections, figures and an index."""
