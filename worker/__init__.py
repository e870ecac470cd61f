"""Wiredesk: feeds in; clean, dated, attributed, deduplicated articles out."""

__version__ = "0.1.0"
