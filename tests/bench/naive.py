"""The service that most people write: one Celery task for each page; requests.get, trafilatura, one INSERT.

python -m tests.bench.naive worker      # needs NAIVE_REDIS and NAIVE_DATABASE
"""

import os
import sys

import celery
import psycopg
import requests
import trafilatura

TABLE = "CREATE TABLE IF NOT EXISTS naive (url text PRIMARY KEY, title text, published text, text text)"


def make_app(broker: str) -> celery.Celery:
    """The app with its one task, on a broker."""
    app = celery.Celery("naive", broker=broker, set_as_current=False)
    app.conf.task_ignore_result = True
    app.conf.worker_prefetch_multiplier = 4
    app.task(fetch, name="naive.fetch", shared=False)
    return app


def fetch(url: str) -> None:
    """One page."""
    page = requests.get(url, timeout=30).content
    document = trafilatura.bare_extraction(page, url=url, with_metadata=True)
    with psycopg.connect(os.environ["NAIVE_DATABASE"]) as db:
        db.execute(
            "INSERT INTO naive VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (
                url,
                document.title if document else None,
                document.date if document else None,
                document.text if document else None,
            ),
        )


if __name__ == "__main__":
    make_app(os.environ["NAIVE_REDIS"]).worker_main([sys.argv[1], "--concurrency=2", "--loglevel=error"])
