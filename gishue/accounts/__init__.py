"""People, units, sessions and keys."""
