"""What the README and the design promise: one file a promise, on the real service, both sides of each judgement."""
