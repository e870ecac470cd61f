"""Known items are removed before parsing; the rest is read as if they had never been there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feeds.documents import ATOM, NAMESPACES, URL, atom, feed, rss
from worker.feeds import cut, parse

NOTHING: frozenset[int] = frozenset()
ONE = "<item><title>One</title><link>https://p.example/1</link></item>"
TWO = '<item xml:lang="de"><title>Zwei</title><description><![CDATA[<b>x</b> </item>]]></description></item>'
THREE = '<item><title>Três</title><guid isPermaLink="false">3</guid></item>'
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><title>R</title></channel>{ONE}{THREE}</rdf:RDF>""".encode()


def hashes(body: bytes) -> tuple[int, ...]:
    return cut(body, NOTHING).hashes


def test_only_new_items_are_left_after_the_cut() -> None:
    body = rss(ONE + TWO + THREE)
    one, _two, three = hashes(body)
    result = cut(body, frozenset((one, three)))
    assert (result.body, result.known) == (rss(TWO), 2)
    assert result.hashes == hashes(body)


@pytest.mark.parametrize("body", [rss(ONE + TWO + THREE), RDF, atom("<entry><id>1</id></entry><entry/>")])
def test_with_all_items_known_the_feeds_own_fields_are_still_read(body: bytes) -> None:
    left = feed(cut(body, frozenset(hashes(body))).body)
    assert left.entries == ()
    assert left.title == feed(body).title


@pytest.mark.parametrize(
    "body", [rss(ONE + TWO), rss(), RDF, b"", b"<rss><channel><item>", b"{}", b"\xff\xfe<\0r\0"]
)
def test_with_no_item_known_the_body_is_unchanged(body: bytes) -> None:
    assert cut(body, NOTHING).body == body
    assert cut(body, frozenset((1, 2, 3))).known == 0


def test_a_hash_does_not_depend_on_neighbours_order_or_the_roots_namespaces() -> None:
    one, two, three = hashes(rss(ONE + TWO + THREE))
    assert hashes(rss(THREE + ONE)) == (three, one)
    bare = f'<?xml version="1.0"?>\n<rss xml:lang="de"><channel><ttl>5</ttl>\n\n  {TWO}\n</channel></rss>'
    assert hashes(bare.encode()) == (two,)


def test_an_edited_item_has_another_hash() -> None:
    assert hashes(rss(ONE)) != hashes(rss(ONE.replace("One", "One (updated)")))


def test_every_hash_fits_a_bigint_of_the_store() -> None:
    body = rss("".join(f"<item><guid>{number}</guid></item>" for number in range(300)))
    assert len(set(hashes(body))) == 300
    assert all(-(2**63) <= value < 2**63 for value in hashes(body))
    assert min(hashes(body)) < 0 < max(hashes(body))


def test_an_item_inside_an_item_belongs_to_the_outer_one() -> None:
    assert len(hashes(rss("<item><title>a</title><item/></item><item/>"))) == 2


def test_prefixed_elements_are_items_too() -> None:
    body = f'<a:feed xmlns:a="{ATOM}"><a:entry><a:id>1</a:id></a:entry></a:feed>'.encode()
    assert len(hashes(body)) == 1


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>a & b</title></item>"),
        rss("<item><title>a&nbsp;b</title></item>"),
        rss(ONE)[:-9],
        rss(ONE).decode().encode("utf-16"),
        f'<!DOCTYPE rss [<!ENTITY a "b">]><rss {NAMESPACES}><channel>{ONE}</channel></rss>'.encode(),
        b'{"items": [{"id": "1"}]}',
        b"<?xml version='1.0' encoding='no-such'?>" + rss(ONE),
    ],
)
def test_a_document_that_is_not_well_formed_is_returned_whole(body: bytes) -> None:
    result = cut(body, NOTHING)
    assert (result.body, result.hashes, result.known) == (body, (), 0)


def test_a_legacy_encoding_survives_the_cut() -> None:
    body = f'<?xml version="1.0" encoding="iso-8859-1"?><rss><channel>{ONE}{THREE}</channel></rss>'.encode(
        "latin-1"
    )
    left = cut(body, frozenset(hashes(body)[:1])).body
    assert [entry.title for entry in feed(left).entries] == ["Três"]


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="<>&"), max_size=8
)
_ITEMS = st.lists(_TEXT, max_size=6, unique=True).map(
    lambda titles: [f"<item><guid>{i}</guid><title>{title}</title></item>" for i, title in enumerate(titles)]
)


@settings(deadline=None, max_examples=60)
@given(_ITEMS, st.sets(st.integers(0, 5)))
def test_parsing_after_the_cut_gives_the_entries_that_were_not_known(
    items: list[str], known: set[int]
) -> None:
    body = rss("".join(items))
    all_hashes = hashes(body)
    left = cut(body, frozenset(value for place, value in enumerate(all_hashes) if place in known))
    expected = [entry for place, entry in enumerate(feed(body).entries) if place not in known]
    assert list(feed(left.body).entries) == expected


@given(st.binary(max_size=120))
def test_cut_never_raises_whatever_the_bytes(body: bytes) -> None:
    result = cut(body, NOTHING)
    assert result.body == body
    assert parse(result.body, url=URL) == parse(body, url=URL)


def test_new_items_over_the_limit_are_left_for_later_and_not_hashed() -> None:
    body = rss("".join(f"<item><title>{n}</title></item>" for n in range(5)))
    first = cut(body, frozenset(), most=2)
    assert (first.left, len(first.hashes)) == (3, 2)
    assert b"<title>1</title>" in first.body
    assert b"<title>2</title>" not in first.body

    second = cut(body, frozenset(first.hashes), most=2)
    assert (second.left, second.known, len(second.hashes)) == (1, 2, 4)
    assert b"<title>3</title>" in second.body
    assert b"<title>4</title>" not in second.body


def test_broken_xml_is_cut_after_the_limit_of_items() -> None:
    body = rss("".join(f"<item><title>{n}</title></item>" for n in range(5)))[:-3]
    got = cut(body, frozenset(), most=2)
    assert (got.hashes, got.left) == ((), 3)
    assert got.body.endswith(b"<item><title>1</title></item>")


@pytest.mark.parametrize(
    "inside", ["<a>" * 300 + "</a>" * 300, "<a " + " ".join(f"a{n}='1'" for n in range(600)) + "/>"]
)
def test_xml_that_is_nested_too_deep_or_has_too_many_attributes_is_hostile(inside: str) -> None:
    assert "more than" in (cut(rss(f"<item>{inside}</item>"), frozenset()).hostile or "")
