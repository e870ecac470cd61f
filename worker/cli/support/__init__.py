"""Support bundles: what a maintainer needs to know of an installation, without its secrets and articles."""
