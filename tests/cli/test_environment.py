"""A process that is started gets exactly the settings of the one that started it."""

from ipaddress import IPv4Network
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from worker.config.environment import to_environment
from worker.config.settings import Settings, load

SETTINGS = st.builds(
    Settings,
    data_dir=st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1).map(Path),
    database_url=st.none() | st.just("postgresql://wiredesk@/wiredesk?host=%2Ftmp"),
    contact=st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1),
    tick_seconds=st.floats(1e-3, 1e6),
    turn_pages=st.integers(1, 10**6),
    fetch_robots=st.booleans(),
    fetch_allow_networks=st.sampled_from([(), (IPv4Network("10.0.0.0/8"), IPv4Network("127.0.0.0/8"))]),
    look_again_seconds=st.lists(st.floats(1e-3, 1e9), max_size=5).map(tuple),
    log_format=st.sampled_from(["auto", "json", "console"]),
)


@given(SETTINGS)
def test_settings_survive_the_way_through_the_environment(settings: Settings) -> None:
    assert load(environ=to_environment(settings), cwd=Path("/nonexistent")).settings == settings
