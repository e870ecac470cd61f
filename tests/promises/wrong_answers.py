"""Pages that hosts serve with status 200 in the place of an article, after examples from the web."""

import json
from collections.abc import Callable
from html import escape

from tests.site import SiteArticle, SiteHost, faults
from tests.site.faults import Fault
from tests.site.prose import prose

Wrong = Callable[[SiteHost, SiteArticle], Fault]


def page(title: str, paragraphs: list[str], *, head: str = "", form: str = "", language: str = "en") -> str:
    """A plain page with these paragraphs."""
    text = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{head}</head><body><main><h1>{escape(title)}</h1>{text}{form}</main></body></html>"
    )


def head_of(article: SiteArticle, **stated: object) -> str:
    """The head of the article's page: what it states for programs, and `stated` in its JSON-LD."""
    news = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.page.title,
        "url": article.url,
        "datePublished": article.page.published.isoformat() if article.page.published else None,
        **stated,
    }
    return (
        f'<link rel="canonical" href="{article.url}"><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{escape(article.page.title)}">'
        f'<script type="application/ld+json">{json.dumps(news)}</script>'
    )


CONSENT = {
    "en": (
        "We value your privacy",
        "We and our 842 partners store and access information on your device, such as cookies and unique"
        " identifiers, to show personalised advertising, to measure content and to learn about our readers.",
        "You can accept all or manage your choices below. Some partners process your data on the basis of a"
        " legitimate interest, to which you can object at any time in the privacy policy.",
    ),
    "de": (
        "Wir schätzen Ihre Privatsphäre",
        "Wir und unsere 842 Partner speichern Informationen auf einem Gerät, etwa Cookies, und verarbeiten"
        " personenbezogene Daten wie Kennungen, um Anzeigen zu personalisieren und Inhalte zu messen.",
        "Sie können zustimmen oder Ihre Auswahl verwalten. Einige Partner verarbeiten Ihre Daten"
        " auf Grundlage"
        " eines berechtigten Interesses, dem Sie jederzeit in der Datenschutzerklärung widersprechen können.",
    ),
    "fr": (
        "Nous respectons votre vie privée",
        "Nous et nos 842 partenaires stockons et accédons à des informations sur votre appareil,"
        " telles que les"
        " cookies, afin de diffuser des publicités personnalisées et de mesurer la performance du contenu.",
        "Vous pouvez accepter ou gérer vos choix ci-dessous. Certains partenaires traitent vos données sur la"
        " base de leur intérêt légitime, ce à quoi vous pouvez vous opposer à tout moment.",
    ),
    "es": (
        "Su privacidad es importante para nosotros",
        "Nosotros y nuestros 842 socios almacenamos información en su dispositivo, como las"
        " cookies, y tratamos"
        " datos personales para ofrecer anuncios personalizados y medir el rendimiento del contenido.",
        "Puede aceptar o gestionar sus preferencias más abajo. Algunos socios tratan sus datos en"
        " virtud de un"
        " interés legítimo, al que puede oponerse en cualquier momento en nuestra política.",
    ),
    "it": (
        "Informativa sui cookie",
        "Noi e i nostri 842 partner archiviamo informazioni su un dispositivo, come i cookie, e"
        " trattiamo dati"
        " personali per annunci personalizzati, valutazione dei contenuti e sviluppo di servizi.",
        "Puoi accettare o gestire le tue scelte qui sotto. Alcuni partner trattano i tuoi dati"
        " sulla base di un"
        " legittimo interesse, al quale puoi opporti in qualsiasi momento.",
    ),
    "nl": (
        "Wij hechten waarde aan je privacy",
        "Wij en onze 842 partners slaan informatie op een apparaat op, zoals cookies, en verwerken"
        " persoonsgegevens om advertenties te personaliseren en de prestaties van inhoud te meten.",
        "Je kunt hieronder toestemming geven of je keuzes beheren. Sommige partners verwerken je gegevens op"
        " grond van een gerechtvaardigd belang, waartegen je altijd bezwaar kunt maken.",
    ),
    "pl": (
        "Dbamy o Twoją prywatność",
        "My i nasi 842 partnerzy przechowujemy informacje na urządzeniu, takie jak pliki cookie, i"
        " przetwarzamy"
        " dane osobowe w celu wyświetlania spersonalizowanych reklam i pomiaru treści.",
        "Możesz wyrazić zgodę lub zarządzać swoimi wyborami poniżej. Niektórzy partnerzy przetwarzają dane na"
        " podstawie prawnie uzasadnionego interesu, wobec czego możesz się sprzeciwić.",
    ),
    "cs": (
        "Vážíme si vašeho soukromí",
        "My a našich 842 partnerů ukládáme informace v zařízení, například soubory cookie, a"
        " zpracováváme osobní"
        " údaje, abychom mohli zobrazovat přizpůsobené reklamy a měřit výkon obsahu.",
        "Níže můžete udělit souhlas nebo upravit svou volbu. Někteří partneři zpracovávají údaje na základě"
        " oprávněného zájmu, proti kterému můžete kdykoli vznést námitku.",
    ),
    "ru": (
        "Мы ценим вашу конфиденциальность",
        "Мы и наши 842 партнёра храним на устройстве информацию, например файлы cookie, и обрабатываем личные"
        " данные, чтобы показывать персональную рекламу и измерять эффективность материалов.",
        "Вы можете принять условия или изменить настройки ниже. Некоторые партнёры обрабатывают данные на"
        " основании законного интереса, против чего вы вправе возразить в любое время.",
    ),
    "ja": (
        "プライバシーの設定",
        "当社と842社のパートナーは、お客様の端末にクッキーなどの情報を保存し、個人データを処理して、"
        "興味に応じた広告の表示やコンテンツの効果測定を行います。",
        "以下で同意するか、設定を変更することができます。一部のパートナーは正当な利益に基づいてデータを"
        "処理しており、いつでもプライバシーポリシーから異議を申し立てることができます。",
    ),
    "tr": (
        "Gizliliğinize önem veriyoruz",
        "Biz ve 842 ortağımız cihazınızda çerezler gibi bilgileri saklıyor, kişiselleştirilmiş"
        " reklamlar göstermek"
        " ve içeriklerin başarısını ölçmek için kişisel verileri işliyoruz.",
        "Aşağıdan kabul edebilir veya seçimlerinizi yönetebilirsiniz. Bazı ortaklar verilerinizi"
        " meşru menfaat"
        " temelinde işler; buna dilediğiniz zaman itiraz edebilirsiniz.",
    ),
    "ar": (
        "نحن نقدر خصوصيتك",
        "نقوم نحن وشركاؤنا البالغ عددهم ثمانمائة بتخزين معلومات على جهازك مثل ملفات تعريف الارتباط"
        " ومعالجة البيانات"
        " الشخصية من أجل عرض إعلانات مخصصة وقياس أداء المحتوى وتطوير الخدمات.",
        "يمكنك القبول أو إدارة اختياراتك أدناه. يعالج بعض الشركاء بياناتك على أساس مصلحة مشروعة ويمكنك"
        " الاعتراض على ذلك في أي وقت من خلال سياسة الخصوصية الخاصة بنا.",
    ),
}
"""A title and two paragraphs of a cookie wall, by language."""

