"""`wiredesk mcp`: the tools for assistants, over stdio or HTTP."""

from importlib.util import find_spec
from typing import Annotated

import typer

from worker.cli.session import opened
from worker.cli.terminal.errors import UserError

Port = Annotated[
    int | None,
    typer.Option(
        "--http", metavar="PORT", help="Serve streamable HTTP on this port; 0: any.", min=0, max=65535
    ),
]


def mcp(ctx: typer.Context, http: Port = None) -> None:
    """Serve tools for assistants (Model Context Protocol), over stdin and stdout, or HTTP with --http."""
    if find_spec("mcp") is None:
        raise UserError("this needs the extra mcp: pip install 'wiredesk[mcp]'")
    with opened(ctx) as session:
        # Imported here: the SDK takes a second or more to import.
        from worker.assistants.tools import Tools
        from worker.monitor import logging

        settings = session.settings
        logging.configure(form=settings.log_format, level=settings.log_level)
        tools = Tools(session.store, frozenset(settings.mcp_rights))
        if http is None:
            from worker.assistants.server import make_server

            make_server(tools).run()
        else:
            from worker.assistants.http import serve_http

            serve_http(tools, host=settings.mcp_host, port=http)
