"""Pages drawn by chance around texts of the corpus, as further examples for the model of the body.

The pages of the corpus are long articles whose boxes are mostly named for what they hold. What the web has
as well is rare among them: short articles above readers' comments or teasers, fact boxes, questions with
answers, summaries made by machines, all in boxes whose names say nothing. Here each page is a few paragraphs
of one corpus page in a layout drawn by chance, and texts of another page in boxes like these.
"""

import html
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tests.bench.body_examples import Example, example_of, is_sound
from tests.bench.extract_scores import Page

PARAGRAPH = 80
"""Characters from which a line of a gold text is a paragraph that can be used; a guess."""
LENGTHS = (2, 3, 3, 4, 5, 6, 8, 12)
"""Paragraphs of an article, each as likely: most are shorter than those of the corpus."""
COUNT = 1000
WEIGHT = 0.4
SEED = 5
"""Pages, the weight of each, and what the drawing begins with. Guesses: 400 to 1,000 pages of weight 0.3 to
0.5 gave the same figures on unseen sites."""


@dataclass(frozen=True, slots=True)
class Donor:
    """A page of the corpus whose texts are used."""

    site: str
    url: str
    title: str
    paragraphs: tuple[str, ...]


def drawn_examples(examples: Sequence[Example], count: int = COUNT) -> Iterator[Example]:
    """Yield `count` pages, each with the site of the page that gave its article."""
    rng = random.Random(SEED)
    donors = [*donors_of(examples)]
    for number in range(count):
        drawing = Drawing(rng, *rng.sample(donors, 2))
        body = drawing.page().encode()
        gold = {"id": f"drawn-{number}", "set": "drawn", "url": drawing.article.url}
        if one := example_of(Page({**gold, "text": "\n".join(drawing.wanted)}, body)):
            weights = [WEIGHT * share for share in one.weights]
            yield replace(one, site=drawing.article.site, weights=weights)


def donors_of(examples: Sequence[Example]) -> Iterator[Donor]:
    """Yield the pages with a gold text of people, a title, and at least four paragraphs."""
    for one in examples:
        lines = [line.strip() for line in one.page.gold.get("text", "").split("\n")]
        paragraphs = tuple(line for line in lines if len(line) >= PARAGRAPH)
        if len(paragraphs) >= 4 and one.title and is_sound(one):
            yield Donor(one.site, one.page.gold["url"], one.title, paragraphs)