ERRORS = {
    "en": (
        "Article not found",
        "The article that you are looking for could not be found. It may have moved.",
    ),
    "de": ("Artikel nicht gefunden", "Der gesuchte Artikel ist leider nicht mehr vorhanden oder umgezogen."),
    "fr": ("Page introuvable", "La page que vous recherchez n'existe plus ou a changé d'adresse."),
    "es": ("Página no encontrada", "La página que busca ya no existe o ha cambiado de dirección."),
    "fi": ("Sivua ei löytynyt", "Etsimääsi sivua ei ole enää olemassa tai se on siirretty toiseen paikkaan."),
    "is": ("Síðan fannst ekki", "Síðan sem þú leitar að er ekki lengur til eða hefur verið færð annað."),
    "vi": (
        "Không có bài viết này",
        "Bài viết mà bạn đang tìm không còn tồn tại hoặc đã được chuyển đi nơi khác.",
    ),
    "zh": ("页面不存在", "您访问的页面不存在或者已经被删除，请返回首页或者使用搜索功能查找您需要的内容。"),
}
"""A title and a sentence of an error page, by language."""

HELP = (
    "You can go back to the front page, use the search at the top of each page, or choose one of"
    " the sections.",
    "If you think that this is a mistake, please write to our readers' desk, which answers on"
    " weekdays between"
    " nine and five, and say which page you came from, so that we can correct the link for other"
    " readers, too.",
)


def consent(language: str, *, long: int = 1) -> Wrong:
    """A cookie wall; `long` times as long."""
    title, *paragraphs = CONSENT[language]
    return lambda host, article: faults.served(
        page(title, [f"{one} ({at})." for at in range(long) for one in paragraphs], language=language)
    )


def consent_with_head(language: str, *, long: int = 1) -> Wrong:
    """A cookie wall whose head states the article."""
    _, *paragraphs = CONSENT[language]
    return lambda host, article: faults.served(
        page(article.page.title, paragraphs * long, head=head_of(article), language=language)
    )


def error(language: str) -> Wrong:
    """An error page with status 200."""
    title, sentence = ERRORS[language]
    return lambda host, article: faults.served(page(title, [sentence, *HELP], language=language))


def login(host: SiteHost, article: SiteArticle) -> Fault:
    """A login form in the place of the article."""
    return faults.served(LOGIN)


LOGIN = page(
    "Log in",
    [
        "Log in to your account to go on. If you do not have an account yet, you can create one in"
        " two minutes.",
        "With an account you can save stories for later, write comments, and choose the newsletters"
        " that suit you.",
        "Have you forgotten your password? Enter your address and we shall send you a link by which"
        " to reset it.",
    ],
    form='<form method="post"><input name="user"><input type="password"><button>Go</button></form>',
)


