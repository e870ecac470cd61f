"""When it was published and changed: statements first, what is printed last, nothing guessed."""

from worker.extract.dates.choose import choose_dates

__all__ = ["choose_dates"]
