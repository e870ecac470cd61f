"""Fingerprints show a revision, and find the same text elsewhere."""

import subprocess
import sys
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.extract.pages import DE, EN, JA, article_html, page
from tests.extract.read import article
from worker.extract.fingerprints import BANDS, bands, content_hash, minhash, similarity

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
    assert similarity(minhash(LONG), minhash(EDITED)) > 0.9
    assert similarity(minhash(LONG), minhash(" ".join(DE))) < 0.1
    assert similarity(minhash(LONG), minhash(LONG)) == 1.0


def test_characters_make_shingles_where_there_are_no_spaces():
    text = "".join(JA)
    assert len(bands(text)) == BANDS
    assert similarity(minhash(text), minhash(text.replace("金曜日", "土曜日"))) > 0.8


def test_short_texts_have_no_bands():
    assert bands("Too short to tell.") == ()
    assert minhash("") == b""
    assert similarity(b"", minhash(LONG)) == 0.0


def test_fingerprints_ignore_case_and_punctuation():
    assert bands(LONG) == bands(LONG.upper().replace(" ", ", "))


@given(st.text(max_size=600))
def test_bands_fit_into_a_postgresql_bigint(text):
    found = bands(text)
    assert len(found) in (0, BANDS)
    assert all(-(2**63) <= band < 2**63 for band in found)


def test_another_process_computes_the_same_fingerprints():
    code = f"from worker.extract.fingerprints import bands; print(*bands({LONG!r}))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert tuple(map(int, shown.split())) == bands(LONG)


def test_the_stored_bands_of_a_text_never_change():
    assert bands(" ".join(EN))[:2] == STORED


def test_a_long_text_has_all_its_bands():
    text = " ".join(f"word{number % 700}" for number in range(800))
    assert len(set(bands(text))) == BANDS
