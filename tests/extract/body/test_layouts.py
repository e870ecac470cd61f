"""Whole pages as content systems print them: the text is the paragraphs, and nothing else of the page.

Each layout has a place for the furniture of `FURNITURE`, in the words of each language.
"""

from dataclasses import dataclass

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU, page
from tests.extract.read import article

ES = (
    "El viejo puente sobre el río fue cerrado el viernes después de que los ingenieros hallaran grietas en "
    "dos de sus pilares.",
    "«Tuvimos que actuar de inmediato», dijo la alcaldesa, y añadió que los autobuses darán un rodeo durante "
    "algunas semanas.",
    "Las obras empezarán en junio y costarán cuatro millones, la mayor parte de los cuales ha "
    "prometido la región.",
    "Los vecinos de la otra orilla se quejaron de que supieron del cierre por la radio y no por el "
    "ayuntamiento.",
)


@dataclass(frozen=True)
class Words:
    """What a page prints around the text, in one language."""

    code: str
    texts: tuple[str, ...]
    title: str
    by: str
    caption: str
    related: str
    others: tuple[str, str, str]
    newsletter: str
    share: str
    cookies: str
    bio: str
    ad: str
    comments: str
    comment: str
    rights: str


WORDS = [
    Words(
        "en",
        EN,
        "The old bridge is closed",
        "By Jo Park",
        "The old bridge on Friday. Photo: Kim Lee/Agency",
        "Related articles",
        (
            "Tunnel opens two years late",
            "Five walks along the river for a sunny day",
            "Council raises the price of parking",
        ),
        "Sign up for our newsletter and get the best stories of the day in your inbox every morning.",
        "Share on Facebook",
        "We use cookies to give you the best experience on our website. You can change your "
        "settings at any time.",
        "Jo Park is a reporter at the Gazette who covers roads and rivers. Follow her on Twitter.",
        "Advertisement",
        "Comments",
        "I told them so years ago, and nobody wanted to hear it from me.",
        "© 2024 The Gazette. All rights reserved.",
    ),
    Words(
        "de",
        DE,
        "Die alte Brücke ist gesperrt",
        "Von Eva Lang",
        "Die alte Brücke am Freitag. Foto: Kim Lee/Agentur",
        "Mehr zum Thema",
        (
            "Tunnel öffnet zwei Jahre zu spät",
            "Fünf Wege am Fluss für einen sonnigen Tag",
            "Stadtrat erhöht die Gebühren für das Parken",
        ),
        "Melden Sie sich für unseren Newsletter an und erhalten Sie jeden Morgen die besten "
        "Geschichten des Tages.",
        "Auf Facebook teilen",
        "Wir verwenden Cookies, um Ihnen die beste Nutzung unserer Website zu bieten. Datenschutz "
        "ist uns wichtig.",
        "Eva Lang ist Redakteurin der Gazette und schreibt über Straßen und Flüsse. Folgen Sie ihr "
        "auf Twitter.",
        "Anzeige",
        "Kommentare",
        "Das habe ich denen schon vor Jahren gesagt, und keiner wollte es von mir hören.",
        "© 2024 Gazette. Alle Rechte vorbehalten.",
    ),
    Words(
        "es",
        ES,
        "El viejo puente está cerrado",
        "Por Ana Ruiz",
        "El viejo puente el viernes. Foto: Kim Lee/Agencia",
        "Te puede interesar",
        (
            "El túnel abre con dos años de retraso",
            "Cinco paseos junto al río para un día de sol",
            "El ayuntamiento sube el precio de aparcar",
        ),
        "Suscríbete a nuestra newsletter y recibe cada mañana las mejores historias del día en tu correo.",
        "Compartir en Facebook",
        "Utilizamos cookies para ofrecerte la mejor experiencia en nuestra web. Consulta la "
        "política de privacidad.",
        "Ana Ruiz es periodista de la Gaceta y escribe sobre calles y ríos. Síguela en Twitter.",
        "Publicidad",
        "Comentarios",
        "Ya lo dije yo hace años, y nadie quiso escucharme entonces ni ahora.",
        "© 2024 La Gaceta. Todos los derechos reservados.",
    ),
    Words(
        "ru",
        RU,
        "Старый мост закрыт",
        "Автор: Иван Петров",
        "Старый мост в пятницу. Фото: Ким Ли/Агентство",
        "Читайте также",
        (
            "Тоннель открыли на два года позже",
            "Пять прогулок вдоль реки в солнечный день",
            "Совет поднял цены на парковку",
        ),
        "Подпишитесь на нашу рассылку и получайте каждое утро лучшие истории дня на почту.",
        "Поделиться в Facebook",
        "Мы используем cookies, чтобы сайт работал лучше. Согласие на обработку персональных данных "
        "можно отозвать.",
        "Иван Петров — корреспондент «Газеты», пишет о дорогах и реках. Подписывайтесь на него в Twitter.",
        "Реклама",
        "Комментарии",
        "Я говорил им об этом много лет назад, и никто не хотел меня слушать.",
        "© 2024 «Газета». Все права защищены.",
    ),
    Words(
        "ja",
        JA,
        "古い橋が通行止めに",
        "記者 山田太郎",
        "金曜日の古い橋（写真：リー/通信社）",
        "関連記事",
        ("トンネル、二年遅れで開通", "晴れた日に歩きたい川沿いの道五選", "市議会、駐車料金の値上げを決定"),
        "ニュースレターに登録すると、毎朝その日のおすすめ記事をメールでお届けします。",
        "フェイスブックでシェア",
        "当サイトではクッキーを使用しています。個人情報の取り扱いについては方針をご覧ください。",
        "山田太郎 道路と川を取材する記者。ツイッターでフォローできます。",
        "広告",
        "コメント",
        "何年も前から言っていたのに、誰も聞いてくれませんでした。",
        "© 2024 新聞社 無断転載を禁じます",
    ),
    Words(
        "ar",
        AR,
        "إغلاق الجسر القديم",
        "بقلم سامي حداد",
        "الجسر القديم يوم الجمعة. تصوير: كيم لي/الوكالة",
        "مواضيع ذات صلة",
        (
            "النفق يفتح بعد عامين من التأخير",
            "خمس نزهات على ضفة النهر في يوم مشمس",
            "المجلس يرفع أسعار مواقف السيارات",
        ),
        "اشترك في نشرتنا البريدية لتصلك أفضل قصص اليوم كل صباح إلى بريدك الإلكتروني.",
        "شارك على فيسبوك",
        "نستخدم ملفات تعريف الارتباط لنقدم لك أفضل تجربة على موقعنا. يمكنك تغيير الإعدادات في أي وقت.",
        "سامي حداد صحفي في الجريدة يكتب عن الطرق والأنهار. تابعه على تويتر.",
        "إعلان",
        "التعليقات",
        "لقد قلت لهم ذلك منذ سنوات ولم يرد أحد أن يسمع مني شيئا.",
        "© 2024 الجريدة. جميع الحقوق محفوظة.",
    ),
    Words(
        "hi",
        HI,
        "पुराना पुल बंद",
        "लेखक: रवि कुमार",
        "शुक्रवार को पुराना पुल। फ़ोटो: किम ली/एजेंसी",
        "यह भी पढ़ें",
        ("सुरंग दो साल की देरी से खुली", "धूप वाले दिन नदी किनारे की पाँच सैर", "परिषद ने पार्किंग का दाम बढ़ाया"),
        "हमारे न्यूज़लेटर के लिए साइन अप करें और हर सुबह दिन की सबसे अच्छी कहानियाँ पाएँ।",
        "फ़ेसबुक पर साझा करें",
        "हम आपको बेहतर अनुभव देने के लिए कुकीज़ का उपयोग करते हैं। आप कभी भी सेटिंग बदल सकते हैं।",
        "रवि कुमार गज़ट के संवाददाता हैं और सड़कों और नदियों पर लिखते हैं। उन्हें ट्विटर पर फ़ॉलो करें।",
        "विज्ञापन",
        "टिप्पणियाँ",
        "मैंने उनसे बरसों पहले कहा था और किसी ने मेरी बात नहीं सुनी।",
        "© 2024 गज़ट। सर्वाधिकार सुरक्षित।",
    ),
]


