"""The checks of `make check` find what they promise to find, and leave alone what is right."""

from pathlib import Path

import pytest

from tests.tools import constants, flows, names, phrases, report


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """An empty project."""
    for top in ("worker/services", "tests", "docs"):
        (tmp_path / top).mkdir(parents=True)
    return tmp_path


def write(tree: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)


def test_a_row_above_its_limit_fails_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert report.show([report.at_most("apples", 2, 2)]) == 0
    assert report.show([report.at_most("apples", 2, 2), report.at_most("pears", 3, 2)]) == 1
    assert [line[:3] for line in capsys.readouterr().out.splitlines()] == ["ok ", "ok ", "NO "]


@pytest.mark.parametrize(
    "path, text, phrase",
    [
        ("worker/a.py", '"""What is known is told by whoever asks."""', "What is known is"),
        ("worker/a.py", 'x = 1\n"""A table of its own."""', "of its own"),
        ("worker/a.py", "x = 1  # likewise", "likewise"),
        ("worker/a.py", '"""A table\n    of its\n    own."""', "of its own"),
        ("worker/a.py", "# a table of its\n# own\n", "of its own"),
        ("worker/a.py", 'raise ValueError(f"{name} is no file: make it")', "is no file"),
        ("tests/test_a.py", "def test_nor_where_habits_are_known(): ...", "test_nor_"),
        ("tests/test_a.py", "def test_what_stands_in_a_menu(): ...", "stands in"),
        ("docs/a.md", "A feed is told when it is none.", "is told"),
        ("README.md", "Whoever reads this.", "Whoever"),
    ],
    ids=[
        "docstring",
        "docstring of a constant",
        "comment",
        "docstring over lines",
        "comment over lines",
        "message",
        "beginning of a test name",
        "test name",
        "page",
        "readme",
    ],
)
def test_a_riddling_phrase_is_reported_with_its_place(
    tree: Path, capsys: pytest.CaptureFixture[str], path: str, text: str, phrase: str
) -> None:
    write(tree, {path: text})
    assert phrases.main(tree, limit=0) == 1
    printed = capsys.readouterr().out
    assert f"{path}:" in printed
    assert f"“{phrase}”" in printed


@pytest.mark.parametrize(
    "path, text",
    [
        ("worker/a.py", 'whoever = likewise = "of its own"'),
        ("worker/a.py", '"""Return None when there is none, and is no longer than a line."""'),
        ("worker/a.py", "# A hub whoever runs it (sic)"),
        ("tests/test_a.py", 'page = "<p>Whoever stands in a menu is told by its own words</p>"'),
        ("tests/fixtures/a.py", "# whoever"),
        ("docs/a.md", "Run `whoever`.\n\n```\nwhoever likewise\n```\n"),
        ("docs/style.md", "Not *whoever*."),
    ],
    ids=[
        "code",
        "plain English",
        "kept on purpose",
        "texts in tests",
        "fixtures",
        "code in a page",
        "the style page",
    ],
)
def test_code_and_plain_english_are_not_reported(tree: Path, path: str, text: str) -> None:
    write(tree, {path: text})
    assert phrases.main(tree, limit=0) == 0


def test_every_rule_of_the_lint_says_what_to_write_instead() -> None:
    assert all(instead for _, instead in phrases.WORDS)
    assert len({pattern for pattern, _ in phrases.WORDS}) == len(phrases.WORDS)


TWO_FOUND = {"worker/a.py": "class Found: ...", "worker/b.py": "class Found: ..."}


@pytest.mark.parametrize(
    "user",
    [
        {"worker/c.py": "from worker.a import Found\n", "worker/d.py": "from worker.b import Found\n"},
        {"worker/c.py": "from worker.a import Found\nfrom worker.b import Found as Other\n"},
        {
            "worker/p/__init__.py": "from worker.b import Found\n",
            "worker/c.py": "from worker.p import Found\nfrom worker.a import Found\n",
        },
        {"worker/c.py": "from worker.a import Found\ndef f():\n    from worker.b import Found\n"},
    ],
    ids=["two modules", "an alias", "a re-export", "an import in a function"],
)
def test_a_name_imported_under_two_meanings_is_reported(
    tree: Path, capsys: pytest.CaptureFixture[str], user: dict[str, str]
) -> None:
    write(tree, TWO_FOUND | user)
    assert names.main(tree, limit=0) == 1
    assert "Found: worker.a, worker.b" in capsys.readouterr().out


@pytest.mark.parametrize(
    "user",
    [
        {"worker/c.py": "from worker import a, b\na.Found, b.Found\n"},
        {
            "worker/c.py": "from worker.a import Found\n",
            "worker/p/__init__.py": "from worker.a import Found\n",
            "worker/d.py": "from worker.p import Found\n",
        },
        {"worker/c.py": "from worker.a import Found\n"},
    ],
    ids=["qualified", "one thing by two paths", "imported once"],
)
def test_a_name_with_one_meaning_for_its_readers_is_fine(tree: Path, user: dict[str, str]) -> None:
    write(tree, TWO_FOUND | user)
    assert names.main(tree, limit=0) == 0


@pytest.mark.parametrize(
    "source",
    [
        "LIMIT = 3\n",
        '_WORD = re.compile(r"x")\n',
        'TABLE: dict[str, int] = {"a": 1}\n',
        "A, B = 1, 2\n",
        "# A reason.\nA = 1\n\nB = 2\n",
    ],
    ids=["number", "pattern", "table", "pair", "behind a gap"],
)
def test_a_constant_without_a_reason_is_reported(tree: Path, source: str) -> None:
    write(tree, {"worker/a.py": source})
    assert constants.main(tree, limit=0) == 1


@pytest.mark.parametrize(
    "source",
    [
        "# A guess.\nA = 1\nB = 2\n",
        'A = 1\nB = 2\n"""Both from RFC 9309."""\n',
        "A = 1  # a guess\n",
        "A = B // C\n",
        "LOG = get_logger()\n",
        "small = 1\n",
        "def f():\n    A = 1\n",
    ],
    ids=[
        "comment above",
        "string under",
        "comment on the line",
        "derived",
        "a call",
        "not a constant",
        "local",
    ],
)
def test_constants_with_a_reason_are_fine(tree: Path, source: str) -> None:
    write(tree, {"worker/a.py": source})
    assert constants.main(tree, limit=0) == 0


def test_the_files_of_a_stage_are_counted_through_one_another(tree: Path) -> None:
    write(
        tree,
        {
            "worker/services/poll/turn.py": "from worker.services.poll import decide\n"
            "from worker.services.engine import batch",
            "worker/services/poll/decide.py": "from worker.services.poll.match import match\n"
            "from worker.services.walk import turn",
            "worker/services/poll/match.py": "import worker.services.poll.decide",
            "worker/services/poll/unused.py": "",
            "worker/services/walk/turn.py": "",
            "worker/services/engine/batch.py": "",
        },
    )
    assert flows.flow(tree, "poll") == (["decide", "match", "turn"], ["engine", "walk"])


def test_a_stage_of_too_many_files_fails_the_check(tree: Path) -> None:
    parts = [f"part{n}" for n in range(flows.LIMITS["poll"] or 0)]
    write(tree, {f"worker/services/poll/{part}.py": "" for part in parts})
    write(tree, {"worker/services/poll/turn.py": f"from worker.services.poll import {', '.join(parts)}"})
    assert flows.main(tree) == 1


def test_this_tree_keeps_its_limits() -> None:
    assert names.main() == 0
    assert constants.main() == 0
    assert phrases.main() == 0
