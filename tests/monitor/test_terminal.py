"""Foreign text cannot control the terminal."""

import pytest

from worker.monitor.terminal import clean, clean_lines


@pytest.mark.parametrize(
    "text, shown",
    [
        ("a\x1b[2Jb", "a [2Jb"),
        ("\x1b]8;;https://evil.example\x1b\\bank\x1b]8;;\x1b\\", "]8;;https://evil.example \\bank ]8;; \\"),
        ("\x1b]52;c;cm0gLXJm\x07", "]52;c;cm0gLXJm"),
        ("a\x9b31mb", "a 31mb"),
        ("a\x00b\x07c\x08d\x7fe", "a b c d e"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("a\r\nb\u2028c\x85d", "a b c d"),
        ("a\U000e0041\ud800b", "a b"),
        ("z" + "\u0300" * 60 + "o", "z" + "\u0300" * 3 + "o"),
        ("Việt Nam, שָׁלוֹם", "Việt Nam, שָׁלוֹם"),
        (None, ""),
        (7, "7"),
    ],
)
def test_a_cleaned_line_has_no_control_characters(text: object, shown: str) -> None:
    assert clean(text) == shown


def test_cleaned_lines_stay_separate_lines() -> None:
    assert clean_lines("a\x1b[1m\n\tb\r\nc ") == "a [1m\n b\nc"
