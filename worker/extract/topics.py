"""The subject of an article, by its section and tags, and its kind.

The kind is 'article', 'live-blog', 'video', 'audio', 'gallery' or 'index-page'. A video, audio or gallery has
no more text than accompanies it: an article with a video next to its text is an article.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from worker.extract.head import Head
from worker.extract.head.jsonld import schema_types
from worker.extract.inline import shown_text
from worker.extract.page_index import Index
from worker.extract.types import Source
from worker.extract.words import host_and_path, key, squeeze, unique
from worker.text.html import Tree

# Addresses of live blogs.
_LIVE = re.compile(
    r"(?:^|[/_-])(?:live-?(?:blog|ticker|updates?|coverage|news|text)|newsblog|en-direct|en-vivo|ao-vivo|diretta)(?:[/_.-]|$)"
)
_LIVE_SECTION = re.compile(r"/live/")
# Addresses of media, by kind.
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
# Types of schema.org, by kind.
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
# Beginnings of og:type, by kind.
_OG = (("video", "video"), ("gallery", "gallery"), ("photo", "gallery"), ("music", "audio"))
_STUB_WORDS = 200  # of text that accompanies a video; with more it is an article; a guess
# Breadcrumbs of the front page, by language.
_HOME = re.compile(
    "^(?:home ?(?:page)?|start(?:seite|sida)?|accueil|inicio|início|página principal|portada|главная|головна"
    "|strona główna|hem|hjem|forside|etusivu|ana ?sayfa|trang chủ|index|news|website|articles?|হোম"
    "|首页|首頁|ホーム|トップ|홈|الرئيسية|होम)$",
    re.IGNORECASE,
)
# Numbers, addresses and paths that some systems state as a section.
_NO_NAME = re.compile(r"^\W*$|^\d+$|^https?:|^[\w-]+(?:/[\w-]+)+/?$")
_MAX_SECTION = 60  # characters; a guess
# Between tags in one text.
_SEPARATOR = re.compile(r"[,;|،、，；]")
# Class names of lists of tags.
_TAG_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:article|post|entry|story)?tags?(?:list|box|cloud\w*)?|topics?|keywords?|them(?:a|en?)|temas?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TAG_HINT = re.compile("tag|topic|keyword|them|tema")
"""A fast test: every name that `_TAG_CLASS` matches contains one of these."""
# Addresses of the pages of tags.
_TAG_LINK = re.compile(
    r"/(?:(?:article_?)?tags?|topics?|them(?:a|en?)|temas?|tema|etiquetas?|keywords?|labels?|hashtags?|sujet|thematique)/[^/?\0]"
)
# Class names of lists that are not about this article.
_ELSEWHERE = re.compile(
    r"\b(?:trending|teaser|cards?|related|recommend\w*|menu|navigation|navbar|header|footer|side-?bar|slider|popular|most)\b",
    re.IGNORECASE,
)
# Guesses that the corpus did not contradict.
_MAX_TAGS = 50
_MAX_TAG = 80  # characters of a tag
_MAX_PRINTED = 40  # tags read from a list of links
_MAX_LINKS = 1500  # links of a page that are read; bounds the work
_MAX_GROUPS = 4  # lists of tags; with more, each is a teaser's
_ANCESTORS = 6  # levels above a link in which a class name counts
_DEEP = 4  # levels from the list of tags to the link in an item
_TEXT_AROUND = 30  # characters next to a link from which it is part of a sentence
_UNSEPARATED = 4  # words from which a text without separators is several tags that have lost theirs


def choose_section(head: Head, site_names: Iterable[str], title: str | None) -> tuple[str, Source] | None:
    """Return the first stated section, otherwise the first breadcrumb below the site's front page."""
    own = {key(name) for name in (*site_names, title or "")}
    stated = list(stated_sections(head))
    named = [(name, source) for name, source in stated if key(name) not in own]
    crumbs = (
        name
        for crumb in head.breadcrumbs[:-1] or head.breadcrumbs
        if (name := _name(crumb)) and key(name) not in own and not _HOME.match(name)
    )
    crumb = next(crumbs, None)
    return named[0] if named else (crumb, "json-ld") if crumb else None


def stated_sections(head: Head) -> Iterator[tuple[str, Source]]:
    """Yield the names that the page states for its section, likeliest first."""
    value = head.json_ld.get("articleSection")
    said: tuple[tuple[Iterable[object], Source], ...] = (
        (value if isinstance(value, list) else [value], "json-ld"),
        (head.meta.get("article:section", ()) or head.meta.get("og:article:section", ()), "opengraph"),
        (head.itemprops.get("articleSection", ()), "microdata"),
        (
            (
                head.first(
                    "section", "parsely-section", "sailthru.section", "cxenseparse:category", "dc.subject"
                ),
            ),
            "meta",
        ),
        ((head.first("category", "article.section"),), "meta"),
    )
    for values, source in said:
        for text in values:
            if name := _name(text):
                yield name, source


