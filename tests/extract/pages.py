"""Small news pages for tests, in the shapes of content systems."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

URL = "https://news.example/2024/05/03/the-bridge"

EN = (
    "The old bridge over the river was closed on Friday after engineers found cracks in two of its pillars.",
    "“We had to act at once,” the mayor said, adding that buses would be sent the long "
    "way round for some weeks.",
    "Repairs will begin in June and are expected to cost four million, most of which the "
    "region has promised.",
    "Residents on the far bank complained that they had heard of the closure from the "
    "radio and not the council.",
)
DE = (
    "Die alte Brücke über den Fluss ist seit Freitag gesperrt, weil Ingenieure Risse in "
    "zwei Pfeilern fanden.",
    "„Wir mussten sofort handeln“, sagte die Bürgermeisterin; Busse fahren nun einige "
    "Wochen lang einen Umweg.",
    "Die Arbeiten sollen im Juni beginnen und vier Millionen kosten, den größten Teil davon trägt das Land.",
    "Anwohner am anderen Ufer klagten, sie hätten von der Sperrung aus dem Radio und "
    "nicht vom Rathaus erfahren.",
)
RU = (
    "Старый мост через реку закрыли в пятницу после того, как инженеры нашли трещины в двух его опорах.",
    "«Мы должны были действовать немедленно», — сказал мэр и добавил, что автобусы "
    "несколько недель пойдут в объезд.",
    "Ремонт начнётся в июне и обойдётся в четыре миллиона, большую часть которых пообещал выделить регион.",
    "Жители другого берега жаловались, что узнали о закрытии из радио, а не от городского совета.",
)
JA = (
    "川にかかる古い橋は、二本の橋脚にひびが見つかったため、金曜日から通行止めとなった。",
    "市長は「すぐに動く必要があった」と述べ、バスは数週間にわたって遠回りすると付け加えた。",
    "修理は六月に始まり、費用は四百万の見込みで、その大半は県が負担すると約束している。",
    "対岸の住民は、通行止めを役所からではなくラジオで知ったと不満を述べた。",
)
AR = (
    "أُغلق الجسر القديم فوق النهر يوم الجمعة بعد أن عثر المهندسون على تشققات في اثنين من أعمدته الرئيسية.",
    "وقال رئيس البلدية إنه كان لا بد من التحرك فورا، مضيفا أن الحافلات ستسلك طريقا أطول لعدة أسابيع.",
    "وستبدأ أعمال الإصلاح في يونيو ومن المتوقع أن تبلغ تكلفتها أربعة ملايين يتحمل الإقليم معظمها.",
    "واشتكى سكان الضفة الأخرى من أنهم سمعوا بالإغلاق عبر الراديو وليس من المجلس المحلي للمدينة.",
)
HI = (
    "नदी पर बना पुराना पुल शुक्रवार को बंद कर दिया गया क्योंकि इंजीनियरों को उसके दो खंभों में दरारें मिलीं।",
    "महापौर ने कहा कि तुरंत कदम उठाना ज़रूरी था और बसें कुछ हफ़्तों तक लंबे रास्ते से जाएँगी।",
    "मरम्मत जून में शुरू होगी और उस पर चालीस लाख खर्च होंगे, जिसका बड़ा हिस्सा राज्य देगा।",
    "दूसरे किनारे के निवासियों ने शिकायत की कि उन्हें बंदी की ख़बर परिषद से नहीं बल्कि रेडियो से मिली।",
)


def page(body: str, *, head: str = "", lang: str = "en", title: str = "The bridge is closed") -> bytes:
    """A page with this body inside its <body>."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def article_html(paragraphs: tuple[str, ...] = EN, *, before: str = "", after: str = "") -> str:
    """An <article> with these paragraphs."""
    return f"<article>{before}{''.join(f'<p>{text}</p>' for text in paragraphs)}{after}</article>"


def json_ld(**properties: Any) -> str:
    """A script with a NewsArticle of these properties."""
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **properties}
    return f'<script type="application/ld+json">{json.dumps(node, ensure_ascii=False)}</script>'


def meta(**values: str) -> str:
    """Meta elements; a double underscore in a name stands for a colon."""
    return "".join(
        f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in values.items()
    )


def slow_page() -> bytes:
    """Within all limits of a page, and a hundred times as slow as one: a paragraph of nothing but links."""
    return page(f"<p>{''.join(f'<a href=/{n}>to the bridge</a> ' for n in range(55_000))}</p>")


@dataclass(frozen=True)
class Item:
    """What a feed says; everything is optional."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    summary: str | None = None
    content: str | None = None
    language: str | None = None
