"""Decide from a feed's numbers what is wrong with it."""
