"""Reads pages that list articles as feeds, for sites without a feed."""
