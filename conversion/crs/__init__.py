"""The CRS detective: which reference system the numbers of a file are in."""
