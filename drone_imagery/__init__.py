"""Flights, photos and their footprints."""
