"""The kind of an article: 'article', 'live-blog', 'video', 'audio', 'gallery' or 'index-page'.

A video, audio or gallery is one whose text is no more than what accompanies it: an article with a video
beside its text is an article.
"""

import re

from worker.extract.head import Head
from worker.extract.head.jsonld import types
from worker.extract.links import host_and_path
from worker.extract.types import Source

_LIVE = re.compile(
    r"(?:^|[/_-])(?:live-?(?:blog|ticker|updates?|coverage|news|text)|newsblog|en-direct|en-vivo|ao-vivo|diretta)(?:[/_.-]|$)"
)
_LIVE_SECTION = re.compile(r"/live/")
_OF_PATH = (
    (re.compile(r"/(?:videos?|watch|tv|mediathek|multimedia/video|video-?\w*)/"), "video"),
    (re.compile(r"/(?:podcasts?|audio|listen|episodes?)/"), "audio"),
    (
        re.compile(
            r"/(?:galler(?:y|ies)|gal[eé]r[ií]as?|galleria|photos?|photo-?galler\w*|pictures|in-pictures|fotos?"
            r"|foto(?:strecke|galer\w*|s)|bilder(?:galerie|strecke)?|slide-?shows?|diaporama|fotoreportage)(?:/|-)"
        ),
        "gallery",
    ),
)
_OF_TYPE = (
    ("VideoObject", "video"),
    ("Clip", "video"),
    ("PodcastEpisode", "audio"),
    ("RadioEpisode", "audio"),
    ("AudioObject", "audio"),
    ("ImageGallery", "gallery"),
    ("MediaGallery", "gallery"),
)
_INDEX = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"})
_OG = (("video", "video"), ("gallery", "gallery"), ("photo", "gallery"), ("music", "audio"))
_STUB_WORDS = 200


def choose_kind(head: Head, url: str, words: int) -> tuple[str, Source]:
    """What a page is, given how many words of text it has."""
    own = types(head.json_ld)
    path = f"{host_and_path(url)[1]}/".casefold()
    if "LiveBlogPosting" in own or "LiveBlogPosting" in head.types:
        return "live-blog", "json-ld"
    if _LIVE.search(path) or (_LIVE_SECTION.search(path) and not own):
        return "live-blog", "url"
    is_article = any(name.endswith(("Article", "Posting")) for name in own)
    if (not is_article or words < _STUB_WORDS) and (media := _medium(head, path, own, is_article)):
        return media
    if not is_article and _INDEX & head.types:
        return "index-page", "json-ld"
    return "article", "html"


def _medium(head: Head, path: str, own: tuple[str, ...], is_article: bool) -> tuple[str, Source] | None:
    """What the page shows where it is no text: told by its own node, by OpenGraph, by its address."""
    for name, kind in _OF_TYPE:
        if name in own or (not is_article and not own and name in head.types):
            return kind, "json-ld"
    og_type = (head.first("og:type") or "").casefold()
    for name, kind in _OG:
        if og_type.startswith(name):
            return kind, "opengraph"
    return next(((kind, "url") for pattern, kind in _OF_PATH if pattern.search(path)), None)
