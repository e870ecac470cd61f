"""The table of hostile hosts in docs/security.md is made from the test cases."""

from tests.tools.hostile import PAGE, page


def test_the_table_of_hostile_hosts_is_generated_from_the_cases() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run: python -m tests.tools.hostile"
