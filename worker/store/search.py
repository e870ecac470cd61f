"""The full-text search: the index of articles, and conditions on it.

`articles.search` holds the words of an article and their stems (`worker.text.search_document`,
`worker.store.stems`). It is written with the article. It is NULL only in articles that workers of an older
version have stored since the migration: `fill` indexes them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from worker.store.db import Connection, dumps, rows, run
from worker.store.stems import STEMMERS, lexeme, stemmer_of, stemmers_for, stems
from worker.store.where import Where
from worker.text.search_document import AUTHORS, FIELD_SIGNS, TITLE, IndexedWords, index_words, is_stemmed
from worker.text.search_query import All, Field, Not, QueryTerm, SearchQuery, Some, Wanted, parse_query
from worker.text.search_words import fold
from worker.text.snippets import candidates

FILL_BATCH = 500
"""Articles that are indexed in one transaction: about a second of work, a guess."""

_ARABIC_ARTICLE = re.compile(r"^(?:[\u0648\u0641\u0628\u0643]?\u0627\u0644|\u0644\u0644)(?=\w{3})")
"""The article, alone or after and, so, with, like and for. The stemmer removes it in some words only."""

SIGNS: Mapping[Field | None, str] = {
    Field.TITLE: FIELD_SIGNS[TITLE],
    Field.AUTHOR: FIELD_SIGNS[AUTHORS],
    None: "",
}
"""The sign before the words of a field in the index."""


def condition(query: str, languages: Sequence[str] = ()) -> Where:
    """Return the condition that the article `a` matches a query (`worker.text.search_query`).

    Inflected forms are found in `languages` (BCP 47), or in all. Raises `QueryError`.
    """
    return match_condition(parse_query(query), languages, f"q{crc32(query.encode()):08x}")


def match_condition(
    node: SearchQuery, languages: Sequence[str], prefix: str, *, loose: bool = False
) -> Where:
    """Return the condition that the article `a` matches the tree of a query.

    `prefix` begins the names of the parameters. A `loose` condition is answered by the index alone: it
    ignores places, so it holds for more articles.
    """
    query = tsquery(node, languages, prefix, loose=loose)
    return Where(f"a.search @@ {query.sql}", query.values)


def tsquery(node: SearchQuery, languages: Sequence[str], prefix: str, *, loose: bool = False) -> Where:
    """Return the tree of a query as an expression of the type tsquery, as `match_condition` compares it."""
    builder = _Builder(languages, prefix)
    builder.add(node, loose=loose)
    return Where(f"CAST({builder.sql()} AS tsquery)", builder.values)


def needs_places(node: SearchQuery) -> bool:
    """Say whether the index alone cannot tell if an article matches, since the query has a phrase."""
    match node:
        case QueryTerm():
            return len(node.words) > 1
        case Not():
            return needs_places(node.node)
        case All() | Some():
            return any(map(needs_places, node.nodes))


def word_forms(
    db: Connection, query_terms: Sequence[QueryTerm], texts: Iterable[tuple[str | None, str]]
) -> dict[str | None, set[tuple[str, str]]]:
    """Return pairs of a word of the query and a form of it in the texts, by the languages of the texts.

    `texts` are pairs of language and text. The word of the query is in lower case, the form as it is printed.
    """
    pairs: dict[str, set[tuple[str, str]]] = {}
    languages: dict[str | None, str | None] = {}
    for language, text in texts:
        code = languages[language] = stemmer_of(language)
        if code:
            found = ((wanted.lower, said) for wanted, said in candidates(query_terms, text))
            pairs.setdefault(code, set()).update(found)
    forms = {code: _equal_stems(db, code, found) for code, found in pairs.items()}
    return {language: forms.get(code or "", set()) for language, code in languages.items()}


def _equal_stems(db: Connection, code: str, pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    words = {word for pair in pairs for word in pair}
    spelled = {word: _spellings(fold(word)[1]) for word in words}
    known = stems(db, code, set().union(*spelled.values()))
    stem_sets = {word: {known[one] for one in spelled[word] if one in known} for word in words}
    return {(wanted, said) for wanted, said in pairs if stem_sets[wanted] & stem_sets[said]}


def vectors(db: Connection, contents: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the value of `search` for the content of each article, as PostgreSQL reads it."""
    drafts = [(_indexed(content), stemmer_of(content.get("language"))) for content in contents]
    wanted: dict[str, set[str]] = {}
    for document, code in drafts:
        if code:
            wanted.setdefault(code, set()).update(*(_spellings(word) for word in document.stemmed))
    known = {code: stems(db, code, words) for code, words in wanted.items()}
    return [_vector(document, code, known.get(code or "", {})) for document, code in drafts]


