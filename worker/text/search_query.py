"""The query language of the search: what a person types, as a tree.

It has words, "phrases", -not, `OR`, parentheses, `title:` and `author:` before a word, phrase or parentheses,
and a `*` at the end of a word for all words that begin so. Words next to each other must all occur. `OR`, in
capitals, joins the terms to its left and right: `ferry OR boat strike` is (ferry or boat) and strike. Other
signs separate words.

A query that cannot be understood raises `QueryError`; no query is empty in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from worker.text.search_words import words

QUERY_LENGTH = 500
"""Characters of a query. A guess: longer ones are texts that were pasted."""
MAX_WORDS = 32
"""Words of a query. A guess: each costs a look into the index for each of about twenty languages."""
MIN_PREFIX = 3
"""Letters before a `*`, since the index reads each word that begins so. A guess: with two letters that is a
large part of the index."""
MAX_DEPTH = 10
"""Nested parentheses. A guess."""


class QueryError(ValueError):
    """A query that cannot be understood; the message says why, and what to write instead."""


class Field(StrEnum):
    """The part of an article that a term is looked for in."""

    TITLE = "title"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word of a term, as `worker.text.search_words` reads it.

    `open` says that longer words that begin so match, too.
    """

    folded: str
    lower: str
    place: int
    pairs: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """Words that follow each other, each at its place.

    A term that is not `exact` is one word, and its inflected forms match, too.
    """

    words: tuple[Wanted, ...]
    exact: bool
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """What must not match."""

    node: "SearchQuery"


