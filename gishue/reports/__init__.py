"""Field reports pinned to the map."""