def body_of(words: Words) -> tuple[str, ...]:
    """Eight paragraphs: those of the language, and again with a number in the middle."""
    again = (f"{text[: len(text) // 2]}{n}{text[len(text) // 2 :]}" for n, text in enumerate(words.texts))
    return (*words.texts, *again)


def pulled(words: Words) -> str:
    text = words.texts[2]
    return text[: len(text) * 3 // 4]


def links(words: Words, item: str) -> str:
    return "".join(item.format(n=n, title=title) for n, title in enumerate(words.others))


def wordpress(w: Words) -> str:
    one, two, three, *rest = (f"<p>{text}</p>" for text in body_of(w))
    items = links(w, '<li class="wp-block-post"><a href="/{n}">{title}</a></li>')
    return f"""
<header class="site-header"><nav><ul><li><a href="/">Gazette</a></li><li><a href="/s">Sport</a></li></ul>
</nav></header>
<main class="site-main"><article class="post type-post hentry">
<header class="entry-header"><h1 class="entry-title">{w.title}</h1>
<div class="entry-meta"><span class="byline">{w.by}</span> <time class="entry-date">2024-05-03</time></div>
</header>
<div class="sharedaddy sd-sharing-enabled"><ul><li class="share-facebook"><a href="/f">{w.share}</a></li>
</ul></div>
<div class="entry-content">
<figure class="wp-block-image"><img src="/a.jpg" alt=""><figcaption>{w.caption}</figcaption></figure>
{one}{two}<figure class="wp-block-pullquote"><blockquote><p>{pulled(w)}</p></blockquote></figure>{three}
<div class="code-block ad-slot"><span class="ad-label">{w.ad}</span></div>{rest[0]}
<div class="newsletter-signup"><p>{w.newsletter}</p><form><input><button>OK</button></form></div>
{"".join(rest[1:])}
</div>
<footer class="entry-footer"><span class="tags-links"><a href="/t">River</a></span></footer>
<div class="author-bio"><p>{w.bio}</p></div>
<div class="jp-relatedposts"><h3>{w.related}</h3><ul>{items}</ul></div></article>
<section id="comments" class="comments-area"><h2>{w.comments}</h2><ol class="comment-list">
<li class="comment">
<div class="comment-content"><p>{w.comment}</p></div></li></ol></section></main>
<footer class="site-footer"><p>{w.rights}</p></footer>
<div class="cookie-notice" role="dialog"><p>{w.cookies}</p></div>"""


def drupal(w: Words) -> str:
    paragraphs = [f"<p>{text}</p>" for text in body_of(w)]
    rows = links(w, '<div class="views-row"><h3><a href="/{n}">{title}</a></h3></div>')
    return f"""
<div id="sliding-popup"><div class="eu-cookie-compliance-message"><p>{w.cookies}</p></div></div>
<div class="layout-container"><header role="banner"><h2 class="visually-hidden">Menu</h2></header>
<main role="main"><div class="node node--type-article node--view-mode-full"><h1>{w.title}</h1>
<div class="field field--name-field-author">{w.by}</div>
<div class="field field--name-field-image"><img src="/a.jpg">
<div class="field--name-field-caption">{w.caption}</div></div>
<div class="block-social-share"><a href="/f">{w.share}</a></div>
<div class="clearfix text-formatted field field--name-body">{"".join(paragraphs[:4])}
<aside class="pull-quote"><p>{pulled(w)}</p></aside><div class="ad"><p>{w.ad}</p></div>
{"".join(paragraphs[4:])}</div>
<div class="field--name-author-bio"><p>{w.bio}</p></div></div>
<div class="block block-newsletter"><p>{w.newsletter}</p></div>
<div class="views-element-container block-related"><h2>{w.related}</h2>{rows}</div>
<section class="field--name-comment"><h2>{w.comments}</h2><article class="comment"><p>{w.comment}</p>
</article></section>
</main><footer><p>{w.rights}</p></footer></div>"""


def arc(w: Words) -> str:
    paragraphs = [f'<p class="c-paragraph b-article-body__text">{text}</p>' for text in body_of(w)]
    cards = links(
        w, '<article class="b-card"><a href="/{n}"><h4 class="c-heading">{title}</h4></a></article>'
    )
    return f"""
<div id="fusion-app"><div class="b-header-nav"><a href="/">Gazette</a></div>
<section class="l-main"><h1 class="b-headline">{w.title}</h1>
<figure class="c-media-item"><img src="/a.jpg">
<figcaption class="c-media-item__caption">{w.caption}</figcaption></figure>
<div class="b-byline"><span>{w.by}</span></div><div class="b-share-bar"><button>x</button>
<span>{w.share}</span></div>
<article class="b-article-body">{"".join(paragraphs[:3])}
<div class="b-ads"><p class="b-ads__label">{w.ad}</p></div>{paragraphs[3]}
<div class="b-interstitial-link"><a href="/9">{w.others[0]}</a></div>{paragraphs[4]}
<blockquote class="b-pull-quote"><p>{pulled(w)}</p></blockquote>{"".join(paragraphs[5:])}</article>
<div class="b-author-bio"><p class="b-author-bio__text">{w.bio}</p></div>
<div class="b-newsletter"><h4>Newsletter</h4><p>{w.newsletter}</p></div>
<div class="b-results-list"><h2>{w.related}</h2>{cards}</div>
<div class="b-comments"><h3>{w.comments}</h3><p>{w.comment}</p></div></section>
<footer class="b-footer"><p>{w.rights}</p></footer><div class="b-consent-banner"><p>{w.cookies}</p></div>
</div>"""


def aem(w: Words) -> str:
    texts = "".join(
        f'<div class="text parbase"><div class="cmp-text"><p>{t}</p></div></div>' for t in body_of(w)
    )
    teasers = links(
        w, '<div class="cmp-teaser"><h3 class="cmp-teaser__title"><a href="/{n}">{title}</a></h3></div>'
    )
    return f"""
<div class="root responsivegrid"><div class="cmp-experiencefragment--header"><nav><a href="/">Gazette</a>
</nav></div>
<div class="cmp-title"><h1 class="cmp-title__text">{w.title}</h1></div><div class="cmp-byline">{w.by}</div>
<div class="cmp-image"><img src="/a.jpg"><span class="cmp-image__title">{w.caption}</span></div>
<div class="article-grid aem-Grid">{texts}</div>
<div class="cmp-sharing"><a href="/f">{w.share}</a></div><div class="cmp-ad"><span>{w.ad}</span></div>
<div class="cmp-contentfragment cmp-author"><p>{w.bio}</p></div>
<div class="cmp-newsletter"><p>{w.newsletter}</p></div>
<div class="cmp-list"><h2>{w.related}</h2>{teasers}</div>
<div class="cmp-comments"><h2>{w.comments}</h2><p>{w.comment}</p></div>
<div class="cmp-footer"><p>{w.rights}</p></div><div class="cmp-cookie-consent"><p>{w.cookies}</p></div>
</div>"""


def ghost(w: Words) -> str:
    one, *rest = (f"<p>{text}</p>" for text in body_of(w))
    cards = links(
        w, '<article class="post-card"><a href="/{n}"><h2 class="post-card-title">{title}</h2></a></article>'
    )
    return f"""
<div class="viewport"><header id="gh-head"><a href="/">Gazette</a></header><main>
<article class="article post">
<header class="article-header"><h1 class="article-title">{w.title}</h1>
<div class="article-byline">{w.by}</div>
<figure class="article-image"><img src="/a.jpg"><figcaption>{w.caption}</figcaption></figure></header>
<section class="gh-content gh-canvas">{one}<blockquote class="kg-blockquote-alt">{pulled(w)}</blockquote>
{"".join(rest)}<div class="kg-card kg-cta-card"><p>{w.newsletter}</p></div></section></article>
<div class="ad-container"><small>{w.ad}</small></div>
<section class="article-comments"><h3>{w.comments}</h3><p>{w.comment}</p></section></main>
<aside class="author-card"><p>{w.bio}</p><a href="/f">{w.share}</a></aside>
<aside class="read-more-wrap"><h3>{w.related}</h3><div class="read-more">{cards}</div></aside>
<footer class="site-footer"><section>{w.rights}</section></footer>
<div class="cookie-banner">{w.cookies}</div></div>"""


def amp(w: Words) -> str:
    paragraphs = [f"<p>{text}</p>" for text in body_of(w)]
    items = links(w, '<li><a href="/{n}">{title}</a></li>')
    return f"""
<amp-sidebar id="menu"><ul><li><a href="/">Gazette</a></li></ul></amp-sidebar>
<article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{w.title}</h1>
<div class="amp-wp-meta amp-wp-byline">{w.by}</div></header>
<figure class="amp-wp-article-featured-image"><amp-img src="/a.jpg"></amp-img>
<figcaption class="wp-caption-text">{w.caption}</figcaption></figure>
<div class="amp-wp-article-content">{"".join(paragraphs[:5])}<amp-ad>{w.ad}</amp-ad>
<div class="related-box"><p>{w.related}</p><ul>{items}</ul></div>{"".join(paragraphs[5:])}</div>
<amp-social-share>{w.share}</amp-social-share><div class="author-box"><p>{w.bio}</p></div>
<div class="amp-newsletter"><p>{w.newsletter}</p></div></article>
<footer class="amp-wp-footer"><p>{w.rights}</p></footer>
<amp-consent><div class="consent-ui"><p>{w.cookies}</p></div></amp-consent>"""


def old(w: Words) -> str:
    """Tables for the layout, breaks for the paragraphs, hardly a class."""
    items = links(w, '<tr><td><a href="/{n}">{title}</a></td></tr>')
    return f"""
<table width="980"><tr><td colspan="3"><a href="/">Gazette</a> | <a href="/s">Sport</a></td></tr><tr>
<td width="160"><table><tr><td><b>{w.related}</b></td></tr>{items}</table></td>
<td><h1>{w.title}</h1><i>{w.by}</i><br><br>
{"<br><br>".join(body_of(w))}<br><br></td>
<td width="160"><div class="ad">{w.ad}</div><p>{w.newsletter}</p></td></tr>
<tr><td colspan="3"><small>{w.rights}</small></td></tr></table>"""


LAYOUTS = [wordpress, drupal, arc, aem, ghost, amp, old]


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.code)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_the_text_is_the_paragraphs_and_nothing_else(layout, words):
    found = article(page(layout(words), lang=words.code, title=f"{words.title} - Gazette"))
    assert found.text.split("\n\n") == list(body_of(words))
