"""What publishers do to their articles: each changes an article's page, and must become a revision."""

from collections.abc import Callable
from html import escape

from tests.site import SiteArticle, SiteHost, faults
from tests.site.prose import prose

Edit = Callable[[SiteHost, SiteArticle], object]


def _paragraphs(article: SiteArticle) -> list[str]:
    return article.text.split("\n\n")


def text(change: Callable[[list[str]], list[str]]) -> Edit:
    """Change the paragraphs of the text."""
    return lambda host, article: article.edit(text="\n\n".join(change(_paragraphs(article))))


def _typo(paragraphs: list[str]) -> list[str]:
    return [paragraphs[0].replace(" people in ", " persons in ", 1), *paragraphs[1:]]


def headline(host: SiteHost, article: SiteArticle) -> None:
    """Another headline above the same text."""
    article.edit(title="A bridge returns to the town")


def headline_and_lead(host: SiteHost, article: SiteArticle) -> None:
    """Another headline, and another sentence at the beginning."""
    first, *others = _paragraphs(article)
    article.edit(
        title="A bridge returns to the town", text="\n\n".join([f"Updated with the vote. {first}", *others])
    )


def live_blog(host: SiteHost, article: SiteArticle) -> None:
    """New posts in the place of all earlier ones, under the same headline."""
    article.edit(text=prose("live: the next hour"))


def rewritten(host: SiteHost, article: SiteArticle) -> None:
    """A longer version of the story under the same headline, with no sentence of the first one."""
    article.edit(text=prose("all that is known", paragraphs=9))


AT_ONCE: dict[str, Edit] = {
    "a typo": text(_typo),
    "a paragraph is added at the end": text(lambda old: [*old, prose("new", paragraphs=1)]),
    "two paragraphs are added at the top": text(lambda old: [prose("new", paragraphs=2), *old]),
    "a paragraph is added in the middle": text(lambda old: [*old[:2], prose("new", paragraphs=1), *old[2:]]),
    "the text is twice as long": text(lambda old: [*old, prose("background", paragraphs=5)]),
    "the first paragraph is removed": text(lambda old: old[1:]),
    "a paragraph is removed": text(lambda old: [*old[:2], *old[3:]]),
    "two paragraphs are removed": text(lambda old: [old[0], *old[3:]]),
    "the last paragraph is removed": text(lambda old: old[:-1]),
    "the paragraphs are in another order": text(lambda old: old[::-1]),
    "a paragraph is rewritten": text(lambda old: [*old[:3], prose("rewritten", paragraphs=1), *old[4:]]),
    "a correction is noted": text(
        lambda old: [*old, "Correction: an earlier version of this article gave a wrong number of lanterns."]
    ),
    "a correction is noted at the top": text(
        lambda old: ["This article was corrected on Tuesday: the bridge has nine arches, not eight.", *old]
    ),
    "the headline": headline,
    "the headline and the lead": headline_and_lead,
    "a live blog replaces its text": live_blog,
    "the story is rewritten, and longer": rewritten,
}
"""Edits that are revisions at the next look, by name."""


def headline_and_text(host: SiteHost, article: SiteArticle) -> None:
    """Another headline and another text at the same address."""
    article.edit(title="Nobody wants the old bridge", text=prose("nobody wants the old bridge"))


def last_paragraphs_removed(host: SiteHost, article: SiteArticle) -> None:
    """The last two of five paragraphs are gone."""
    article.edit(text="\n\n".join(_paragraphs(article)[:3]))


IN_TIME: dict[str, Edit] = {
    "the headline and the whole text": headline_and_text,
    "the last two of five paragraphs are removed": last_paragraphs_removed,
}
"""Edits that could as well be a wrong answer, by name."""


def paywalled_beginning(host: SiteHost, article: SiteArticle) -> faults.Fault:
    """The article's page with its first 60 words, and the statement that the rest is not free."""
    body = host.reply(article.url.removeprefix(host.home)).body.decode()
    shown = " ".join(article.text.split()[:60])
    begin = body.index("<p>" + escape(shown[:40], quote=False))
    end = body.rindex(escape(article.text[-40:], quote=False)) + 40
    stated = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    )
    return faults.served(
        (body[:begin] + f"<p>{escape(shown, quote=False)}</p>" + body[end:]).replace(
            "</head>", f'<meta name="article:content_tier" content="locked">{stated}</head>'
        )
    )
