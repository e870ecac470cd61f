"""The language: what the page declares, unless its text shows another.

Templates declare 'en' on pages in any language. The text's alphabet distinguishes many languages at once; the
others are recognised by the share of words that are among a language's most frequent ones.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from types import MappingProxyType

from worker.extract.function_words import ALIKE, ALPHABETS, BY_WORD, LANGUAGES, ONLY_IN
from worker.extract.types import Source

# Guesses that the corpus did not contradict.
_SAMPLE = 2000  # characters that are read
_MIN_WORDS = 20  # of a text whose language can be recognised
_MIN_LETTERS = 40
_MARGIN = 1.15  # how much likelier than the next a language must be when none is declared
_OVERRULES = 2.0  # how much likelier than the declared language another must be to replace it
_MAIN_ALPHABET = 0.6  # share of letters in the alphabet that decides
_KANA = 0.1  # share of kana in Japanese text, which has Chinese characters as well
_POSSIBLE = 0.6
"""The likelihood of a language in the alphabet of a certain one: too low to be in doubt where none is
declared, high enough to be believed where it is."""
_SEEN = 0.01
"""Share of letters that only one language has from which the text is in it: Urdu has 20 %, Arabic 15 %."""
_CERTAIN = 0.16
"""Share of a language's frequent words in a text from which the text may be in it: prose has 0.2 to 0.45."""

# Signs around words, the form of language tags (BCP 47, and POSIX locales), and letters.
_AROUND = ".,;:!?\"'()[]«»„“”‘’–—-…،؟।"
_TAG = re.compile(r"([a-z]{2,3})(?:[-_](?:[a-z]{4}[-_])?([a-z]{2}))?(?:[-_.@].*)?$", re.IGNORECASE)
_LETTERS = MappingProxyType({re.compile(f"[{letters}]"): of for letters, of in ALPHABETS.items()})

_OTHER_LANGUAGES = frozenset(chain.from_iterable(ALPHABETS.values()))

# Letters of all these alphabets, and of the Latin one.
_OTHER_LETTERS = re.compile(f"[{''.join(ALPHABETS)}]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")


def choose_language(stated: Iterable[tuple[object, Source]], text: str) -> tuple[str, Source] | None:
    """Return the first statement that agrees with the text, or the text's language; None in doubt.

    A language is 'xx' or 'xx-YY', as far as stated.
    """
    tags = [(tag, source) for value, source in stated if isinstance(value, str) and (tag := read_tag(value))]
    if not tags:
        found = check_language(None, text)[0]
        return (found, "text") if found else None
    language, changed = check_language(tags[0][0], text)
    if not changed:
        return tags[0]
    confirmed = (one for one in tags if one[0].partition("-")[0] == language)
    return next(confirmed, (language, "text") if language else None)


def check_language(declared: str | None, text: str) -> tuple[str | None, bool]:
    """Return the language of `text`, and whether it differs from `declared`, which wins in doubt."""
    likely = _likely(text[:_SAMPLE])
    base = (declared or "").partition("-")[0] or None
    if not likely:
        return declared, False
    ranked = sorted(likely, key=likely.__getitem__, reverse=True)
    best, share = ranked[0], likely[ranked[0]]
    if base is None:
        sure = len(ranked) == 1 or share >= _MARGIN * likely[ranked[1]]
        return (best, True) if sure else (None, False)
    if base == best or (base in likely and share < _OVERRULES * likely[base]):
        return declared, False
    if any(base in group and best in group for group in ALIKE):
        return declared, False
    if (
        base not in LANGUAGES
        and base not in _OTHER_LANGUAGES
        and best in LANGUAGES
        and share < _MARGIN * _CERTAIN
    ):
        return declared, False
    return best, True


def read_tag(value: str) -> str | None:
    """Return a language tag as 'xx' or 'xx-YY'; None if it is anything else."""
    match = _TAG.match(value.strip())
    if match is None:
        return None
    language, region = match[1].lower(), match[2]
    return f"{language}-{region.upper()}" if region else language


def _likely(text: str) -> Mapping[str, float]:
    """Return the languages that the text may be in with their likelihood; empty for a short text."""
    others = 0 if text.isascii() else len(_OTHER_LETTERS.findall(text))
    latin = sum(map(len, _LATIN.findall(text)))
    if others + latin < _MIN_LETTERS:
        return {}
    if others < _MAIN_ALPHABET * (others + latin):
        return _by_words(text, None) if latin >= _MAIN_ALPHABET * (others + latin) else {}
    counts = {of: len(letters.findall(text)) for letters, of in _LETTERS.items()}
    if counts[("ja",)] > _KANA * others:
        return {"ja": 1.0}
    main = max(counts, key=counts.__getitem__)
    if counts[main] < _MAIN_ALPHABET * others:
        return {}
    asked = [language for language in main if language in LANGUAGES]
    if len(asked) < 2:
        return {main[0]: 1.0, **dict.fromkeys(main[1:], _POSSIBLE)} if main[0] != "zh" else {"zh": 1.0}
    return _by_words(text, main) or _by_letters(text, main, others) or dict.fromkeys(main, _CERTAIN)


def _by_letters(text: str, among: tuple[str, ...], count: int) -> Mapping[str, float]:
    """Return the language that alone has some of the letters, of `count`, before others of its alphabet."""
    seen = {of: sum(map(text.count, letters)) for of, letters in ONLY_IN.items() if of in among}
    special = {
        of: number for of, number in seen.items() if of not in ("ar", "fa") and number >= _SEEN * count
    }
    found = special or {of: seen[of] for of in ("ar", "fa") if seen.get(of, 0) >= _SEEN * count}
    if not found:
        return {}
    best = max(found, key=found.__getitem__)
    return {**dict.fromkeys((one for one in among if one not in ONLY_IN), _POSSIBLE), best: 1.0}


def _by_words(text: str, among: tuple[str, ...] | None) -> Mapping[str, float]:
    words = text.casefold().split()
    if len(words) < _MIN_WORDS:
        return {}
    known = filter(None, map(BY_WORD.get, [word.strip(_AROUND) for word in words]))
    hits = Counter(chain.from_iterable(known))
    return (
        {
            language: count / len(words)
            for language, count in hits.items()
            if count >= _CERTAIN * len(words) / 2 and (among is None or language in among)
        }
        if max(hits.values(), default=0) >= _CERTAIN * len(words)
        else {}
    )
