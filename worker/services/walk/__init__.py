"""Walking back through the archive of a feed."""
