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
    (?:file |stock |main |lead |cover |top )?photo(?:s|graph|graphs|graphy|graphie)? | pictures? | pics?
    images? | (?:photo|image|picture|video)[ -]?(?:credits?|source) | credits? | screen(?:shot|grab)
    illustrations? | graphics? | foto(?:s|[’']s|grafi?[aeo]?s?|graf(?:in|ik|i)?)?
    (?:archiv|symbol)?bild(?:er|quelle|nachweis)? | grafik | beeld | montage | quelle | crédits?(?: photos?)?
    source | crédito | cr[eé]ditos | fuente | fonte | imagen | imágenes | imagem | immagin[ei] | divulgação
    reprodução | fotó | fot\. | zdj(?:ęcie|\.) | kuva | ljósmynd | nuotr\. | fotoğraf | ảnh | gambar
    dok(?:umentasi)?\.? | φωτο(?:γραφία)? | фото(?:графия)? | снимка | світлина | источник | иллюстрация
    скриншот | сүрөт | сурет | ছবি | फोटो | तस्वीर | साभार | चित्र | 写真 | 画像 | 図 | 撮影 | 提供 | 出典
    图片?(?:来源|源)? | 图 | 圖(?:片)?(?:來源)? | 摄影? | 攝影? | 供图 | 사진(?:\s?제공)? | 출처 | 그래픽
    ภาพ | เครดิต | (?:ال)?صورة | تصوير | المصدر | مصدر الصورة | عکس | منبع | צילום | קרדיט
    """
)
"""Before a colon and the name of the picture's maker."""
CREDIT_BY = one_of(
    r"""
    (?:photo(?:graph)?(?:ed|s|y)?|pictures?|pics?|images?|illustration|graphic|screenshot)\s+(?:by|via)
    (?:photo(?:graph)?(?:ed|s|y)?|pictures?|pics?|images?|illustration|graphic|screenshot)\s+courtesy(?: of)?
    (?:photo(?:graph)?(?:ed|s|y)?|pictures?|pics?|images?|illustration|graphic|screenshot)\s+credit\b
    courtesy(?: of|:) | with permission from | handout (?:via|from) | cortesía de
    avec l.aimable autorisation de | gentileza | cedida por
    (?:foto|bild|imagen|fotografía)\s+(?:von|door|av|af|oleh|przez)
    """
)
"""Before the name without a colon."""
PICTURE_AGENCY = one_of(
    r"""
    getty(?: images)? | imago(?:-images\S*)? | picture[- ]alliance | alamy | shutterstock
    i?stock(?:photo|\.adobe\.com)? | adobe ?stock | unsplash | pexels | pixabay | depositphotos | 123rf
    dreamstime | zuma(?: press)? | sipa(?: usa| press)? | epa(?:-efe)? | rex features | wikimedia(?: commons)?
    keystone(?:-sda)? | nurphoto | magnum | wire ?image | bildfunk | ap photo | pa wire | pa images
    press association | cuartoscuro | europa press | gallo images | hand-?out | flickr | cc[- ]by(?:[- ]\w+)*
    public domain | creative commons | pool | efe | afp | dpa | ap | reuters | ansa | tass | belga | anp
    ritzau | scanpix | ntb | tt | lusa | pap | forum | agencja | kyodo | 공동취재 | 뉴시스 | 뉴스1 | 연합뉴스
    로이터 | 게티이미지\S* | 聯合報 | 中央社 | 共同 | 共同通信社? | 時事 | 時事通信社? | ロイター | ＡＰ
    ＡＦＰ | ＥＰＡ | ゲッティ\S* | 新华社 | 视觉中国 | 中新社 | xinhua | тасс | риа новости | коммерсантъ
    getty | upi | bloomberg | associated press | agence france-presse | anadolu(?: ajansı| agency)? | iha
    dha | aa | pti | ani | yonhap | antara | bernama
    """
)
"""Makers without a first name: agencies and stocks of pictures."""
FILE_PHOTO = one_of(
    r"""
    \bfile[ -](?:photo(?:graph)?|picture|pic|image)s?\b | (?:^|(?<=[.)] ))file(?=\s?[—–-]\s) | \(file\)
    \bstock (?:photo|image)\b | \barchiv(?:bild|foto|aufnahme)(?:er|s)?\b | \bsymbol(?:bild|foto)\b
    \bphotos? d['’]archives?\b | \bimage d['’]archives?\b
    \b(?:foto|imagen|fotografía|imágenes|fotos) de archivo\b | \b(?:foto|imagem) de arquivo\b
    \bfoto d['’]archivio\b | \bfoto di repertorio\b | \bархивн(?:ое|ая) (?:фото|фотография|изображение)\b
    \bфото (?:из|с) архива\b | \bархівне фото\b | \bархив\b | \barchieffoto\b | \barkiv(?:foto|bilde?)\b
    \barkistokuva\b | \barchívumi?\s?(?:fotó|kép)\b | \bzdjęcie archiwalne\b
    \b(?:ilustrační|archivní) foto\b | \barşiv(?: fotoğrafı?)?\b | \bảnh tư liệu\b | \bfoto arsip\b
    \bgambar fail\b | 資料写真 | 資料画像 | 资料图片? | 資料照片? | 资料照片 | 자료\s?사진 | ภาพจากแฟ้ม
    صورة (?:أرشيفية|من الأرشيف) | أرشيفية | عکس آرشیوی | फाइल (?:फोटो|तस्वीर) | फ़ाइल फ़ोटो | ফাইল ছবি
    צילום ארכיון | αρχείου
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
LABEL = one_of(
    r"""
    image (?:caption|source) | toggle caption | hide caption | caption | bildunterschrift | bild vergrößern
    enlarge(?: this)? image | open image in (?:gallery|lightbox) | view image in fullscreen | click to enlarge
    open (?:this )?photo in gallery | image \d+ of \d+ | video | autoplay | weitere videos | now playing
    \d+\s?/\s?\d+ | 閉じる | 拡大 | 画像を拡大する | 크게보기
    """
)
"""Labels of buttons and screen readers around a caption."""
# Of captions next to a picture.
_CAPTION = re.compile(
    r"caption|legend(?![a-z])|cutline|bildunterschrift|bildtext|bild-?info|(?<![a-z])bu(?![a-z])|didascalia"
    r"|leyenda|epigrafe|pie-?(?:de-?)?foto|(?:image|img|photo|foto|picture|media|figure|gallery|lightbox"
    r"|slide)[_-]*(?:info|desc|text|txt|subtitle|title|label|meta)|media(?:Info|Subtitle|Text)|(?:image|img"
    r"|photo|picture)(?:Info|Desc|Text|Title)|description(?=.*(?:image|photo))"
)
# Of captions anywhere.
_SURE_CAPTION = re.compile(
    r"(?:wp|image|img|photo|foto|picture|figure|tr|media|gallery|slide)[-_]*caption"
    r"|cutline|bildunterschrift|fig-?caption"
)
MAY_BE_CAPTION = re.compile("cap|cutl|bildu")
"""A fast test: every sure caption class contains one of these, in lower case."""
# Of boxes that hold more than a picture.
_NO_BOX = re.compile(r"header|body|content|story|article(?!.*image)|summary|has-")
# Of boxes for a picture and its caption.
_BOX = re.compile(
    r"image|img|photo|picture|media(?!-object)|figure|foto|bild|gallery|galer|slide|imagen|kuva|thumb"
)
# Of credits next to a picture.
_CREDIT = re.compile(
    r"credit|copyright|photographer|(?:image|img|photo|foto|picture|media|figure|caption)[_-]*(?:source"
    r"|author|by(?:line)?|rights|agency|owner)|fotograf|bildquelle|(?<![a-z])quelle|attribution(?![a-z])"
    r"|(?<![a-z-])(?:source|agency|byline|author|rights|copy)(?![a-z])"
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
    r"|more-?(?:stories|news|from|on)(?![a-z])|see-?also|mega-?menu|subscri|cookie|video[-_]?(?:card|item"
    r"|teaser|list)|(?<!-)cards?(?![a-z]))"
)
# Of pictures that show a logo or the author.
_EMBLEM = re.compile(r"(?<![a-z])(?:logo|avatar|icon|author|emoji|sprite|headshot)")
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
    """Whether a class attribute says that its element names the picture's maker; `sure`: and nothing else."""
    return (_SURE_CREDIT if sure else _CREDIT).search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_outside_class(name: str) -> bool:
    """Whether a class attribute or id says that the content of its element is not part of the article."""
    return _OUTSIDE.search(_spelled(name)) is not None


@lru_cache(_MAX_CACHED)
def is_emblem_class(name: str) -> bool:
    """Whether a class attribute of a picture says that it shows a logo, an icon or the author."""
    return _EMBLEM.search(_spelled(name)) is not None


def _spelled(name: str) -> str:
    """Return the name in lower case with a hyphen between the words of camelCase."""
    return _CAMEL.sub("-", name).lower()
