"""What all tests share."""

pytest_plugins = ("tests.fixtures.servers", "tests.site.plugin")
