"""When an article was published and changed: by what its page states, then by what it prints."""

from worker.extract.dates.choose import choose_dates

__all__ = ["choose_dates"]
