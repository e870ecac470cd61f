"""A lint of phrases: house prose is plain English (docs/style.md).

`python -m tests.tools.phrases [PATH…]` prints each finding with what to write instead, and exits 1 when there
are more than `LIMIT`. With paths it lists only findings in files below these. It reads docstrings, comments
and names of tests, the string messages of `worker/`, README.md, CHANGELOG.md, docs/ and the comments of
Makefile, config/ and deploy/. Code and the texts of fixtures are not read. A phrase that is right in its
place can be kept by ending its line with `(sic)`.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from tests.tools.report import ROOT, at_most, modules, show

LIMIT = 0
"""Findings that are accepted. It only goes down."""

SHOWN = 40
"""Findings listed when the limit does not hold: enough to see what is wrong."""

WORDS: tuple[tuple[str, str], ...] = (
    (r"(?<!there\s)\b(?:is|are|was|were|be|being) (?-i:none)\b(?! of)", "is missing, is empty, is not a …, returns None"),  # noqa: E501
    (r"\b(?:has|have|had) (?-i:none)\b", "has no …, is empty"),
    (r"\b(?-i:none) for\b", "None for, empty for, no … for"),
    (r"(?<!there\s)\b(?:is|are|was|were|be) no (?!longer|more|less|later|sooner|worse|better|reason|doubt|such|part)[a-z]+", "is not a …"),  # noqa: E501
    (r"\bso many\b(?! that)", "at most N, in batches of N, N"),
    (r"\bso much\b(?! that)", "at most N, the amount"),
    (r"(?<!soon\s)\bas (?:it|they) (?:is|are|was|were)\b(?! (?:used|written|read|called|given|[a-z]+ed)\b)", "unchanged, the current …"),  # noqa: E501
    (r"\bwhoever\b|\bwhosoever\b|\bwhomever\b", "the reader, callers that …, anyone who …"),
    (r"\b(?:is|are|was|were|be|been|being) told\b(?! to\b)", "is reported, recognised, decided, described"),
    (r"\btold (?:by|from|apart|of|with|rightly)\b", "recognised by, distinguished from, reported with"),
    (r"\btells? (?:about|of|whether|from|apart|how|why|what|which|where|when)\b", "describes, says, reports, distinguishes"),  # noqa: E501
    (r"\blikewise\b", "also, in the same way"),
    (r"\bof (?:its|their|his|her|one's|our) own\b", "separate, dedicated, its own …"),
    (r"\b(?:ask|asks|asked|asking) for\b(?! (?:consent|permission|a password|a login))", "request"),
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

PATTERNS = tuple(
    (re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE), instead) for pattern, instead in WORDS
)
"""The rules; a phrase may go over the end of a line."""

EXEMPT = (
    "tests/tools/phrases.py",
    "tests/tools/test_phrases.py",
    "tests/fixtures/",
    "worker/store/migrations/",
)
"""The lint itself; fixtures are others' words; migrations are history."""

GENERATED = ("docs/settings.md", "docs/cli.md", "docs/style.md")
"""Made from strings in `worker/` that are read there; and the page that quotes what not to write."""

REMARKED = (
    "Makefile",
    ".importlinter",
    "pyproject.toml",
    "config/**/*.toml*",
    "deploy/**/*.*",
    "deploy/Dockerfile",
)
"""Files of which only the comments are read."""

MESSAGE = re.compile(r"[A-Za-z,;:.'’-]+(?: [A-Za-z,;:.'’{}()-]+){3,}")
"""A string of four words or more is prose; shorter ones are mostly keys, patterns and vocabulary."""


CODE = re.compile(r"`[^`\n]*`")
"""Names and values in backticks are not prose."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of prose, perhaps of several lines, and where it begins."""

    path: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase, where it is, and what to write."""

    path: str
    line: int
    phrase: str
    instead: str
    context: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: “{self.phrase}”: write {self.instead}\n        {self.context}"


def findings(root: Path) -> list[Finding]:
    """Return all findings in the tree at `root`."""
    return [found for text in _texts(root) for found in of_text(text)]


def of_text(text: Text) -> Iterator[Finding]:
    """Yield the findings of a text."""
    lines, words = text.words.split("\n"), CODE.sub("`…`", text.words)
    for pattern, instead in PATTERNS:
        for match in pattern.finditer(words):
            at = words.count("\n", 0, match.start())
            if not lines[at].rstrip().endswith("(sic)"):
                phrase = " ".join(match[0].split())
                yield Finding(text.path, text.line + at, phrase, instead, lines[at].strip())


def _texts(root: Path) -> Iterator[Text]:
    for top in ("worker", "tests"):
        for path, tree, source in modules(root, top, EXEMPT):
            yield from _docstrings(path, tree)
            yield from _comments(path, source)
            yield from _messages(path, tree) if top == "worker" else _test_names(path, tree)
    for page in sorted([*root.glob("*.md"), *(root / "docs").glob("*.md")]):
        path = page.relative_to(root).as_posix()
        if path not in GENERATED:
            yield Text(path, 1, _without_blocks_of_code(page.read_text(encoding="utf-8")))
    for file in sorted(file for place in REMARKED for file in root.glob(place) if file.is_file()):
        lines = file.read_text(encoding="utf-8").splitlines()
        remarks = (line.partition("# ")[2] for line in lines)
        yield Text(file.relative_to(root).as_posix(), 1, "\n".join(remarks))


def _docstrings(path: str, tree: ast.Module) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and _is_string(node.value):
            yield Text(path, node.lineno, _flush(node.value.value))


def _flush(text: str) -> str:
    """Return the text without the indentation of its lines."""
    return "\n".join(line.strip() for line in text.split("\n"))


def _is_string(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _comments(path: str, source: str) -> Iterator[Text]:
    """Yield the comments; those on consecutive lines are one text."""
    start, lines = 0, list[str]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if lines and token.start[0] != start + len(lines):
                yield Text(path, start, "\n".join(lines))
                lines = []
            start = start if lines else token.start[0]
            lines.append(token.string.lstrip("# "))
    if lines:
        yield Text(path, start, "\n".join(lines))


def _messages(path: str, tree: ast.Module) -> Iterator[Text]:
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if _is_string(node) and id(node) not in docstrings and MESSAGE.search(node.value):
            yield Text(path, node.lineno, _flush(node.value))


def _test_names(path: str, tree: ast.Module) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield Text(path, node.lineno, node.name)  # for rules about beginnings
            yield Text(path, node.lineno, node.name.replace("_", " "))


def _without_blocks_of_code(page: str) -> str:
    """Return the page with its blocks of code blanked out; line numbers stay."""
    return re.sub(r"(?ms)^ *```.*?^ *```", lambda block: "\n" * block[0].count("\n"), page)


def main(root: Path = ROOT, only: tuple[str, ...] = (), limit: int = LIMIT) -> int:
    """Print what was found; return 1 when it is more than the limit."""
    found = [finding for finding in findings(root) if finding.path.startswith(only or "")]
    if only or len(found) > limit:
        for finding in found if only else found[:SHOWN]:
            print(finding)
    return show([at_most("phrases to write plainly", len(found), limit)])


if __name__ == "__main__":
    sys.exit(main(only=tuple(sys.argv[1:])))
