"""Messages to the operator about problems and their ends, by mail, webhook, ntfy and Slack."""
