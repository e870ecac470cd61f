"""The bench of the whole way stays alive: all three contenders end with the same pages."""

import pytest

from tests.bench import bench_pipeline
from tests.corpus import needs_corpus
from tests.site.corpus import replayed


@pytest.mark.slow
@pytest.mark.corpus
@needs_corpus
@pytest.mark.xdist_group("faults")
def test_all_contenders_do_all_pages(capsys: pytest.CaptureFixture[str]) -> None:
    with replayed(hosts=3, copies=1, limit=9) as feeds:
        urls = bench_pipeline.page_urls(feeds)
        ours = bench_pipeline.wiredesk(feeds, len(urls))
        bare = bench_pipeline.bare(urls)
        naive = bench_pipeline.naive(urls)
        bench_pipeline.table([ours, bare, naive])

    assert [result.pages for result in (ours, bare, naive)] == [9, 9, 9]
    assert naive.done == 9
    assert ours.usage["extract"].cpu > 0
    assert "bare loop" in capsys.readouterr().out
