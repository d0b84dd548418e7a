"""The version of this installation, from its package metadata."""

from importlib.metadata import version

VERSION = version("gishue")
