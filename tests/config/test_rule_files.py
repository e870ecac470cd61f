"""The files of rules for single sites: where they are searched, and which are read."""

from pathlib import Path

import pytest

from worker.config.rule_files import load_rules, rules_directory
from worker.config.settings import Settings, SettingsError
from worker.extract import read_rules


def test_site_rules_come_from_the_setting_else_from_here_else_from_the_package(tmp_path: Path) -> None:
    assert rules_directory(Settings(rules_dir=tmp_path)) == tmp_path  # type: ignore[call-arg]
    packaged = rules_directory(Settings(), tmp_path)
    assert (packaged / "example.toml.disabled").is_file()
    (tmp_path / "config" / "rules").mkdir(parents=True)
    assert rules_directory(Settings(), tmp_path) == tmp_path / "config" / "rules"


def test_only_toml_files_of_the_rules_directory_are_read_and_it_may_be_empty(tmp_path: Path) -> None:
    directory = tmp_path
    (directory / "site.toml").write_text("hosts = '127.0.0.1'\nbody = 'div.text'")
    (directory / "b.toml.disabled").write_text("nonsense")
    (directory / ".c.toml").write_text("nonsense")
    (directory / "README.md").write_text("nonsense")
    assert [rule.file for rule in load_rules(Settings(rules_dir=directory))] == ["site.toml"]  # type: ignore[call-arg]
    (directory / "site.toml").unlink()
    assert len(load_rules(Settings(rules_dir=directory))) == 0  # type: ignore[call-arg]


def test_a_configured_rules_directory_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"rules_dir: the directory .*none does not exist"):
        load_rules(Settings(rules_dir=tmp_path / "none"))  # type: ignore[call-arg]


def test_a_rule_file_that_cannot_be_read_is_named_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "a.toml").mkdir()
    with pytest.raises(SettingsError, match=r"a\.toml cannot be read: Is a directory"):
        load_rules(Settings(rules_dir=tmp_path))  # type: ignore[call-arg]


def test_the_example_rule_is_valid() -> None:
    text = (rules_directory(Settings(), Path("/")) / "example.toml.disabled").read_bytes()
    (rule,) = read_rules({"example.toml": text})
    assert rule.file == "example.toml"
