"""What the service says about itself: event types, metrics, logging, health."""
