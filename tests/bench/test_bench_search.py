"""The bench of the search finds what it looks for."""

from pathlib import Path

from tests.bench.bench_search import QUERIES, filled, measure
from tests.bench.generated import Place


def test_the_bench_measures_all_queries_and_again_in_the_store_that_it_kept(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with filled(500, 350, place) as store:
        measure(store, 500, runs=1)
    cluster = tmp_path / "bench-search-500-350/postgres/cluster/PG_VERSION"
    made = cluster.stat().st_mtime_ns
    with filled(500, 350, place) as store:
        found = measure(store, 500, runs=1)
    assert cluster.stat().st_mtime_ns == made
    assert set(found.newest) == set(found.relevant) == set(QUERIES)
    assert found.found["in nearly all articles"] == found.found["two common words"] == 50
    assert found.found["unknown"] == 0
    assert found.index_bytes > 0
    assert found.insert_ms > 0
    assert found.old_insert_ms > 0
