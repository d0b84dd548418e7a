"""What was seen in a file, with a code, a place and advice."""
