"""News agencies: among authors, in the dateline of a text, and in the lines of sources around it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from worker.extract.words import key, squeeze

_CODES = frozenset(
    """
    dpa afp apa sda ats sid kna epd ap rtr ddp pap upi pti ani ians aap cna bta mti ntb stt tt anp pa aa dha
    iha agi wam spa qna irna isna kuna vna ttxvn čtk ctk nzn awp wafa mena sana hina ukrinform
    """.split()  # noqa: SIM905
)
"""Abbreviations of agencies, from the corpus; they count in capitals only, except those of `_SMALL`."""
_SMALL = frozenset("dpa afp apa sda ats sid kna epd ap rtr ddp awp nzn čtk ntb".split())  # noqa: SIM905
_NAMES = frozenset(
    name.strip()  # names of agencies in their own and in other scripts, from the pages of the corpus
    for name in """
    deutsche presse-agentur | agence france-presse | agence france presse | reuters | thomson reuters
    associated press | the associated press | ansa | efe | agencia efe | europa press | xinhua | 新华社
    新華社 | tass | тасс | ria novosti | риа новости | interfax | интерфакс | austria presse agentur
    keystone-sda | ritzau | belga | lusa | anadolu | anadolu ajansı | anadolu agency
    press trust of india | भाषा | पीटीआई | एएनआई | वार्ता | kyodo | kyodo news | 共同通信 | 共同 | jiji
    jiji press | 時事通信 | 時事 | yonhap | yonhap news | 연합뉴스 | 뉴시스 | newsis | 뉴스1 | 中央社
    中新社 | bernama | antara | canadian press | the canadian press | la presse canadienne | pa media
    press association | bloomberg | bloomberg news | cnn wire | укринформ | укрінформ | unian | уніан
    униан | бта | agerpres | tanjug | танјуг | adnkronos | askanews | lapresse | dpa-infocom | dpa-afx
    télam | telam | notimex | agência brasil | agencia brasil | estadão conteúdo | وكالات | رويترز
    أ ف ب | أ.ف.ب | فرانس برس | أسوشيتد برس | الأناضول | د ب أ | dogan haber ajansı
    demirören haber ajansı | απε-μπε | ape-mpe | αθπε | белта | belta | казинформ | kazinform
    armenpress | azertac | азертадж | агентство «москва» | kathpress | inter press service
    associated press of pakistan | 로이터 | afp통신 | ap통신 | 신화통신 | 타스통신 | 교도통신 | 신화 | 교도
    وام | واس | شينخوا | سبوتنيك | أ ش أ | ا ف ب | أسوشييتد برس | رويتر | تاس
    folhapress | estadão | agência estado | agencia estado | agência lusa
    """.replace("\n", "|").split("|")
    if name.strip()
)
_WITH_SERVICES = frozenset({"dpa", "apa", "interfax", "интерфакс"})
"""Agencies that name their services after a hyphen: dpa-infocom."""
_SAME = {  # one key for the names of one agency
    "deutschepresseagentur": "dpa",
    "dpainfocom": "dpa",
    "agencefrancepresse": "afp",
    "thomsonreuters": "reuters",
    "associatedpress": "ap",
    "theassociatedpress": "ap",
    "agenciaefe": "efe",
    "pressassociation": "pa",
    "pamedia": "pa",
    "presstrustofindia": "pti",
    "anadoluajansı": "aa",
    "anadoluagency": "aa",
    "anadolu": "aa",
    "тасс": "tass",
    "新華社": "xinhua",
    "新华社": "xinhua",
    "共同通信": "共同",
    "時事通信": "時事",
}
_SPLIT = re.compile(r"[/,;&+|·=،、]|(?<=\s)(?:und|and|et|y|e|i|и|en|og|och|ve|و|with|mit|avec|con)(?=\s)")
_BRACKETS = re.compile(r"[(\[（【/]([^()\[\]（）【】/]{2,40}(?:/[^()\[\]（）【】/]{2,20}){0,3})[)\]）】/]")
_DASHED = re.compile(r"^[^.!?]{0,50}?(?:^|\s|[.,])[—–-]?\s?([^\W\d][\w -]{1,20}?)\s?[.:—–-]\s")
_AFTER_DASH = re.compile(r"^[^.!?—–]{2,50}[—–-]\s?([^\W\d][\w «»-]{1,24})\.\s")
_CHINESE = re.compile(r"^[（(]?(新华社|新華社|中央社|中新社)")
_JAPANESE = re.compile(r"^【[^】]{0,12}?(共同|時事)】")
_DATELINE = 90
"""Characters in which a dateline ends; half and twice as many change nothing on 273 pages."""

# A dateline before and after its source; the words for 'source' are from the pages of the corpus.
_SENTENCE_END = re.compile(r"[!?]|\w{5}[^\W\d]\.|\W\.")
_AFTER = re.compile(r"\s?[-–—―:.,=/\u0900-\u097f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_SOURCE = re.compile(
    r"(?:^|[\s(（*])(?:quellen?|sources?|fuentes?|fonti?e?s?|bron|kilde|källa|источники?|джерело|źródło|zdroj"
    r"|forrás|kaynak|lähde|nguồn|sumber|sursa|izvor|извор|источник|来源|來源|出典|출처|자료|المصدر|المصادر|منبع"
    r"|स्रोत|מקור|πηγή)\s?[:：=]\s?([^\d:：]{2,60}?)(?=\W?$|\s\d|\s\S{1,12}[:：])",
    re.IGNORECASE,
)
_MATERIAL = re.compile(
    r"(?:with (?:material|inputs?|reporting|files|additional reporting|information|agencies"
    r"|reports?)(?: from| by)?|mit (?:material|informationen|agenturmaterial|inhalten) (?:von|der|aus)"
    r"|\(?avec(?: l['’])?|con (?:información|informaciones|datos) de|com informações d[aeo]s?"
    r"|met informatie van|с использованием материалов|по материалам) ?(.{2,60}?)[).]{0,3}$",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"\W{0,3}(?:©|ⓒ|\(c\)|copyright|저작권자)\s?[©ⓒ]?(?:\(c\))?\s?(?:\d{4},?)?\s?(?:by )?"
    r"((?:the |thomson )?[^\W\d][\w-]{0,30}(?: [^\W\d][\w-]{0,30})?)",
    re.IGNORECASE,
)
_AT_END = re.compile(r"(?:[(\[（—–]|[.!?”\"»]\s)([^()\[\]（）—–.!?]{2,40})[)\]）]?\s?\.?$")
_IN_BYLINE = re.compile(r"[(\[（]([^()\[\]（）]{2,40})[)\]）]\W{0,3}$")
_OF_AN_AGENCY = re.compile(
    r"(?:agência|agencia|agence|agenzia|agentur|nachrichtenagentur|агентство|وكالة(?: أنباء)?) ",
    re.IGNORECASE,
)
_DASHES = ("-", "–", "—")
# Guesses; half and twice as many change nothing on 273 pages of the corpus.
_LINE = 120  # characters of a line of sources
_LOOKED_AT = 400  # characters of a paragraph that are searched
_INITIALS = 5  # letters of an author's or a desk's initials
_MOST = 4  # parts of a list of sources; more are a sentence
_BEGINNING = 3  # paragraphs among which the dateline is: a standfirst or a picture's place may precede it
_END = 2  # paragraphs that may name sources
_BEFORE = 60  # characters of a dateline before its source
_EDGE = " .,:;()[]（）*–—-"


def is_agency(name: str) -> bool:
    """Whether `name` is the name of a news agency and nothing else."""
    name = name.strip()
    folded = name.casefold()
    if folded in _NAMES or folded.partition("-")[0] in _WITH_SERVICES:
        return True
    if folded in _CODES:
        return name.isupper() or name in _SMALL
    word = _OF_AN_AGENCY.match(name)
    return word is not None and is_agency(name[word.end() :])


def agencies_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return the news agencies among `names`, each once under its first spelling."""
    found: dict[str, str] = {}
    for name in filter(is_agency, names):
        found.setdefault(_SAME.get(key(name), key(name)), name)
    return tuple(found.values())


