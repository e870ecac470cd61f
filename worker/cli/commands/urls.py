"""`wiredesk urls`: the addresses of the servers, for other programs."""

import typer

from worker.cli.options import Json
from worker.cli.session import settings_of
from worker.cli.terminal.errors import UserError
from worker.cli.terminal.output import print_json


def urls(ctx: typer.Context, json: Json = False) -> None:
    """Print the addresses of PostgreSQL, Redis and the web server, with their passwords.

    psql, redis-cli, DuckDB and pandas take them as printed.
    """
    from worker.cli.running.servers import addresses

    settings = settings_of(ctx)
    found = addresses(settings)
    if json:
        return print_json(found)
    shown = {name: url for name, url in found.items() if url}
    if not shown:
        raise UserError(f"no run is alive in {settings.data_dir}, and no server is set: start `wiredesk run`")
    for name, url in shown.items():
        print(f"{name:<8}  {url}")
    return None
