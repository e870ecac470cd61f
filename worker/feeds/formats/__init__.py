"""Read each feed format into one shape, `ParsedFeed`."""
