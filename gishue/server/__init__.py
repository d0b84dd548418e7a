"""The web process: composes the doors, holds no rules."""
