"""The size report names files and functions over the limit."""

from pathlib import Path

import pytest

from tests.tools.sizes import functions, main


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project within all limits."""
    for top in ("worker", "tests"):
        (tmp_path / top).mkdir()
        (tmp_path / top / "small.py").write_text("x = 1\n" * 50)
    return tmp_path


def test_a_tree_within_the_limits_passes(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tree) == 0
    assert "NO" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "path, source, named",
    [
        ("worker/long.py", "x = 1\n" * 451, "451 (worker/long.py)"),
        ("worker/deep.py", "def f():\n" + "    x = 1\n" * 80, "81 (worker/deep.py:1 f)"),
        ("worker/bare.py", "x = 1\n" * 50, "0.50"),
    ],
    ids=["a file", "a function", "too few tests"],
)
def test_a_file_or_function_over_its_limit_is_named(
    tree: Path, capsys: pytest.CaptureFixture[str], path: str, source: str, named: str
) -> None:
    (tree / path).write_text(source)
    assert main(tree) == 1
    broken = [line for line in capsys.readouterr().out.splitlines() if line.startswith("NO")]
    assert any(named in line for line in broken)


@pytest.mark.parametrize("path", ["worker/store/schema.py", "worker/store/migrations/versions/0001.py"])
def test_the_schema_and_migrations_may_be_long(tree: Path, path: str) -> None:
    (tree / path).parent.mkdir(parents=True)
    (tree / path).write_text("x = 1\n" * 451)
    (tree / "tests" / "more.py").write_text("x = 1\n" * 450)
    assert main(tree) == 0


def test_the_lines_of_a_docstring_do_not_count() -> None:
    (function,) = functions('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n', "m.py")
    assert function.lines == 2
