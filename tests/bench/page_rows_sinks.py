"""Rows and paths of the bench for stories, sinks and searches: the articles of half the store are in stories.

Of the sinks one works, one is far behind with as many lines set aside as there can be, and one is dead with
a dead letter for every tenth article.
"""

STORY_STATEMENTS = (
    """INSERT INTO stories (id, size, begun_at, first_at, agency_at)
    SELECT n, 2 + n % 4, at, at, CASE WHEN n % 20 = 0 THEN at END
    FROM generate_series(1, 1 + :articles / 10) AS n, LATERAL (
        SELECT now() - (:articles - 10 * n) * (interval '90 days' / :articles) AS at
    ) AS t""",
    "INSERT INTO searches (name, filter) SELECT 'search' || n, 'q=w' || n FROM generate_series(1, 50) AS n",
)

SINK_STATEMENTS = (
    """INSERT INTO sinks (name, kind, mode, url, filter, cursor, reason, detail)
    SELECT name, 'webhook', mode, 'https://' || name || '.example/hook', filter,
        (SELECT max(id) FROM changes) - behind, reason, reason
    FROM (VALUES ('prompt', 'active', '', 0, NULL), ('behind', 'active', 'search=search7', 100000, 'timeout'),
        ('stopped', 'dead', '', 500000, 'http-500')) AS one (name, mode, filter, behind, reason)""",
    """INSERT INTO sink_pending (sink_id, line_id, article_id, due_at, attempts, failed_at)
    SELECT s.id, l.id, l.article_id, now() + random() * interval '1 hour', 3, now() - interval '1 hour'
    FROM sinks s, (SELECT id, article_id FROM changes ORDER BY id LIMIT 1000) AS l WHERE s.name = 'behind'""",
    """INSERT INTO dead_letters (sink_id, line_id, article_id, attempts, failed_at, dead_at, reason, detail)
    SELECT s.id, l.id, l.article_id, 12, now() - interval '3 days', now(), 'http-500', 'the answer was 500'
    FROM sinks s, changes l WHERE s.name = 'stopped' AND l.id % 10 = 0""",
    """INSERT INTO sink_tries (sink_id, at, outcome, status, seconds, said, first_id, last_id, lines)
    SELECT s.id, now() - n * interval '1 minute', 'delivered', 204, 0.1, '', n, n, 1
    FROM sinks s, generate_series(1, 1000) AS n WHERE s.kind = 'webhook'""",
)

ARTICLE_PAGES = (
    "/articles?q=story",
    "/articles?q=w77&sort=relevance",
    "/articles?q=w77&collapse=story",
    "/articles?language=de",
    "/articles?publisher=host7.example&published_from=2020-01-01",
    "/articles/7/page",
    "/stories",
    "/stories?order=biggest",
    "/stories?wire=1",
    "/stories?order=biggest&period=week&language=de",
    "/stories?publisher=host7.example",
    "/stories/7",
    "/sinks",
    "/sinks/prompt",
    "/sinks/behind",
    "/sinks/stopped",
    "/searches",
)
"""What `bench_pages` measures of them: each list in its orders, with a common and with a rare condition."""