def fill(db: Connection, *, limit: int = FILL_BATCH) -> int:
    """Index the newest articles that are not indexed, at most `limit`; return how many there were."""
    found = rows(
        db,
        """SELECT id, title, authors, agencies, summary, text, language FROM articles
        WHERE search IS NULL ORDER BY id DESC LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED""",
        limit=limit,
    )
    if found:
        run(
            db,
            """UPDATE articles SET search = r.search
            FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS r (id bigint, search tsvector)
            WHERE articles.id = r.id""",
            records=dumps(
                [
                    {"id": row["id"], "search": vector}
                    for row, vector in zip(found, vectors(db, found), strict=True)
                ]
            ),
        )
    return len(found)


def _indexed(content: Mapping[str, Any]) -> IndexedWords:
    return index_words(
        title=content.get("title") or "",
        authors=dict.fromkeys([*(content.get("authors") or ()), *(content.get("agencies") or ())]),
        summary=content.get("summary") or "",
        text=content.get("text") or "",
    )


def _spellings(word: str) -> set[str]:
    """Return a word in lower case with and without its accents, and without the Arabic article."""
    return {word} if word.isascii() else {word, fold(word)[0], _ARABIC_ARTICLE.sub("", word)}


def _vector(document: IndexedWords, code: str | None, known: Mapping[str, str]) -> str:
    places = dict(document.words)
    if code and known:
        for sign, stemmed in (("", document.stemmed), (FIELD_SIGNS[TITLE], document.stemmed_title)):
            for word, found in stemmed.items():
                for stem in {known[spelling] for spelling in _spellings(word) if spelling in known}:
                    name = sign + lexeme(code, stem)
                    places[name] = f"{places[name]},{found}" if name in places else found
    return " ".join([f"'{word}':{found}" for word, found in places.items()])


class _Builder:
    """Builds the text of a tsquery, as an expression of SQL, since only PostgreSQL knows the stems."""

    def __init__(self, languages: Sequence[str], prefix: str) -> None:
        self.values: dict[str, str] = {}
        self._languages, self._prefix = languages, prefix
        self._parts: list[str] = []
        self._plain = ""

    def sql(self) -> str:
        """Return the expression, of the type text."""
        self._flush()
        return " || ".join(self._parts)

    def add(self, node: SearchQuery, *, loose: bool) -> None:
        """Append a node. A loose one leaves out what must not match, where that depends on places."""
        match node:
            case QueryTerm():
                self._add_term(node, loose=loose)
            case Not():
                self._plain += "!("
                self.add(node.node, loose=loose)
                self._plain += ")"
            case All() | Some():
                kept = [part for part in node.nodes if not (loose and _hides(part))]
                for number, part in enumerate(kept):
                    self._plain += "(" if number == 0 else ") & (" if isinstance(node, All) else ") | ("
                    self.add(part, loose=loose)
                self._plain += ")"

    def _add_term(self, term: QueryTerm, *, loose: bool) -> None:
        sign = SIGNS[term.field]
        before: Wanted | None = None
        for word in term.words:
            if before is not None:
                self._plain += " & " if loose else f" <{word.place - before.place}> "
            self._plain += f"'{sign}{word.folded}'{':*' if word.open else ''}"
            before = word
        if not term.exact and term.field is not Field.AUTHOR:
            self._add_stems(term.words[0], sign)

    def _add_stems(self, word: Wanted, sign: str) -> None:
        if word.open or not is_stemmed(word.lower):
            return
        for spelling in sorted(_spellings(word.lower)):
            codes = stemmers_for(spelling, self._languages)
            if codes:
                self._flush()
                name = self._bind(spelling)
                for code in codes:
                    stem = f"(ts_lexize('{STEMMERS[code][0]}', {name}))[1]"
                    self._parts.append(f"coalesce(' | ''{sign}{lexeme(code, '')}' || {stem} || '''', '')")

    def _flush(self) -> None:
        if self._plain:
            self._parts.append(self._bind(self._plain))
            self._plain = ""

    def _bind(self, text: str) -> str:
        name = f"{self._prefix}_{len(self.values)}"
        self.values[name] = text
        return f"CAST(:{name} AS text)"


def _hides(node: SearchQuery) -> bool:
    """Say whether a node leaves out articles by places, which a loose query cannot."""
    return isinstance(node, Not) and needs_places(node.node)
