"""Feeds are decoded rightly, wherever their encoding is declared."""

import pytest

from tests.feeds.documents import feed

WORDS = {
    "iso-8859-1": "Größe und Übermaß in Köln",
    "windows-1251": "Выборы прошли спокойно",
    "shift_jis": "選挙は静かに行われた",
    "euc-kr": "선거는 조용히 치러졌다",
    "gb2312": "选举平静举行",
    "big5": "選舉平靜舉行",
    "koi8-r": "Выборы прошли спокойно",
    "utf-16": "Größe 選挙 Выборы",
}


def document(text: str, declaration: str = "") -> str:
    return f"{declaration}<rss version='2.0'><channel><title>{text}</title></channel></rss>"


@pytest.mark.parametrize("encoding, text", WORDS.items())
def test_the_encoding_in_the_xml_declaration_is_used(encoding: str, text: str) -> None:
    body = document(text, f"<?xml version='1.0' encoding='{encoding}'?>").encode(encoding)
    assert feed(body, content_type="application/rss+xml").title == text


@pytest.mark.parametrize("encoding, text", [pair for pair in WORDS.items() if pair[0] != "utf-16"])
def test_the_charset_of_the_header_is_used_if_the_document_declares_nothing(encoding: str, text: str) -> None:
    assert feed(document(text).encode(encoding), content_type=f"text/xml; charset={encoding}").title == text


def test_declared_utf8_is_not_overruled_by_a_latin1_header() -> None:
    body = document("Größe", "<?xml version='1.0' encoding='utf-8'?>").encode()
    assert feed(body, content_type="text/xml; charset=ISO-8859-1").title == "Größe"


def test_a_byte_order_mark_overrules_the_header() -> None:
    assert (
        feed(b"\xef\xbb\xbf" + document("Größe").encode(), content_type="text/xml; charset=latin1").title
        == "Größe"
    )


def test_text_xml_without_a_charset_is_not_read_as_ascii() -> None:
    assert feed(document("Größe").encode(), content_type="text/xml").title == "Größe"


def test_an_undeclared_legacy_encoding_is_recognised_by_its_letters() -> None:
    text = "選挙は静かに行われた。市長は港の計画について記者団に語った。" * 5
    assert feed(document(text).encode("shift_jis")).title == text


def test_undeclared_latin_letters_are_read_as_windows_1252() -> None:
    text = "Simulações de segundo turno: prisão e perseguição na Espanha, diz a nação. " * 3
    assert feed(document(text).encode("windows-1252")).title == text.strip()


def test_an_unknown_charset_in_the_header_is_ignored() -> None:
    assert feed(document("Größe").encode(), content_type="text/xml; charset=klingon").title == "Größe"


HEAD = '<?xml version="1.0" encoding="utf-8"?>'


@pytest.mark.parametrize(
    "head, content_type", [(HEAD, None), (HEAD, "text/xml; charset=iso-8859-1"), ("", "text/xml")]
)
def test_a_stray_byte_does_not_spoil_all_other_letters(head: str, content_type: str | None) -> None:
    titles = ("Жизнь", "They didn’t 🐧", "Ærø", "日本", "Ça va")
    items = "".join(f"<item><title>{title}</title></item>" for title in titles)
    stray = b"<item><title>caf\xe9 \x93so\x94</title></item>"
    body = f"{head}<rss version='2.0'><channel>{items}".encode() + stray + b"</channel></rss>"
    parsed = feed(body, content_type=content_type)
    assert [entry.title for entry in parsed.entries] == [*titles, "café “so”"]


@pytest.mark.parametrize("named", ["utf-8", "iso-8859-1", "windows-1252"])
def test_western_text_is_read_as_windows_1252_whatever_is_declared(named: str) -> None:
    text = f'<?xml version="1.0" encoding="{named}"?><rss version="2.0"><channel><title>Añadió café</title>'
    body = text.encode("latin-1") + b"<item><title>x</title></item></channel></rss>"
    assert feed(body).title == "Añadió café"


def test_a_page_quoted_in_an_entry_does_not_set_the_feeds_encoding() -> None:
    quoted = "<description>&lt;p&gt;</description><!-- <meta charset='koi8-r'> -->"
    assert feed(document("Größe</title>" + quoted + "<title>").encode("cp1252")).title == "Größe"
