"""Fingerprints tell a revision, and find the same text elsewhere."""

import subprocess
import sys
import time
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.extract.pages import DE, EN, JA, article_html, page
from tests.extract.read import article
from worker.extract.fingerprints import BANDS, bands, content_hash, signature, similarity

LONG = " ".join(
    f"{word}{number}" for number in range(40) for word in ("bridge", "river", "mayor", "bus", "council")
)
EDITED = LONG.replace("mayor7", "alderman")

STORED = (-7811084495153108981, -3804629230457859061)


def test_the_hash_changes_with_text_and_title_and_not_with_spacing():
    one = article(page(article_html()))
    assert content_hash(one) == content_hash(article(page(article_html(tuple(f"  {text} " for text in EN)))))
    assert content_hash(one) != content_hash(article(page(article_html(EN[:3]))))
    assert content_hash(one) != content_hash(replace(one, title="Another"))
    assert content_hash(one) == content_hash(replace(one, authors=("Jo",), extractor="2"))


def test_an_edited_copy_shares_a_band_and_another_text_does_not():
    assert set(bands(LONG)) & set(bands(EDITED))
    assert not set(bands(LONG)) & set(bands(" ".join(DE)))
    assert similarity(signature(LONG), signature(EDITED)) > 0.9
    assert similarity(signature(LONG), signature(" ".join(DE))) < 0.1
    assert similarity(signature(LONG), signature(LONG)) == 1.0


def test_characters_make_shingles_where_there_are_no_spaces():
    text = "".join(JA)
    assert len(bands(text)) == BANDS
    assert similarity(signature(text), signature(text.replace("金曜日", "土曜日"))) > 0.8


def test_short_texts_have_none():
    assert bands("Too short to tell.") == ()
    assert signature("") == b""
    assert similarity(b"", signature(LONG)) == 0.0


def test_case_and_punctuation_do_not_count():
    assert bands(LONG) == bands(LONG.upper().replace(" ", ", "))


@given(st.text(max_size=600))
def test_bands_fit_into_a_postgresql_bigint(text):
    found = bands(text)
    assert len(found) in (0, BANDS)
    assert all(-(2**63) <= band < 2**63 for band in found)


def test_another_process_finds_the_same():
    code = f"from worker.extract.fingerprints import bands; print(*bands({LONG!r}))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert tuple(map(int, shown.split())) == bands(LONG)


def test_the_stored_bands_of_a_text_never_change():
    assert bands(" ".join(EN))[:2] == STORED


def test_eight_hundred_words_take_less_than_a_millisecond_or_so():
    text = " ".join(f"word{number % 700}" for number in range(800))
    start = time.process_time()
    for _ in range(20):
        bands(text)
    assert (time.process_time() - start) / 20 < 0.005
