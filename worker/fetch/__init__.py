"""Fetching: the HTTP client, the address guard, robots.txt and the turns of hosts."""
