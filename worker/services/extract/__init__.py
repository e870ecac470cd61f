"""The extraction stage: fetched pages become articles."""
