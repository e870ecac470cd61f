"""Where the sites of a platform, or made with one program, have their feeds although they do not say so."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

_BY_ADDRESS: tuple[tuple[str, str], ...] = (
    (r"https?://(?:www\.)?github\.com/([\w-]+)/?(?:[?#].*)?", r"https://github.com/\1.atom"),
    (r"https?://(?:www\.)?github\.com/([\w-]+/[\w.-]+?)(?:/.*)?", r"https://github.com/\1/releases.atom"),
    (r"https?://(?:www\.)?gitlab\.com/([\w-]+/[\w.-]+?)/?", r"https://gitlab.com/\1.atom"),
    (r"https?://(?:\w+\.)?reddit\.com/((?:r|user|u)/[\w-]+)(?:/.*)?", r"https://www.reddit.com/\1/.rss"),
    (r"https?://medium\.com/(@?[\w.-]+)(?:/.*)?", r"https://medium.com/feed/\1"),
    (r"https?://(?:www\.)?dailymotion\.com/(?:user/)?(\w+)/?", r"https://www.dailymotion.com/rss/user/\1"),
    (r"https?://vimeo\.com/(\w+)/?", r"https://vimeo.com/\1/videos/rss"),
    (r"(https?://[\w-]+\.substack\.com)(?:/.*)?", r"\1/feed"),
    (r"(https?://[\w-]+\.wordpress\.com)(?:/.*)?", r"\1/feed/"),
    (r"(https?://[\w-]+\.tumblr\.com)(?:/.*)?", r"\1/rss"),
    (r"(https?://[\w-]+\.blogspot\.[\w.]+)(?:/.*)?", r"\1/feeds/posts/default"),
    (r"(https?://[\w-]+\.(?:github|gitlab)\.io(?:/[\w-]+(?=/))?)(?:/.*)?", r"\1/atom.xml"),
)
_BY_PROGRAM: tuple[tuple[bytes, str], ...] = (
    (rb"wordpress", "feed"),
    (rb"ghost", "rss/"),
    (rb"hugo", "index.xml"),
    (rb"jekyll", "feed.xml"),
    (rb"jekyll", "atom.xml"),
    (rb"hexo|zola|pelican|nikola", "atom.xml"),
    (rb"blogger", "feeds/posts/default"),
    (rb"drupal", "rss.xml"),
    (rb"joomla", "index.php?format=feed&type=rss"),
    (rb"squarespace", "?format=rss"),
)
_GENERATOR = re.compile(rb"<meta[^>]{0,200}\bname=[\"']?generator[\"']?[^>]{0,300}>", re.IGNORECASE)
_TUMBLR = re.compile(rb"(?:static|assets)\.tumblr\.com/", re.IGNORECASE)
_YOUTUBE = re.compile(r"https?://(?:www\.|m\.)?youtube\.com/", re.IGNORECASE)
_CHANNEL = re.compile(
    rb"(?:\"externalId\":\"|itemprop=\"(?:channelId|identifier)\" content=\"|youtube\.com/channel/)"
    rb"(UC[\w-]{22})"
)


def guesses(url: str, body: bytes) -> Iterator[str]:
    """Addresses where the page at `url` may have a feed, the likeliest first; none without evidence."""
    if _YOUTUBE.match(url):
        yield from _youtube(url, body)
    for pattern, feed in _BY_ADDRESS:
        if found := re.fullmatch(pattern, url, re.IGNORECASE):
            yield found.expand(feed)
            return
    generator = _GENERATOR.search(body)
    for program, path in _BY_PROGRAM:
        if generator and re.search(program, generator[0], re.IGNORECASE):
            yield urljoin(url, path if path.startswith("?") else f"/{path}")
    if _TUMBLR.search(body):
        yield urljoin(url, "/rss")


def _youtube(url: str, body: bytes) -> Iterator[str]:
    """A playlist's videos, a channel's, or a user's; a handle's channel is named in the page."""
    feed = "https://www.youtube.com/feeds/videos.xml"
    parts = urlsplit(url)
    for playlist in parse_qs(parts.query).get("list", []):
        yield f"{feed}?playlist_id={playlist}"
    kind, _, name = parts.path.strip("/").partition("/")
    channel = _CHANNEL.search(body)
    if kind == "channel":
        yield f"{feed}?channel_id={name.partition('/')[0]}"
    elif channel:
        yield f"{feed}?channel_id={channel[1].decode()}"
    elif kind == "user":
        yield f"{feed}?user={name.partition('/')[0]}"
