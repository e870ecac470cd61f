"""Settings: file < environment < command line; a mistake is one line that says how to fix it."""

from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from worker.config.load import config_file, load, to_environment
from worker.config.settings import Settings, SettingsError


def loaded(tmp_path: Path, toml: str = "", environ: dict[str, str] | None = None, **line: Any) -> Any:
    (tmp_path / "wiredesk.toml").write_text(toml, encoding="utf-8")
    return load(line, environ=environ or {}, cwd=tmp_path)


def complaint(tmp_path: Path, toml: str = "", environ: dict[str, str] | None = None, **line: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, toml, environ, **line)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_later_source_wins_and_each_value_has_its_origin(tmp_path: Path) -> None:
    toml = "turn_pages = 1\nturn_feeds = 1\nqueue_limit = 1\n"
    environ = {"WIREDESK_TURN_FEEDS": "2", "WIREDESK_QUEUE_LIMIT": "2"}

    found = loaded(tmp_path, toml, environ, queue_limit=3)

    assert (found.settings.turn_pages, found.settings.turn_feeds, found.settings.queue_limit) == (1, 2, 3)
    assert found.origins["turn_pages"] == str(tmp_path / "wiredesk.toml")
    assert found.origins["turn_feeds"] == "environment"
    assert found.origins["queue_limit"] == "command line"
    assert found.origins["batch_pages"] == "default"


def test_an_option_that_was_not_given_leaves_the_file_in_force(tmp_path: Path) -> None:
    assert loaded(tmp_path, "web_port = 9000", web_port=None).settings.web_port == 9000


def test_a_value_may_be_in_a_separate_file(tmp_path: Path) -> None:
    password, ports = tmp_path / "db", tmp_path / "ports"
    password.write_text("postgresql://me:hunter2@db/wiredesk\n")
    ports.write_text("[80]")
    environ = {"WIREDESK_DATABASE_URL_FILE": str(password), "WIREDESK_FETCH_ALLOW_PORTS_FILE": str(ports)}
    found = loaded(tmp_path, "database_url = 'postgresql://other/wiredesk'", environ)
    assert found.settings.database_url == "postgresql://me:hunter2@db/wiredesk"
    assert found.settings.fetch_allow_ports == (80,)
    assert found.origins["database_url"] == str(password)
    assert found.origins["fetch_allow_ports"] == str(ports)


