"""The tools through the SDK's own client: in memory, over stdio and over HTTP."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.memory import create_connected_server_and_client_session
from mcp.types import TextContent

from worker.assistants.server import make_server
from worker.assistants.tools import Tools
from worker.store import Store

WIREDESK = Path(sys.executable).with_name("wiredesk")

Talk = Callable[[ClientSession], Awaitable[Any]]
Ask = Callable[..., str]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """The store whose articles the tools read."""
    store = Store(database_url)
    yield store
    store.close()


def text_of(result: Any) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.fixture
def ask(store: Store) -> Ask:
    """Call a tool by its name; an answer with an error is raised as a `ValueError`."""

    async def call(name: str, arguments: dict[str, Any], honoured: frozenset[str]) -> Any:
        server = make_server(Tools(store, honoured))._mcp_server
        async with create_connected_server_and_client_session(server) as session:
            return await session.call_tool(name, arguments)

    def run(name: str, honoured: frozenset[str] = frozenset({"noai", "tdm"}), **arguments: Any) -> str:
        result = asyncio.run(call(name, arguments, honoured))
        if result.isError:
            raise ValueError(text_of(result))
        return text_of(result)

    return run


@asynccontextmanager
async def over_stdio(*options: str) -> AsyncIterator[ClientSession]:
    """Start `wiredesk mcp` as an assistant does."""
    server = StdioServerParameters(command=str(WIREDESK), args=[*options, "mcp"])
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        yield session


@asynccontextmanager
async def over_http(url: str, **headers: str) -> AsyncIterator[ClientSession]:
    """Connect to a running `wiredesk mcp --http`."""
    async with (
        httpx.AsyncClient(headers=headers) as client,
        streamable_http_client(url, http_client=client) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield session


@pytest.fixture
def http_server(database_url: str) -> Iterator[Callable[..., str]]:
    """Start `wiredesk mcp --http 0`; its address."""
    running = []

    def start(*options: str) -> str:
        process = subprocess.Popen(
            [WIREDESK, "--set", f"database_url={database_url}", *options, "mcp", "--http", "0"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        assert process.stdout
        return process.stdout.readline().removeprefix("MCP at ").strip()

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=20)
