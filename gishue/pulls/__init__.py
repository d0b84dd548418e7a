"""Pulls: sources outside that are fetched at set times and become revisions of a layer."""
