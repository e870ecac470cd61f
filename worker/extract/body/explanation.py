"""Why each run of a page was taken or left: its points, and the features and neighbours that decided."""

from dataclasses import dataclass
from itertools import islice

from worker.extract.body.features import Column, measure_features
from worker.extract.body.model import HOPELESS, model
from worker.extract.body.second_pass import SURROUNDINGS
from worker.extract.body.segments import segments_of
from worker.extract.head import read_head
from worker.extract.images import caption_elements
from worker.extract.metadata import read_metadata
from worker.extract.page_index import index_of
from worker.outcome import Refusal
from worker.text.html import parse_page

_FEATURES = 5  # features that are shown of a run; those after them are worth little in nearly all runs


@dataclass(frozen=True, slots=True)
class Explained:
    """A run with its points; above 0 it is text.

    `features` are those that moved the points most, each with its share. `alone` are the points of the
    first pass, which sees the run by itself; `neighbours` is the share of what it thought of the runs
    around.
    """

    text: str
    points: int
    alone: int
    neighbours: int
    features: tuple[tuple[str, int], ...]


def explain(body: bytes, url: str, content_type: str | None = None) -> tuple[Explained, ...] | Refusal:
    """Return the runs of a page in reading order, each with the reasons of the model.

    What a rule for the site selects, and what is removed after the model has judged, is not part of it.
    """
    tree = parse_page(body, content_type)
    if isinstance(tree, Refusal):
        return tree
    head, index = read_head(tree), index_of(tree)
    runs = segments_of(tree, caption_elements(index))
    if not runs:
        return ()
    columns = measure_features(runs, head, read_metadata(index, head, url, None).fields.get("title"))
    points = model().judge(runs, columns)
    alone = model().first.points(columns)
    return tuple(
        _explained(run.text, points[number], alone[number], _shares(columns, number, alone[number]))
        for number, run in enumerate(runs)
    )


def _shares(columns: dict[str, Column], number: int, alone: int) -> dict[str, float]:
    """Return the points that each feature gives to a run in the pass that decides."""
    if columns["next_article"][number]:
        return {"next_article": HOPELESS}
    return (model().second if alone > HOPELESS else model().first).shares(columns, number)


def _explained(text: str, points: int, alone: int, shares: dict[str, float]) -> Explained:
    around = sum(share for name, share in shares.items() if name in SURROUNDINGS)
    ordered = sorted(shares.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    own = ((name, round(share)) for name, share in ordered if name not in SURROUNDINGS and round(share))
    return Explained(text, points, alone, round(around), tuple(islice(own, _FEATURES)))
