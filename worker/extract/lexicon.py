"""Words that news pages print around names, headlines, dates and embeds, by language.

Collected from pages of the corpus and completed by hand. Each is the source of a regular expression, which
the module that uses it compiles with IGNORECASE.
"""

from collections.abc import Mapping
from types import MappingProxyType


def one_of(listed: str) -> str:
    """Return a group of the listed alternatives, which are separated by ` | ` and line ends."""
    parts = (part.strip() for line in listed.splitlines() for part in line.split(" | "))
    return f"(?:{'|'.join(part for part in parts if part)})"


# Before the name in a byline.
BY = one_of(
    r"""
    (?:written|posted|reported|edited|story|text|words|article)\s+by | by | written | author | von
    autor(?:ka|en|in)? | redaktion | par | auteurs? | por | di | da | autore | door | av | af | przez | автор
    авторы | текст | от | oleh | bởi | 作者 | 記者 | 记者 | 文 | 글 | تأليف | بقلم | लेखक | द्वारा
    """
)
POINTERS: Mapping[str, str] = MappingProxyType(
    {
        "af": "lees (?:ook|meer) | sien ook",
        "am": "ተጨማሪ ያንብቡ | ይህንንም ያንብቡ",
        "ar": "[اإأ]قر(?:أ|ؤوا|أوا|ئي)? (?:[أا]يض|المزيد|أكثر) | (?:شاهد|طالع|تابع) [أا]يض | مواضيع ذات صلة",
        "az": "(?:bunu da|həmçinin|daha çox|ətraflı) oxu | oxşar xəbər",
        "be": "чытайце (?:таксама|яшчэ) | глядзіце таксама",
        "bg": "(?:прочетете|прочети|четете|вижте|виж) (?:още|също|повече) | още по темата",
        "bn": "আরও পড়ুন | আরো পড়ুন | এটিও পড়ুন | এটাও পড়ুন",
        "ca": "lleg(?:iu|eix|ir) (?:també|més) | també et pot interessar",
        "cs": r"(?:čtěte|přečtěte si) (?:také|též|i|více|dále)\b | související: | mohlo by vás zajímat",
        "da": "læs (?:også|mere) | se også",
        "de": "lesen sie | lies auch | mehr zum thema | auch interessant | weiterlesen",
        "el": "(?:διαβάστε|δείτε) (?:επίσης|ακόμη|ακόμα|περισσότερα)",
        "en": r"(?:read (?:more|also|next)|also read|see also)\b | more on:? | related(?: \w+)?: | watch:",
        "es": "lea también | lee también | leer también | te puede interesar",
        "et": r"loe (?:ka|lisaks|veel|rohkem)\b | vaata ka\b",
        "eu": "irakurri (?:ere|gehiago) | gehiago irakurri",
        "fa": "(?:بیشتر|همچنین) بخوانید | بخوانید: | در همین زمینه | (?:مطالب|اخبار) مرتبط",
        "fi": "lue (?:myös|lisää) | katso myös",
        "fr": "lire aussi | à lire",
        "ga": "léigh (?:freisin|tuilleadh) | féach freisin",
        "gu": "આ પણ વાંચો | વધુ વાંચો",
        "he": "קרא(?:ו|י)? (?:גם|עוד) | לקריאה נוספת | עוד בנושא | כתבות נוספות",
        "hi": "(?:यह|ये|इसे) भी (?:पढ़|देखें) | और पढ़ें | संबंधित खबर",
        "hr": r"(?:pročitajte|čitajte) (?:i|još|također|više)\b | vezane vijesti",
        "hu": r"olvas(?:d|sa|son|sák)? (?:el )?(?:ezt )?is\b | ezt is olvas | kapcsolódó(?: \w+)?:",
        "hy": "կարդացեք նաև | կարդալ նաև | կարդացե՛ք նաև",
        "id": "baca juga",
        "is": "lestu (?:einnig|líka|meira) | lesa meira | sjá (?:einnig|líka) | tengdar fréttir",
        "it": "leggi anche | leggi tutto",
        "ja": "関連記事 | 【関連】 | [あ合]わせて読みたい | 続きを読む | もっと読む",
        "ka": "წაიკითხეთ (?:ასევე|მეტი) | ასევე წაიკითხეთ",
        "kk": "тағы (?:да )?оқыңыз | оқи отырыңыз | сондай-ақ оқы",
        "km": "អានបន្ថែម",
        "kn": "ಇದನ್ನ[ೂು] ಓದಿ | ಮತ್ತಷ್ಟು ಓದಿ",
        "ko": "관련 ?기사 | 함께 읽으면 | 더 ?읽기",
        "lo": "ອ່ານເພີ່ມ",
        "lt": "skaityk(?:ite)? (?:taip pat|daugiau|plačiau) | taip pat skaityk",
        "lv": "lasi(?:et)? (?:arī|vēl|vairāk) | skati(?:et)? arī",
        "mk": r"прочитај(?:те)? (?:и|повеќе|уште)\b | поврзани вести",
        "ml": "ഇതും വായിക്ക | കൂടുതൽ വായിക്ക",
        "mr": "हे(?:ही|सुद्धा|देखील)? ?(?:पण )?वाचा | आणखी वाचा | अधिक वाचा",
        "ms": "baca (?:lagi|seterusnya) | lihat juga",
        "my": "ဆက်လက်ဖတ်ရှု | ဆက်ဖတ်ရန်",
        "ne": "यो पनि (?:पढ्नु|हेर्नु) | थप पढ्नु",
        "nl": "lees (?:ook|meer|verder) | bekijk ook",
        "no": r"les (?:også|mer)\b | se også",
        "or": "ଏହା ବି ପଢ଼ନ୍ତୁ | ଅଧିକ ପଢ଼ନ୍ତୁ",
        "pa": "ਇਹ ਵੀ ਪੜ੍ਹੋ | ਹੋਰ ਪੜ੍ਹੋ",
        "pl": "(?:czytaj|przeczytaj|zobacz) (?:też|także|również|więcej)",
        "pt": "leia (?:mais|também) | veja (?:mais|também)",
        "ro": "cite(?:ș|ş)te (?:și|şi|mai) | citi(?:ț|ţ)i (?:și|şi|mai) | vezi (?:și|şi)",
        "ru": "читайте | смотрите также | по теме:",
        "si": "තව(?:ත්)? කියවන්න",
        "sk": r"(?:čítajte|prečítajte si) (?:aj|tiež|viac)\b | mohlo by vás zaujímať",
        "sl": r"(?:preberite|preberi|beri) (?:tudi|več|še)\b",
        "sq": "lexo(?:ni)? (?:edhe|gjithashtu|më shumë) | shih(?:ni)? edhe",
        "sr": r"(?:pročitajte|čitajte) (?:i|još)\b | (?:прочитајте|читајте) (?:и|још)\b",
        "sv": r"läs (?:mer|också|även|vidare)\b | se även",
        "sw": "soma (?:pia|zaidi) | pia soma",
        "ta": "இதையும் படி | இதையும் வாசி | மேலும் படி",
        "te": "ఇ(?:ది|వి)? కూడా చదవండి | ఇది చదవండి | మరింత చదవండి",
        "th": "อ่าน(?:เพิ่มเติม|ต่อ|ข่าว|ประกอบ) | ข่าวที่เกี่ยวข้อง",
        "tl": r"basahin (?:din|rin|pa)\b | basahin:",
        "tr": "(?:bunu da|ayrıca|devamını|bunları da) oku | ilgili haber | ilginizi çekebilir",
        "uk": "читайте (?:також|ще|більше) | дивіться також",
        "ur": "(?:یہ|اسے) بھی پڑھ | مزید پڑھ",
        "vi": "xem thêm | đọc thêm",
        "zh": "(?:延伸|相关|更多|推荐|相關|推薦)(?:阅读|閱讀) | (?:阅读|閱讀)更多 | 相关新闻 | 相關新聞",
    }
)  # fmt: skip
"""The beginnings of pointers to other articles, by language."""
_CALLS = r"sign up (?:for|to)\b | subscribe to\b | follow us\b | advertisement$ | anzeige$"
"""Calls and marks of advertisements that pages print between paragraphs, as pointers."""
POINTER = one_of("\n".join((*POINTERS.values(), _CALLS)))
"""The beginnings of lines that lead away from the text: pointers of all languages, and calls."""
STANDFIRST_SURE = (
    r" (?:standfirst|deks?|decks?|lede|excerpt|vorspann|einleitung|chapo|chapeau|entradilla|bajada|copete"
    r"|volanta|sottotitolo|sommario|ingress|manchette?|preface|epigraph|synopsis|lead ?(?:in|text|paragraph)"
    r"|intro ?text|abstract|anons|lid|spot|mo ta|sapo|first paragraph) "
)
"""Words of class names and ids, in lower case and surrounded by spaces, that only a standfirst has."""
STANDFIRST_SUB = r" sub ?(?:title|tit|headline|head|heading|header|line)s? "
"""Words for lines below the headline, and for headings in the text."""
STANDFIRST_WEAK = " (?:lead|intro|introduction|summary|description|descp?|teaser|blurb|alternative headline) "
"""Words that other elements have, too."""
STANDFIRST_NOT = (
    r" (?:by ?line|authors?|dates?|dateline|published|time|timestamp|share|sharing|social|caption|credits?"
    r"|image|img|photo|gallery|player|related|recommend(?:ed|ations?)?|comments?|newsletter|ads?|advert"
    r"|advertisement|promo|breadcrumbs?|kicker|categor(?:y|ies)|tags?|sidebar|widget|toolbar|nav|menu|popup"
    r"|modal|cookie|consent|footer|bio|rating|meta|logo|brand|branding|site description|extras|votes?|toc"
    r"|copyright|pagination|read(?:ing)? ?time|location) "
)
"""Words of elements between headline and text that are not a standfirst."""
KICKER_CLASS = (
    r"kicker|top-?line|over-?line|roof-?line|dachzeile|eyebrow|top-?title|spitzmarke|vorspann|rubric|volanta"
    r"|cintillo|antetitulo|occhiello|surtitre|sur-?title|pre-?title|sub-?title|sub-?head|sub-?line|untertitel"
    r"|topic|(?:entry|article|post)[-_]{1,2}section|categor|author|byline|\bdate\b|comments?-(?:count|number)"
    r"|aural|sr-only|visually-?hidden|screen-?reader|\bhide\b|is-hidden|invisible|separator|delimiter"
)
"""Class names inside a heading of parts that are not the headline: kickers, subtitles, texts for screen
readers."""
PUBLISHED_LABEL = one_of(
    r"""
    publi(?:shed|cation|cado|cada|cato|é|ée|cat|kováno|kované) | (?:publish|publication|posted) date | posted
    written | first published | created | issued | released?(?: on| date| at)? | date posted | veröffentlicht
    erschienen | erstellt | erscheinungsdatum | online seit | eingestellt am | publié | mis en ligne | paru
    publicación | publicação | pubblicazione | pubblicato | gepubliceerd | geplaatst | publicerad | publisert
    offentliggjort | julkaistu | opublikowan[oay] | dodano | vydáno | zveřejněno | objavljeno | megjelent
    közzétéve | δημοσι\w+ | yayın\w* | yayınlanma | giriş | опубликован\w* | опубліковано | дата публикации
    публикация | публикувано | đăng | ngày đăng | diterbitkan | dipublikasikan | tayang | terbit | 公開 | 掲載
    配信 | 投稿 | 发布 | 發布 | 发表 | 發表 | 登録 | 입력 | 등록 | 게재
    نشر | تاريخ النشر | نُشر | تاریخ انتشار
    प्रकाशित | פורסם | เผยแพร่ | প্রকাশ\w*
    """
)
"""Printed before the date of publication."""
DATE_LABEL = one_of(r"date | datum | vom | fecha | data | dato | дата | 日期 | 日付 | التاريخ | تاریخ")
"""Printed before a date, mostly that of publication."""
UPDATED_LABEL = one_of(
    r"""
    (?:last )?(?:updated?|modified|changed|revised|edited|reviewed) | last update | update[ds]? | modif\w*
    aktualisiert | aktualisierung | geändert | letzte änderung | zuletzt | bearbeitet | mis à jour
    mise à jour | màj | actualizad[oa] | última actualización | atualizad[oa] | modificado | aggiornat[oa]
    bijgewerkt | gewijzigd | uppdaterad | oppdatert | opdateret | päivitetty | muokattu | aktualizacja
    zaktualizowano | aktualizov\w+ | ažurirano | frissítve | módosítva | ενημερώ\w+ | güncelle\w*
    son güncelleme | обновлен\w* | изменен\w* | оновлен\w* | cập nhật | diperbarui | diubah | 更新 | 修正
    수정 | 업데이트 | تحديث | آخر تحديث | به‌روز\w* | अपडेट | अद्यतन | עודכן | עדכון | อัปเดต | আপডেট
    """
)
"""Printed before the date of a change."""
NOTICE = one_of(
    r"""
    an dieser stelle (?:findest du|finden sie|steht|würden wir|befindet sich)
    empfohlener (?:redaktioneller|externer) inhalt | (?:redaktionell )?empfohlener externer inhalt
    ich (?:bin damit einverstanden|möchte|willige)\b.{0,40}\binhalte?
    (?:hier|an dieser stelle) (?:klicken|ist ein|wird ein)\b.{0,60}\binhalte?
    externe[rn]? inhalte? (?:anzeigen|laden|von) | personenbezogene daten (?:können|werden)\b
    link zum \w+[- ]inhalt | zustimmen (?:&|und) (?:anzeigen|weiter)
    (?:zur|um die?) (?:anzeige|darstellung|ansicht) (?:dieses|der|von)\b.{0,60}\b(?:inhalt|cookies|zustimmung)
    (?:mehr|weitere informationen) dazu in unserer datenschutzerklärung | anzeige$ | werbung$
    (?:to|please).{0,30}\b(?:view|see|display|watch|load) this (?:content|embed|video|post)
    this (?:content|embed|post) (?:is|was|contains?|may contain)\b.{0,60}\b(?:provided|hosted|blocked|cookies)
    we need your (?:consent|permission) | (?:allow|accept|enable|manage) (?:all )?cookies
    view (?:this post|on) \w+ | your browser (?:does not|doesn['’]t) support
    (?:please )?(?:enable|turn on) javascript | javascript is (?:required|disabled)
    (?:sorry, )?(?:this|the) (?:video|audio|content) (?:is not|isn['’]t|cannot be|can['’]t be|could not be)
    (?:story|article) continues below | advertisement\b.{0,20}$ | ad ?- ?article continues | embed$
    loading ?(?:…|\.{3})?$ | pour (?:afficher|voir|visualiser) (?:ce|cette|le) (?:contenu|vidéo|post)
    ce contenu (?:est|n['’]est|a été) (?:bloqué|pas) | (?:la suite )?après (?:la|cette) publicité | publicité$
    votre navigateur ne (?:supporte|prend)
    para (?:ver|visualizar|ler) (?:este|esse|o) (?:contenido|conteúdo|vídeo|video|post) | publicidade?$
    publicidad$ | este (?:contenido|conteúdo) (?:está|no|não|fue|foi)\b
    (?:su|seu) navegador (?:no|não) (?:soporta|suporta)
    per (?:visualizzare|vedere) questo (?:contenuto|video) | pubblicità$ | contenuto (?:esterno|bloccato)
    om (?:deze|dit) (?:inhoud|content|video|bericht) te | advertentie$ | reklama$ | annons$ | annonse$
    mainos$ | reklam$ | реклама$ | ваш браузер не поддерживает | 広告$ | 広告の下に記事が続きます | 광고$
    广告$ | 廣告$ | إعلان$ | विज्ञापन$ | quảng cáo$ | iklan$ | \w+\$\$$ | \w+#[\w-]+\]$
    """
)
"""The beginnings of notices instead of content: embeds that wait for consent, players, ads."""
