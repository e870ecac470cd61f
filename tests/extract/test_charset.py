"""Bytes are decoded as browsers do it, and better where declarations lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extract.pages import JA, RU, article_html
from tests.extract.read import article
from worker.extract.charset import decode

GERMAN = "Die Brücke über den Fluß – „gesperrt“. "


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("utf-8", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("utf-8-sig", "iso-8859-1"),
        ("utf-16", "utf-8"),
    ],
)
def test_german_is_read_whatever_the_header_says(encoding, declared):
    body = (GERMAN * 20).encode(encoding)
    assert decode(body, f"text/html; charset={declared}") == GERMAN * 20


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (RU[0], "cp1251", "windows-1251"),
        (RU[0], "koi8-r", "koi8-r"),
        (JA[0], "cp932", "Shift_JIS"),
        (JA[0], "euc-jp", "euc-jp"),
        ("河上的旧桥星期五关闭了", "gb18030", "gb2312"),
        ("河上的舊橋星期五關閉了", "big5hkscs", "big5"),
        ("강 위의 낡은 다리가 폐쇄되었다", "cp949", "euc-kr"),
    ],
)
def test_a_declaration_in_the_page_is_followed(text, encoding, declared):
    html = f'<html><head><meta charset="{declared}"></head><body>{text * 10}</body></html>'
    assert text in decode(html.encode(encoding))
    equivalent = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">{text * 10}'
    assert text in decode(equivalent.encode(encoding))


def test_nothing_declared_is_detected():
    assert RU[0] in decode(" ".join(RU).encode("cp1251"))


def test_a_few_broken_bytes_do_not_spoil_a_page():
    body = (GERMAN * 50).encode() + b"\xff" + GERMAN.encode()
    assert GERMAN * 50 in decode(body)


def test_an_unknown_encoding_is_passed_over():
    assert decode(GERMAN.encode("cp1252") * 20, "text/html; charset=klingon").startswith("Die Br")


@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=40)))
def test_any_bytes_decode(body, declared):
    assert isinstance(decode(body, f"text/html; charset={declared}"), str)


def test_a_page_in_a_legacy_encoding_becomes_an_article():
    body = f'<html><head><meta charset="windows-1251"><title>x</title></head>{article_html(RU)}</html>'
    assert article(body.encode("cp1251")).text.split("\n\n") == list(RU)
