"""The body of a page: the runs of text that are the article, in order.

One sweep cuts the page into runs, and a model gives each run points for its features. Where that leaves
too much in doubt, trafilatura is run over a copy of the tree for a second opinion.
"""

from worker.extract.body.blocks import Body, blocks_of, find_body, named_blocks
from worker.extract.body.second_opinion import reset_caches
from worker.extract.body.segments import Segment, segments_of

__all__ = ["Body", "Segment", "blocks_of", "find_body", "named_blocks", "reset_caches", "segments_of"]
