"""Stems of words, by the Snowball dictionaries of PostgreSQL 15 and later.

A stem is a separate lexeme, `~`, the language and the stem: `~enlibrari`. So a query in all languages
confuses neither the English stem of one word with the French stem of another, nor a stem with a word. Stop
words have no stem, and are found only in their own form.

The dictionaries expect words with their accents, but readers leave accents out. So an article is indexed, and
looked for, by the stems of both spellings of a word.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from worker.store.db import Connection, value

# Letters of the scripts that have stemmers.
_LATIN = re.compile("[a-z\u00df-\u024f\u1e00-\u1eff]")
_ARABIC, _CYRILLIC = re.compile("[\u0600-\u06ff]"), re.compile("[\u0400-\u04ff]")
_DEVANAGARI, _TAMIL = re.compile("[\u0900-\u097f]"), re.compile("[\u0b80-\u0bff]")
_GREEK, _HEBREW = re.compile("[\u0370-\u03ff]"), re.compile("[\u0590-\u05ff]")
_ARMENIAN = re.compile("[\u0530-\u058f]")

STEMMERS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "ar": ("arabic_stem", _ARABIC),
    "ca": ("catalan_stem", _LATIN),
    "da": ("danish_stem", _LATIN),
    "de": ("german_stem", _LATIN),
    "el": ("greek_stem", _GREEK),
    "en": ("english_stem", _LATIN),
    "es": ("spanish_stem", _LATIN),
    "eu": ("basque_stem", _LATIN),
    "fi": ("finnish_stem", _LATIN),
    "fr": ("french_stem", _LATIN),
    "ga": ("irish_stem", _LATIN),
    "hi": ("hindi_stem", _DEVANAGARI),
    "hu": ("hungarian_stem", _LATIN),
    "hy": ("armenian_stem", _ARMENIAN),
    "id": ("indonesian_stem", _LATIN),
    "it": ("italian_stem", _LATIN),
    "lt": ("lithuanian_stem", _LATIN),
    "ne": ("nepali_stem", _DEVANAGARI),
    "nl": ("dutch_stem", _LATIN),
    "no": ("norwegian_stem", _LATIN),
    "pt": ("portuguese_stem", _LATIN),
    "ro": ("romanian_stem", _LATIN),
    "ru": ("russian_stem", _CYRILLIC),
    "sr": ("serbian_stem", _CYRILLIC),
    "sv": ("swedish_stem", _LATIN),
    "ta": ("tamil_stem", _TAMIL),
    "tr": ("turkish_stem", _LATIN),
    "yi": ("yiddish_stem", _HEBREW),
}
"""The dictionary of a language, and the letters that its words begin with."""

_SAME = {"nb": "no", "nn": "no"}
"""Languages that are stemmed as another one."""

MOST_KNOWN = 50_000
"""Words of a language that a connection remembers, then all are forgotten. A guess at the vocabulary of a few
days of news, some 5 MB."""


def stemmer_of(language: str | None) -> str | None:
    """Return the key in `STEMMERS` for a language tag (BCP 47); None if its words are not stemmed."""
    code = (language or "").partition("-")[0].lower()
    code = _SAME.get(code, code)
    return code if code in STEMMERS else None


def stemmers_for(word: str, languages: Iterable[str]) -> list[str]:
    """Return the stemmers for a word of a query in these languages; without languages all for its letters."""
    codes = {stemmer_of(language) for language in languages} or set(STEMMERS)
    return sorted(code for code in codes if code and STEMMERS[code][1].match(word))


def lexeme(code: str, stem: str) -> str:
    """Return the lexeme of a stem in the index."""
    return f"~{code}{stem}"


def stems(db: Connection, code: str, words: Collection[str]) -> dict[str, str]:
    """Return the stems of words in lower case; words without one, such as stop words, are missing.

    The connection remembers them: after some hundred articles most words of the next are known.
    """
    dictionary, letters = STEMMERS[code]
    known: dict[str, str] = db.info.setdefault(f"stems {code}", {})
    asked = [word for word in words if word not in known and letters.match(word)]
    if asked:
        # One array: thousands of rows would take longer than their stems.
        found = value(
            db,
            f"""SELECT ARRAY(
                SELECT (ts_lexize('{dictionary}', word))[1]
                FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS w (word, place) ORDER BY place
            )""",
            words=asked,
        )
        fresh = {word: stem or "" for word, stem in zip(asked, found, strict=True)}
        if len(known) + len(fresh) > MOST_KNOWN:
            kept = {word: known[word] for word in words if word in known}
            known.clear()
            known.update(kept)
        known.update(fresh)
    return {word: stem for word in words if (stem := known.get(word))}
