"""Vietnamese text: legacy encodings recognised and repaired."""
