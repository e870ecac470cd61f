"""Section pages in the markup of many content systems, in several languages: lists among everything else.

`Front.wanted` are the addresses that a reader would call the list; the page has navigation, promos,
persons,
tags, pages and footers around it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

HOME = "https://paper.example/news/"

TITLES = {
    "en": [
        "Harbour bridge closes for repairs until spring",
        "Council votes to double the number of night buses",
        "Why the old mill is being rebuilt, stone by stone",
        "Storm leaves ten thousand homes without power",
        "Teachers and ministry agree on new pay deal",
        "A quiet village prepares for its first festival",
    ],
    "de": [
        "Hafenbrücke bleibt bis zum Frühjahr gesperrt",
        "Stadtrat verdoppelt die Zahl der Nachtbusse",
        "Warum die alte Mühle Stein für Stein neu entsteht",
        "Sturm lässt zehntausend Haushalte ohne Strom",
        "Lehrkräfte und Ministerium einigen sich auf Tarif",
        "Ein stilles Dorf rüstet sich für sein erstes Fest",
    ],
    "ru": [
        "Мост через гавань закрыли на ремонт до весны",
        "Совет решил удвоить число ночных автобусов",
        "Почему старую мельницу восстанавливают по камню",
        "Шторм оставил без света десять тысяч домов",
        "Учителя и министерство договорились о зарплате",
        "Тихая деревня готовится к первому фестивалю",
    ],
    "ja": [
        "港の橋が春まで補修工事のため通行止めに",
        "市議会が夜間バスの倍増を決定、来月から運行",
        "古い水車小屋を石ひとつずつ復元する理由",
        "暴風雨で一万世帯が停電、復旧は週末の見通し",
        "教員組合と文科省が新しい賃金で合意に達する",
        "静かな村が初めての祭りの準備を進めている",
    ],
    "ar": [
        "إغلاق جسر الميناء للصيانة حتى فصل الربيع",
        "المجلس يصوت على مضاعفة عدد الحافلات الليلية",
        "لماذا يعاد بناء الطاحونة القديمة حجرا بعد حجر",
        "العاصفة تترك عشرة آلاف منزل بلا كهرباء",
        "المعلمون والوزارة يتفقون على أجور جديدة",
        "قرية هادئة تستعد لمهرجانها الأول هذا العام",
    ],
}


@dataclass(frozen=True, slots=True)
class Item:
    """An article in a list: where it is, what it is called."""

    path: str
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Front:
    """A page, and what a reader would say that it lists."""

    name: str
    html: str
    wanted: frozenset[str]


Paths = Callable[[int], str]
SLUGS = (
    "harbour-bridge-closes-for-repairs",
    "council-doubles-night-buses",
    "old-mill-rebuilt-stone-by-stone",
    "storm-cuts-power-to-ten-thousand",
    "teachers-and-ministry-agree",
    "quiet-village-prepares-for-festival",
)
PATHS: dict[str, Paths] = {
    "dated": lambda n: f"/2026/11/{n + 10}/{SLUGS[n]}/",
    "slug": lambda n: f"/politics/{SLUGS[n]}",
    "slug-id": lambda n: f"/a/{SLUGS[n]}-{3012450 + n}.html",
    "id": lambda n: f"/news/{880120 + n}",
    "query": lambda n: f"/read.php?id={5540 + n}",
    "compact": lambda n: f"/t202611{n + 10}_{1928 + n}.shtml",
    "flat": lambda n: f"/{SLUGS[n]}",
}


def wordpress(items: Sequence[Item]) -> str:
    return "".join(
        f"""<article class="post type-post"><header><h2 class="entry-title"><a
        href="{i.path}">{i.title}</a></h2>
        <span class="byline"><a class="url fn" href="/author/ana-petrova/">Ana Petrova</a></span>
        <time datetime="2026-11-1{i.number}T08:00:00+00:00">today</time></header>
        <p>Some words about it. <a class="more-link" href="{i.path}">Continue reading</a></p>
        <footer>Tags: <a rel="tag" href="/tag/harbour-and-coast/">Harbour and coast</a>
        <a href="{i.path}#comments">12 comments</a></footer></article>"""
        for i in items
    )


def cards(items: Sequence[Item]) -> str:
    return "".join(
        f"""<div class="card c-{i.number}"><a class="card__img" href="{i.path}"><img
        src="/{i.number}.jpg" alt=""></a>
        <a class="card__kicker" href="/opinion/">Opinion</a>
        <a class="card__link" href="{i.path}"><h3 class="card__title">{i.title}</h3></a></div>"""
        for i in items
    )


def portal(items: Sequence[Item]) -> str:
    listed = "".join(f'<li><a href="{i.path}">{i.title}</a><span>11-1{i.number}</span></li>' for i in items)
    return f'<div class="list01"><ul>{listed}</ul></div>'


def table(items: Sequence[Item]) -> str:
    rows = "".join(
        f"""<tr class="athing"><td>{i.number + 1}.</td><td><a href="{i.path}"><b>{i.title}</b></a></td></tr>
        <tr><td></td><td>by <a href="/user/maria">maria</a> | <a href="/hide">hide</a></td></tr>"""
        for i in items
    )
    return f'<table border="0"><tbody>{rows}</tbody></table>'


def drupal(items: Sequence[Item]) -> str:
    return "".join(
        f"""<div class="views-row views-row-{i.number + 1}"><div class="views-field views-field-title">
        <span class="field-content"><a href="{i.path}" hreflang="x">{i.title}</a></span></div>
        <div class="views-field views-field-created"><time
        datetime="2026-11-1{i.number}T08:00:00Z"></time></div>
        <div class="views-field views-field-view-node"><a href="{i.path}">Read more</a></div></div>"""
        for i in items
    )


def whole_card_is_a_link(items: Sequence[Item]) -> str:
    return "".join(
        f"""<a class="teaser" href="{i.path}"><div><img src="x.jpg" alt="A photo of the harbour at night">
        <span class="label">Local</span><h3>{i.title}</h3><p>Two sentences follow the headline
        here.</p></div></a>"""
        for i in items
    )


def definition_list(items: Sequence[Item]) -> str:
    listed = "".join(
        f'<dt>1{i.number}.11.2026</dt><dd><a href="{i.path}" title="{i.title}">{i.title}</a></dd>'
        for i in items
    )
    return f'<dl id="press-releases">{listed}</dl>'


def lead_and_grid(items: Sequence[Item]) -> str:
    first, *rest = items
    lead = (
        f'<section class="hero"><h1><a href="{first.path}">{first.title}</a></h1><p>Standfirst.</p></section>'
    )
    grid = "".join(
        f"""<li class="grid-item"><div data-c="promo"><a href="{i.path}"><span
        role="text">{i.title}</span></a>
        <ul class="links"><li><a href="/topics/cz4pr2gd5l5t">Energy</a></li></ul></div></li>"""
        for i in rest
    )
    return f'{lead}<ul class="grid">{grid}</ul>'


LAYOUTS: dict[str, Callable[[Sequence[Item]], str]] = {
    one.__name__: one
    for one in (
        wordpress,
        cards,
        portal,
        table,
        drupal,
        whole_card_is_a_link,
        definition_list,
        lead_and_grid,
    )
}

BESIDE = """<p class="more"><a href="/news/archive/">All the news of the last ten years in our
archive</a></p>
<div class="promo-box"><h3><a href="/abo/four-weeks-for-free">Read the paper four weeks for
free</a></h3></div>
<div class="team"><h3>Our reporters</h3><a href="/author/maria-lindqvist-in-stockholm">Maria Lindqvist in
Stockholm</a>
<a href="/authors/jan-de-vries">Jan de Vries, our man at the sea</a></div>
<p>Write to us <a href="/contact/how-to-reach-us">at the address of the newsroom</a>, or see
<a href="/help/frequently-asked-questions">the questions that are asked often</a>.</p>
<div class="chips"><a href="/topic/harbour-bridge">Harbour bridge</a><a href="/topic/night-buses">Night
buses</a>
<a href="/tag/energy-and-climate-policy">Energy and climate policy of the region</a></div>"""
HEAD = """<header class="site-header"><a href="/"><img src="/logo.png" alt="The Paper"></a>
<nav class="main-nav"><ul><li><a href="/politics/">Politics</a></li><li><a
href="/business/">Business</a></li>
<li><a href="/life-and-style-and-travel/">Life and style and travel</a></li><li><a
href="/sport/">Sport</a></li>
</ul></nav><form action="/search"><a href="/search?q=">Search</a></form></header>
<ol class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/news/">News</a></li></ol>"""
TAIL = """<div class="pagination"><a href="/news/page/2/">2</a><a href="/news/page/3/">3</a>
<a href="/news/?page=2">Next page of all the news here</a></div>
<aside class="sidebar"><h3>Most read this week</h3><ul>
<li><a href="/2026/10/01/the-most-read-article-of-last-month/">The most read article of last
month</a></li></ul>
<a href="https://shop.example/the-best-offers-of-this-week-for-you-1234567">The best offers of this week
for you</a>
</aside><div class="newsletter-box"><a href="/newsletter/subscribe-to-our-daily-letter">Get our daily
letter</a></div>
<div class="social"><a href="https://social.example/paper">Follow us on all the networks of the
world</a></div>
<footer id="footer"><a href="/about-the-paper-and-its-owners">About the paper and its owners</a>
<a href="/terms/general-terms-and-conditions-of-use">General terms and conditions of use</a>
<a href="/media/annual-report-2026-of-the-paper.pdf">Annual report</a><a href="/privacy">Privacy</a>
<a href="/contact">Contact the newsroom by mail or letter</a></footer>"""


def front(layout: str, paths: str, language: str) -> Front:
    """The page of one layout with addresses of one kind."""
    items = [Item(PATHS[paths](n), title, n) for n, title in enumerate(TITLES[language])]
    main = LAYOUTS[layout](items)
    html = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>News | The
Paper</title>
    </head><body class="has-sidebar archive">{HEAD}<main
id="content"><h1>News</h1>{main}{BESIDE}</main>{TAIL}</body></html>"""
    wanted = frozenset(f"https://paper.example{item.path}" for item in items)
    return Front(f"{layout}, {paths}, {language}", html, wanted)


def fronts() -> list[Front]:
    """Each layout with each kind of address, the languages in turn."""
    languages = list(TITLES)
    pairs = [(layout, paths) for layout in LAYOUTS for paths in PATHS]
    return [
        front(layout, paths, languages[number % len(languages)])
        for number, (layout, paths) in enumerate(pairs)
    ]
