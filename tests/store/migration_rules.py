"""What a migration may do while workers of the version before still run (docs/contributing.md).

A statement that breaks them, or that locks a large table for long, needs `CONTRACT` in its module: the
release in which nothing uses the old form any more.
"""

import re
from collections.abc import Iterable, Iterator

LARGE = "articles|entries|pages|sightings|revisions|changes|stories|story_bands|story_links"
"""Tables with millions of rows in a busy store: reading one of them takes longer than writers should wait."""

BREAKS: tuple[tuple[str, str], ...] = (
    (r"DROP (TABLE|VIEW|SCHEMA|FUNCTION|TYPE)", "drops what the version before uses"),
    (r"ALTER TABLE .*DROP COLUMN", "drops a column that the version before reads"),
    (r"\bRENAME\b", "renames what the version before uses: add the new name, and drop the old one later"),
    (r"ALTER COLUMN \S+ (SET DATA )?TYPE\b", "changes a type: add a column, and drop the old one later"),
    (r"SET NOT NULL", "the version before may write NULL: add a check NOT VALID, and this a release later"),
    (
        r"ADD COLUMN (?!.*\bDEFAULT\b)(?!.*GENERATED)[^,]*NOT NULL",
        "the version before does not write the new column: give it a DEFAULT",
    ),
    (
        r"ADD COLUMN [^,]*(DEFAULT \(?(gen_random_uuid|random|clock_timestamp|nextval)|GENERATED)",
        "rewrites the table: add the column without a default, and fill it in batches",
    ),
    (
        r"ADD (CONSTRAINT \S+ )?(CHECK|FOREIGN KEY)(?!.*NOT VALID)",
        "reads the whole table: add it NOT VALID, then VALIDATE",
    ),
    (r"\b(LOCK TABLE|VACUUM FULL|CLUSTER)\b", "locks a table"),
    (
        rf"^(UPDATE|DELETE FROM) (public\.)?({LARGE})\b",
        "changes a large table at once: do it in batches, in a part",
    ),
)
"""Statements, each with why it breaks a running worker and what to do instead."""


def broken_rules(statements: Iterable[str]) -> list[str]:
    """Return why a migration with these statements may not run next to workers of the version before."""
    made: set[str] = set()
    return [problem for statement in statements for problem in _judged(" ".join(statement.split()), made)]


def _judged(statement: str, made: set[str]) -> Iterator[str]:
    """Judge one statement; tables that the migration itself has made are nobody's yet."""
    if new := re.match(r"CREATE TABLE (?:IF NOT EXISTS )?([\w.]+)", statement, re.IGNORECASE):
        made.add(new[1])
        return
    altered = re.match(r"(?:ALTER TABLE|UPDATE|DELETE FROM) (?:ONLY )?([\w.]+)", statement, re.IGNORECASE)
    if altered and altered[1] in made:
        return
    index = re.match(
        r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?([\w.]+)", statement, re.IGNORECASE
    )
    if index and index[1] not in made and re.fullmatch(LARGE, index[1].removeprefix("public.")):
        yield f"builds an index while writers wait: CREATE INDEX CONCURRENTLY ({statement[:80]})"
    for pattern, why in BREAKS:
        if re.search(pattern, statement, re.IGNORECASE):
            yield f"{why} ({statement[:80]})"
