"""What GDAL reads, and what has to be known beside it. Runs inside the sandbox."""
