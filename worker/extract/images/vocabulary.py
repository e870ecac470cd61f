"""Words for pictures: in class names around them, and printed below them by news pages of many languages.

Collected from pages of the corpus and completed by hand. Content systems use similar class names:
wp-caption-text (WordPress), tr-caption (Blogger), image__caption, media-info, photo-credit,
field-image-caption (Drupal), and the words of other languages for the same. Strings are sources of regular
expressions, compiled with IGNORECASE by the module that uses them.
"""

import re
from functools import lru_cache

from worker.extract.lexicon import one_of

CREDIT = one_of(
    r"""
    (?:file |stock |main |lead |cover |top )?photo(?:s|graph|graphs|graphy|graphe|graphies?|grapher)?
    pictures? | pics? | images? | (?:photo|image|picture|video)[ -]?(?:credits?|source|copyright)
    credits? | screen(?:shot|grab) | illustrations? | graphics?
    foto(?:s|[’']s|grafi?[aeo]?s?|graf(?:in|ik|i|en)?)? | fotóg?raf[oai] | fotoğraf(?:lar)? | foto autor
    autor (?:de )?(?:foto|fotografie|zdjęcia) | autor
    (?:archiv|symbol)?bild(?:er|quelle|nachweis|rechte)? | grafik | beeld | montage | quelle | rechte
    crédits?(?: photos?)? | source | (?:sursa )?foto | sursa | crédito | cr[eé]ditos | fuente | fonte
    firma | imagen | imágenes | imagem | immagin[ei] | divulgação | reprodução | fotó | forrás | fot\.
    źródło | zdroj | zdj(?:ęcie|ęcia|\.) | izvor | vir | kuva | kuvaaja | (?:ljós)?mynd(?:ir)? | nuotr\.
    kaynak | ảnh | nguồn | (?:nguồn )?ảnh | gambar | sumber(?: foto)? | dok(?:umentasi)?\.? | picha
    φωτο(?:γραφ[ίι]α)? | φωτ\. | πηγή | фото(?:графия|граф)? | автор(?: фото)? | снимка | слика
    світлина | джерело | извор | источник | иллюстрация | скриншот | сүрөт | сурет | ছবি | फोटो | तस्वीर
    साभार | चित्र | स्रोत | 写真(?:提供)? | 画像(?:提供)? | 資料(?:提供)? | 図 | 撮影 | 提供 | 出典
    图片?(?:来源|源)? | 圖(?:片)?(?:來源|源)? | 摄影? | 攝影? | 供图 | 来源 | 來源 | 사진(?:\s?제공)?
    출처 | 그래픽 | 이미지 | ภาพ | ที่มา | เครดิต | (?:ال)?صورة | تصوير | (?:ال)?مصدر(?: الصورة)? | عکس
    منبع | צילום | קרדיט | מקור | תמונה
    """
)
"""Before a colon and the name of the picture's maker."""
PHOTO = one_of(
    r"""
    photos? | photograph(?:s|y|er|ie)? | pictures? | pics? | source | foto(?:s|grafi[aei]s?|grafía|graf)?
    fotó | bild | beeld | kuva | credits? | crédits?
    fot\. | zdj\. | gambar | ảnh | фото | φωτ(?:ο|\.) | ljósmynd | fotoğraf | 图 | 圖 | 写真
    """
)
"""Before the name also without a colon, where nothing but names follows: 'Foto Jane Doe'."""
SOURCE_LABEL = one_of(
    r"""
    (?:image|photo|picture) (?:source|copyright) | автор фото | источник изображения
    джерело зображення | автор фото | fuente de la imagen | cr[eé]dito(?: da foto)? | crédit(?: photo)?
    kaynak | sumber gambar | nguồn hình ảnh | 圖像來源 | 图像来源 | 画像提供 | 画像元 | 사진 출처
    이미지 출처 | مصدر الصورة | صدر الصورة | منبع تصویر | تصویر کا ذریعہ | इमेज स्रोत | ছবির উৎস
    படக்குறிப்பு ஆதாரம் | ที่มาของภาพ | chanzo cha picha
    """
)
"""Before a comma and the name, as the BBC's services label pictures for screen readers."""
CAPTION_LABEL = one_of(
    r"""
    (?:image|photo|picture|video) caption | подпись к фото | підпис до фото | pie de foto
    legenda da foto | légende | resim altı(?: yazısı)? | keterangan gambar | chụp lại hình ảnh
    圖像加註文字 | 图像加注文字 | 画像説明 | 사진 설명 | (?:ال)?تعليق على الصورة | توضیح تصویر
    تصویر کا کیپشن | इमेज कैप्शन | ছবির ক্যাপশন | maelezo ya picha | bildunterschrift | caption
    """
)
"""Before a caption, in the same labels."""
RIGHTS = one_of(
    r"""
    all rights reserved | purchase licensing rights(?:, opens new tab)?(?:\s*\S{0,2})?
    alle rechte vorbehalten | tous droits réservés | todos los derechos reservados
    todos os direitos reservados | riproduzione riservata | reproduction interdite | 재판매 및 DB 금지
    무단 ?전재(?: 및 |[- ·,])?재배포 금지 | 無断転載(?:・複製)?(?:を禁じます|禁止)?
    版权所有(?:[，,]?\s?未经授权不得转载)? | opens (?:in )?(?:a )?new (?:tab|window)
    """
)
"""Notices after a credit."""
CREDIT_BY = one_of(
    r"""
    (?:photo(?:graph)?(?:ed|s|y)?|pictures?|pics?|images?|illustration|graphic|screenshot)\s+(?:by|via)
    (?:photo(?:graph)?(?:ed|s|y)?|pictures?|pics?|images?|illustration|graphic|screenshot)\s+courtesy(?: of)?
    (?:photo(?:graph)?(?:ed|s|y)?|pictures?|pics?|images?|illustration|graphic|screenshot)\s+credit\b
    courtesy(?: of|:)? | with permission from | handout (?:via|from) | cortesía de
    avec l.aimable autorisation de | gentileza | cedida por
    (?:foto|bild|imagen|fotografía)\s+(?:von|door|av|af|oleh|przez)
    """
)
"""Before the name without a colon."""
PICTURE_AGENCY = one_of(
    r"""
    getty(?: images)? | imago(?:-images\S*)? | picture[- ]alliance | alamy(?: stock photo)?
    shutterstock | i?stock(?:photo|\.adobe\.com)? | adobe ?stock | unsplash | pexels | pixabay
    depositphotos | 123rf | dreamstime | zuma(?: press)? | sipa(?: usa| press)? | epa(?:-efe)?
    rex features | wikimedia(?: commons)? | keystone(?:-sda)? | nurphoto | magnum | wire ?image
    bildfunk | ap photo | pa wire | pa images | pa media | press association | cuartoscuro
    europa press | gallo images | hand-?out | flickr | cc[- ]by(?:[- ]\w+)* | public domain
    creative commons | pool | efe | afp | dpa | ap | reuters | ansa | tass | belga | anp | ritzau
    scanpix | ntb | tt | lusa | pap | forum | agencja | kyodo | 공동취재 | 뉴시스 | 뉴스1 | 연합뉴스
    로이터 | 게티이미지\S* | 聯合報 | 中央社 | 共同 | 共同通信社? | 時事 | 時事通信社? | ロイター | ＡＰ
    ＡＦＰ | ＥＰＡ | ゲッティ\S* | 新华社 | 视觉中国 | 中新社 | xinhua | тасс | риа новости
    коммерсантъ | getty | upi | bloomberg | associated press | agence france-presse
    anadolu(?: ajansı| agency)? | iha | dha | aa | pti | ani | yonhap | antara | bernama | apa | čtk
    tasr | mti | hina | tanjug | sta | bta | leta | elta | bns | unian | укринформ | укрінформ | унiан
    уніан | рейтер | танјуг | stt | lehtikuva | лента | интерфакс | lapresse | fotogramma | folhapress
    agência brasil | supplied | contributed | submitted | zvg | divulgação | reprodução
    arquivo pessoal | google(?: maps| earth)? | nasa | esa | ttxvn | (?:وكالة )?رويترز
    (?:وكالة )?الأناضول | الفرنسية | أ\.? ?ف\.? ?ب\.? | فرانس برس | أسوشيتد ?برس | أ\.? ?ب\.?
    د\.? ?ب\.? ?أ\.? | واس | وام | سانا | بترا | وفا | قنا | كونا | غيتي(?: إيميجز)? | جيتي | الجزيرة
    الشرق الأوسط | الأوروبية | ایرنا | ایسنا | مهر | فارس | تسنیم | رویترز | روئٹرز | اے ایف پی | רויטרס
    אי[.־ -]?פי | פלאש ?90 | लोकमत | पीटीआई | एएनआई | एएफ़?पी | रॉयटर्स | एपी | रॉयटर | রয়টার্স | এএফপি
    বাসস | รอยเตอร์ | เอเอฟพี | ρόιτερς | απε-μπε | eurokinissi
    """
)
"""Makers without a first name: agencies, stocks of pictures, and words for 'supplied'."""
PICTURE_AGENCY_CJK = one_of(
    r"""
    新华社 | 新華社 | 中新社 | 中新网 | 视觉中国 | 视觉china | 东方ic | 人民视觉 | 央视新闻 | 路透社?
    美联社 | 美聯社 | 法新社 | 歐新社 | 欧新社 | 彭博 | 中央社 | 聯合報 | 達志影像 | 共同通信社?
    共同通信イメージズ | 共同 | 時事通信社?(?:フォト)? | 時事 | ロイター
    ゲッティ(?:イメージズ|・?images)? | アフロ | ＡＰ通信? | ＡＦＰ | ＥＰＡ | ap | afp | epa | getty
    """
)
"""The same in scripts without spaces, where two can be one word: ゲッティ共同."""
MADE_BY = one_of(
    r"撮影 | 提供 | 摄影? | 攝影? | 供图 | 供圖 | 제공 | 촬영 | nuotr\.? | nuotrauka | felvétele"
)
"""After the name of the picture's maker."""
FILE_PHOTO = one_of(
    r"""
    \bfile[ -](?:photo(?:graph)?|picture|pic|image)s?\b | (?:^|(?<=[.)] ))file(?=\s?[—–-]\s) | \(file\)
    (?:^|(?<=[(\[]))file(?=:) | (?<=, )file(?=\)?$) | \bstock (?:photo|image)\b
    \barchiv(?:bild|foto|aufnahme)(?:er|s)?\b | \bsymbol(?:bild|foto)\b | \bphotos? d['’]archives?\b
    \bimage d['’]archives?\b | \b(?:foto|imagen|fotografía|imágenes|fotos) de archivo\b
    \b(?:foto|imagem) de arquivo\b | \bfoto d['’]archivio\b | \bfoto di repertorio\b
    \bархивн(?:ое|ая) (?:фото|фотография|изображение)\b | \bфото (?:из|с) архива\b | \bархівне фото\b
    \bархив\b | \barchieffoto\b | \barkiv(?:foto|bilde?)\b | \barkistokuva\b
    \barchívumi?\s?(?:fotó|kép)\b | \bzdjęcie archiwalne\b | \b(?:ilustrační|archivní) foto\b
    \barşiv(?: fotoğrafı?)?\b | \bảnh tư liệu\b | \bfoto arsip\b | \bgambar fail\b | 資料写真 | 資料画像
    资料图片? | 資料照片? | 资料照片 | 자료\s?사진 | ภาพจากแฟ้ม | صورة (?:أرشيفية|من الأرشيف) | أرشيفية
    عکس آرشیوی | फाइल (?:फोटो|तस्वीर) | फ़ाइल फ़ोटो | ফাইল ছবি | צילום ארכיון | αρχείου
    """
)
"""Marks of a picture that was not taken for this news."""
FILE_PHOTO_HINTS = (
    *("file", "stock", "archi", "arqui", "arkiv", "arkist", "arşiv", "symbol", "repertorio", "arsip", "fail"),
    *(
        "архив",
        "архів",
        "tư liệu",
        "資料",
        "资料",
        "자료",
        "แฟ้ม",
        "أرشيف",
        "آرشیو",
        "फाइल",
        "फ़ाइल",
        "ফাইল",
        "ארכיון",
        "αρχείου",
    ),
)
"""In lower case; `FILE_PHOTO` only matches texts with one of these, and they are found much faster."""
# Of captions next to a picture.
_CAPTION = re.compile(
    r"caption|legend[ae]?(?![a-z])|cutline|bildunterschrift|bild(?:e?tekst|text|-?info)|billedtekst|kuvateksti"
    r"|(?:bij|onder)schrift|didascali[ae]|leyenda|epigrafe|pie-?(?:de-?)?foto|foto-?pie|resim-?alti"
    r"|(?<![a-z])bu(?![a-z])|(?:zdjeci[ea]|foto)[_-]*(?:opis|popis)|(?:opis|popis)[_-]*(?:zdjecia|foto)"
    r"|(?:image|img|photo|foto|pic|picture|media|figure|gallery|lightbox|slide)[_-]*(?:info|desc|text|txt|subtitle|title|label|meta)|media(?:Info|Subtitle|Text)|(?:image|img"
    r"|photo|picture)(?:Info|Desc|Text|Title)|description(?=.{0,60}(?:image|photo))"
)
# Of captions anywhere.
_SURE_CAPTION = re.compile(
    r"(?:wp|image|img|photo|foto|picture|figure|tr|media|gallery|slide)[-_]*caption"
    r"|cutline|bildunterschrift|fig-?caption"
)
MAY_BE_CAPTION = re.compile("cap|cutl|bildu")
"""A fast test: every sure caption class contains one of these, in lower case."""
# Of boxes that hold more than a picture.
_NO_BOX = re.compile(r"header|body|content|story|article(?!.*(?:image|photo|picture|media))|summary|has-")
# Of boxes for a picture and its caption.
_BOX = re.compile(
    r"image|img|photo|picture|media(?!-object)|figure|foto|bild|gallery|galer|slide|imagen|kuva|thumb"
)
# Of credits next to a picture.
_CREDIT = re.compile(
    r"credit|copyright|photographer|(?:image|img|photo|foto|picture|media|figure|caption)[_-]*(?:source"
    r"|author|by(?:line)?|rights|agency|owner)|fotograf|bildquelle|(?<![a-z])quelle|attribution(?![a-z])"
    r"|(?<![a-z-])(?:source|agency|byline|author|rights|copy)(?![a-z])|signature|fotograaf|kuvaaja|zrodlo|zdroj"
    r"|forras|fuente|kaynak|(?<![a-z])(?:firma|autor|bron|fonte|sursa|izvor)(?![a-z])"
)
# Of nothing but credits.
_SURE_CREDIT = re.compile(
    r"credit|copyright|photographer|(?:image|img|photo|picture|media)[_-]?(?:source|author|rights)|bildquelle"
)
# Of teasers, menus and other furniture.
_OUTSIDE = re.compile(
    r"(?<![a-z])(?:related|recommend|recirc|teaser|promo(?!t)|side-?bar|newsletter|avatar|author|byline"
    r"|comments?(?![a-z])|social|shar(?:e|ing)(?![a-z])|logo|icons?(?![a-z])|advert|ads?(?![a-z])|banner"
    r"|sponsor|footer|navigation|popular|trending|most-?read|outbrain|taboola|read-?(?:more|next|also)"
    r"|more-?(?:stories|news|from|on)(?![a-z])|see-?also|mega-?menu|subscri|cookie|video[-_]?(?:card|item|player"
    r"|teaser|list)|(?<!-)cards?(?![a-z]))"
)
# Of pictures that show a logo or the author.
_EMBLEM = re.compile(r"(?<![a-z])(?:logo|avatar|icon|author|emoji|sprite|headshot)")
# Of text for screen readers alone, and of buttons to share.
_NO_CAPTION = re.compile(
    r"visually-?hidden|sr-only|(?:screen|off)-?(?:reader|screen)|(?<![a-z])hidden-text|u-vh|a11y"
    r"|(?<![a-z])(?:shar(?:e|ing)|social)(?![a-z])"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAX_CACHED = 4096  # class attributes of several sites; a guess


@lru_cache(_MAX_CACHED)
def is_caption_class(name: str) -> bool:
    """Whether a class attribute says that an element next to a picture is its caption."""
    return _CAPTION.search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_sure_caption_class(name: str) -> bool:
    """Whether a class attribute is one of captions wherever the element is."""
    return _SURE_CAPTION.search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_box_class(name: str) -> bool:
    """Whether a class attribute says that its element holds a picture and its caption."""
    return _BOX.search(_spelled(name)) is not None and _NO_BOX.search(_spelled(name)) is None


@lru_cache(_MAX_CACHED)
def is_credit_class(name: str, *, sure: bool = False) -> bool:
    """Whether a class attribute says that its element names the picture's maker; `sure`: and nothing else.

    A class of the attribute that is one of captions alone says more: `image__caption attribution`.
    """
    credit = _SURE_CREDIT if sure else _CREDIT
    names = _spelled(name).split()
    if not any(credit.search(one) for one in names):
        return False
    return not any(_CAPTION.search(one) and not _CREDIT.search(one) for one in names)


@lru_cache(_MAX_CACHED)
def is_outside_class(name: str) -> bool:
    """Whether a class attribute or id says that the content of its element is not part of the article."""
    return _OUTSIDE.search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_emblem_class(name: str) -> bool:
    """Whether a class attribute of a picture says that it shows a logo, an icon or the author."""
    return _EMBLEM.search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_no_caption_class(name: str) -> bool:
    """Whether a class attribute within a caption is one of text that is not part of it."""
    return _NO_CAPTION.search(_spelled(name)) is not None


def _spelled(name: str) -> str:
    """Return the name in lower case with a hyphen between the words of camelCase."""
    return _CAMEL.sub("-", name).lower()
