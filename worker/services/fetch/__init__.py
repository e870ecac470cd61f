"""Fetching the pages of entries."""
