"""Parameters of several routes; their bounds are those of the database columns."""

from typing import Annotated

from fastapi import Path, Query

LARGEST_ID = 2**63 - 1
"""The largest value of a bigint column."""

Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]

Cursor = Annotated[
    int, Query(ge=0, le=LARGEST_ID, description="`next` of the previous answer; 0: from the beginning")
]

Id = Annotated[int, Path(ge=1, le=LARGEST_ID, description="id from a list")]

RevisionNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="counted from 1")]

Words = Annotated[
    str,
    Query(
        min_length=1,
        max_length=500,
        # PostgreSQL does not store NUL in text.
        pattern=r"^[^\x00]+$",
        description='words, "phrases" and -not',
    ),
]
