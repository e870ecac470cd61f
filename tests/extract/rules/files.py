"""Rule files for tests."""

from worker.extract import Rules, read_rules

STORY = """
hosts = "news.example"
body = "div.story"
strip = [".promo"]
title = "h1.t"
author = ".by"
date = "time@datetime"
summary = "p.lead"
"""


def rules(*texts: str) -> Rules:
    """The rules of these files: a.toml, b.toml and so on."""
    names = (f"{letter}.toml" for letter in "abcdefgh")
    return read_rules({name: text.encode() for name, text in zip(names, texts, strict=False)})
