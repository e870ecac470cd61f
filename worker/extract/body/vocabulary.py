"""What the words of a run of text say that it is about: one bit for each meaning.

Single words of many languages; scripts without spaces between words, or whose
marks end a word for `re`, are searched for pieces.
"""

import re

_WORDS: dict[str, str] = {
    "consent": "cookie cookies privacy datenschutz datenschutzerklärung einwilligung einwilligen"
    " کوکی ملفات الارتباط الخصوصية çerez çerezler gizlilik ciasteczka prywatności zgoda toestemming"
    " samtycke informasjonskapsler evästeet куки файлы конфиденциальности куків sütik adatvédelmi"
    " consent opt-out"
    " personenbezogene confidentialité gdpr dsgvo rgpd privacidad privacidade drittanbieter drittplattformen"
    " third-party tracking nutzungsbedingungen персональных данных browser javascript adblocker ccpa",
    "call": "newsletter newsletters subscribe subscriber subscribers subscribing subscription"
    " النشرة اشترك الاشتراك تابعنا خبرنامه اشتراک abone bülten zapisz subskrybuj meld prenumerera"
    " tilmeld розсилка підпишіться підписатися hírlevél iratkozz odebírat newsletteru înscrie εγγραφείτε"
    " subscriptions signup"
    " inbox abonnieren abonnement abonnez abonnés inscrivez suscríbete suscribirse suscripción"
    " iscriviti assinante"
    " registrieren anmelden login register whatsapp telegram follow folgen folge join click klicken"
    " clique donate"
    " donation spenden spende premium podcast podcasts app подписывайтесь подпишитесь подписаться подписка"
    " abonneer nieuwsbrief prenumerera nyhetsbrev tilaa newslettera langganan ikuti advertisement"
    " anzeige publicidad"
    " publicité unlimited epaper e-paper whatsapp-kanal kanal",
    "bio": "reporter journalist editor columnist correspondent author writes covers contributor redakteur"
    " مراسل صحفي الكاتب dziennikarz redaktor muhabir verslaggever журналист журналіст автор toimittaja"
    " novinář"
    " redakteurin journaliste periodista giornalista корреспондент twitter linkedin email e-mail bio"
    " professor fellow",
    "rights": "© copyright rights reserved rechte droits derechos reservados reproduced reproduction"
    " الحقوق محفوظة حقوق hakları saklıdır zastrzeżone rechten voorbehouden права защищены захищені"
    " republished"
    " republish redistributed permission vorbehalten перепечатка riservata",
    "comments": "comment comments commenting comentario comentarios comentários kommentar kommentare"
    " التعليقات تعليق تعليقات نظرات yorum yorumlar komentarze komentarz reacties reageer kommentarer"
    " kommentar"
    " комментарии комментировать коментарі коментар komentáře hozzászólás commentaren komentar bình"
    " luận σχόλια"
    " kommentieren"
    " commentaire commentaires commento commenti комментарии комментарий reply replies antworten"
    " responder moderation"
    " moderated moderiert respond likes upvote",
    "more": "related recommended trending popular latest stories read also watch see lesen lire leia"
    " اقرأ أيضا أيضًا صلة مواضيع بیشتر مرتبط diğer haberler przeczytaj zobacz więcej"
    " lees ook"
    " läs les lue также смотрите похожие читайте дивіться přečtěte související"
    " olvasson kapcsolódó"
    " baca terkait διαβάστε citește vezi"
    " lea leggi lees"
    " czytaj читайте также weiterlesen mehr plus más weitere headlines topics themen editors' picks",
    "price": "deal deals buy price prices discount angebot preis rabatt sale amazon shop euro $ € £ save",
    "source": "source sources quelle fonte fuente reporting editing edited compiled translated translation"
    " المصدر kaynak źródło bron källa джерело zdroj forrás sumber nguồn πηγή"
    " contributed источник",
    "edit": "correction clarification updated originally published appeared update affiliate commission"
    " disclosure disclaimer anmerkung hinweis breaking follow",
    "photo": "photo photos foto fotos image images bild bilder picture pictured getty reuters afp epa"
    " صورة الصورة عکس fotoğraf zdjęcie zdj beeld bildtext kuva фотография світлина snímek fotó gambar"
    " φωτογραφία"
    " dpa credit"
    " courtesy handout screenshot left right archiv archivbild symbolbild фото ảnh imago shutterstock istock",
    "first": "i my i'm ich me you your",
}
_PIECES: dict[str, str] = {
    "consent": "कुकी|गोपनीयता|คุกกี้|個人情報|隐私|쿠키|개인정보",
    "call": "न्यूज़लेटर|न्यूजलेटर|साइन अप|सब्सक्राइब|फॉलो"
    " करें|สมัครสมาชิก|ติดตามเรา|সাবস্ক্রাইব|登録|購読|订阅|訂閱|구독|会員|會員|앱|アプリ",
    "bio": "संवाददाता|पत्रकार|ผู้สื่อข่าว|記者|记者|기자|編集",
    "rights": "सर्वाधिकार|สงวนลิขสิทธิ์|無断転載|版权|版權|저작권|무단",
    "comments": "टिप्पणि|टिप्पणी|कमेंट|ความคิดเห็น|মন্তব্য|コメント|评论|評論|留言|댓글",
    "more": "यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|संबंधित|ข่าวที่เกี่ยวข้อง|อ่านเพิ่มเติม|আরও"
    " পড়ুন|関連|もっと|おすすめ|相关|相關|延伸|관련|더보기|推荐|推薦|ランキング",
    "photo": "तस्वीर|फोटो|ภาพ|ছবি|写真|사진|뉴시스|연합뉴스|뉴스1|提供|资料图",
}
MEANINGS = tuple(_WORDS)
"""Names of bits, in order."""

_BITS = {name: 1 << number for number, name in enumerate(MEANINGS)}


def _by_word() -> dict[str, int]:
    table: dict[str, int] = {}
    for name, words in _WORDS.items():
        for word in words.split():
            table[word] = table.get(word, 0) | _BITS[name]
    return table


_TABLE = _by_word()
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[©$€£]")
_NO_WORDS = re.compile("[\u0900-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SEARCHED = [(_BITS[name], re.compile(pieces)) for name, pieces in _PIECES.items()]
_ASCII_TABLE = {word.encode(): bits for word, bits in _TABLE.items() if word.isascii()}
_ASCII_WORD = bytes(code if chr(code).isalpha() or chr(code) in "'-$" else ord(" ") for code in range(256))
_PRICE = _TABLE["$"]
_LOOKED_AT = 400


def meanings_of(text: str) -> int:
    """The bits of the meanings that words of `text` carry; of a long text its beginning is read."""
    meanings = 0
    text = text[:_LOOKED_AT].lower()
    if text.isascii():
        for plain in _ASCII_TABLE.keys() & text.encode().translate(_ASCII_WORD).split():
            meanings |= _ASCII_TABLE[plain]
        return meanings | _PRICE if "$" in text else meanings
    for word in _TABLE.keys() & _WORD.findall(text):
        meanings |= _TABLE[word]
    if _NO_WORDS.search(text, 0, 60):
        for bit, pieces in _SEARCHED:
            if not meanings & bit and pieces.search(text):
                meanings |= bit
    return meanings
