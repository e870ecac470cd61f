"""Settings that are right each by itself and wrong together, and addresses that cannot be used."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from worker.config.settings import Settings


def combination_problem(settings: "Settings") -> str | None:
    """Return what is wrong with the combination of settings, in one line; None if nothing is."""
    rules = (
        (
            _is_address(settings.database_url, "postgresql", "postgres", "postgresql+psycopg"),
            "database_url must be an address such as postgresql://user:password@host:5432/name",
        ),
        (
            _is_address(settings.redis_url, "redis", "rediss", "unix"),
            "redis_url must be an address such as redis://:password@host:6379/0",
        ),
        (
            (settings.contact or "").isascii() and (settings.contact or "").isprintable(),
            "contact goes into a header: write it in ASCII, as https://example.org/about-our-crawler",
        ),
        (
            settings.poll_floor_seconds <= settings.poll_cap_seconds,
            "poll_floor_seconds must not exceed poll_cap_seconds",
        ),
        (
            settings.poll_budget_per_day is None or settings.poll_delay_seconds is None,
            "poll_budget_per_day and poll_delay_seconds are both set; keep one, it determines the other",
        ),
        (
            settings.turn_seconds + settings.fetch_total_seconds < settings.turn_lease_seconds,
            "turn_lease_seconds must exceed turn_seconds + fetch_total_seconds, "
            "or a host's lease would end while its turn still runs",
        ),
        (
            settings.turn_seconds + settings.fetch_total_seconds < settings.watchdog_seconds,
            "watchdog_seconds must exceed turn_seconds + fetch_total_seconds, "
            "or a worker busy with slow hosts would be taken for stuck",
        ),
        (
            3 * settings.tick_seconds < settings.standstill_seconds,
            "standstill_seconds must exceed three times tick_seconds, "
            "or the service would be taken for standing still between two ticks",
        ),
        (
            settings.fetch_max_bytes <= settings.fetch_memory_mib * 1024 * 1024,
            "fetch_memory_mib must not be less than fetch_max_bytes, the size of a single body",
        ),
        (
            settings.extract_soft_seconds < settings.extract_hard_seconds,
            "extract_hard_seconds must exceed extract_soft_seconds",
        ),
        (
            settings.extract_hard_seconds < settings.turn_lease_seconds,
            "turn_lease_seconds must exceed extract_hard_seconds, "
            "or a page would be extracted by two workers at once",
        ),
        (
            bool(settings.oidc_issuer) == bool(settings.oidc_client_id),
            "oidc_issuer and oidc_client_id are set together",
        ),
    )
    return next((message for holds, message in rules if not holds), None)


def _is_address(url: str | None, *schemes: str) -> bool:
    """Return whether an address has one of the schemes and a port that is a number."""
    try:
        return not url or (urlsplit(url).scheme in schemes and urlsplit(url).port != 0)
    except ValueError:
        return False
