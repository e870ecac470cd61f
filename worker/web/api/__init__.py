"""The read-only JSON API: one module for each resource, the fields of all answers in `models`."""
