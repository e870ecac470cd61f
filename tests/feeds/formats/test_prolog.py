"""The beginning of an XML document: its document type and its root, however long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.growth import superlinear
from worker.feeds.formats.prolog import prolog_of, without_doctype

SUBSET = b"""<!DOCTYPE rss [ <!-- it's "one" > --> <?pi ]> ?>
 <!ENTITY nbsp "]>&#160;"> <!ENTITY % a SYSTEM 'x>'> ]>"""


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (b"<rss/>", "rss"),
        (b"\xef\xbb\xbf \n<?xml version='1.0'?><!-- <feed> --><atom:Feed xmlns:atom='x'>", "feed"),
        (b"<?xml version='1.0'?>" + b"<!-- " + b"x" * 100_000 + b" --><urlset>", "urlset"),
        (b"Warning: a < b in line 1 <sitemapindex>", "sitemapindex"),
        (b"<![CDATA[ <rss> ]]><opml>", "opml"),
        (SUBSET + b"<rss>", "rss"),
        (b"<!DOCTYPE rss PUBLIC '-//x' \"http://x.example/>.dtd\"><rss>", "rss"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"", ""),
        (b"no markup", ""),
        (b"<!-- never closed <rss>", ""),
        (b"<!DOCTYPE rss [ never closed <rss>", ""),
    ],
)
def test_the_root_is_the_first_element_after_everything_else(body: bytes, root: str) -> None:
    assert prolog_of(body).root == root


@pytest.mark.parametrize("before", [b"", b"<?xml version='1.0'?>\n<!-- <!DOCTYPE no> -->"])
def test_a_document_type_is_cut_off_with_everything_inside(before: bytes) -> None:
    assert without_doctype(before + SUBSET + b"<rss>a</rss>") == before + b"<rss>a</rss>"


def test_a_document_type_after_the_root_is_text() -> None:
    quoted = b"<rss><item><![CDATA[<!DOCTYPE x [<!ENTITY a 'b'>]>]]></item></rss>"
    assert without_doctype(quoted) == quoted


@given(
    st.lists(
        st.sampled_from(
            [b"<", b"<!--", b"-->", b"<?", b"?>", b"<!DOCTYPE", b"[", b"]>", b"'", b'"', b"a", b"<a"]
        )
    )
)
def test_any_beginning_is_read(pieces: list[bytes]) -> None:
    found = prolog_of(b"".join(pieces))
    assert 0 <= found.doctype_start <= found.doctype_end


@pytest.mark.parametrize(
    "piece", ["<!--", "<?", "<![CDATA[", "<!DOCTYPE x [", "<!DOCTYPE x [<!--", "'\"", "<"]
)
def test_reading_the_beginning_takes_linear_time(piece: str) -> None:
    attacks = [(start, piece, "") for start in ("", "<!DOCTYPE x [")]
    assert superlinear(lambda text: prolog_of(text.encode()), attacks, longest=8192) is None
