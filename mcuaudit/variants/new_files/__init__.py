"""Files that are to be uploaded, evaluated before they are."""
