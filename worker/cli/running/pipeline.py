"""One whole run: servers, migrations, subscriptions, processes, the view, and the way back down.

hold the data directory · start the servers · migrate
set free what the last run held · subscribe
start the processes · watch until told to stop
drain and stop the processes · say what remains · stop the servers
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from worker.cli.live.screen import Remarks, Screen, Until, forever, nothing
from worker.cli.live.snapshot import Observer, Snapshot
from worker.cli.running import processes, servers
from worker.cli.terminal.interrupts import one_interrupt
from worker.config.hosts_file import load_hosts
from worker.config.rule_files import check_rules
from worker.config.settings import Settings
from worker.store import Store, StoreUnavailable, recovery

Prepare = Callable[[Store], None]
Epilogue = Callable[[Store, Snapshot], None]


def _no_epilogue(_store: Store, _snapshot: Snapshot) -> None:
    """Nothing more to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is to be run; `settings` have no URLs where the embedded servers are meant.

    `prepare` subscribes, `epilogue` is called once all work has stopped and the store is still there.
    """

    settings: Settings
    port_is_explicit: bool
    prepare: Prepare
    until: Until = forever
    remarks: Remarks = nothing
    epilogue: Epilogue = _no_epilogue

    def go(self, screen: Screen) -> None:
        """Run until `until` or an interrupt.

        Raises `EmbeddedError`, `StoreUnavailable`, `Mistake`, and `SettingsError` before anything is started.
        """
        check_rules(self.settings)
        load_hosts(self.settings)
        settings = self.settings.model_copy(update={"data_dir": self.settings.data_dir.absolute()})
        with (
            one_interrupt(),
            suppress(KeyboardInterrupt),
            servers.servers_of_a_run(settings, screen.note) as whole,
        ):
            whole = processes.web_port(whole, explicit=self.port_is_explicit, note=screen.note)
            self._prepare(whole, embedded=settings.database_url is None)
            with suppress(KeyboardInterrupt):
                self._run(whole, screen)
            self._end(whole, screen)

    def _prepare(self, settings: Settings, *, embedded: bool) -> None:
        assert settings.database_url is not None
        store = Store(settings.database_url, pool_size=1)
        try:
            if embedded:
                with store.begin() as db:
                    recovery.release_all(db, datetime.now(UTC))
            self.prepare(store)
        finally:
            store.close()

    def _run(self, settings: Settings, screen: Screen) -> None:
        with processes.running(settings, screen.note):
            screen.address = f"http://{_shown_host(settings.web_host)}:{settings.web_port}/"
            servers.announce(settings, screen.address)
            screen.note(f"status page: {screen.address}")
            try:
                screen.watch(settings, until=self.until, remarks=self.remarks)
            finally:
                screen.note("stopping")

    def _end(self, settings: Settings, screen: Screen) -> None:
        """Say what remains to be done; nothing where the store cannot say."""
        observer = Observer(settings)
        try:
            snapshot = observer.snapshot()
            waiting = snapshot.counts.identity.waiting
            left = f"{waiting} entries wait and go on at the next start" if waiting else "nothing waits"
            screen.note(f"stopped with {snapshot.articles} articles stored; {left}")
            self.epilogue(observer.store, snapshot)
        except StoreUnavailable:
            screen.note("stopped; PostgreSQL is away and cannot say what waits")
        finally:
            observer.close()


def _shown_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host