def agencies_of_text(
    paragraphs: Sequence[str], above: Sequence[str] = (), below: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the agencies named as source, in a dateline among the first or in the last paragraphs.

    'KYIV, May 3 (Reuters) - …', 'Berlin (dpa/AFP) –', 'МОСКВА, 3 мая — РИА Новости.', '新华社北京5月3日电';
    'Quelle: dpa', 'With inputs from PTI', '© dpa-infocom', '… sagte er. (afp)'. `above` and `below` are the
    lines that the page prints around these paragraphs, where datelines, bylines and sources may be on lines
    that are not part of the text.
    """
    found = [name for text in paragraphs[:_BEGINNING] for name in _of_dateline(squeeze(text[:_LOOKED_AT]))]
    for line in above:
        found += _of_line(squeeze(line[:_LOOKED_AT]))
    for text in (*paragraphs[-_END:], *below):
        found += _of_source(squeeze(text[-_LOOKED_AT:]))
    return agencies_in(found)


def agencies_of_bylines(bylines: Iterable[str]) -> tuple[str, ...]:
    """Return the agencies in brackets at the end of bylines: 'Von Jo Park (dpa/jop)'."""
    return agencies_in(name for byline in bylines for name in _in_byline(squeeze(byline[-_LOOKED_AT:])))


def _in_byline(text: str) -> Iterator[str]:
    if brackets := _IN_BYLINE.search(text):
        yield from _listed(brackets[1])


def _of_line(text: str) -> Iterator[str]:
    """Yield the agencies of a line above the text: a dateline, a byline, or one that names the source."""
    if len(text) > _LINE:
        return
    yield from _of_dateline(f"{text} ")
    yield from _in_byline(text)
    if match := _SOURCE.search(text):
        yield from _listed(match[1])


def _of_dateline(text: str) -> Iterator[str]:
    start = text[:_DATELINE]
    for brackets in _BRACKETS.finditer(start):
        follows = (
            brackets.start() == 0 or _AFTER.match(start, brackets.end()) or brackets.end() >= len(text) - 1
        )
        if follows and brackets.start() <= _BEFORE and not _SENTENCE_END.search(start, 0, brackets.start()):
            place, _, source = brackets[1].rpartition("=")  # Korean: (파리 AFP=연합뉴스)
            yield from _listed(place.rpartition(" ")[2])
            yield from _listed(source)
    for pattern in (_CHINESE, _JAPANESE, _AFTER_DASH, _DASHED):
        if match := pattern.match(start):
            yield from _listed(match[1].strip())
    before_dash = (word for word, dash in pairwise(start.split()[:5]) if dash in _DASHES)
    yield from filter(is_agency, before_dash)


def _of_source(text: str) -> Iterator[str]:
    if len(text) <= _LINE:
        if all(map(_is_source, _parts(text.strip(_EDGE)))):
            yield from _listed(text.strip(_EDGE))
        for match in filter(None, (_SOURCE.search(text), _RIGHTS.match(text))):
            yield from _listed(match[1])
    end = text[-_LINE:]
    for pattern in (_MATERIAL, _AT_END):
        if found := pattern.search(end):
            yield from _listed(found[1])


def _is_source(part: str) -> bool:
    """Whether it is an agency, or initials that are credited together with one: 'mbe/dpa'."""
    return is_agency(part) or (len(part) <= _INITIALS and part.isalpha())


def _listed(text: str) -> Iterator[str]:
    """Yield the agencies in a list of agencies and initials; nothing for a sentence."""
    parts = _parts(text)
    if len(parts) <= _MOST:
        yield from filter(is_agency, parts)


def _parts(text: str) -> list[str]:
    return [part.strip(_EDGE) for part in _SPLIT.split(text)]