def test_credentials_of_a_unit_are_read_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "wiredesk_redis_url").write_text("redis://:hunter2@broker/0")
    found = loaded(tmp_path, environ={"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert found.settings.redis_url == "redis://:hunter2@broker/0"
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "WIREDESK_REDIS_URL": "redis://other/0"}
    assert loaded(tmp_path, environ=environ).settings.redis_url == "redis://other/0"


def test_mistakes_with_files_of_values_are_one_line(tmp_path: Path) -> None:
    variable = "WIREDESK_DATABASE_URL_FILE"
    assert f"{variable}: /nowhere cannot be read" in complaint(tmp_path, environ={variable: "/nowhere"})
    both = {variable: "/nowhere", "WIREDESK_DATABASE_URL": "postgresql://db/wiredesk"}
    assert f"WIREDESK_DATABASE_URL and {variable} are both set; keep one" in complaint(tmp_path, environ=both)
    assert "unknown setting nothing_file" in complaint(tmp_path, environ={"WIREDESK_NOTHING_FILE": "x"})


def test_a_password_is_not_accepted_on_the_command_line(tmp_path: Path) -> None:
    words = complaint(tmp_path, database_url="postgresql://me:hunter2@db/wiredesk")
    assert "set WIREDESK_DATABASE_URL, or WIREDESK_DATABASE_URL_FILE to a file that has it" in words
    assert "hunter2" not in words
    assert loaded(tmp_path, database_url="postgresql://me@db/wiredesk").settings.database_url


def test_settings_are_frozen(tmp_path: Path) -> None:
    settings = loaded(tmp_path).settings
    with pytest.raises(ValidationError):
        settings.web_port = 1


def test_lists_in_the_environment_are_json(tmp_path: Path) -> None:
    found = loaded(tmp_path, environ={"WIREDESK_FETCH_ALLOW_NETWORKS": '["10.0.0.0/8"]'})
    assert [str(network) for network in found.settings.fetch_allow_networks] == ["10.0.0.0/8"]
    assert "must be JSON" in complaint(tmp_path, environ={"WIREDESK_FETCH_ALLOW_NETWORKS": "10.0.0.0/8"})


def test_an_unknown_key_is_refused_and_the_nearest_name_suggested(tmp_path: Path) -> None:
    words = complaint(tmp_path, "turn_page = 3")
    assert "unknown setting turn_page" in words
    assert "did you mean turn_pages?" in words
    assert "WIREDESK_TURN_PAGE" in complaint(tmp_path, environ={"WIREDESK_TURN_PAGE": "3"})
    assert "`wiredesk config` lists the settings" in complaint(tmp_path, "xyzzy = 3")


def test_environment_variables_without_the_prefix_are_ignored(tmp_path: Path) -> None:
    assert loaded(tmp_path, environ={"PATH": "/bin", "TURN_PAGES": "x"}).settings.turn_pages == 32


@pytest.mark.parametrize("value", ["0", "-1", '"many"'])
def test_an_invalid_value_is_reported_with_its_key_and_origin(tmp_path: Path, value: str) -> None:
    words = complaint(tmp_path, f"turn_pages = {value}")
    assert words.startswith(f"setting turn_pages ({tmp_path / 'wiredesk.toml'}): ")
    assert value.strip('"') in words


@pytest.mark.parametrize(
    "values, named",
    [
        ({"poll_floor_seconds": 100, "poll_cap_seconds": 99}, "poll_floor_seconds"),
        ({"turn_lease_seconds": 60}, "turn_lease_seconds"),
        ({"watchdog_seconds": 60}, "watchdog_seconds"),
        ({"extract_soft_seconds": 60}, "extract_hard_seconds"),
        ({"extract_hard_seconds": 180}, "turn_lease_seconds"),
    ],
)
def test_combinations_that_cannot_work_are_refused(
    tmp_path: Path, values: dict[str, Any], named: str
) -> None:
    assert named in complaint(tmp_path, **values)


def test_the_nearest_settings_file_is_read(tmp_path: Path) -> None:
    default = config_file({}, tmp_path)
    (tmp_path / "config").mkdir()
    for path in (tmp_path / "config" / "wiredesk.toml", tmp_path / "wiredesk.toml", tmp_path / "other.toml"):
        path.touch()
        if path.name == "wiredesk.toml":
            assert config_file({}, tmp_path) == path != default
    assert config_file({"WIREDESK_CONFIG": str(tmp_path / "other.toml")}, tmp_path) == tmp_path / "other.toml"


def test_a_settings_file_that_is_named_must_exist(tmp_path: Path) -> None:
    words = complaint(tmp_path, environ={"WIREDESK_CONFIG": str(tmp_path / "absent.toml")})
    assert "is not a file" in words


@pytest.mark.parametrize("content", [b"turn_pages = ", b"\xff\xfe"])
def test_an_unreadable_settings_file_is_named_in_the_message(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wiredesk.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"wiredesk\.toml"):
        load(environ={}, cwd=tmp_path)


def test_every_setting_has_a_description_and_a_default() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert not field.is_required(), name


def test_the_user_agent_names_the_contact_if_it_is_set() -> None:
    assert Settings().user_agent == "Wiredesk/1.0"
    assert Settings(contact="https://ops.example").user_agent == "Wiredesk/1.0 (+https://ops.example)"


@pytest.mark.parametrize("contact", ["https://example.org/\r\nX-Header: 1", "https://müller.example/"])
def test_a_contact_that_cannot_be_a_header_is_refused(contact: str) -> None:
    with pytest.raises(SettingsError, match="contact goes into a header: write it in ASCII"):
        load({"contact": contact}, environ={})


def test_the_groups_of_copied_settings_have_the_copied_values() -> None:
    settings = load(environ={}, cwd=Path("/nowhere")).settings
    assert settings.polling is settings.polling
    copied = settings.model_copy(update={"poll_floor_seconds": 60.0})
    assert settings.polling.floor == timedelta(minutes=5)
    assert copied.polling.floor == timedelta(minutes=1)
    assert copied.model_dump() == settings.model_dump() | {"poll_floor_seconds": 60.0}


SETTINGS = st.builds(
    Settings,
    data_dir=st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1).map(Path),
    database_url=st.none() | st.just("postgresql://wiredesk@/wiredesk?host=%2Ftmp"),
    contact=st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1),
    tick_seconds=st.floats(1e-3, 19.0),
    turn_pages=st.integers(1, 10**6),
    fetch_robots=st.booleans(),
    fetch_allow_networks=st.sampled_from([(), (IPv4Network("10.0.0.0/8"), IPv4Network("127.0.0.0/8"))]),
    look_again_seconds=st.lists(st.floats(1e-3, 1e9), max_size=5).map(tuple),
    log_format=st.sampled_from(["auto", "json", "console"]),
)


@given(SETTINGS)
def test_a_process_started_with_settings_as_variables_loads_equal_settings(settings: Settings) -> None:
    assert load(environ=to_environment(settings), cwd=Path("/nonexistent")).settings == settings
