"""The body of a page: which of its runs of text are the article, in order.

One sweep cuts the page into runs, a scorecard gives each run points for what can be counted of it, and where
that leaves too much in doubt trafilatura is asked over a fresh tree, as one more witness.
"""

from worker.extract.body.choose import blocks_of, find_blocks, named_blocks
from worker.extract.body.second_opinion import reset_caches
from worker.extract.body.segments import Segment, segments_of

__all__ = ["Segment", "blocks_of", "find_blocks", "named_blocks", "reset_caches", "segments_of"]
