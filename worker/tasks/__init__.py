"""The Celery app, and one thin task per stage."""
