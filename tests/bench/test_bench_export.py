"""The bench of exports works, and every format stays within its memory."""

from tests.bench.bench_export import main


def test_a_small_export_is_measured_in_each_format() -> None:
    assert main(["--articles", "300", "--formats", "parquet", "jsonl"]) == 0
