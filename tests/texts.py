"""Texts of made-up words, and copies as other outlets edit them; the same for the same seed."""

from random import Random

SYLLABLES = tuple(first + second for first in "bdklmn" for second in "aeiou")
FURNITURE = (
    "Subscribe to our newsletter and get the stories of the day in your inbox every morning at six.",
    "Follow us on our channels for more news from the region and from all over the world.",
    "This article was first published by our partner and has been shortened by the desk for length.",
    "All rights reserved. No part of this text may be reproduced without permission of the publisher.",
    "Mehr zum Thema lesen Sie in unserer Ausgabe am Wochenende oder in der App für Abonnenten.",
    "Lisez aussi notre dossier complet sur ce sujet et les réactions dans le reste du pays.",
)
"""Lines that outlets add to what they print."""


def made_up(seed: object, *, paragraphs: int = 8, words: int = 40) -> list[str]:
    """Paragraphs of made-up words: texts of two seeds have hardly a run of words in common."""
    rng = Random(str(seed))
    return [
        " ".join("".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(words)).capitalize()
        + "."
        for _ in range(paragraphs)
    ]


def edited(paragraphs: list[str], rng: Random) -> list[str]:
    """The text as another outlet prints it: cut, with paragraphs dropped, words changed, or lines added."""
    text = list(paragraphs)
    kinds = rng.sample(("cut", "drop", "furniture", "words"), rng.randint(1, 3))
    if "cut" in kinds:
        text = _cut(text, rng.uniform(0.5, 0.95))
    if "drop" in kinds and len(text) > 3:
        gone = set(rng.sample(range(len(text)), rng.randint(1, max(1, len(text) // 4))))
        text = [paragraph for at, paragraph in enumerate(text) if at not in gone]
    if "words" in kinds:
        text = [_reworded(paragraph, rng) for paragraph in text]
    if "furniture" in kinds:
        for line in rng.sample(FURNITURE, rng.randint(1, 3)):
            text.insert(rng.choice((0, len(text))), line)
    return text


def _cut(paragraphs: list[str], share: float) -> list[str]:
    """The beginning, up to the end of the paragraph in which `share` of the words is reached."""
    left = share * sum(len(paragraph.split()) for paragraph in paragraphs)
    kept: list[str] = []
    for paragraph in paragraphs:
        if kept and left <= 0:
            break
        kept.append(paragraph)
        left -= len(paragraph.split())
    return kept


def _reworded(paragraph: str, rng: Random) -> str:
    """One word in fifty is another one."""
    return " ".join(word if rng.random() > 0.02 else word[::-1] for word in paragraph.split(" "))
