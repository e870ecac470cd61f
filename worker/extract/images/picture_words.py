"""The words that news pages of many languages print below pictures: who made them, and that they are old.

Each is the source of a regular expression, to be compiled by the module that uses it with IGNORECASE.
"""

CREDIT = (
    r"(?:(?:file |stock |main |lead |cover |top )?photo(?:s|graph|graphs|graphy|graphie)?|pictures?|pics?"
    r"|images?|"
    r"(?:photo|image|picture|video)[ -]?(?:credits?|source)|credits?|screen(?:shot|grab)|illustrations?"
    r"|graphics?"
    r"|foto(?:s|[’']s|grafi?[aeo]?s?|graf(?:in|ik|i)?)?|(?:archiv|symbol)?bild(?:er|quelle|nachweis)?"
    r"|grafik|beeld|montage|quelle"
    r"|crédits?(?: photos?)?|source|crédito|cr[eé]ditos|fuente|fonte|imagen|imágenes|imagem|immagin[ei]"
    r"|divulgação|reprodução"
    r"|fotó|fot\.|zdj(?:ęcie|\.)|kuva|ljósmynd|nuotr\.|fotoğraf|ảnh|gambar|dok(?:umentasi)?\.?"
    r"|φωτο(?:γραφία)?"
    r"|фото(?:графия)?|снимка|світлина|источник|иллюстрация|скриншот|сүрөт|сурет|ছবি|फोटो|तस्वीर"
    r"|साभार|चित्र"
    r"|写真|画像|図|撮影|提供|出典|图片?(?:来源|源)?|图|圖(?:片)?(?:來源)?|摄影?|攝影?|供图"
    r"|사진(?:\s?제공)?|출처|그래픽|ภาพ|เครดิต"
    r"|(?:ال)?صورة|تصوير|المصدر|مصدر الصورة|عکس|منبع|צילום|קרדיט)"
)
"""What stands before a colon and the name of who made a picture."""
BY = (
    r"(?:(?:photo(?:graph)?(?:ed|s|y)?|pictures?|pics?|images?|illustration|graphic|screenshot)\s+(?:by"
    r"|via|courtesy(?: of)?|credit\b)"
    r"|courtesy(?: of|:)|with permission from|handout (?:via|from)|cortesía de"
    r"|avec l.aimable autorisation de|gentileza|cedida por"
    r"|(?:foto|bild|imagen|fotografía)\s+(?:von|door|av|af|oleh|przez))"
)
"""What stands before the name without a colon."""
PICTURE_AGENCY = (
    r"(?:getty(?: images)?|imago(?:-images\S*)?|picture[- ]alliance|alamy|shutterstock|i?stock(?:photo"
    r"|\.adobe\.com)?|adobe ?stock"
    r"|unsplash|pexels|pixabay|depositphotos|123rf|dreamstime|zuma(?: press)?|sipa(?: usa| press)?"
    r"|epa(?:-efe)?|rex features"
    r"|wikimedia(?: commons)?|keystone(?:-sda)?|nurphoto|magnum|wire ?image|bildfunk|ap photo|pa wire"
    r"|pa images|press association"
    r"|cuartoscuro|europa press|gallo images|hand-?out|flickr|cc[- ]by(?:[- ]\w+)*|public domain"
    r"|creative commons|pool|efe|afp|dpa"
    r"|ap|reuters|ansa|tass|belga|anp|ritzau|scanpix|ntb|tt|lusa|pap|forum|agencja|kyodo|공동취재"
    r"|뉴시스|뉴스1"
    r"|연합뉴스|로이터|게티이미지\S*"
    r"|聯合報|中央社|共同|共同通信社?|時事|時事通信社?|ロイター|ＡＰ|ＡＦＰ|ＥＰＡ|ゲッティ\S*|新华社"
    r"|视觉中国|中新社|xinhua|тасс|риа новости"
    r"|коммерсантъ|getty|upi|bloomberg"
    r"|associated press|agence france-presse|anadolu(?: ajansı| agency)?|iha|dha|aa|pti|ani|yonhap|antara"
    r"|bernama)"
)
"""Who has no first name: agencies and stocks of pictures."""
FILE_PHOTO = (
    r"(?:\bfile[ -](?:photo(?:graph)?|picture|pic|image)s?\b"
    r"|(?:^|(?<=[.)] ))file(?=\s?[—–-]\s)|\(file\)|\bstock (?:photo"
    r"|image)\b"
    r"|\barchiv(?:bild|foto|aufnahme)(?:er|s)?\b|\bsymbol(?:bild|foto)\b|\bphotos? d['’]archives?\b"
    r"|\bimage d['’]archives?\b"
    r"|\b(?:foto|imagen|fotografía|imágenes|fotos) de archivo\b|\b(?:foto|imagem) de arquivo\b"
    r"|\bfoto d['’]archivio\b|\bfoto di repertorio\b"
    r"|\bархивн(?:ое|ая) (?:фото|фотография|изображение)\b|\bфото (?:из|с) архива\b|\bархівне фото\b"
    r"|\bархив\b|\barchieffoto\b"
    r"|\barkiv(?:foto|bilde?)\b|\barkistokuva\b|\barchívumi?\s?(?:fotó|kép)\b|\bzdjęcie archiwalne\b"
    r"|\b(?:ilustrační|archivní) foto\b"
    r"|\barşiv(?: fotoğrafı?)?\b|\bảnh tư liệu\b|\bfoto arsip\b|\bgambar fail\b|資料写真|資料画像"
    r"|资料图片?|資料照片?"
    r"|资料照片|자료\s?사진|ภาพจากแฟ้ม"
    r"|صورة (?:أرشيفية|من الأرشيف)|أرشيفية|عکس آرشیوی|फाइल (?:फोटो|तस्वीर)|फ़ाइल फ़ोटो|ফাইল ছবি"
    r"|צילום ארכיון|αρχείου)"
)
"""That a picture was not taken for this news."""
FILE_PHOTO_HINTS = (
    *(
        "file",
        "stock",
        "archi",
        "arqui",
        "arkiv",
        "arkist",
        "arşiv",
        "symbol",
        "repertorio",
        "tư liệu",
        "arsip",
        "fail",
    ),
    *(
        "архив",
        "архів",
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
"""In lower case; each of those has one of these in it, which is told much faster."""
LABEL = (
    r"(?:image (?:caption|source)|toggle caption|hide caption|caption|bildunterschrift|bild vergrößern"
    r"|enlarge(?: this)? image"
    r"|open image in (?:gallery|lightbox)|view image in fullscreen|click to enlarge"
    r"|open (?:this )?photo in gallery|image \d+ of \d+"
    r"|video|autoplay|weitere videos|now playing|\d+\s?/\s?\d+|閉じる|拡大|画像を拡大する|크게보기)"
)
"""What readers' programs or buttons say around a caption."""
