"""Delivery to sinks whose cursor is in the store: turns, what to send, and what follows from the answers."""
