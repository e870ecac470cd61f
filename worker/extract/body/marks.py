"""What the names of an element's classes and ids say that it is: one bit for each meaning.

The words are those that content systems of many languages use. A name is split into its words ("story-body",
"storyBody"), and a word can carry several meanings.
"""

import re
from functools import lru_cache

MEANINGS: dict[str, str] = {
    "body": "body|text|copy|corpo|cuerpo|richtext|wysiwyg|brodtext|fliesstext|paragraph|texte"
    "|articlebody|entrycontent",
    "article": "article|story|post$|posts$|entry|artikel|articulo|articolo|beitrag|noticia|nota$|news"
    "|nyhet|haber|staty|statj",
    "content": "content|contenido|conteudo|contenuto|inhalt|main|container|wrap",
    "title": "title|headline|titel|titulo|titre|heading|titolo",
    "lead": "^lead|lede|standfirst|^dek$|deck|intro|summary|subtitle|subhead|subline|chapo|excerpt"
    "|abstract|vorspann"
    "|entradilla|bajada|copete|sommario|sottotitolo|ingress|manchet|anons|^lid$",
    "byline": "byline|author|^autor|auteur|writer|reporter|signature|journalist|creator|contribut",
    "date": "date|^time|publish|datum|fecha|posted|updated",
    "caption": "caption|credit|legend|bildunterschrift|copyright|^source|^desc",
    "picture": "image|^img|photo|foto|bild|picture|figure|gallery|media|slide|thumb|visual",
    "share": "share|sharing|social|facebook|twitter|whatsapp|follow|addtoany|^like$|^likes$|teilen|compart",
    "related": "relat|relacion|correlat|gerelateerd|powiazan|ilgili|recommend|readmore|^also|similar"
    "|^more|^next|^prev|linklist|weiter|siehe|onward"
    "|further|recirc|mehr"
    "|crosslink|collection|verwandt|^read$",
    "promo": "promo|teaser|^card$|^cards$|tile|sponsor|partner|campaign|^cta|offer|shop|product|^buy|donat"
    "|support",
    "comment": "comment|disqus|reply|respon|kommentar|comentari|thread|discussion",
    "newsletter": "newsletter|subscri|signup|mailing|^abo|subscrip|email|alert",
    "ad": "^ad$|^ads$|advert|banner|^dfp|outbrain|taboola|anzeige|werbung|publicid|^gpt$|reklam|adslot"
    "|adbox|sponsored",
    "nav": "^nav|menu|breadcrumb|paginat|pager|^tab$|^tabs$|toolbar|topbar|skip|jump|crumb",
    "footer": "foot|legal|disclaim|imprint|impressum|colophon",
    "side": "side|widget|^rail|right|secondary|complement",
    "column": "column|^col$|^cols$|^row|grid",
    "tags": "^tag$|^tags$|taglist|topic|keyword|label|categor|schlagwort|^themen|etiqueta|rubri|section$",
    "popular": "popular|trending|^most|latest|recent|^top$|breaking|ticker|ranking|^hot$|viewed"
    "|stories|headlines",
    "bio": "^bio|biograph|^about|profile|vcard|avatar",
    "consent": "cookie|consent|gdpr|privacy|modal|popup|overlay|lightbox|dialog|toast|notice|notification",
    "paywall": "paywall|premium|locked|login|regist|account|member|piano|meter",
    "quote": "pullquote|quote|zitat|citation|^cita$|testimon|^pull",
    "hidden": "hidden|^sr$|visually|reader|noprint|^print|offscreen|invisible|collapse|^hide",
    "box": "^box|infobox|fact|inset|embed|inline|module|^block|component|panel|callout",
    "list": "^list|^item$|^items$|feed|carousel|slider|swiper|timeline",
    "player": "video|player|audio|podcast|^live",
    "search": "search|^form|input|filter|button|^btn",
    "tool": "^tool$|^tools$|action|fontsize|bookmark|^save|accessib|listen|utility",
    "meta": "meta|detail|^info|kicker|eyebrow|overline|topper",
    "note": "correction|^note$|^notes$|disclosure|editor|footnote|remark",
}
"""Names of bits, in order, with the words for each, parted by bars; ^ and $ are the ends of a word."""

_WORD = re.compile(r"[A-Z]?[a-z\u00df-\u00ff]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=16384)
def marks_of(names: str) -> int:
    """The bits of the meanings that `names` (classes and id) carry."""
    marks = 0
    for name in names.split():
        marks |= _of_name(name)
    return marks


@lru_cache(maxsize=16384)
def _of_name(name: str) -> int:
    marks = 0
    for word in _WORD.findall(name):
        marks |= _of_word(word.lower())
    return marks


@lru_cache(maxsize=32768)
def _of_word(word: str) -> int:
    marks = 0
    spelled = f"^{word}$"
    for at in range(len(spelled) - _BEGINNING + 1):
        for piece, bits in _PIECES.get(spelled[at : at + _BEGINNING], ()):
            if spelled.startswith(piece, at):
                marks |= bits
    return marks


def _pieces() -> dict[str, list[tuple[str, int]]]:
    """The words of all meanings with their bits, by their beginnings.

    A page has many names, and searching each for every meaning would take six times as long.
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for number, words in enumerate(MEANINGS.values()):
        for piece in words.split("|"):
            found.setdefault(piece[:_BEGINNING], []).append((piece, 1 << number))
    return found


_BEGINNING = 3
_PIECES = _pieces()
