"""What the stages share: turns, batches, bounded parsing, poison rows."""
