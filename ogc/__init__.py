"""OGC API services over the live registry."""
