"""Kinds of pages other than articles."""

import pytest

from tests.extract.pages import json_ld, meta
from worker.extract.head import read_head
from worker.extract.topics import choose_kind
from worker.outcome import Refusal
from worker.text.html import parse_html

VIDEO = {"@type": "VideoObject", "name": "The bridge"}


def kind(head="", path="/local/the-bridge", words=600):
    tree = parse_html(f"<html><head>{head}</head><body></body></html>")
    assert not isinstance(tree, Refusal)
    return choose_kind(read_head(tree), f"https://news.example{path}", words)


@pytest.mark.parametrize(
    ("head", "path", "words", "expected"),
    [
        ("", "/local/the-bridge", 600, ("article", "html")),
        (json_ld(), "/local/the-bridge", 50, ("article", "html")),
        (json_ld(**{"@type": "LiveBlogPosting"}), "/x", 600, ("live-blog", "json-ld")),
        (json_ld() + json_ld(**{"@type": ["LiveBlogPosting"]}), "/x", 600, ("live-blog", "json-ld")),
        ("", "/politik/liveblog-zur-bruecke", 600, ("live-blog", "url")),
        ("", "/mundo/en-vivo/puente", 600, ("live-blog", "url")),
        ("", "/olive-oil-prices", 600, ("article", "html")),
        (json_ld(**VIDEO), "/x", 600, ("video", "json-ld")),
        (json_ld() + json_ld(**VIDEO), "/x", 600, ("article", "html")),
        (meta(og__type="video.other"), "/x", 60, ("video", "opengraph")),
        (meta(og__type="video.other") + json_ld(), "/x", 600, ("article", "html")),
        (json_ld(), "/video/the-bridge", 60, ("video", "url")),
        (json_ld(), "/video/the-bridge", 600, ("article", "html")),
        (json_ld(**{"@type": "PodcastEpisode"}), "/x", 90, ("audio", "json-ld")),
        (json_ld(**{"@type": "ImageGallery"}), "/x", 300, ("gallery", "json-ld")),
        (json_ld(), "/panorama/bilderstrecke/bruecke", 90, ("gallery", "url")),
        (json_ld(**{"@type": "CollectionPage"}), "/local", 300, ("index-page", "json-ld")),
    ],
)
def test_the_kind_of_a_page_is_recognised(head, path, words, expected):
    assert kind(head, path, words) == expected
