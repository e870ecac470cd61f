"""`wiredesk db`: the schema of the database."""

import typer

from worker.cli.options import Json
from worker.cli.session import settings_of
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import print_json


def upgrade(ctx: typer.Context) -> None:
    """Migrate the database to the schema of this version. Several processes may do so at once."""
    from worker.store import migrate

    settings = settings_of(ctx)
    if settings.database_url is None:
        from worker.cli.running.servers import attached

        with attached(settings, create=True) as settings:
            # The embedded database is migrated whenever it is started.
            assert settings.database_url is not None
            now = migrate.current(settings.database_url)
    else:
        migrate.upgrade(settings.database_url)
        now = migrate.current(settings.database_url)
    print(f"the database has the schema {now}")


def current(ctx: typer.Context, json: Json = False) -> int:
    """Show the schema of the database and the schema of this version. Exit code 1 when they differ."""
    from worker.store import migrate

    settings = settings_of(ctx)
    url = settings.database_url
    if url is None:
        from worker.cli.running.servers import living

        found = living(settings)
        if found is None or found.database_url is None:
            raise UserError(
                "no run is alive here: set WIREDESK_DATABASE_URL to the database (a run migrates its own)"
            )
        url = found.database_url
    has, needs = migrate.current(url), migrate.head()
    if json:
        print_json({"current": has, "head": needs})
    elif has is None:
        print(f"the database is empty, this version needs the schema {needs}")
    else:
        print(f"the database has the schema {has}, this version needs {needs}")
    return 0 if has == needs else 1