def redirected_to_login(host: SiteHost, article: SiteArticle) -> Fault:
    """A redirect to the login page."""
    return faults.moved(host.put("/account/login", LOGIN), permanently=False)


def redirected_to_another(host: SiteHost, article: SiteArticle) -> Fault:
    """A redirect to another article."""
    return faults.moved(host.article("Ferry timetable for winter is out").url)


def another_article(host: SiteHost, article: SiteArticle) -> Fault:
    """The page of another article of the host, at this address."""
    other = host.article("Ferry timetable for winter is out")
    return faults.served(host.reply(other.url.removeprefix(host.home)).body.decode())


def challenge(host: SiteHost, article: SiteArticle) -> Fault:
    """A check for robots."""
    return faults.served(
        page(
            "Checking the security of your connection",
            [
                "This may take a few seconds. We need to make sure that requests come from a"
                " browser with a person"
                " in front of it, since programs have sent this server a large number of requests.",
                f"Your request has the number 8f3c{len(article.url):04d} and came from an address"
                f" that we do not"
                " know. When the check has ended, you will be forwarded to the page that you asked for.",
            ],
        )
    )


def maintenance(host: SiteHost, article: SiteArticle) -> Fault:
    """A maintenance page."""
    return faults.served(
        page(
            "We'll be back soon",
            [
                "Our site is being improved at the moment, and we expect to be back within the next"
                " few hours.",
                "Thank you for your patience. Our editors go on working, and you find the most"
                " important news of"
                " the day on our channels meanwhile. Subscribers can read today's issue as a facsimile.",
            ],
        )
    )


def geo_block(host: SiteHost, article: SiteArticle) -> Fault:
    """A page for readers in other countries."""
    return faults.served(
        page(
            "Unavailable in your region",
            [
                "We are sorry, but this website is not available in most European countries at the"
                " moment. We are"
                " looking at options that let us offer all of our work to readers in your market again.",
                "We go on to look for technical ways by which we can give all readers our"
                " award-winning journalism.",
            ],
        )
    )


def first_words(count: int, **stated: object) -> Wrong:
    """The article's page with its first words only, behind which a paywall begins."""

    def fault(host: SiteHost, article: SiteArticle) -> Fault:
        shown = " ".join(article.text.split()[:count]) + " …"
        return faults.served(page(article.page.title, [shown], head=head_of(article, **stated)))

    return fault


def first_paragraph_and_offer(host: SiteHost, article: SiteArticle) -> Fault:
    """The article's first paragraph, and the publisher's offer below it."""
    first = article.text.split("\n\n")[0]
    offer = "Subscribe to continue reading. Four weeks for one euro, and you can leave whenever you like."
    return faults.served(page(article.page.title, [first, offer], head=head_of(article)))


def cut_in_the_middle(host: SiteHost, article: SiteArticle) -> Fault:
    """The article's page up to the middle of its text, and then nothing more."""
    body = host.reply(article.url.removeprefix(host.home)).body.decode()
    middle = article.text[len(article.text) // 2 :][:40]
    return faults.served(body[: body.index(escape(middle, quote=False))])


def half_of_the_paragraphs(host: SiteHost, article: SiteArticle) -> Fault:
    """The article's page with the first two of its five paragraphs."""
    return faults.served(page(article.page.title, article.text.split("\n\n")[:2], head=head_of(article)))


def home_page(host: SiteHost, article: SiteArticle) -> Fault:
    """The front page of the site."""
    teasers = [" ".join(prose(f"teaser {number}").split()[:30]) for number in range(8)]
    return faults.served(page(host.masthead.name, teasers))


def empty_shell(host: SiteHost, article: SiteArticle) -> Fault:
    """A page that scripts fill."""
    return faults.served(
        f"<!doctype html><title>{escape(article.page.title)}</title>{head_of(article)}"
        '<div id="root"></div><script src="/app.js"></script>'
    )


WRONG: dict[str, Wrong] = {
    "a consent page whose head states the article": consent_with_head("en"),
    "a long consent page": consent("en", long=4),
    "a long consent page whose head states the article": consent_with_head("de", long=4),
    "a login form": login,
    "a redirect to the login page": redirected_to_login,
    "a redirect to another article": redirected_to_another,
    "another article": another_article,
    "a challenge": challenge,
    "a maintenance page": maintenance,
    "a page for other regions": geo_block,
    "the first 60 words": first_words(60),
    "the first 60 words, stated as not free": first_words(60, isAccessibleForFree=False),
    "the first 150 words, stated as not free": first_words(150, isAccessibleForFree=False),
    "the first paragraph and an offer": first_paragraph_and_offer,
    "a body cut in the middle": cut_in_the_middle,
    "the first two paragraphs": half_of_the_paragraphs,
    "the front page": home_page,
    "an empty shell": empty_shell,
    **{f"an error page ({language})": error(language) for language in ERRORS},
    **{f"a cookie wall ({language})": consent(language) for language in CONSENT},
}
"""The wrong answers by name."""
