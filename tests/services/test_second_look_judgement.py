"""What a new text is, compared with the stored one: an edit, or a doubt that time may cure or not."""

import gzip
import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import CORPUS, needs_corpus
from tests.site.prose import prose
from worker.extract import Article, extract
from worker.extract.document import to_document
from worker.extract.fingerprints import minhash, similarity
from worker.extract.overlap import compare_texts
from worker.model import LookState
from worker.outcome import Doubt, Reason, Refusal
from worker.rows.entries import Look
from worker.services.engine.second_look import (
    AGAIN,
    SAME_ANSWER,
    SETTLED_AFTER,
    SETTLED_SIGHTS,
    ArticleVersion,
    Doubted,
    doubtful_look,
    judge,
    refused_look,
    sooner_look,
)

calm = settings(deadline=None)
"""The time that an example takes says nothing on a busy machine."""

URL = "https://news.example/2026/11/30/bridge-4711001"
NOW = datetime(2026, 11, 30, tzinfo=UTC)

CHINESE = "。\n\n".join(
    (
        "这座跨越河流的古桥自星期五起禁止通行，因为工程师在两根桥墩上发现了裂缝",
        "市长表示必须立即采取行动，公共汽车将在未来几周内绕道行驶",
        "维修工程将于六月开始，费用约四百万，其中大部分由地区政府承担",
        "河对岸的居民抱怨说，他们是从广播里而不是从市政府那里得知消息的",
        "当地商会担心夏季的生意会受到影响，要求为商户提供补偿",
    )
)
THAI = "\n\n".join(
    (
        "สะพานเก่าข้ามแม่น้ำถูกปิดตั้งแต่วันศุกร์หลังจากวิศวกรพบรอยแตกที่เสาสองต้น",
        "นายกเทศมนตรีกล่าวว่าต้องดำเนินการทันทีและรถโดยสารจะใช้เส้นทางอ้อมเป็นเวลาหลายสัปดาห์",
        "การซ่อมแซมจะเริ่มในเดือนมิถุนายนและคาดว่าจะใช้งบประมาณสี่ล้านบาท",
        "ชาวบ้านฝั่งตรงข้ามบ่นว่าทราบข่าวการปิดสะพานจากวิทยุไม่ใช่จากเทศบาล",
    )
)
TEXTS = {
    "English": prose("the stored one"),
    "Chinese": CHINESE,
    "Thai": THAI,
    "short": "The old bridge is closed.",
}


def version(text: str, title: str | None = "The old bridge is closed", **values: object) -> ArticleVersion:
    made = ArticleVersion(
        title=title,
        text=text,
        addresses=(URL,),
        site_name="News",
        kind="article",
        paywalled=False,
        is_hidden=False,
        is_from_feed=False,
        facts=frozenset({"published", "authors", "canonical_url"}),
    )
    return replace(made, **values)  # type: ignore[arg-type]


def doubt_of(stored: ArticleVersion, new: ArticleVersion, **context: object) -> str | None:
    found = judge(stored, new, **context)  # type: ignore[arg-type]
    return found and found.doubt


words = st.integers(0, 10**6).map(lambda seed: f"zq{seed:x}")


