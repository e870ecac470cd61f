"""The stages: load, decide, save. One module per stage; a Celery task only calls them."""