def _name(value: object) -> str | None:
    text = squeeze(html.unescape(value)) if isinstance(value, str) else ""
    return text if len(text) <= _MAX_SECTION and not _NO_NAME.search(text) else None


def choose_tags(
    index: Index, head: Head, url: str, names: Iterable[str | None]
) -> tuple[tuple[str, ...], Source]:
    """Return the tags of the best source that has any, without `names` (those of site and article)."""
    own = {key(name) for name in names if name}
    for source, tags in _stated(head):
        if left := _without(tags, own):
            return left, source
    if left := _without(printed_tags(index, url), own):
        return left, "html"
    return _without(_split(head.meta.get("keywords", ())), own), "meta"


def printed_tags(index: Index, url: str) -> tuple[str, ...]:
    """Return the texts of the links that the page marks as its tags: by `rel`, class name or address."""
    groups: dict[Tree, list[Tree]] = {}
    marked = _marked(index)
    led = {link for _, links in index.addresses.like(_TAG_LINK) for link in links}
    for link in index.links[:_MAX_LINKS]:
        if (link in marked or link in led) and (address := link.get("href")) and _is_tag(link, address, url):
            groups.setdefault(_list_of(link), []).append(link)
    if not groups or len(groups) > _MAX_GROUPS:
        return ()
    most = max(groups.values(), key=lambda links: (links[0] in marked, len(links)))
    if len(most) == 1 and "tag" not in (most[0].get("rel") or ""):
        return ()
    texts = (shown_text(link).lstrip("#").strip(" ,") for link in most[:_MAX_PRINTED])
    return unique(text for text in texts if 1 < len(text) <= _MAX_TAG)


def _stated(head: Head) -> Iterable[tuple[Source, tuple[str, ...]]]:
    """Yield the tags stated for this article; of two statements with the same words, the separated one."""
    keywords = head.json_ld.get("keywords")
    stated: list[tuple[Source, tuple[str, ...]]] = [
        ("json-ld", _split(keywords if isinstance(keywords, list) else [keywords])),
        ("opengraph", _split(head.meta.get("article:tag", ()))),
        ("meta", _split(head.meta.get("news_keywords", ()))),
    ]
    for source, tags in stated:
        if (
            len(tags) == 1
            and len(tags[0].split()) >= _UNSEPARATED
            and any(len(other) > 1 for _, other in stated)
        ):
            continue
        yield source, tags


def _split(values: Sequence[object]) -> tuple[str, ...]:
    texts = (
        value.get("name") or value.get("termCode") if isinstance(value, dict) else value for value in values
    )
    parts = (
        part.strip().lstrip("#")
        for text in texts
        if isinstance(text, str)
        for part in _SEPARATOR.split(html.unescape(text))
    )
    return unique(" ".join(part.split()) for part in parts if len(part) <= _MAX_TAG)


def _without(tags: Iterable[str], own: set[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if key(tag) and key(tag) not in own)[:_MAX_TAGS]


def _is_tag(link: Tree, address: str, url: str) -> bool:
    """Whether a link that is marked as a tag leads into the site and is in a list of this article."""
    if host_and_path(address)[0] not in ("", host_and_path(url)[0]):
        return False
    ancestors = list(islice(link.iterancestors(), _ANCESTORS))
    if any(_ELSEWHERE.search(one.get("class") or "") or one.tag == "footer" for one in (link, *ancestors)):
        return False
    return not ancestors or not _in_running_text(ancestors[0])


def _marked(index: Index) -> set[Tree]:
    """Return the elements marked as tags: links by `rel`, and the contents of tag lists by class name."""
    found = {link for link, rel in index.rels if "tag" in rel.lower().split()}
    names = index.classes.like(_TAG_HINT)
    level = [one for name, elements in names if _TAG_CLASS.search(name) for one in elements]
    for _ in range(_DEEP):
        found.update(level)
        level = [child for one in level for child in one]
    return found


def _list_of(link: Tree) -> Tree:
    """Return the element that holds the list in which a link is an item."""
    parent = link.getparent()
    while len(parent) == 1 and parent.getparent() is not None:
        parent = parent.getparent()
    return parent


def _in_running_text(parent: Tree) -> bool:
    around = len((parent.text or "").strip()) + sum(len((child.tail or "").strip()) for child in parent)
    return around > _TEXT_AROUND


def choose_kind(head: Head, url: str, words: int) -> tuple[str, Source]:
    """Return the kind of a page with this number of words of text."""
    own = schema_types(head.json_ld)
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
    """Return what a page without text shows: by its JSON-LD, by OpenGraph, by its address."""
    for name, kind in _OF_TYPE:
        if name in own or (not is_article and not own and name in head.types):
            return kind, "json-ld"
    og_type = (head.first("og:type") or "").casefold()
    for name, kind in _OG:
        if og_type.startswith(name):
            return kind, "opengraph"
    return next(((kind, "url") for pattern, kind in _OF_PATH if pattern.search(path)), None)
