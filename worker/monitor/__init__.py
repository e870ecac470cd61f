"""Observability: event types, metrics, logging, the queues and the state of the workers."""
