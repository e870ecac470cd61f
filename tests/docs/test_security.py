"""The page on security tells of the hostile hosts what the tests prove."""

from tests.tools.hostile import PAGE, page


def test_the_table_of_hostile_hosts_is_that_of_the_cases() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run: python -m tests.tools.hostile"
