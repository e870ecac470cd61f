"""Polling a feed."""
