"""The command line: `gishue …`."""