@dataclass(frozen=True, slots=True)
class All:
    """Querys that must all match."""

    nodes: tuple["SearchQuery", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Querys of which one must match."""

    nodes: tuple["SearchQuery", ...]


SearchQuery = QueryTerm | Not | All | Some

# The parts of a query; a quote that is not closed is found as a part that only begins with one.
_PART = re.compile(
    r'(?P<not>-(?=[^\s\-)]))?(?:(?P<field>[^\W\d]\w*):(?=\S))?(?:"(?P<phrase>[^"]*)"|(?P<group>\()|(?P<word>[^\s"()]+))'
    r'|(?P<end>\))|(?P<open>")|(?P<space>\s+)|(?P<other>.)',
    re.DOTALL,
)
_QUOTES = str.maketrans("“”„«»＂　", '""""""' + " ")
"""Printed quotes are quotes; the space of Chinese and Japanese is a space."""
_ELIDED = re.compile(r"^(?:[ldsnjmtc]|qu|dell|all|nell|dall|sull|un)['’](?=\w)|['’]s$", re.IGNORECASE)
"""Articles that are joined to the next word (l'économie, dell'arte), and the English genitive."""
_PARAMETERS = [
    "language",
    "publisher",
    "feed",
    "label",
    "kind",
    "state",
    "story",
    "wire",
    "rights",
    "published_from",
    "published_to",
    "stored_from",
    "stored_to",
    "changed",
    "cause",
    "min_words",
]
"""Filters that have the form of a field in other search engines."""


def parse_query(query: str) -> SearchQuery:
    """Return the tree of a query. Raises `QueryError`."""
    if len(query) > QUERY_LENGTH:
        raise QueryError(f"the query is longer than {QUERY_LENGTH} characters: shorten it")
    parser = _Parser(query.translate(_QUOTES))
    node = parser.read_all()
    if node is None:
        raise QueryError(f"no word to search for in {query!r}: write at least one")
    if not _finds(node):
        raise QueryError(
            "the query, and each side of an OR, needs a word that must occur, not only words to leave out"
        )
    if sum(len(term.words) for term in terms(node)) > MAX_WORDS:
        raise QueryError(f"the query has more than {MAX_WORDS} words: leave some out")
    return node


def terms(node: SearchQuery, *, wanted: bool = False) -> Iterator[QueryTerm]:
    """Yield the terms of a tree; with `wanted` only those that a match contains."""
    match node:
        case QueryTerm():
            yield node
        case Not():
            if not wanted:
                yield from terms(node.node)
        case All() | Some():
            for part in node.nodes:
                yield from terms(part, wanted=wanted)


def _finds(node: SearchQuery) -> bool:
    """Say whether each match contains a word of the query."""
    match node:
        case QueryTerm():
            return True
        case Not():
            return False
        case All():
            return any(map(_finds, node.nodes))
        case Some():
            return all(map(_finds, node.nodes))


class _Parser:
    """Reads a query from left to right."""

    def __init__(self, query: str) -> None:
        self._parts = list(_PART.finditer(query))
        self._at = 0
        self._depth = 0

    def read_all(self, field: Field | None = None) -> SearchQuery | None:
        """Return what stands here up to the end, or up to the closing parenthesis."""
        nodes: list[SearchQuery] = []
        joins = False
        while self._at < len(self._parts):
            part = self._parts[self._at]
            self._at += 1
            if part["space"] or part["other"]:
                continue
            if part["open"]:
                raise QueryError('a quote (") is not closed')
            if part["end"]:
                if not self._depth:
                    raise QueryError(
                        "a parenthesis is closed that was not opened: put a ( before, or leave it out"
                    )
                break
            if part[0] == "OR":
                if joins or not nodes:
                    raise QueryError(
                        "OR needs a term on each side; the word itself is written in small letters"
                    )
                joins = True
                continue
            node = self._read_term(part, field)
            if node is None:
                continue
            if joins:
                before = nodes.pop()
                node = Some((*(before.nodes if isinstance(before, Some) else (before,)), node))
                joins = False
            nodes.append(node)
        else:
            if self._depth:
                raise QueryError("a parenthesis is not closed: put a ) at its end")
        if joins:
            raise QueryError("OR needs a term on each side; the word itself is written in small letters")
        return nodes[0] if len(nodes) == 1 else All(tuple(nodes)) if nodes else None

    def _read_term(self, part: re.Match[str], outer: Field | None) -> SearchQuery | None:
        field = _field(part["field"]) if part["field"] else outer
        if part["group"]:
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise QueryError(f"more than {MAX_DEPTH} parentheses in each other")
            node = self.read_all(field)
            self._depth -= 1
        elif part["phrase"] is not None:
            node = _term(part["phrase"], field, exact=True)
        else:
            node = _term_of_word(part["word"], field)
        if node is None and part["field"]:
            raise QueryError(f"no word behind {part['field']}: in the query")
        return Not(node) if part["not"] and node is not None else node


def _field(name: str) -> Field:
    try:
        return Field(name.lower())
    except ValueError:
        if name.lower() in _PARAMETERS:
            raise QueryError(f"{name}: is a filter and stands outside the query: {name.lower()}=…") from None
        raise QueryError(
            f"{name}: is not a field: write title: or author:, or put quotes around words with a colon"
        ) from None


def _term_of_word(text: str, field: Field | None) -> QueryTerm | None:
    if text.rstrip(":").lower() in set(Field) and text.endswith(":"):
        raise QueryError(f"no word behind {text} in the query: write it without a space, as {text}word")
    if field and text.startswith("-"):
        raise QueryError(f"write the minus before the field: -{field}:{text.lstrip('-')}")
    star = text.find("*")
    if star < 0:
        return _term(_ELIDED.sub("", text), field, exact=False)
    if text[star:].strip("*.,;:!?"):
        raise QueryError(f"a * stands only at the end of a word, unlike in {text!r}")
    term = _term(text[:star], field, exact=True)
    last = term and term.words[-1]
    if not term or not last or (not last.pairs and len(last.folded) < MIN_PREFIX):
        raise QueryError(f"{text!r} has fewer than {MIN_PREFIX} letters before the *: add letters")
    return replace(term, words=(*term.words[:-1], replace(last, open=True)))


def _term(text: str, field: Field | None, *, exact: bool) -> QueryTerm | None:
    found: list[Wanted] = []
    covered = 0
    for word in words(text):
        # The last character of a run: part of the pair before, else the beginning of a pair.
        last = word.pairs == 1
        if not (last and word.start < covered):
            found.append(Wanted(word.folded, word.lower, word.place, word.pairs, open=last))
        covered = word.end
    return QueryTerm(tuple(found), exact or len(found) > 1, field) if found else None
