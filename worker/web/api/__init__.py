"""The read-only JSON API: one module for each thing it shows, the fields of its answers in `models`."""