@calm
@given(data=st.data(), paragraphs=st.integers(2, 8), seed=st.text(max_size=8))
def test_a_text_of_which_a_few_words_are_replaced_is_an_edit(
    data: st.DataObject, paragraphs: int, seed: str
) -> None:
    old = prose(seed, paragraphs=paragraphs)
    new = old.split(" ")
    for at in data.draw(st.lists(st.integers(0, len(new) - 1), max_size=len(new) // 30)):
        new[at] = data.draw(words)
    title = data.draw(st.sampled_from(["The old bridge is closed", "Nobody crosses the river"]))
    assert doubt_of(version(old), version(" ".join(new), title)) is None or not old.startswith(new[0])


@calm
@given(paragraphs=st.integers(4, 9), at=st.integers(0, 8), seed=st.text(max_size=8))
def test_a_text_without_one_of_its_paragraphs_is_an_edit(paragraphs: int, at: int, seed: str) -> None:
    old = prose(seed, paragraphs=paragraphs).split("\n\n")
    new = [one for number, one in enumerate(old) if number != at % paragraphs]
    assert doubt_of(version("\n\n".join(old)), version("\n\n".join(new))) is None


@calm
@given(added=st.integers(1, 6), at=st.integers(0, 5), seed=st.text(max_size=8))
def test_a_text_with_more_paragraphs_is_an_edit_whatever_its_title_is(added: int, at: int, seed: str) -> None:
    old = prose(seed).split("\n\n")
    new = [*old[:at], prose(f"{seed} more", paragraphs=added), *old[at:]]
    assert doubt_of(version("\n\n".join(old)), version("\n\n".join(new), "All on the bridge")) is None


@calm
@given(
    seeds=st.tuples(st.text(max_size=8), st.text(max_size=8)),
    # Invented texts of a paragraph or two can have half of their stock phrases in common.
    sizes=st.tuples(*[st.integers(3, 9)] * 2),
)
def test_the_text_of_another_article_under_another_title_is_never_an_edit(
    seeds: tuple[str, str], sizes: tuple[int, int]
) -> None:
    old = prose(f"old {seeds[0]}", paragraphs=sizes[0])
    new = prose(f"new {seeds[1]}", paragraphs=sizes[1])
    assert doubt_of(version(old), version(new, "The museum opens at night")) is not None


@calm
@given(share=st.floats(0.01, 0.6), seed=st.text(max_size=8))
def test_a_beginning_is_never_an_edit_and_below_half_of_the_text_never_believed(
    share: float, seed: str
) -> None:
    old = prose(seed, paragraphs=6)
    found = judge(version(old), version(old[: int(len(old) * share)]))
    assert found is not None
    assert not found.may_settle or share > 0.45


@calm
@given(stored=st.text(max_size=60), new=st.text(max_size=60))
def test_any_two_texts_can_be_compared(stored: str, new: str) -> None:
    found = compare_texts(stored, new)
    assert 0 <= found.kept <= 1
    assert 0 <= found.related <= 1
    judge(version(stored), version(new))


@pytest.mark.parametrize("language", TEXTS)
def test_the_same_text_with_another_title_is_an_edit_in_any_script(language: str) -> None:
    assert doubt_of(version(TEXTS[language]), version(TEXTS[language], "Another headline")) is None


@pytest.mark.parametrize("language", ["Chinese", "Thai"])
def test_edits_and_cuts_are_distinguished_without_spaces_between_words(language: str) -> None:
    old = TEXTS[language]
    paragraphs = old.split("\n\n")
    assert doubt_of(version(old), version("\n\n".join([*paragraphs, paragraphs[0][::-1]]))) is None
    assert doubt_of(version(old), version("\n\n".join([*paragraphs[:1], *paragraphs[2:]]))) is None
    assert doubt_of(version(old), version(old[: len(old) // 3])) is Doubt.CUT_SHORT
    other = CHINESE[::-1] if language == "Chinese" else THAI[::-1]
    assert doubt_of(version(old), version(other, "另一篇文章的标题")) is not None


OTHER = prose("another text")
BEGINNING = " ".join(TEXTS["English"].split()[:60])


@pytest.mark.parametrize(
    ("new", "context", "doubt", "may_settle"),
    [
        (version(BEGINNING), {}, Doubt.CUT_SHORT, False),
        (version(BEGINNING, paywalled=True), {}, Doubt.PAYWALL, False),
        (version(f"{BEGINNING}\n\nSubscribe to continue reading."), {}, Doubt.PAYWALL, False),
        (version(OTHER, "The museum opens"), {}, Doubt.REPLACED, True),
        (version(OTHER, "The museum opens"), {"is_shared": True}, Doubt.SHARED, False),
        (version(OTHER, is_from_feed=True), {}, Doubt.FEED_TEXT, False),
        (version(OTHER, addresses=("https://news.example/login",)), {}, Doubt.ELSEWHERE, False),
        (version(OTHER, "The museum", kind="index-page"), {}, Doubt.NOT_AN_ARTICLE, False),
        (version(OTHER, "The museum", is_hidden=True), {}, Doubt.NOT_AN_ARTICLE, False),
        (version(OTHER, "The museum", facts=frozenset()), {}, Doubt.NOT_AN_ARTICLE, False),
        (version(prose("few", paragraphs=1), "The museum"), {}, Doubt.NOT_AN_ARTICLE, False),
        (version(f"We value your privacy. {OTHER}", "The museum"), {}, Doubt.WALL, False),
    ],
    ids=lambda value: str(value) if isinstance(value, Doubt) else "",
)
def test_a_text_is_doubted_for_the_first_sign_that_speaks_against_it(
    new: ArticleVersion, context: dict[str, bool], doubt: Doubt, may_settle: bool
) -> None:
    found = judge(version(TEXTS["English"]), new, **context)  # type: ignore[arg-type]
    assert found is not None
    assert (found.doubt, found.may_settle) == (doubt, may_settle)


@pytest.mark.parametrize(
    "address",
    [
        "http://www.news.example/2026/11/30/bridge-4711001/",
        "https://news.example/2026/11/30/old-bridge-closed-for-months-4711001",
        "https://m.news.example/4711001",
    ],
)
def test_an_address_that_differs_in_words_or_scheme_is_the_same_place(address: str) -> None:
    new = version(OTHER, "The museum opens", addresses=(address,))
    assert doubt_of(version(TEXTS["English"]), new) is Doubt.REPLACED


def test_a_day_in_two_addresses_does_not_make_them_one() -> None:
    stored = version(TEXTS["English"], addresses=("https://news.example/20261130/a",))
    new = version(OTHER, "The museum opens", addresses=("https://news.example/20261130/b",))
    assert doubt_of(stored, new) is Doubt.ELSEWHERE


def test_the_title_of_the_feed_speaks_for_a_new_headline() -> None:
    new = version(OTHER, "The museum opens")
    assert doubt_of(version(TEXTS["English"]), new, feed_title="The museum opens") is None


def test_a_stored_wall_gives_way_to_the_article_that_the_feed_names() -> None:
    wall = version("We value your privacy. We and our partners use cookies.", "We value your privacy")
    assert doubt_of(wall, version(OTHER), feed_title="The old bridge is closed") is None


@calm
@given(gaps=st.lists(st.integers(1, 12 * 60), min_size=1, max_size=12))
def test_a_text_is_believed_after_six_hours_and_three_sights_at_the_earliest(gaps: list[int]) -> None:
    look: Look | None = Look()
    found = Doubted(Doubt.REPLACED, "", may_settle=True)
    now = NOW
    sights = 0
    for minutes in gaps:
        assert look is not None
        look = doubtful_look(look, found, b"sketch", now=now)
        sights += 1
        if look is None:
            assert now - NOW >= SETTLED_AFTER
            assert sights >= SETTLED_SIGHTS
            return
        now += timedelta(minutes=minutes)
    assert sights <= SETTLED_SIGHTS or now - timedelta(minutes=gaps[-1]) - NOW < SETTLED_AFTER


def test_another_doubtful_text_is_counted_from_its_own_first_sight() -> None:
    found = Doubted(Doubt.REPLACED, "", may_settle=True)
    first = doubtful_look(Look(), found, b"one", now=NOW)
    assert first is not None
    second = doubtful_look(first, found, b"another", now=NOW + timedelta(hours=9))
    assert second is not None
    assert (second.text_times, second.times, second.since) == (1, 2, NOW)


def test_the_planned_waits_bring_three_sights_within_the_time() -> None:
    assert sum(AGAIN[:SETTLED_SIGHTS], timedelta(0)) >= SETTLED_AFTER


@pytest.mark.parametrize("reason", [Reason.RESERVED, Reason.TOO_SLOW, Reason.INTERNAL])
def test_a_refusal_that_another_request_would_not_change_is_not_looked_at_earlier(reason: Reason) -> None:
    assert sooner_look(refused_look(Look(), Refusal(reason), now=NOW), now=NOW) is None


def test_after_five_looks_that_were_not_good_only_the_planned_ones_are_left() -> None:
    look = Look()
    for wait in AGAIN:
        look = refused_look(look, Refusal(Reason.CONSENT_WALL), now=NOW)
        assert sooner_look(look, now=NOW) == NOW + wait
    look = refused_look(look, Refusal(Reason.CONSENT_WALL), now=NOW)
    assert sooner_look(look, now=NOW) is None
    assert look.state is LookState.REFUSED


@pytest.fixture(scope="module")
def hosts() -> list[list[ArticleVersion]]:
    """Articles of the hosts of the corpus that have several: at most four of each, of the first 100 hosts."""
    assert CORPUS is not None
    folder = CORPUS / "web"
    golds = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").split("\n") if line]
    by_host: dict[str, list[str]] = defaultdict(list)
    for gold in golds:
        if host := urlsplit(gold.get("url") or "").hostname:
            by_host[host].append(gold["id"])
    urls = {gold["id"]: gold.get("url") for gold in golds}
    made = [
        [one for name in names[:4] if (one := _captured(folder, name, urls[name]))]
        for names in islice((names for names in by_host.values() if len(names) > 1), 100)
    ]
    return [articles for articles in made if len(articles) > 1]


def _captured(folder: Path, name: str, url: str) -> ArticleVersion | None:
    article = extract(gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()), url=url)
    if not isinstance(article, Article):
        return None
    document = {**to_document(article), "text": article.text}
    return replace(ArticleVersion.of_document(document, [url]), addresses=(url,))


@needs_corpus
def test_no_other_article_of_the_host_is_taken_for_an_edit(hosts: list[list[ArticleVersion]]) -> None:
    taken, compared = [], 0
    for articles in hosts:
        for old, new in pairwise([*articles, articles[0]]):
            if old.title == new.title or similarity(minhash(old.text), minhash(new.text)) >= SAME_ANSWER:
                continue  # one article at two addresses, or the same list of links on all pages
            compared += 1
            if judge(old, replace(new, addresses=old.addresses), feed_title=old.title) is None:
                taken.append((old.addresses, new.addresses))
    assert compared > 300
    assert taken == []


@needs_corpus
def test_edits_of_real_articles_are_edits(hosts: list[list[ArticleVersion]]) -> None:
    chance = Random(7)
    refused = []
    articles = [article for host in hosts for article in host[:2] if len(article.text.split()) > 60]
    for old in articles:
        edited = " ".join("qzx" if chance.random() < 0.03 else word for word in old.text.split(" "))
        paragraphs = old.text.split("\n\n")
        longer = "\n\n".join([*paragraphs, prose("an update", paragraphs=2)])
        removed = chance.randrange(len(paragraphs))
        shorter = "\n\n".join(one for number, one in enumerate(paragraphs) if number != removed)
        texts = [edited, longer]
        if len(paragraphs[removed]) < len(old.text) / 4:
            texts.append(shorter)
        refused += [old.addresses for text in texts if judge(old, replace(old, text=text)) is not None]
    assert len(articles) > 100
    assert refused == []
