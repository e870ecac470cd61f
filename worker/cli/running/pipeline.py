"""A whole run on this machine, from its servers to its end.

the caller locks the data directory
choose a port, start the servers, migrate
release the leases of the previous run, subscribe
start the processes, show the work until stopped, or until a process cannot live
drain and stop the processes, report what remains, stop the servers
"""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from worker.cli.live.screen import Remarks, Screen, Until, no_remarks
from worker.cli.live.snapshot import Observer, Snapshot
from worker.cli.running import processes, servers
from worker.cli.terminal.errors import RunFailed
from worker.cli.terminal.interrupts import one_interrupt
from worker.config.filters_file import load_filters
from worker.config.hosts_file import load_hosts
from worker.config.rule_files import check_rules
from worker.config.settings import Settings
from worker.embedded import ForkServer, Hopeless
from worker.services.access.start import check_entrance
from worker.store import Store, recovery, signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What to run; `settings` without URLs mean the embedded servers.

    The processes are forked from `forks`. `prepare` subscribes; `epilogue` is called after all work has
    stopped, while the store is still running.
    """

    settings: Settings
    forks: ForkServer
    port_is_explicit: bool
    prepare: Callable[[Store], None]
    until: Until = lambda _: False
    remarks: Remarks = no_remarks
    epilogue: Callable[[Store, Snapshot], None] = lambda _store, _snapshot: None

    def go(self, screen: Screen) -> None:
        """Run until `until` returns True or an interrupt comes.

        Raises `EmbeddedError`, `RunFailed`, `StoreUnavailable`, `UserError`; `SettingsError` before anything
        is started.
        """
        check_rules(self.settings)
        load_hosts(self.settings)
        load_filters(self.settings)
        settings = self.settings
        with one_interrupt(), suppress(KeyboardInterrupt), ExitStack() as until_the_end:
            # Before the servers are started, which takes seconds.
            settings = processes.web_port(settings, explicit=self.port_is_explicit, note=screen.note)
            whole = until_the_end.enter_context(servers.servers_of_a_run(settings, screen.note))
            if words := self._prepare(whole, embedded=settings.database_url is None):
                screen.note(words)
            with suppress(KeyboardInterrupt):
                self._run(whole, screen)
            self._end(whole, screen)

    def _prepare(self, settings: Settings, *, embedded: bool) -> str | None:
        """Return what to say about access. Raises `SettingsError` if nobody could open the pages."""
        assert settings.database_url is not None
        store = Store(settings.database_url, pool_size=1)
        try:
            with store.begin() as db:
                if embedded:
                    recovery.release_all(db, datetime.now(UTC))
                # The pause since the last run does not count.
                signs.leave(db, [signs.TICK])
                words = check_entrance(db, settings)
            self.prepare(store)
            return words
        finally:
            store.close()

    def _run(self, settings: Settings, screen: Screen) -> None:
        with processes.running(settings, screen.note, self.forks) as supervisor:
            screen.address = f"http://{_shown_host(settings.web_host)}:{settings.web_port}/"
            servers.announce(settings, screen.address)
            screen.note(f"status page: {screen.address}")
            try:
                screen.watch(
                    settings,
                    until=lambda seen: supervisor.hopeless() is not None or self.until(seen),
                    remarks=self.remarks,
                )
                if (lost := supervisor.hopeless()) is not None:
                    raise _failed(settings, lost)
            finally:
                screen.note("stopping")

    def _end(self, settings: Settings, screen: Screen) -> None:
        observer = Observer(settings)
        try:
            if (snapshot := screen.look(observer)) is None:
                screen.note("stopped; the number of waiting entries is unknown")
                return
            waiting = snapshot.counts.identity.waiting
            left = f"{waiting} entries wait and continue at the next start" if waiting else "nothing waits"
            screen.note(f"stopped with {snapshot.articles} articles stored; {left}")
            self.epilogue(observer.store, snapshot)
        finally:
            observer.close()


def _failed(settings: Settings, lost: Hopeless) -> RunFailed:
    words = lost.last_words or "it printed nothing"
    log = settings.data_dir / "log" / f"{lost.name}.log"
    return RunFailed(
        f"{lost.name} cannot run, it failed at {lost.tries} starts in a row: {words} (see {log})"
    )


def _shown_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host
