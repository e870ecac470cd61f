"""Why a page has hardly any text: asked only where none was found, of the page as it was served."""

import re
from collections.abc import Callable

from worker.extract.head import Head
from worker.extract.refusals import wall_words
from worker.extract.refusals.listing import lists
from worker.extract.words import squeeze, word_count
from worker.outcome import Reason, Refusal
from worker.text.html import Tree

_REFRESH = re.compile(r"^\s*\d+(?:\.\d*)?\s*[;,]\s*(?:url\s*=)?\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)
_SENT_ON = re.compile(
    r"(?:window\.|document\.|top\.|self\.)*location(?:\.href)?\s*=\s*[\"']|location\.(?:replace|assign)\s*\(\s*[\"']"
)
_NEEDS_SCRIPT = re.compile(wall_words.NEEDS_SCRIPT, re.IGNORECASE)
_PARKED = re.compile(wall_words.PARKED, re.IGNORECASE)
_MOVED = re.compile(wall_words.MOVED, re.IGNORECASE)
_ROOTS = {
    "root",
    "app",
    "__next",
    "__nuxt",
    "___gatsby",
    "react-root",
    "app-root",
    "main-app",
    "svelte",
    "ember-app",
}
_FEW_WORDS = 80
_LOOKED_AT = 5000


def explain(tree: Tree, head: Head, words: int) -> Refusal:
    """The refusal of a page in which `words` words were found, with the cause where it can be told."""
    shown = _visible(tree)
    causes: tuple[Callable[[], Refusal | None], ...] = (
        lambda: _sent_on(tree, head, shown),
        lambda: _parked(head, shown),
        lambda: _shell(tree, shown),
        lambda: _list(tree),
    )
    return next((why for cause in causes if (why := cause())), Refusal(Reason.TOO_SHORT, f"{words} words"))


def _sent_on(tree: Tree, head: Head, shown: str) -> Refusal | None:
    """A page that only leads on: by a refresh, a script or a word."""
    for value in head.meta.get("refresh", ()):
        if (target := _REFRESH.match(value)) and word_count(shown) < _FEW_WORDS:
            return Refusal(Reason.NOT_AN_ARTICLE, f"the page only leads on to {target[1][:200]}")
    if word_count(shown) >= _FEW_WORDS:
        return None
    scripts = [script.text or "" for script in tree.iter("script")]
    if len(scripts) <= 2 and any(len(text) < 600 and _SENT_ON.search(text) for text in scripts):
        return Refusal(Reason.NOT_AN_ARTICLE, "the page only leads on, by a script")
    if _MOVED.search(f"{' '.join(head.titles)} {shown}"):
        return Refusal(Reason.NOT_AN_ARTICLE, "the page says that it has moved")
    return None


def _parked(head: Head, shown: str) -> Refusal | None:
    if _PARKED.search(f"{' '.join(head.titles)} {shown[:_LOOKED_AT]}"):
        return Refusal(Reason.NOT_AN_ARTICLE, "the domain is parked or for sale")
    return None


def _shell(tree: Tree, shown: str) -> Refusal | None:
    """A page that scripts fill: an empty root element, or a noscript that asks for them."""
    if word_count(shown) >= _FEW_WORDS or tree.find(".//script") is None:
        return None
    asked = any(_NEEDS_SCRIPT.search("".join(one.itertext())) for one in tree.iter("noscript"))
    empty_root = any(
        not squeeze("".join(one.itertext())) and (one.get("id") or "").lower() in _ROOTS
        for one in tree.iter("div", "main", "app-root", "section")
    )
    if asked or empty_root or _NEEDS_SCRIPT.search(shown):
        return Refusal(Reason.SCRIPT_ONLY, "no text before its scripts have run")
    return None


def _list(tree: Tree) -> Refusal | None:
    return Refusal(Reason.NOT_AN_ARTICLE, "an index: links and no running text") if lists(tree) else None


def _visible(tree: Tree) -> str:
    body = tree.find(".//body")
    parts: list[str] = []
    for one in (tree if body is None else body).iter():
        if one.tag not in ("script", "style", "noscript", "template", "title"):
            parts.append(one.text or "")
        parts.append(
            one.tail or "" if one.getparent() is not None and one.getparent().tag != "noscript" else ""
        )
    return squeeze(" ".join(parts))
