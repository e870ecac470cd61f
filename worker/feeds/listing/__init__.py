"""Read a page that lists articles as a feed, for sites that have none."""
