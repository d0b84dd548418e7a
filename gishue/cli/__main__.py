"""``python -m gishue.cli`` is ``gishue``."""

from gishue.cli.main import main

main()
