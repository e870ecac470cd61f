"""A small web of feeds and pages on loopback, so that the service can be tried without the internet."""

from worker.demo.expected import Expected
from worker.demo.server import DemoWeb

__all__ = ["DemoWeb", "Expected"]
