"""A lint of phrases: house prose is plain English (docs/style.md).

`python -m tests.tools.phrases [PATH…]` prints each finding with what to write instead, and exits 1 when there
are more than `LIMIT`. With paths it lists only findings in files below these. It reads docstrings, comments
and names of tests, the string messages of `worker/`, README.md, CHANGELOG.md and docs/. Code and the texts of
fixtures are not read. A phrase that is right in its place can be kept by ending its line with `(sic)`.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.tools.report import ROOT, at_most, modules, show

LIMIT = 900
"""Findings that are accepted. It only goes down."""

SHOWN = 40
"""Findings listed when the limit does not hold: enough to see what is wrong."""

WORDS: tuple[tuple[str, str], ...] = (
    (r"(?<!there )\b(?:is|are|was|were|be|being) none\b(?! of)", "is missing, is empty, is not a …, returns None"),  # noqa: E501
    (r"\b(?:has|have|had) none\b", "has no …, is empty"),
    (r"\bnone for\b", "None for, empty for, no … for"),
    (r"(?<!there )\b(?:is|are|was|were|be) no (?!longer|more|less|later|sooner|worse|better|reason|doubt|such|part)[a-z]+", "is not a …"),  # noqa: E501
    (r"\bso many\b(?! that)", "at most N, in batches of N, N"),
    (r"\bso much\b(?! that)", "at most N, the amount"),
    (r"(?<!soon )\bas (?:it|they) (?:is|are|was|were)\b(?! (?:used|written|read|called|given|[a-z]+ed)\b)", "unchanged, the current …"),  # noqa: E501
    (r"\bwhoever\b|\bwhosoever\b|\bwhomever\b", "the reader, callers that …, anyone who …"),
    (r"\b(?:is|are|was|were|be|been|being) told\b(?! to\b)", "is reported, recognised, decided, described"),
    (r"\btold (?:by|from|apart|of|with|rightly)\b", "recognised by, distinguished from, reported with"),
    (r"\btells? (?:about|of|whether|from|apart|how|why|what|which|where|when)\b", "describes, says, reports, distinguishes"),  # noqa: E501
    (r"\blikewise\b", "also, in the same way"),
    (r"\bof (?:its|their|his|her|one's|our) own\b", "separate, dedicated, its own …"),
    (r"\b(?:ask|asks|asked|asking) for\b", "request"),
    (r"\blet be\b", "left alone, ignored"),
    (r"\bcomes? to be\b", "becomes"),
    (r"\b(?:stands?|stood|standing) (?:in|on|at|there|above|below|behind|before|beside|near|around|right|among|under|between)\b", "is in, appears in, is next to"),  # noqa: E501
    (r"\bthe ones? that\b", "name the thing: 'the rule that …'"),
    (r"\bwhat (?:is|was|are|were) (?:[\w'-]+ ){1,4}(?:is|are|stays|goes|comes|was|were)\b", "name the thing: 'unknown names are …'"),  # noqa: E501
    (r"\bbeside\b", "next to, compared with, apart from, in a separate process"),
    (r"\banew\b", "again"),
    (r"\bmends?\b|\bmended\b", "fixes, repairs"),
    (r"\bfor ever\b", "forever"),
    (r"\bin the mean\b", "on average"),
    (r"\bto be had\b", "available"),
    (r"\bhand(?:s|ed)? on\b", "passes on, forwards"),
    (r"\bnobody (?:knows|asked|asks|says|names?|reads?|reads|watches|sees)\b", "unknown, not requested, unnamed, unused"),  # noqa: E501
    (r"\bthat(?:'s| is) all\b", "say what it does"),
    (r"\bwould else\b|\belse would\b", "otherwise … would"),
    (r"\blately\b", "recently"),
    (r"\bby (?:chance|hazard) each\b", "with random jitter"),
    (r"\bhereof\b|\bthereof\b|\bwhereof\b|\bwherein\b|\bthereby\b|\btherefrom\b", "of it, in which, so"),
    (r"\bis (?:at home|news)\b", "say what it is"),
    (r"\bknow(?:s|n)? (?:nothing|none) of\b", "does not depend on, has no access to"),
    (r"^test_nor_|^test_and_|^test_but_", "a test's name is read alone: say the whole promise"),
    (r"\bbehind (?:it|them|him|her|others?|the others?)\b", "after it, following it"),
    (r"\bno harm\b", "is safe, has no effect"),
    (r"\bshall\b", "must, should, will"),
    (r"\bmeans none\b|\bof none\b|\btaken? for none\b", "disables it, of no …, treated as missing"),
    (r"\bhow (?:it|they|things?) (?:goes|go|stands?)\b", "the state, the progress"),
)  # fmt: skip
"""What is not written here, and what is (see `docs/style.md`)."""

PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in WORDS)

EXEMPT = (
    "tests/tools/phrases.py",
    "tests/tools/test_phrases.py",
    "tests/fixtures/",
    "worker/store/migrations/",
)
"""The lint itself; fixtures are others' words; migrations are history."""

