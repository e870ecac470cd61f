"""What the names of an element's classes and ids say that it is: one bit for each meaning.

The words are those that content systems of many languages use. A name is split into its words ("story-body",
"storyBody"), and a word can carry several meanings.
"""

import re
from functools import lru_cache

MEANINGS: dict[str, str] = {
    "body": r"body|text|copy|corpo|cuerpo|richtext|wysiwyg|brodtext|fliesstext|paragraph|texte"
    r"|articlebody|entrycontent",
    "article": r"article|story|post$|posts$|entry|artikel|articulo|articolo|beitrag|noticia|nota$|news"
    r"|nyhet|haber|stat[yj]",
    "content": r"content|contenido|conteudo|contenuto|inhalt|main|container|wrap",
    "title": r"title|headline|titel|titulo|titre|heading|titolo",
    "lead": r"^lead|lede|standfirst|^dek$|deck|intro|summary|subtitle|subhead|subline|chapo|excerpt"
    r"|abstract|vorspann"
    r"|entradilla|bajada|copete|sommario|sottotitolo|ingress|manchet|anons|^lid$",
    "byline": r"byline|author|^autor|auteur|writer|reporter|signature|journalist|creator|contribut",
    "date": r"date|^time|publish|datum|fecha|posted|updated",
    "caption": r"caption|credit|legend|bildunterschrift|copyright|^source|^desc",
    "picture": r"image|^img|photo|foto|bild|picture|figure|gallery|media|slide|thumb|visual",
    "share": r"share|sharing|social|facebook|twitter|whatsapp|follow|addtoany|^likes?$|teilen|compart",
    "related": r"relat|relacion|correlat|gerelateerd|powiazan|ilgili|recommend|readmore|^also|similar"
    r"|^more|^next|^prev|linklist|weiter|siehe|onward"
    r"|further|recirc|mehr"
    r"|crosslink|collection|verwandt|^read$",
    "promo": r"promo|teaser|^cards?$|tile|sponsor|partner|campaign|^cta|offer|shop|product|^buy|donat"
    r"|support",
    "comment": r"comment|disqus|reply|respon|kommentar|comentari|thread|discussion",
    "newsletter": r"newsletter|subscri|signup|mailing|^abo|subscrip|email|alert",
    "ad": r"^ads?$|advert|banner|^dfp|outbrain|taboola|anzeige|werbung|publicid|^gpt$|reklam|adslot"
    r"|adbox|sponsored",
    "nav": r"^nav|menu|breadcrumb|paginat|pager|^tabs?$|toolbar|topbar|skip|jump|crumb",
    "footer": r"foot|legal|disclaim|imprint|impressum|colophon",
    "side": r"side|widget|^rail|right|secondary|complement",
    "column": r"column|^cols?$|^row|grid",
    "tags": r"^tags?$|taglist|topic|keyword|label|categor|schlagwort|^themen|etiqueta|rubri|section$",
    "popular": r"popular|trending|^most|latest|recent|^top$|breaking|ticker|ranking|^hot$|viewed"
    r"|stories|headlines",
    "bio": r"^bio|biograph|^about|profile|vcard|avatar",
    "consent": r"cookie|consent|gdpr|privacy|modal|popup|overlay|lightbox|dialog|toast|notice|notification",
    "paywall": r"paywall|premium|locked|login|regist|account|member|piano|meter",
    "quote": r"pullquote|quote|zitat|citation|^cita$|testimon|^pull",
    "hidden": r"hidden|^sr$|visually|reader|noprint|^print|offscreen|invisible|collapse|^hide",
    "box": r"^box|infobox|fact|inset|embed|inline|module|^block|component|panel|callout",
    "list": r"^list|^items?$|feed|carousel|slider|swiper|timeline",
    "player": r"video|player|audio|podcast|^live",
    "search": r"search|^form|input|filter|button|^btn",
    "tool": r"^tools?$|action|fontsize|bookmark|^save|accessib|listen|utility",
    "meta": r"meta|detail|^info|kicker|eyebrow|overline|topper",
    "note": r"correction|^notes?$|disclosure|editor|footnote|remark",
}
"""Names of bits, in order, with the words for each."""

_EACH = [(1 << number, re.compile(words)) for number, words in enumerate(MEANINGS.values())]
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
    return sum(bit for bit, words in _EACH if words.search(word))
