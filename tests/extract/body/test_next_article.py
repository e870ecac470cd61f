"""Articles below the page's own, in the same markup."""

import pytest

from tests.extract.body.trees import runs_of
from tests.extract.pages import DE, EN
from worker.extract.body.next_article import in_next_articles

OWN = f"<article class='story'><h1>The bridge is closed</h1><p>{EN[0]}</p><p>{EN[1]}</p></article>"
NEXT = f"<article class='story'><h2>The coach resigns</h2><p>{DE[0]}</p></article>"


def others(body: str) -> list[str]:
    runs = runs_of(body)
    return [run.text for run, other in zip(runs, in_next_articles(runs, 0), strict=True) if other]


@pytest.mark.parametrize("below", ["{}", "<div class='more'>{}</div>"])
def test_an_article_of_the_same_make_below_the_first_is_another(below):
    assert others(f"<main>{OWN}{below.format(NEXT)}</main>") == ["The coach resigns", DE[0]]


@pytest.mark.parametrize(
    "body",
    [
        OWN.replace("</article>", f"{NEXT}</article>"),
        OWN + NEXT.replace("class='story'", "class='comment'"),
        OWN + f"<article class='story'><p>{DE[0]}</p></article>",
        (OWN + NEXT).replace("article", "section"),
    ],
    ids=["inside of it", "of another make", "without a heading", "only a section"],
)
def test_what_may_be_a_part_of_the_article_is_not_another(body):
    assert others(body) == []


def test_a_page_without_a_headline_has_no_next_article():
    runs = runs_of(OWN + NEXT)
    assert in_next_articles(runs, -1) == [0] * len(runs)
