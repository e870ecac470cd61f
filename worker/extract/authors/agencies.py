"""News agencies: recognised among authors, in the dateline of a text and in the line of sources after it."""

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
    associated press of pakistan
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
_SPLIT = re.compile(r"\s*(?:[/,;&+|·]|\s(?:und|and|et|y|e|i|и|en|og|och|with|mit|avec|con)\s)\s*")
_BRACKETS = re.compile(r"[(\[（【/]\s*([^()\[\]（）【】/]{2,40}(?:/[^()\[\]（）【】/]{2,20})*)\s*[)\]）】/]")
_DASHED = re.compile(r"^[^.!?]{0,50}?(?:^|\s|[.,])[—–-]?\s?([^\W\d][\w -]{1,20}?)\s*[.:—–-]\s")
_AFTER_DASH = re.compile(r"^[^.!?—–]{2,50}[—–-]\s*([^\W\d][\w «»-]{1,24})\.\s")
_CHINESE = re.compile(r"^(?:（|\()?(新华社|新華社|中央社|中新社)")
_JAPANESE = re.compile(r"^【[^】]{0,12}?(共同|時事)】")
_DATELINE = 90
"""Characters in which a dateline ends; half and twice as many change nothing on 273 pages."""

# A dateline before and after its source; the words for 'source' are from the pages of the corpus.
_BEFORE = re.compile(r"^(?:[^.!?]|\b\w{1,5}\.|\d\.){0,60}$")
_AFTER = re.compile(r"\s*[-–—―:.,=/]|\s*[\u0900-\u097f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_SOURCE = re.compile(
    r"(?:^|[\s(])(?:quellen?|sources?|fuentes?|fonti?e?s?|bron|kilde|källa|источники?|джерело|źródło|zdroj"
    r"|forrás|kaynak|来源|來源|出典|출처|المصدر|स्रोत|πηγή)\s*[:：]\s*(.{2,60})$",
    re.IGNORECASE,
)
_MATERIAL = re.compile(
    r"(?:with (?:material|inputs?|reporting|files|additional reporting|information|agencies"
    r"|reports?)(?: from| by)?|mit (?:material|informationen|agenturmaterial|inhalten) (?:von|der|aus)"
    r"|\(?avec(?: l['’])?|con (?:información|informaciones|datos) de|com informações d[aeo]s?"
    r"|met informatie van|с использованием материалов|по материалам)\s*(.{2,60}?)[).]*$",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"^\W*(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{4},?)?\s*(?:by\s+)?"
    r"((?:the |thomson )?[^\W\d][\w-]*(?: [^\W\d][\w-]*)?)",
    re.IGNORECASE,
)
_AT_END = re.compile(r"(?:[(\[（—–]|[.!?”\"»]\s)\s*([^()\[\]（）—–.!?]{2,40})\s*[)\]）]?\s*\.?$")
_DASHES = ("-", "–", "—")
# Guesses; half and twice as many change nothing on 273 pages of the corpus.
_LINE = 120  # characters of a line of sources
_LOOKED_AT = 400  # characters of a paragraph that are searched
_INITIALS = 5  # letters of an author's or a desk's initials
_MOST = 4  # parts of a list of sources; more are a sentence
_EDGE = " .,:;()[]（）*–—-"


def is_agency(name: str) -> bool:
    """Whether `name` is the name of a news agency and nothing else."""
    name = name.strip()
    folded = name.casefold()
    if folded in _NAMES or folded.partition("-")[0] in _WITH_SERVICES:
        return True
    return folded in _CODES and (name.isupper() or name in _SMALL)


def agencies_in(names: Iterable[str]) -> tuple[str, ...]:
    """Return the news agencies among `names`, each once under its first spelling."""
    found: dict[str, str] = {}
    for name in filter(is_agency, names):
        found.setdefault(_SAME.get(key(name), key(name)), name)
    return tuple(found.values())


def agencies_of_text(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Return the agencies named as source, in the dateline of the first or in the last two paragraphs.

    'KYIV, May 3 (Reuters) - …', 'Berlin (dpa/AFP) –', 'МОСКВА, 3 мая — РИА Новости.', '新华社北京5月3日电';
    'Quelle: dpa', 'With inputs from PTI', '© dpa-infocom', '… sagte er. (afp)'.
    """
    if not paragraphs:
        return ()
    found = list(_of_dateline(squeeze(paragraphs[0][:_LOOKED_AT])))
    for paragraph in paragraphs[-2:]:
        found += _of_source(squeeze(paragraph[-_LOOKED_AT:]))
    return agencies_in(found)


def _of_dateline(text: str) -> Iterator[str]:
    start = text[:_DATELINE]
    for brackets in _BRACKETS.finditer(start):
        follows = brackets.start() == 0 or _AFTER.match(text[brackets.end() :])
        if follows and _BEFORE.match(start[: brackets.start()]):
            yield from _listed(brackets[1].rpartition("=")[2])
    for pattern in (_CHINESE, _JAPANESE, _AFTER_DASH, _DASHED):
        if match := pattern.match(start):
            yield from _listed(match[1].strip())
    before_dash = (word for word, dash in pairwise(start.split()[:5]) if dash in _DASHES)
    yield from filter(is_agency, before_dash)


def _of_source(text: str) -> Iterator[str]:
    if len(text) <= _LINE:
        if all(map(_is_source, _SPLIT.split(text.strip(_EDGE)))):
            yield from _listed(text.strip(_EDGE))
        for pattern in (_SOURCE, _RIGHTS):
            if match := pattern.search(text):
                yield from _listed(match[1].strip(_EDGE))
    end = text[-_LINE:]
    for pattern in (_MATERIAL, _AT_END):
        if match := pattern.search(end):
            yield from _listed(match[1].strip(_EDGE))


def _is_source(part: str) -> bool:
    """Whether it is an agency, or initials that are credited together with one: 'mbe/dpa'."""
    return is_agency(part) or (len(part) <= _INITIALS and part.isalpha())


def _listed(text: str) -> Iterator[str]:
    """Yield the agencies in a list of agencies and initials; nothing for a sentence."""
    parts = [part.strip(_EDGE) for part in _SPLIT.split(text)]
    if len(parts) <= _MOST:
        yield from filter(is_agency, parts)
