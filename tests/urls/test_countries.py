"""The country of a site is known only where its name is sure to say it."""

import pytest

from worker.urls import country_of


@pytest.mark.parametrize(
    ("site", "country"),
    [
        ("derstandard.at", "AT"),
        ("bbc.co.uk", "GB"),
        ("xn--e1aybc.xn--p1ai", "RU"),
        ("news.example", None),
        ("bbc.com", None),
        ("notes.io", None),
        ("europa.eu", None),
        ("127.0.0.1", None),
        ("localhost", None),
    ],
)
def test_the_country_is_that_of_the_top_level_domain(site: str, country: str | None) -> None:
    assert country_of(site) == country
