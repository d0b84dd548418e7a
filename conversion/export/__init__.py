"""A layer becomes a file: in a format, a CRS, a box, as of a time."""
