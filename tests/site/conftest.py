"""The fixture of this package, for its own tests."""

from tests.site.plugin import site

__all__ = ["site"]
