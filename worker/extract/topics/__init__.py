"""What it is about and what it is: section, tags, kind, language."""

from worker.extract.topics.kinds import choose_kind
from worker.extract.topics.language import check_language, choose_language
from worker.extract.topics.sections import choose_section
from worker.extract.topics.tags import choose_tags

__all__ = ["check_language", "choose_kind", "choose_language", "choose_section", "choose_tags"]
