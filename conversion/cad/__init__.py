"""Drawings (DXF, DWG, DGN) become layers. Runs inside the sandbox."""
