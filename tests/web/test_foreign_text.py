"""Foreign text cannot change the direction of the text around it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.web.render import inert

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "text, shown",
    [
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\x1b[31mc\x9bd\x7f", "ab[31mcd"),
        ("line\n\tline", "line\n\tline"),
        ("\u2067open", "\u2067open\u2069"),
        ("\u2067a\u202bb", "\u2067a\u202bb\u202c\u2069"),
        ("\u2067a\u202bb\u2069c", "\u2067a\u202bb\u2069c"),
        ("شلوم \u200f(2024)\u200f", "شلوم \u200f(2024)\u200f"),
    ],
)
def test_overrides_and_controls_are_removed_and_open_isolates_closed(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text(alphabet=TURNS + "ab\n", max_size=12))
def test_inert_text_leaves_no_isolate_open_and_inert_is_idempotent(text: str) -> None:
    once = inert(text)
    assert inert(once) == once
    depth = 0
    for character in once:
        direction = unicodedata.bidirectional(character)
        depth += direction in ("LRI", "RLI", "FSI")
        depth -= direction == "PDI" and depth > 0
    assert depth == 0
