"""What class names and words mean, as bits: the vocabulary of the model's features.

Collected by hand from pages and content systems of many languages; `make train-body` decides what each bit is
worth, so a word that says nothing does not do any damage. When a word changes, the model has to be
trained again.
"""

import re
from functools import lru_cache

MARKS: dict[str, str] = {
    "body": "body|text|copy|corpo|cuerpo|richtext|wysiwyg|brodtext|fliesstext|paragraph|texte|articlebody"
    "|entrycontent",
    "article": "article|story|post$|posts$|entry|artikel|articulo|articolo|beitrag|noticia|nota$|news|nyhet"
    "|haber|staty|statj",
    "content": "content|contenido|conteudo|contenuto|inhalt|main|container|wrap",
    "title": "title|headline|titel|titulo|titre|heading|titolo",
    "lead": "^lead|lede|standfirst|^dek$|deck|intro|summary|subtitle|subhead|subline|chapo|excerpt|abstract"
    "|vorspann|entradilla|bajada|copete|sommario|sottotitolo|ingress|manchet|anons|^lid$",
    "byline": "byline|author|^autor|auteur|writer|reporter|signature|journalist|creator|contribut",
    "date": "date|^time|publish|datum|fecha|posted|updated",
    "caption": "caption|credit|legend|bildunterschrift|copyright|^source|^desc",
    "picture": "image|^img|photo|foto|bild|picture|figure|gallery|media|slide|thumb|visual",
    "share": "share|sharing|social|facebook|twitter|whatsapp|follow|addtoany|^like$|^likes$|teilen|compart",
    "related": "relat|relacion|correlat|gerelateerd|powiazan|ilgili|recommend|readmore|^also|similar|^more"
    "|^next|^prev|linklist|weiter|siehe|onward|further|recirc|mehr|crosslink|collection|verwandt|^read$",
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
    "popular": "popular|trending|^most|latest|recent|^top$|breaking|ticker|ranking|^hot$|viewed|stories"
    "|headlines",
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
"""Names of bits, in order, with the words of class names and ids for each; ^ and $ are the ends of a word.

A name is split into its words ("story-body", "storyBody"), and a word can have several meanings.
"""
_UTILITY = re.compile(
    r"^-?(?:[a-z]{1,12}-){1,3}"
    r"(?:\d+(?:px|rem|em)?|px|auto|full|screen|none|xs|sm|md|lg|xl|xxl|\d?xl|left|right|center|top|bottom|start"
    r"|end|first|last|row|col|between|around|evenly|wrap|nowrap|reverse|hidden|visible|fit|min|max|base|stretch)$"
    r"|[:/\[\]!@]|^(?:row|col|order-\w+|float-\w+|pull-(?:left|right))$"
)
"""Names that utility frameworks (Tailwind, Bootstrap, Tachyons) give to a way of drawing: they say nothing of
the contents."""
_SHOWN_AGAIN = re.compile(r":(?:block|flex|grid|inline|table|contents|visible|not-sr-only)")
_NAME_WORD = re.compile(r"[A-Z]?[a-z\u00df-\u00ff]+|[A-Z]+(?![a-z])")
_WORDS: dict[str, str] = {
    "consent": "cookie cookies privacy datenschutz datenschutzerklärung einwilligung einwilligen کوکی ملفات"
    " الارتباط الخصوصية çerez çerezler gizlilik ciasteczka prywatności zgoda toestemming samtycke"
    " informasjonskapsler evästeet куки файлы конфиденциальности куків sütik adatvédelmi consent opt-out"
    " personenbezogene confidentialité gdpr dsgvo rgpd privacidad privacidade drittanbieter"
    " drittplattformen third-party tracking nutzungsbedingungen персональных данных browser javascript"
    " adblocker ccpa",
    "call": "newsletter newsletters subscribe subscriber subscribers subscribing subscription النشرة اشترك"
    " الاشتراك تابعنا خبرنامه اشتراک abone bülten zapisz subskrybuj meld prenumerera tilmeld розсилка"
    " підпишіться підписатися hírlevél iratkozz odebírat newsletteru înscrie εγγραφείτε subscriptions"
    " signup inbox abonnieren abonnement abonnez abonnés inscrivez suscríbete suscribirse suscripción"
    " iscriviti assinante registrieren anmelden login register whatsapp telegram follow folgen folge join"
    " click klicken clique donate donation spenden spende premium podcast podcasts app подписывайтесь"
    " подпишитесь подписаться подписка abonneer nieuwsbrief prenumerera nyhetsbrev tilaa newslettera"
    " langganan ikuti advertisement anzeige publicidad publicité unlimited epaper e-paper whatsapp-kanal"
    " kanal",
    "bio": "reporter journalist editor columnist correspondent author writes covers contributor redakteur"
    " مراسل صحفي الكاتب dziennikarz redaktor muhabir verslaggever журналист журналіст автор toimittaja"
    " novinář redakteurin journaliste periodista giornalista корреспондент twitter linkedin email e-mail"
    " bio professor fellow",
    "rights": "© copyright rights reserved rechte droits derechos reservados reproduced reproduction الحقوق"
    " محفوظة حقوق hakları saklıdır zastrzeżone rechten voorbehouden права защищены захищені republished"
    " republish redistributed permission vorbehalten перепечатка riservata",
    "comments": "comment comments commenting comentario comentarios comentários kommentar kommentare"
    " التعليقات تعليق تعليقات نظرات yorum yorumlar komentarze komentarz reacties reageer kommentarer"
    " kommentar комментарии комментировать коментарі коментар komentáře hozzászólás commentaren komentar"
    " bình luận σχόλια kommentieren commentaire commentaires commento commenti комментарии комментарий"
    " reply replies antworten responder moderation moderated moderiert respond likes upvote",
    "more": "related recommended trending popular latest stories read also watch see lesen lire leia اقرأ"
    " أيضا أيضًا صلة مواضيع بیشتر مرتبط diğer haberler przeczytaj zobacz więcej lees ook läs les lue также"
    " смотрите похожие читайте дивіться přečtěte související olvasson kapcsolódó baca terkait διαβάστε"
    " citește vezi lea leggi lees czytaj читайте также weiterlesen mehr plus más weitere headlines topics"
    " themen editors' picks קראו כתבות נוספות okuyun ilgili čtěte olvassa olvasd soma zaidi پڑھیں مزید"
    " pročitajte čitajte прочитајте прочетете четете вижте",
    "price": "deal deals buy price prices discount angebot preis rabatt sale amazon shop euro $ € £ save",
    "source": "source sources quelle fonte fuente reporting editing edited compiled translated translation"
    " المصدر kaynak źródło bron källa джерело zdroj forrás sumber nguồn πηγή contributed источник",
    "edit": "correction clarification updated originally published appeared update affiliate commission"
    " disclosure disclaimer anmerkung hinweis breaking follow",
    "photo": "photo photos foto fotos image images bild bilder picture pictured getty reuters afp epa صورة"
    " الصورة عکس fotoğraf zdjęcie zdj beeld bildtext kuva фотография світлина snímek fotó gambar φωτογραφία"
    " dpa credit courtesy handout screenshot left right archiv archivbild symbolbild фото ảnh imago"
    " shutterstock istock",
    "first": "i my i'm ich me you your",
}
"""Words of a text for each meaning; single words of many languages."""
_PIECES: dict[str, str] = {
    "consent": "कुकी|गोपनीयता|คุกกี้|個人情報|隐私|쿠키|개인정보",
    "call": "न्यूज़लेटर|न्यूजलेटर|साइन अप|सब्सक्राइब|फॉलो करें|สมัครสมาชิก|ติดตามเรา|সাবস্ক্রাইব|登録|購読|订阅"
    "|訂閱|구독|会員|會員|앱|アプリ",
    "bio": "संवाददाता|पत्रकार|ผู้สื่อข่าว|記者|记者|기자|編集",
    "rights": "सर्वाधिकार|สงวนลิขสิทธิ์|無断転載|版权|版權|저작권|무단",
    "comments": "टिप्पणि|टिप्पणी|कमेंट|ความคิดเห็น|মন্তব্য|コメント|评论|評論|留言|댓글",
    "more": "यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|संबंधित|ข่าวที่เกี่ยวข้อง|อ่านเพิ่มเติม|আরও পড়ুন|関連|もっと|おすすめ"
    "|இதையும் படி|மேலும் படி|相关|相關|延伸|관련|더보기|推荐|推薦|ランキング",
    "photo": "तस्वीर|फोटो|ภาพ|ছবি|写真|사진|뉴시스|연합뉴스|뉴스1|提供|资料图",
}
"""The same for scripts without spaces between words, or whose marks end a word for `re`: searched as
pieces."""
MEANINGS = tuple(_WORDS)
"""Names of bits, in order."""

_BITS = {name: 1 << number for number, name in enumerate(MEANINGS)}
_BEGINNING = 3
"""Letters by which the words of class names are indexed; searching for each takes six times as long."""
_LOOKED_AT = 400  # characters of a text that are read: what it is about shows at its beginning; a guess


@lru_cache(maxsize=16384)
def marks_of(names: str) -> int:
    """Return the bits of the meanings that `names` (classes and id) carry."""
    marks = 0
    shown = _SHOWN_AGAIN.search(names) is not None  # `hidden md:block` hides on small screens only
    for name in names.split():
        if not _UTILITY.search(name) and not (shown and name == "hidden"):
            marks |= _of_name(name)
    return marks


@lru_cache(maxsize=16384)
def _of_name(name: str) -> int:
    marks = 0
    for word in _NAME_WORD.findall(name):
        marks |= _of_word(word.lower())
    return marks


@lru_cache(maxsize=32768)
def _of_word(word: str) -> int:
    marks = 0
    spelled = f"^{word}$"
    for at in range(len(spelled) - _BEGINNING + 1):
        for piece, bits in _BY_BEGINNING.get(spelled[at : at + _BEGINNING], ()):
            if spelled.startswith(piece, at):
                marks |= bits
    return marks


def _mark_pieces() -> dict[str, list[tuple[str, int]]]:
    """Return the words of all marks with their bits, by their first letters."""
    found: dict[str, list[tuple[str, int]]] = {}
    for number, words in enumerate(MARKS.values()):
        for piece in words.split("|"):
            found.setdefault(piece[:_BEGINNING], []).append((piece, 1 << number))
    return found


def _by_word() -> dict[str, int]:
    table: dict[str, int] = {}
    for name, words in _WORDS.items():
        for word in words.split():
            table[word] = table.get(word, 0) | _BITS[name]
    return table


def meanings_of(text: str) -> int:
    """Return the bits of the meanings in `text`; only the beginning of a long text is read."""
    meanings = 0
    text = text[:_LOOKED_AT].lower()
    if text.isascii():
        for plain in _ASCII_TABLE.keys() & text.encode().translate(_ASCII_WORD).split():
            meanings |= _ASCII_TABLE[plain]
        return meanings | _PRICE if "$" in text else meanings
    words = text.encode("utf-8", "surrogatepass").translate(_ASCII_WORD).split()
    for plain in _ASCII_TABLE.keys() & filter(bytes.isalpha, words):
        meanings |= _ASCII_TABLE[plain]
    others = b" ".join(word for word in words if not word.isalpha()).decode("utf-8", "surrogatepass")
    for word in _BY_WORD.keys() & _WORD.findall(others):
        meanings |= _BY_WORD[word]
    if _NO_WORDS.search(text, 0, 60):
        for bit, pieces in _SEARCHED:
            if not meanings & bit and pieces.search(text):
                meanings |= bit
    return meanings


_BY_BEGINNING = _mark_pieces()
_BY_WORD = _by_word()

# Words of a text, and signs that count as one.
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[©$€£]")
# Scripts whose words are searched as pieces: Indic, Thai, Chinese, Japanese, Korean.
_NO_WORDS = re.compile("[\u0900-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SEARCHED = [(_BITS[name], re.compile(pieces)) for name, pieces in _PIECES.items()]
# Words of ASCII are looked up as bytes: most texts are ASCII, and it is several times as fast.
_ASCII_TABLE = {word.encode(): bits for word, bits in _BY_WORD.items() if word.isascii()}
_ASCII_WORD = bytes(c if c > 127 or chr(c).isalpha() or chr(c) in "'-$" else ord(" ") for c in range(256))
_PRICE = _BY_WORD["$"]  # a sign that may be part of a word
