"""The language is what the page declares, unless its text is plainly another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extract import pages
from worker.extract.language import check_language, choose_language, read_tag

TEXTS = {
    "en": pages.EN,
    "de": pages.DE,
    "ru": pages.RU,
    "ja": pages.JA,
    "ar": pages.AR,
    "hi": pages.HI,
    "fr": (
        "Le vieux pont sur le fleuve est fermé depuis vendredi, car des ingénieurs ont trouvé des "
        "fissures dans deux de ses piles. Les travaux commenceront en juin et la plus grande partie est "
        "payée par la région.",
    ),
    "es": (
        "El viejo puente sobre el río está cerrado desde el viernes porque los ingenieros hallaron "
        "grietas en dos de sus pilares. Las obras empezarán en junio y la región pagará la mayor parte de"
        " lo que cuestan.",
    ),
    "pl": (
        "Stary most na rzece jest zamknięty od piątku, ponieważ inżynierowie znaleźli pęknięcia w dwóch "
        "filarach. Prace zaczną się w czerwcu, a większość kosztów, jak się okazało, pokryje region, co "
        "nie jest tanie.",
    ),
    "tr": (
        "Nehrin üzerindeki eski köprü cuma günü kapatıldı, çünkü mühendisler iki ayağında çatlak buldu. "
        "Onarım haziran ayında başlayacak ve daha çok bölge tarafından ödenecek, ancak bu para için bir "
        "karar var.",
    ),
    "uk": (
        "Старий міст через річку закрили у п'ятницю після того, як інженери знайшли тріщини у двох його "
        "опорах. Ремонт почнеться в червні, а більшу частину витрат обіцяв покрити регіон, але це не все,"
        " що треба для міста.",
    ),
    "ko": (
        "강을 가로지르는 오래된 다리가 두 교각에서 균열이 발견되어 금요일부터 통행이 금지되었다고 시장"
        "이 밝혔다.",
    ),
    "zh": (
        "河上的旧桥因两座桥墩发现裂缝，自周五起禁止通行，市长表示必须立即采取行动，公交车将绕行数周，维修工程将于"
        "六月开始。",
    ),
    "el": (
        "Η παλιά γέφυρα πάνω από το ποτάμι έκλεισε την Παρασκευή, αφού οι μηχανικοί βρήκαν ρωγμές σε δύο "
        "πυλώνες.",
    ),
    "th": ("สะพานเก่าข้ามแม่น้ำถูกปิดเมื่อวันศุกร์หลังจากวิศวกรพบรอยร้าวในเสาสองต้นของสะพาน",),
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_text_is_recognised_if_none_is_declared(language):
    assert choose_language((), "\n".join(TEXTS[language])) == (language, "text")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "تعميق القناة الشمالية بعد جنوح قوارب صيد خلال أسبوع واحد"),
        ("fa", "لایروبی کانال شمالی پس از به گل نشستن سه قایق ماهیگیری آغاز شد"),
        ("ur", "تین کشتیاں پھنسنے کے بعد شمالی نہر کی صفائی شروع ہوگی"),
        ("ps", "د شمالي کانال پاکول به د درېیو کښتیو له بندېدو وروسته پیل شي"),
        ("ckb", "پاککردنەوەی کەناڵی باکوور دوای گیرسانەوەی سێ بەلەم دەست پێدەکات"),
    ],
)
def test_a_short_text_in_the_arabic_alphabet_is_recognised_by_its_letters(language, text):
    assert choose_language((), text) == (language, "text")


@pytest.mark.parametrize("declared", ["az", "pa"])
def test_letters_do_not_overrule_a_language_whose_letters_are_not_listed(declared):
    text = "لایروبی کانال شمالی پس از به گل نشستن سه قایق ماهیگیری آغاز شد"
    assert check_language(declared, text) == (declared, False)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("he", "הגשר הישן מעל הנהר נסגר ביום שישי לאחר שמהנדסים מצאו סדקים בשניים מעמודיו"),
        ("bn", "নদীর উপর পুরানো সেতুটি শুক্রবার বন্ধ করে দেওয়া হয়েছে কারণ দুটি স্তম্ভে ফাটল পাওয়া গেছে"),
    ],
)
def test_the_main_language_of_an_alphabet_is_recognised(language, text):
    assert choose_language((), text) == (language, "text")


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("declared", ["en-US", "de", "ru", "zh-CN"])
def test_a_wrong_declaration_is_replaced_and_a_right_one_kept(language, declared):
    found, changed = check_language(declared, "\n".join(TEXTS[language]))
    right = declared.partition("-")[0] == language
    assert (found, changed) == ((declared, False) if right else (language, True))


def test_of_several_declarations_the_confirmed_one_is_taken():
    stated = (("en", "html"), ("ru_RU", "opengraph"))
    assert choose_language(stated, "\n".join(pages.RU)) == ("ru-RU", "opengraph")


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("fr", "Le pont."),  # too short
        ("nb", "Den gamle broen er stengt, og det er ikke kjent for hvor lenge det er slik " * 3),
        ("sr", "Stari most je zatvoren od petka i ne zna se za koliko dugo će da bude na popravci " * 3),
        ("eo", "La malnova ponto estas fermita ekde vendredo kaj neniu scias kiam oni malfermos gxin " * 3),
        ("fr", "7 : 3 — 14 : 2 — 99 %" * 20),
        ("ja", "Visual Studio Code 1.96 GitHub API HTTP JSON CSS" * 5),
    ],
)
def test_in_doubt_the_declaration_is_kept(declared, text):
    assert check_language(declared, text) == (declared, False)


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("de", "de"),
        ("pt_BR", "pt-BR"),
        ("EN-us", "en-US"),
        ("zh-Hant-TW", "zh-TW"),
        ("es_AR.UTF-8", "es-AR"),
        ("fil", "fil"),
        ("English", None),
        ("{{lang}}", None),
        ("", None),
    ],
)
def test_language_tags_are_normalised(value, tag):
    assert read_tag(value) == tag


@given(st.text(max_size=400), st.sampled_from([None, "en", "xx"]))
def test_any_text_is_handled(text, declared):
    language, changed = check_language(declared, text)
    assert changed is (language != declared)


def test_only_the_beginning_of_a_long_text_decides_its_language():
    text = " ".join(pages.RU * 200)
    assert check_language("en", text + " the of and" * 50_000) == ("ru", True)
