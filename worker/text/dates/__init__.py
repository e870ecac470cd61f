"""Dates in text: as feeds and machines write them, and as pages print them."""
