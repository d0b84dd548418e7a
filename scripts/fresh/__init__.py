"""Bring a fresh machine to where GISHue runs; standard library only, Python ≥ 3.8."""
