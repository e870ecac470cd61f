"""The site's name is removed from titles, and nothing else."""

import pytest

from worker.extract.titles import without_site


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("The bridge is closed - The News", "The bridge is closed"),
        ("The bridge is closed | The News", "The bridge is closed"),
        ("The bridge is closed – Local – The News", "The bridge is closed"),
        ("The bridge is closed › The News Online", "The bridge is closed"),
        ("The bridge is closed | TN", "The bridge is closed"),
        ("The News: The bridge is closed", "The News: The bridge is closed"),
        ("The News | The bridge is closed", "The bridge is closed"),
        ("The bridge - and what it costs", "The bridge - and what it costs"),
        ("A day at The News - and a night", "A day at The News - and a night"),
        ("Route 66 - Thenews66", "Route 66 - Thenews66"),
        ("古い橋が通行止めになる：The News", "古い橋が通行止めになる"),
        ("老桥关闭数周_The News", "老桥关闭数周"),
        ("오래된 다리 통행 금지ㅣThe News", "오래된 다리 통행 금지"),
        ("Мост закрыт на ремонт — The News", "Мост закрыт на ремонт"),
        ("", ""),
    ],
)
def test_the_sites_name_is_removed_from_titles(title, clean):
    assert without_site(title, ["thenews", "tn"]) == clean
