"""WebSub: subscribing at hubs, and reading what they push."""
