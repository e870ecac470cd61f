"""A whole run on this machine: its servers, its processes, its end."""
