"""What the README and the design promise, one file each: on the real service, both sides."""
