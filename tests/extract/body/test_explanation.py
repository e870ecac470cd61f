"""Why a run was taken can be read off."""

from tests.extract.pages import EN, article_html, page
from worker.extract.body.explanation import explain
from worker.outcome import Refusal

LETTER = "Subscribe to our newsletter and never miss a story"
PAGE = page(article_html() + f"<aside class='newsletter'><p>{LETTER}</p></aside>")


def test_each_run_has_its_points_and_the_features_that_decided():
    runs = {run.text: run for run in explain(PAGE, "https://a.example/1")}
    assert runs[EN[0]].points > 0 > runs[LETTER].points
    assert all(run.features for run in runs.values())


def test_features_are_ordered_by_how_much_they_moved():
    for run in explain(PAGE, "https://a.example/1"):
        moved = [abs(share) for _, share in run.features]
        assert moved == sorted(moved, reverse=True)


def test_a_document_of_another_type_is_refused_with_a_reason():
    assert isinstance(explain(b"%PDF-1.7", "https://a.example/1", "application/pdf"), Refusal)


def test_a_page_without_text_has_nothing_to_explain():
    assert explain(b"<html><body><img src=x></body></html>", "https://a.example/1") == ()
