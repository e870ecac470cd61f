"""Errors that the user can fix: one line on stderr and exit code 2, no traceback."""


class UserError(Exception):
    """A command cannot do what was requested; the text is one line: what is wrong and what to do."""

    exit_code = 2


class RunFailed(UserError):
    """A run cannot go on, and nothing of it is left. Service managers start it again."""

    exit_code = 1


def error_line(error: Exception) -> str | None:
    """Return the line to print for a known error; None for a bug, which keeps its traceback."""
    # Imported here: only a failed command needs them.
    from redis import RedisError

    from worker.config.settings import SettingsError
    from worker.embedded import EmbeddedError
    from worker.filters import FilterError
    from worker.store import StoreUnavailable, Unstorable
    from worker.store.migrate import MigrationFailed

    if isinstance(error, UserError | EmbeddedError | FilterError | MigrationFailed | SettingsError):
        return str(error)
    if isinstance(error, Unstorable):
        return f"PostgreSQL refuses a value of this command: {error}"
    server = {StoreUnavailable: "PostgreSQL", RedisError: "Redis"}
    away = next((name for kind, name in server.items() if isinstance(error, kind)), None)
    return f"{away} cannot be reached: {error}; `wiredesk doctor` shows more" if away else None
