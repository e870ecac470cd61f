"""The small fields: the site's name, the canonical address, and fields that depend on the body."""

import pytest

from tests.extract import pages
from tests.extract.pages import URL, Item, json_ld, meta
from worker.extract.article import Draft
from worker.extract.head import read_head
from worker.extract.metadata import read_metadata, settle_by_text
from worker.extract.page_index import index_of
from worker.outcome import Refusal
from worker.text.html import parse_html


def found(head="", url=URL, entry=None, text="", words=500):
    tree = parse_html(f"<html><head>{head}</head><body></body></html>")
    assert not isinstance(tree, Refusal)
    said = read_head(tree)
    fields: Draft = read_metadata(index_of(tree), said, url, entry)
    settle_by_text(fields, said, url, entry, text, words)
    return fields


@pytest.mark.parametrize(
    ("head", "name", "source"),
    [
        (meta(og__site_name="The Courier"), "The Courier", "opengraph"),
        (json_ld(publisher={"name": "Der Kurier &amp; Söhne"}), "Der Kurier & Söhne", "json-ld"),
        (json_ld(publisher=[{"@type": "Organization", "name": "Курьер"}]), "Курьер", "json-ld"),
        (json_ld(publisher="クーリエ"), "クーリエ", "json-ld"),
        (meta(**{"application-name": "البريد"}), "البريد", "meta"),
    ],
)
def test_the_sites_name_is_read_from_the_best_statement(head, name, source):
    fields = found(head)
    assert (fields.fields["site_name"], fields.provenance["site_name"]) == (name, source)


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="/own">', "https://news.example/own"),
        ('<link rel="canonical" href="https://www.news.example/own">', "https://www.news.example/own"),
        ('<link rel="canonical" href="https://news.example/">', URL),
        ('<link rel="canonical" href="https://other.example/own">', URL),
        (meta(og__url="https://news.example/og"), "https://news.example/og"),
        ("", URL),
    ],
)
def test_the_stated_address_is_used_if_it_is_on_the_same_site(head, address):
    assert found(head).fields["canonical_url"] == address


@pytest.mark.parametrize(
    ("head", "entry", "language", "source"),
    [
        (json_ld(inLanguage="de-AT"), None, "de-AT", "json-ld"),
        (meta(og__locale="de_CH"), None, "de-CH", "opengraph"),
        (meta(**{"content-language": "de"}), None, "de", "meta"),
        ("", Item(language="de-DE"), "de-DE", "feed"),
        (meta(og__locale="en_US"), Item(language="de"), "de", "feed"),
        (meta(og__locale="en_US"), None, "de", "text"),
        ("", None, "de", "text"),
    ],
)
def test_the_language_is_stated_and_confirmed(head, entry, language, source):
    fields = found(head, entry=entry, text="\n".join(pages.DE))
    assert (fields.fields["language"], fields.provenance["language"]) == (language, source)


def test_a_short_silent_page_has_no_language_and_is_an_article():
    fields = found(text="Bridge.")
    assert "language" not in fields.fields
    assert (fields.fields["kind"], fields.provenance["kind"]) == ("article", "html")


def test_many_words_make_an_article_of_a_videos_page():
    video = "https://news.example/video/the-bridge"
    head = json_ld(headline="The bridge")
    assert found(head, url=video, words=60).fields["kind"] == "video"
    assert found(head, url=video, words=600).fields["kind"] == "article"
