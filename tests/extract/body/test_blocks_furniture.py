"""Repeated text and pointers to other articles are removed from a text."""

import pytest

from tests.extract.pages import AR, DE, EN, HI, JA, RU
from worker.extract.body.blocks import without_furniture, without_pull_quotes, without_repeats
from worker.extract.types import Block, Link

LANGUAGES = {"en": EN, "de": DE, "ru": RU, "ja": JA, "ar": AR, "hi": HI}


def paragraphs(*texts: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", text) for text in texts)


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
def test_a_quote_pulled_from_a_paragraph_is_dropped_anywhere(texts):
    pulled = Block("quote", texts[1][: len(texts[1]) * 2 // 3], attribution="Jo Park")
    text = paragraphs(*texts)
    assert without_pull_quotes([pulled, *text, pulled]) == list(text)


def test_a_pull_quote_may_leave_out_text_between_its_sentences():
    text = paragraphs("“We had to act.” The mayor paused. “And so we did, at once.” Buses go round.")
    pulled = Block("quote", "“We had to act. And so we did, at once…”")
    assert without_pull_quotes([*text, pulled]) == list(text)


def test_a_quote_with_new_words_is_kept():
    blocks = [*paragraphs(*EN), Block("quote", "“Nobody told us of it,” said those who live there.")]
    assert without_pull_quotes(blocks) == blocks


def test_a_short_quote_is_not_a_pull_quote():
    blocks = [*paragraphs(*EN), Block("quote", "At once")]
    assert without_pull_quotes(blocks) == blocks


@pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
def test_a_repeated_paragraph_is_dropped(texts):
    long = [f"{text} {text[:9]}…" for text in texts]
    assert without_repeats(paragraphs(*long, *long)) == list(paragraphs(*long))


@pytest.mark.parametrize("ending", ["…", " … Read more", "... Weiterlesen", " [Lire aussi]", ""])
def test_a_teaser_that_begins_a_paragraph_is_dropped(ending):
    teaser = paragraphs(EN[0][:70] + ending)
    assert without_repeats([*teaser, *paragraphs(*EN)]) == list(paragraphs(*EN))
    assert without_repeats([*paragraphs(*EN), *teaser]) == list(paragraphs(*EN))


def test_a_block_with_the_text_of_all_paragraphs_is_dropped():
    texts = [f"{text} {text[::-1]}" for text in EN]
    assert without_repeats(paragraphs(" ".join(texts), *texts)) == list(paragraphs(*texts))


def test_short_lines_may_be_repeated():
    lines = paragraphs("Goal!", "No goal.", "Goal!")
    assert without_repeats(lines) == list(lines)
    assert without_furniture(lines, None) == lines


def test_a_heading_repeated_in_a_paragraph_is_kept():
    blocks = (
        Block("heading", "The bridge over the river was closed on Friday at noon", 2),
        *paragraphs(
            "The bridge over the river was closed on Friday at noon, and buses go the long way round."
        ),
    )
    assert without_furniture(tuple(without_repeats(blocks)), "Closed") == blocks


@pytest.mark.parametrize(
    "heading",
    [
        "The bridge is closed",
        "THE BRIDGE IS CLOSED!",
        "Oldtown",
        "Oldtown: The bridge is closed",
        "The bridge is closed | Gazette",
    ],
)
def test_the_title_and_its_kicker_are_dropped_at_the_top(heading):
    title = "Oldtown: The bridge is closed" if heading.startswith("Oldtown") else "The bridge is closed"
    blocks = (Block("heading", heading, 2), *paragraphs(*EN))
    assert without_furniture(blocks, title) == paragraphs(*EN)


def test_a_heading_with_a_word_of_the_title_is_kept():
    blocks = (*paragraphs(EN[0]), Block("heading", "The bridge", 2), *paragraphs(EN[1]))
    assert without_furniture(blocks, "The bridge is closed") == blocks


def test_the_title_as_a_heading_further_down_is_dropped():
    again = Block("heading", "The bridge is closed", 3)
    blocks = (*paragraphs(*EN), again, *paragraphs(*DE))
    assert without_furniture(blocks, "The bridge is closed") == paragraphs(*EN, *DE)


@pytest.mark.parametrize(
    "pointer",
    [
        "Read more: The tunnel",
        "Also read The tunnel",
        "Lesen Sie auch: Der Tunnel",
        "Lire aussi : le tunnel",
        "Lea también: El túnel",
        "Читайте также: Тоннель",
        "Xem thêm: Cây cầu",
        "קראו גם: הגשר",
        "Ayrıca okuyun: Köprü",
        "Olvassa el ezt is: A híd",
        "Čtěte také: Most",
        "இதையும் படிக்க: பாலம்",
        "Soma pia: Daraja",
        "یہ بھی پڑھیں: پل",
        "Прочитајте и: Мост",
        "Прочетете още: Мостът",
        "ये भी पढ़ें- पुल",
        "Advertisement",
    ],
)
def test_pointers_to_other_articles_are_dropped(pointer):
    assert without_furniture(paragraphs(EN[0], pointer, EN[1]), None) == paragraphs(EN[0], EN[1])


def test_a_paragraph_that_is_only_a_link_is_dropped_and_such_an_item_kept():
    link = (Link(0, 10, "https://x.example/t"),)
    item = Block("list_item", "The tunnel", 1, links=link)
    blocks = (*paragraphs(EN[0]), Block("paragraph", "The tunnel", links=link), item)
    assert without_furniture(blocks, None) == (*paragraphs(EN[0]), item)


@pytest.mark.parametrize(
    "line", ["2024年5月3日-", "最終更新日：2024/05/03", "6,762", "03.05.2024, 14:05", "٢٠٢٤/٥/٣"]
)
def test_a_date_or_a_count_at_the_top_is_dropped(line):
    assert without_furniture(paragraphs(line, *EN), None) == paragraphs(*EN)


@pytest.mark.parametrize("line", ["Viera d. Melbourne 1-0", "In 2024 it closed.", "第3章　橋の上で"])
def test_a_line_of_words_with_a_figure_is_kept(line):
    assert without_furniture(paragraphs(line, *EN), None)[0].text == line


def test_figures_further_down_are_kept():
    assert without_furniture(paragraphs(*EN, "2:1 (1:0)"), None)[-1].text == "2:1 (1:0)"