GENERATED = ("docs/settings.md", "docs/cli.md", "docs/style.md")
"""Made from strings in `worker/` that are read there; and the page that quotes what not to write."""

MESSAGE = re.compile(r"[A-Za-z,;:.'’-]+(?: [A-Za-z,;:.'’{}()-]+){3,}")
"""A string of four words or more is prose; shorter ones are mostly keys, patterns and vocabulary."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of prose and where it is."""

    path: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase, where it is, and what to write."""

    text: Text
    phrase: str
    instead: str

    def __str__(self) -> str:
        where = f"{self.text.path}:{self.text.line}"
        return f"{where}: “{self.phrase}”: write {self.instead}\n        {self.text.words.strip()}"


def findings(root: Path) -> list[Finding]:
    """Return all findings in the tree at `root`."""
    return [found for text in _texts(root) for found in of_text(text)]


def of_text(text: Text) -> Iterator[Finding]:
    """Yield the findings of one line."""
    if text.words.rstrip().endswith("(sic)"):
        return
    for pattern, instead in PATTERNS:
        if match := pattern.search(text.words):
            yield Finding(text, match[0].strip(), instead)


def _texts(root: Path) -> Iterator[Text]:
    for top in ("worker", "tests"):
        for path, tree, source in modules(root, top, EXEMPT):
            yield from _docstrings(path, tree)
            yield from _comments(path, source)
            yield from _messages(path, tree) if top == "worker" else _test_names(path, tree)
    for page in sorted([*root.glob("*.md"), *(root / "docs").glob("*.md")]):
        path = page.relative_to(root).as_posix()
        if path not in GENERATED:
            yield from _page(path, page.read_text(encoding="utf-8"))


def _docstrings(path: str, tree: ast.Module) -> Iterator[Text]:
    for node in ast.walk(tree):
        if _is_docstring(node):
            yield from _lines(path, node.value)


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _comments(path: str, source: str) -> Iterator[Text]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Text(path, token.start[0], token.string)


def _messages(path: str, tree: ast.Module) -> Iterator[Text]:
    docstrings = {id(node.value) for node in ast.walk(tree) if _is_docstring(node)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings and MESSAGE.search(node.value):
            yield from _lines(path, node)


def _lines(path: str, node: ast.Constant) -> Iterator[Text]:
    for offset, line in enumerate(node.value.splitlines()):
        yield Text(path, min(node.lineno + offset, node.end_lineno or node.lineno), line)


def _test_names(path: str, tree: ast.Module) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield Text(path, node.lineno, node.name)  # for rules about beginnings
            yield Text(path, node.lineno, node.name.replace("_", " "))


def _page(path: str, page: str) -> Iterator[Text]:
    fenced = False
    for number, line in enumerate(page.splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced:
            yield Text(path, number, re.sub(r"`[^`]*`", "`…`", line))


def main(root: Path = ROOT, only: tuple[str, ...] = (), limit: int = LIMIT) -> int:
    """Print what was found; return 1 when it is more than the limit."""
    found = [finding for finding in findings(root) if finding.text.path.startswith(only or "")]
    if only or len(found) > limit:
        for finding in found if only else found[:SHOWN]:
            print(finding)
    return show([at_most("phrases to write plainly", len(found), limit)])


if __name__ == "__main__":
    sys.exit(main(only=tuple(sys.argv[1:])))
