"""The open-data catalogue: its pages, and what machines harvest from it."""
