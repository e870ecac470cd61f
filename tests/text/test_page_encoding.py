"""Pages are decoded as browsers do it, and better where declarations are wrong."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from webencodings import LABELS

from tests.extract.pages import AR, DE, JA, RU, article_html
from tests.extract.read import article
from worker.text.encoding import codec_of, to_utf8
from worker.text.mojibake import without_mojibake

GERMAN = "Die Brücke über den Fluß – „gesperrt“. "
KO = (
    "강 위의 낡은 다리가 두 교각에서 균열이 발견되어 금요일부터 폐쇄되었다. "
    "시장은 즉시 조치를 취해야 했다고 말했다."
)
ZH = (
    "河上的旧桥因为工程师在两根桥墩上发现裂缝，从星期五起关闭。"
    "市长说我们必须马上采取行动，公共汽车将绕行几个星期。"
)
ZH_TW = (
    "河上的舊橋因為工程師在兩根橋墩上發現裂縫，從星期五起關閉。"
    "市長說我們必須馬上採取行動，公共汽車將繞行幾個星期。"
)
PL = "Stary most na rzece został zamknięty w piątek, gdy inżynierowie znaleźli pęknięcia w dwóch filarach."
CS = (
    "Starý most přes řeku byl v pátek "
    "uzavřen poté, co inženýři našli trhliny ve dvou pilířích. Museli jednat."
)
TR = (
    "Nehrin üzerindeki eski köprü, mühendislerin iki ayağında çatlaklar "
    "bulmasının ardından cuma günü kapatıldı."
)
EL = (
    "Η παλιά γέφυρα στο ποτάμι έκλεισε την Παρασκευή, "
    "αφού μηχανικοί βρήκαν ρωγμές σε δύο από τους πυλώνες της."
)
HE = "הגשר הישן מעל הנהר נסגר ביום שישי לאחר שמהנדסים מצאו סדקים בשניים מעמודיו. היינו חייבים לפעול מיד."
TH = "สะพานเก่าข้ามแม่น้ำถูกปิดเมื่อวันศุกร์หลังจากวิศวกรพบรอยร้าวในเสาสองต้น นายกเทศมนตรีกล่าวว่าเราต้องดำเนินการทันที"
WRITTEN = [
    ("de", " ".join(DE), "windows-1252"),
    ("ru", " ".join(RU), "windows-1251"),
    ("ru", " ".join(RU), "koi8-r"),
    ("ja", "".join(JA), "Shift_JIS"),
    ("ja", "".join(JA), "euc-jp"),
    ("ar", " ".join(AR), "windows-1256"),
    ("zh", ZH, "gb2312"),
    ("zh-TW", ZH_TW, "big5"),
    ("ko", KO, "euc-kr"),
    ("pl", PL, "windows-1250"),
    ("pl", PL, "iso-8859-2"),
    ("cs", CS, "windows-1250"),
    ("tr", TR, "iso-8859-9"),
    ("el", EL, "windows-1253"),
    ("he", HE, "windows-1255"),
    ("th", TH, "tis-620"),
]


def decode(body: bytes, content_type: str | None = None) -> str:
    return without_mojibake(to_utf8(body, content_type)).decode()


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
def test_german_is_decoded_whatever_the_header_says(encoding, declared):
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
def test_a_charset_in_a_meta_element_is_used(text, encoding, declared):
    html = f'<html><head><meta charset="{declared}"></head><body>{text * 10}</body></html>'
    assert text in decode(html.encode(encoding))
    equivalent = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">{text * 10}'
    assert text in decode(equivalent.encode(encoding))


def test_an_undeclared_encoding_of_a_page_is_detected():
    assert RU[0] in decode(" ".join(RU).encode("cp1251"))


def test_a_few_broken_bytes_do_not_spoil_a_page():
    body = (GERMAN * 50).encode() + b"\xff" + GERMAN.encode()
    assert GERMAN * 50 in decode(body)


def test_a_page_with_an_unknown_charset_is_decoded_anyway():
    assert decode(GERMAN.encode("cp1252") * 20, "text/html; charset=klingon").startswith("Die Br")


def test_a_body_in_utf8_is_not_copied():
    body = article_html(RU).encode()
    assert to_utf8(body) is body


@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=40)))
def test_any_bytes_become_valid_utf8(body, declared):
    assert isinstance(decode(body, f"text/html; charset={declared}"), str)


def test_a_page_in_a_legacy_encoding_becomes_an_article():
    body = f'<html><head><meta charset="windows-1251"><title>x</title></head>{article_html(RU)}</html>'
    assert article(body.encode("cp1251")).text.split("\n\n") == list(RU)


@pytest.mark.parametrize(("language", "text", "label"), WRITTEN)
@pytest.mark.parametrize("header", [None, "utf-8", "iso-8859-1", "klingon"])
@pytest.mark.parametrize("meta", ["right", "utf-8", "iso-8859-1", None])
def test_text_of_a_language_is_decoded_whatever_header_and_page_declare(language, text, label, header, meta):
    written = text.encode(codec_of(label), "ignore")
    declared = label if meta == "right" else meta
    head = f'<meta charset="{declared}">' if declared else ""
    html = f'<html lang="{language}"><head>{head}</head><body><p>'.encode() + written * 3
    assert written.decode(codec_of(label)) in decode(html, header and f"text/html; charset={header}")


@given(st.sampled_from(WRITTEN), st.data())
def test_words_in_their_declared_encoding_come_back_whole(written, data):
    _, text, label = written
    codec = codec_of(label)
    words = st.lists(st.sampled_from(text.encode(codec, "ignore").decode(codec).split()), min_size=1)
    said = " ".join(data.draw(words))
    body = f'<meta charset="{label}"><p>{said}</p>'.encode(codec)
    assert decode(body).endswith(f"<p>{said}</p>")
    assert decode(said.encode("utf-8"), f"text/html; charset={label}") == said


def test_a_declaration_far_down_in_the_head_is_found():
    head = "<script>" + "x" * 9000 + '</script><meta charset="windows-1250">'
    assert PL in decode((head + PL).encode("cp1250"))


@pytest.mark.parametrize(
    ("label", "codec"), [("Windows-1252", "cp1252"), ("x-sjis", "cp932"), (" GBK ", "gb18030")]
)
def test_labels_mean_the_codecs_that_browsers_use(label, codec):
    assert codec_of(label) == codec


def test_every_label_names_a_codec_of_text():
    assert all(
        "a".encode(codec).decode(codec) == "a" for codec in {codec_of(label) for label in LABELS} - {None}
    )


@pytest.mark.parametrize("label", ["utf-7", "unicode_escape", "idna", "hex", "", "x" * 99])
def test_codecs_that_no_browser_reads_are_not_followed(label):
    assert codec_of(label) is None


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_byte_order_mark_is_recognised(codec):
    html = f"<html><body>{RU[0]}</body></html>"
    assert decode(html.encode(codec), "text/html") == html


def test_iso_2022_jp_is_read_where_it_is_declared():
    html = f'<meta charset="iso-2022-jp"><p>{JA[0]}</p>'
    assert JA[0] in decode(html.encode("iso2022-jp"))


def test_latin1_pieces_in_a_utf8_page_are_decoded():
    body = GERMAN.encode() * 10 + "<img alt='Küche'>".encode("cp1252") + b"<i>papieros\xc3...</i>"
    text = decode(body, "text/html; charset=utf-8")
    assert GERMAN * 10 in text
    assert "Küche" in text
    assert "papieros\ufffd..." in text


def twice(text: str) -> str:
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize(
    "text",
    ["It’s “ours” – isn’t it", "Über die Brücke für die Bürger", "À côté, c’est là", RU[0], AR[0], JA[0]],
)
def test_text_that_was_encoded_twice_is_repaired(text):
    assert decode(twice(text * 3).encode()) == text * 3


def test_only_the_pieces_that_were_encoded_twice_are_repaired():
    menu = "Über Künstler für Schüler"
    assert decode(f"{twice(menu)} | {menu} – „Spaß“".encode()) == f"{menu} | {menu} – „Spaß“"


@pytest.mark.parametrize(
    "text",
    [
        "“Café”… “Spaß“ – «NÃO», é “à” «È»",
        "We write â€™ for an apostrophe that was encoded twice, and Ã¼ for ü.",
        "TÂ N AN, ÃO – SÃO PAULO, Âge",
    ],
)
def test_sequences_that_may_be_intended_are_left_alone(text):
    assert decode(text.encode()) == text


@given(st.text(alphabet=st.characters(codec="cp1252"), max_size=80))
def test_latin_text_that_was_encoded_once_is_unchanged(text):
    assume(not any(lead in text for lead in "ÃâÐÑØÙÚÛãäåæçèé"))
    assert decode(text.encode()) == text.removeprefix("\ufeff")