@dataclass(slots=True)
class Drawing:
    """A page in the making; `wanted` are the lines of its article in reading order."""

    rng: random.Random
    article: Donor
    other: Donor
    wanted: list[str] = field(default_factory=list)

    def page(self) -> str:
        """Return the HTML of a page; afterwards `wanted` is complete."""
        above, body, below = self._above(), self._body(), self._below()
        headline = f"<h1>{_text(self.article.title)}</h1>"
        frame = self.rng.choice(
            (
                "<main><article{c}>{h}{a}{b}{e}</article></main>",
                "<main><article{c}>{h}{a}{b}</article>{e}</main>",
                "<div{c}>{h}<div{d}>{a}{b}</div>{e}</div>",
                "<section{c}><div{d}>{h}{a}{b}{e}</div></section>",
                "<table{c}><tr><td{d}>{h}{a}{b}</td></tr></table>{e}",
                "<table><tr><td{c}>{h}{a}{b}</td></tr><tr{d}><td>{e}</td></tr></table>",
                "<table><tr><td{d}><table>{s}</table></td><td>{h}{a}{b}</td><td{d}>{e}</td></tr></table>",
            )
        )
        links = "".join(f'<li><a href="/{n}">{word}</a></li>' for n, word in enumerate(_words(self.other)))
        others = enumerate(self._others(2, 6))
        side = "".join(f'<tr><td><a href="/{n}">{_text(line[:60])}</a></td></tr>' for n, line in others)
        main = frame.format(c=self._name(), d=self._name(), h=headline, a=above, b=body, e=below, s=side)
        return (
            f"<html><head><title>{_text(self.article.title)}</title></head><body>"
            f"<header><nav><ul>{links}</ul></nav></header>{main}"
            f"<footer><p>{_text(self.other.title)}</p><ul>{links}</ul></footer></body></html>"
        )

    def _body(self) -> str:
        count = min(self.rng.choice(LENGTHS), len(self.article.paragraphs))
        paragraphs = list(self.article.paragraphs[:count])
        inside = self.rng.random() < 0.5 and count > 2
        style = self.rng.choice(("p", "p", "p", "div", "br"))
        if style == "br" and not inside:
            self.wanted += paragraphs
            lines = "<br><br>".join(map(_text, paragraphs))
            return self.rng.choice((f"<div{self._name()}>{lines}</div>", f"<br><br>{lines}<br><br>"))
        tag = "div" if style == "div" else "p"
        own = self._name() if self.rng.random() < 0.4 else ""
        at = {self.rng.randrange(1, count) for _ in range(self.rng.choice((1, 1, 2)))} if inside else set()
        split = self.rng.random() < 0.3  # the text continues in a second box of the same name
        box = self._name()
        parts = []
        for number, paragraph in enumerate(paragraphs):
            if number in at:
                aside = self.rng.choice((self._facts, self._person, self._teaser_inside))()
                parts.append(f"</div>{aside}<div{box}>" if split else aside)
            self.wanted.append(paragraph)
            parts.append(f"<{tag}{own}>{_text(paragraph)}</{tag}>")
        if self.rng.random() < 0.25:
            parts.append(self._questions())
        return f"<div{box}>{''.join(parts)}</div>"

    def _above(self) -> str:
        if self.rng.random() > 0.15:
            return ""
        note = f"<p{self._name()}>{_text(self._sentence())}</p>"
        lines = "".join(f"<p>{_text(line)}</p>" for line in self._others(2, 3))
        inner = f"<div{self._name()}>{lines}</div>"
        return f"<div{self._name()}><div{self._name()}>{note}{inner}</div></div>"

    def _below(self) -> str:
        boxes = [self._comments, self._teasers, self._teasers, self._news_table, self._nothing]
        drawn = "".join(self.rng.choice(boxes)() for _ in range(self.rng.choice((1, 1, 2))))
        return f"<aside>{drawn}</aside>" if self.rng.random() < 0.05 else drawn

    def _nothing(self) -> str:
        return ""

    def _comments(self) -> str:
        name, inner = self._name(), self._name()
        row = self.rng.choice(("<tr><td><div{n}>{t}</div></td></tr>", "<li{n}>{t}</li>", "<div{n}>{t}</div>"))
        headed = self.rng.random() < 0.6
        items = []
        for line in self._others(3, 8):
            head = f"<span>{_text(self._author())}</span> <span>{self._day()}</span>" if headed else ""
            said = f"{head}<p{inner}>{_text(line)}</p>" if headed or self.rng.random() < 0.3 else _text(line)
            items.append(row.format(n=name, t=said))
        outer = "table" if row.startswith("<tr") else "ul" if row.startswith("<li") else "div"
        return f"<{outer}{self._name()}>{''.join(items)}</{outer}>"

    def _teasers(self) -> str:
        name, inner = self._name(), self._name()
        make = self.rng.choice(
            (
                '<div{n}><b><a href="/{i}">{h}...</a></b> {t}</div>',
                '<div{n}><h3><a href="/{i}">{h}</a></h3><p{m}>{t}</p></div>',
                '<div{n}><a href="/{i}"><h4>{h}</h4></a><div{m}>{t}</div><span>{d}</span></div>',
                '<li{n}><a href="/{i}"><img src="/{i}.jpg" alt=""></a><h3>{h}</h3><p{m}>{t}</p></li>',
                '<article{n}><h3><a href="/{i}">{h}</a></h3><p{m}>{t}</p></article>',
                '<div{n}><a href="/{i}"><h2>{h}</h2></a><p{m}>{t}</p><p>{d}</p></div>',
            )
        )
        lines = self._others(3, self.rng.choice((4, 6, 12)))
        if self.rng.random() < 0.1:  # lists of the newest articles have this one, too
            lines += self.wanted[:2]
        items = [
            make.format(n=name, m=inner, i=number, h=_text(line[:50]), t=_text(line), d=self._day())
            for number, line in enumerate(lines)
        ]
        return f"<div{self._name()}>{''.join(items)}</div>"

    def _news_table(self) -> str:
        times = (f"{self.rng.randint(0, 23):02}:{self.rng.randint(0, 59):02}" for _ in range(6))
        lines = zip(times, self._others(3, 6), strict=False)
        rows = "".join(f"<tr><td>{at}</td><td>{_text(line)}</td></tr>" for at, line in lines)
        head = f"<tr><td>{_words(self.other)[0]}</td><td>{self._day()}</td></tr>"
        return f"<table{self._name()}>{head}{rows}</table>"

    def _facts(self) -> str:
        heading = self.rng.choice(("<h3>{}</h3>", "<h4>{}</h4>", "<p><strong>{}</strong></p>"))
        lines = "".join(f"<p>{_text(line)}</p>" for line in self._others(1, 3))
        title = heading.format(_text(self.other.title[:40]))
        return f"<div{self._name()}>{title}<div{self._name()}>{lines}</div></div>"

    def _person(self) -> str:
        inner = f"<div{self._name()}><p>{_text(self._sentence())} {_text(self._sentence())}</p></div>"
        return f"<div{self._name()}><div{self._name()}>{inner}</div></div>"

    def _teaser_inside(self) -> str:
        line = f"<p{self._name()}>{_text(self._others(1, 1)[0])}</p>"
        link = f'<a href="/more">{_text(self.other.title)}</a>' if self.rng.random() < 0.5 else ""
        return f"<div{self._name()}><div{self._name()}>{link}{line}</div></div>"

    def _questions(self) -> str:
        items, name, inner = [], self._name(), self._name()
        for number, answer in enumerate(self.article.paragraphs[-self.rng.randint(2, 4) :]):
            question = answer.split(". ")[0][:60].rstrip(".,;:") + "?"
            self.wanted += [question, answer]
            items.append(
                f"<div{name}><div{inner}><span>{number + 1}.</span><h3>{_text(question)}</h3></div>"
                f"<div{inner}><p>{_text(answer)}</p></div></div>"
            )
        return f"<div{self._name()}>{''.join(items)}</div>"

    def _others(self, least: int, most: int) -> list[str]:
        count = min(self.rng.randint(least, most), len(self.other.paragraphs))
        return self.rng.sample(self.other.paragraphs, count)

    def _sentence(self) -> str:
        return self.rng.choice(self.other.paragraphs).split(". ")[0]

    def _author(self) -> str:
        return " ".join(self.rng.choice(self.other.title.split() or ["Ada"]) for _ in range(2))

    def _day(self) -> str:
        return f"{self.rng.randint(1, 28):02}.{self.rng.randint(1, 12):02}.20{self.rng.randint(10, 26)}"

    def _name(self) -> str:
        """Return a class attribute that says nothing, or none."""
        letters = "".join(self.rng.choice("abcdefghkmnrstuvwxz") for _ in range(4))
        number = self.rng.randint(1, 99)
        utility = self.rng.sample(("flex", "grow", "mt-8", "md:block", "w-full", "mx-auto", "p-4"), 2)
        name = self.rng.choice(("", f"{letters}{number}", f"css-{letters}", " ".join(utility)))
        return name and f' class="{name}"'


def _words(donor: Donor) -> list[str]:
    return [_text(word) for word in donor.title.split()[:6]]


def _text(text: str) -> str:
    return html.escape(text, quote=False)
