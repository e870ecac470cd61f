"""Errors that the person at the terminal can mend: one line, exit code 2, no traceback."""


class Mistake(Exception):
    """What was asked for cannot be done; the text is one line that says why, and what to do instead."""


def words(error: Exception) -> str | None:
    """The line for an error of a known kind; None for one that is a fault of the program."""
    # Imported here: only a command that failed pays for them.
    from worker.config.settings import SettingsError
    from worker.embedded import EmbeddedError
    from worker.store import StoreUnavailable

    if isinstance(error, Mistake | EmbeddedError | SettingsError):
        return str(error)
    if isinstance(error, StoreUnavailable):
        return f"PostgreSQL cannot be reached: {error}; `wiredesk doctor` says more"
    return _redis(error)


def _redis(error: Exception) -> str | None:
    from redis import RedisError

    return (
        f"Redis cannot be reached: {error}; `wiredesk doctor` says more"
        if isinstance(error, RedisError)
        else None
    )
