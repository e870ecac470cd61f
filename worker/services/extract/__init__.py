"""Turning fetched pages into articles."""
