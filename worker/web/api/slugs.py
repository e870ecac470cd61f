"""The values that fields of states and kinds can have, for the description of the API.

They are described and not checked: the store checks them, and an answer must not fail on a slug that a later
release has stored.
"""

from collections.abc import Iterable
from typing import Annotated, Any, get_args

from pydantic import Field

from worker.extract.types import BlockKind
from worker.model import (
    ArticleState,
    Cause,
    ChangeKind,
    Condition,
    EntryState,
    FeedState,
    GapFill,
    HostLane,
    LookState,
    SubscriptionState,
)
from worker.outcome import Owner
from worker.text.dates.precision import Precision


def _listed(values: Iterable[str]) -> Any:
    return Field(json_schema_extra={"enum": [str(value) for value in values]})


ArticleStateSlug = Annotated[str, _listed(ArticleState)]
BlockKindSlug = Annotated[str, _listed(get_args(BlockKind))]
CauseSlug = Annotated[str, _listed(Cause)]
ChangeSlug = Annotated[str, _listed(ChangeKind)]
LineSlug = Annotated[str, _listed([*ChangeKind, "reset"])]
ConditionSlug = Annotated[str, _listed(Condition)]
EntryStateSlug = Annotated[str, _listed(EntryState)]
FeedStateSlug = Annotated[str, _listed(FeedState)]
GapFillSlug = Annotated[str, _listed(GapFill)]
LaneSlug = Annotated[str, _listed(HostLane)]
LookSlug = Annotated[str, _listed(LookState)]
OwnerSlug = Annotated[str, _listed(Owner)]
PrecisionSlug = Annotated[str, _listed(get_args(Precision))]
SubscriptionSlug = Annotated[str, _listed(SubscriptionState)]
