"""Watching feeds and site rules for trouble."""
