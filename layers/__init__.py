"""The hub: the layer registry, its fields, features, styles and search."""
