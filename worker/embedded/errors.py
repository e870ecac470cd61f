"""What goes wrong around the embedded servers and processes."""


class EmbeddedError(Exception):
    """An embedded server or process cannot start; the text is one line that says how to mend it."""
