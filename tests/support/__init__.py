"""Small things that many tests build on."""
