"""A web of hosts that mean us harm, or are broken beyond repair, and what must become of each.

`table.CASES` is the table: what the host does, and how the work on it has to end. `server` lets every case
have a host of its own; `run` takes them all through the real services at once, beside hosts that behave.
"""
