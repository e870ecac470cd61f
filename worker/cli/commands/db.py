"""`wiredesk db`: the schema of the database."""

from typing import Annotated

import typer

from worker.cli.session import session
from worker.cli.terminal.errors import Mistake
from worker.cli.terminal.output import print_json

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


def upgrade(ctx: typer.Context) -> None:
    """Bring the database to the schema of this version. Several may try at once."""
    from worker.store import migrate

    settings = session(ctx).load().settings
    if settings.database_url is None:
        from worker.cli.running.servers import attached

        with attached(settings, create=True) as settings:
            # The embedded database is always brought up to date when it is started.
            assert settings.database_url is not None
            now = migrate.current(settings.database_url)
    else:
        migrate.upgrade(settings.database_url)
        now = migrate.current(settings.database_url)
    print(f"the database has the schema {now}")


def current(ctx: typer.Context, json: Json = False) -> int:
    """The schema of the database and the one that this version needs; exit code 1 when they differ."""
    from worker.store import migrate

    settings = session(ctx).load().settings
    url = settings.database_url
    if url is None:
        from worker.cli.running.servers import living

        found = living(settings)
        if found is None or found.database_url is None:
            raise Mistake(
                "no run is alive here and WIREDESK_DATABASE_URL is not set; a run migrates by itself"
            )
        url = found.database_url
    has, needs = migrate.current(url), migrate.head()
    if json:
        print_json({"current": has, "head": needs})
    else:
        print(f"the database has the schema {has or 'of an empty one'}, this version needs {needs}")
    return 0 if has == needs else 1
