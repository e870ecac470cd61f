"""The query language of the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.search_query import All, Not, QueryError, QueryTerm, SearchQuery, Some, parse_query


def shown(node: SearchQuery) -> str:
    """A tree in short: = before words as they are written, ~ before a word with its inflected forms."""
    match node:
        case QueryTerm():
            said = " ".join(f"{word.folded}{'*' if word.open else ''}" for word in node.words)
            return f"{node.field}:" * bool(node.field) + ("=" if node.exact else "~") + said
        case Not():
            return f"-{shown(node.node)}"
        case All() | Some():
            return f"({(' ' if isinstance(node, All) else ' | ').join(map(shown, node.nodes))})"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("ferry", "~ferry"),
        ("ferry boat", "(~ferry ~boat)"),
        ('"storm surge"', "=storm surge"),
        ('"ferries"', "=ferries"),
        ("“storm surge”", "=storm surge"),
        ("ferry -boat", "(~ferry -~boat)"),
        ('ferry -"storm surge"', "(~ferry -=storm surge)"),
        ("ferry - boat & co.", "(~ferry ~boat ~co)"),
        ("ferry OR boat strike", "((~ferry | ~boat) ~strike)"),
        ("ferry or boat", "(~ferry ~or ~boat)"),
        ("a OR b OR c", "(~a | ~b | ~c)"),
        ("(ferry strike) OR boat", "((~ferry ~strike) | ~boat)"),
        ("ferry -(boat OR ship)", "(~ferry -(~boat | ~ship))"),
        ("title:ferry", "title:~ferry"),
        ("TITLE:ferry", "title:~ferry"),
        ('author:"Jane Doe"', "author:=jane doe"),
        ("ferry -title:boat", "(~ferry -title:~boat)"),
        ("title:(ferry OR boat)", "(title:~ferry | title:~boat)"),
        ("librar*", "=librar*"),
        ("title:Librar*", "title:=librar*"),
        ("covid-19", "=covid 19"),
        ("l'économie", "~economie"),
        ("the ferry's", "(~the ~ferry)"),
        ("12:30", "=12 30"),
        ("Breaking: storm", "(~breaking ~storm)"),
        ("渡り鳥", "=渡り り鳥"),
        ("渡り", "~渡り"),
        ("鳥", "~鳥*"),
        ("渡*", "=渡*"),
        ("「渡り鳥」　観察", "(=渡り り鳥 ~観察)"),
    ],
)
def test_a_query_is_read_as(query: str, tree: str) -> None:
    assert shown(parse_query(query)) == tree


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "no word"),
        ("... &", "no word"),
        ("()", "no word"),
        ("foo:bar", "foo: is not a field"),
        ("https://n.example/a", "https: is not a field"),
        ("storm language:de", "language: is a filter"),
        ("title:", "no word behind title:"),
        ("title: ferry", "no word behind title:"),
        ("title:…", "no word behind title:"),
        ("title:-ferry", "-title:ferry"),
        ('"storm surge', "is not closed"),
        ("(storm", "is not closed"),
        ("storm)", "was not opened"),
        ("-storm", "needs a word that must occur"),
        ("storm OR -surge", "needs a word that must occur"),
        ("OR storm", "OR needs a term on each side"),
        ("storm OR", "OR needs a term on each side"),
        ("storm OR OR surge", "OR needs a term on each side"),
        ("lib*ry", "only at the end of a word"),
        ("*ry", "only at the end of a word"),
        ("li*", "fewer than 3 letters"),
        ("word " * 33, "more than 32 words"),
        ("w" * 501, "longer than 500 characters"),
        ("(" * 11 + "a" + ")" * 11, "more than 10 parentheses"),
    ],
)
def test_a_query_that_cannot_be_understood_is_refused_with_one_line(query: str, words: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(query)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.text(alphabet='ab鳥ü "-()*:.OR\n', max_size=40))
def test_every_query_is_a_tree_or_refused(query: str) -> None:
    try:
        tree = parse_query(query)
    except QueryError:
        return
    assert shown(tree)
