"""A web of hosts that mean us harm, or are broken beyond repair, and what must become of each.

`table.CASES` is the table: what the host does, and how the work on it has to end. `server` lets every case
have their own host; `run` takes all of them through the real services at once, next to good hosts.
"""
