"""The recipes of docs/clients.md run as they are printed, against the real service."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest
from aiohttp import web

from tests.clients.conftest import Newsroom
from tests.servers import serve
from tests.store import rows
from worker.store import articles, changes
from worker.store.db import value

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")

Run = Callable[..., None]


def recipe(heading: str) -> str:
    """The first Python block under a heading."""
    section = re.split(rf"(?m)^##+ {re.escape(heading)}$", PAGE)[1]
    found = re.search(r"(?ms)^```python\n(.*?)^```", section)
    assert found, heading
    return found[1]


@pytest.fixture
def run(newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a recipe up to the end of the log, in an empty directory that stays for the next run."""
    monkeypatch.chdir(tmp_path)

    def run_once(heading: str, addresses: Mapping[str, str] | None = None) -> None:
        program = recipe(heading)
        for address, real in {"http://127.0.0.1:8600": newsroom.url, **(addresses or {})}.items():
            assert address in program
            program = program.replace(address, real)
        program = re.sub(r'cursor="[^"]+"', r"\g<0>, live=False", program)
        exec(compile(program, heading, "exec"), {"__name__": "__main__"})

    return run_once


def key_of(newsroom: Newsroom, article_id: int) -> str:
    with newsroom.store.begin() as db:
        return str(value(db, "SELECT key FROM articles WHERE id = :id", id=article_id))


def withdraw(newsroom: Newsroom, article_id: int) -> None:
    with newsroom.store.begin() as db:
        articles.remove(db, article_id, now=rows.NOW)
        line = changes.Change(article_id, changes.ChangeKind.REMOVED, 1)
        changes.append(db, [line], now=rows.NOW)


Copy = Callable[[], dict[str, str]]
"""What a recipe has written: title by key."""


def keeps_an_exact_copy(newsroom: Newsroom, once: Callable[[], None], copy: Copy) -> None:
    """Publish, edit and withdraw; after each run the copy must be what the service shows."""
    url = "https://news.example/edited"
    (edited,), (withdrawn,) = newsroom.publish(url=url), newsroom.publish()
    edited_key, withdrawn_key = key_of(newsroom, edited), key_of(newsroom, withdrawn)
    once()
    assert copy() == {edited_key: "Title 1", withdrawn_key: "Title 2"}
    newsroom.revise(edited, url, title="Corrected", text="Another text.")
    withdraw(newsroom, withdrawn)
    once()
    assert copy() == {edited_key: "Corrected"}
    once()
    assert copy() == {edited_key: "Corrected"}


def test_every_recipe_of_the_page_is_run_by_a_test_here_or_said_not_to_be() -> None:
    section = PAGE.split("## Recipes\n")[1].split("\n## ")[0]
    tested = {"pandas", "pgvector", "Meilisearch", "OpenSearch", "LlamaIndex", "LangChain", "dlt"}
    assert set(re.findall(r"(?m)^### (.+)$", section)) == {*tested, "n8n"}
    assert "The n8n recipe was never run" in section


def test_the_first_recipe_prints_titles_and_withdrawals(
    newsroom: Newsroom, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _, gone = newsroom.publish(2)
    withdraw(newsroom, gone)
    run("Python")
    assert capsys.readouterr().out == f"created Title 1\ndelete {gone}\n"
    run("Python")
    assert capsys.readouterr().out == ""


def test_pandas_counts_what_a_search_finds(
    newsroom: Newsroom, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    newsroom.publish(3, title="The election")
    newsroom.publish(title="The ferry")
    run("pandas")
    assert re.search(r"news\.example +3", capsys.readouterr().out)


def test_pgvector_keeps_an_exact_copy(
    newsroom: Newsroom, run: Run, fresh_database: Callable[..., AbstractContextManager[str]]
) -> None:
    with fresh_database(migrated=False) as url:
        url = url.replace("postgresql+psycopg://", "postgresql://")

        def copy() -> dict[str, str]:
            with psycopg.connect(url) as db:
                assert db.execute("SELECT count(*) FROM news WHERE embedding <-> '[0,0,0]' > 0").fetchone()
                return dict(db.execute("SELECT key, title FROM news").fetchall())

        keeps_an_exact_copy(newsroom, lambda: run("pgvector", {"postgresql://localhost/vectors": url}), copy)


def test_meilisearch_keeps_an_exact_copy(newsroom: Newsroom, run: Run) -> None:
    kept: dict[str, str] = {}

    async def receive(request: web.BaseRequest) -> web.StreamResponse:
        """POST of documents and of keys to delete, as meilisearch.com/docs/reference/api/documents says."""
        body = await request.json()
        assert request.headers["Authorization"] == "Bearer KEY"
        if request.path == "/indexes/news/documents":
            assert request.query["primaryKey"] == "key"
            kept.update({row["key"]: row["title"] for row in body})
        else:
            assert request.path == "/indexes/news/documents/delete-batch"
            for key in body:
                kept.pop(key, None)
        return web.json_response({"taskUid": 1, "status": "enqueued"}, status=202)

    with serve(receive) as url:
        once = partial(run, "Meilisearch", {"http://127.0.0.1:7700": url})
        keeps_an_exact_copy(newsroom, once, lambda: kept)


def test_opensearch_keeps_an_exact_copy(newsroom: Newsroom, run: Run) -> None:
    kept: dict[str, str] = {}

    async def receive(request: web.BaseRequest) -> web.StreamResponse:
        """POST of actions to /_bulk, one a line, as docs.opensearch.org/latest/api-reference says."""
        assert (request.path, request.content_type) == ("/_bulk", "application/x-ndjson")
        lines = iter([json.loads(line) for line in (await request.text()).splitlines()])
        items = []
        for action in lines:
            ((name, meta),) = action.items()
            known = meta["_id"] in kept
            if name == "index":
                kept[meta["_id"]] = next(lines)["title"]
                items.append({"index": {"status": 200 if known else 201}})
            else:
                kept.pop(meta["_id"], None)
                items.append({"delete": {"status": 200 if known else 404}})
        return web.json_response({"errors": False, "items": items})

    with serve(receive) as url:
        once = partial(run, "OpenSearch", {"http://127.0.0.1:9200": url})
        keeps_an_exact_copy(newsroom, once, lambda: kept)


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, **values: Any) -> None:
    """Put a module in the place of a library that is not installed; its parents, too."""
    for end in [*(found.start() for found in re.finditer(r"\.", name)), len(name)]:
        monkeypatch.setitem(sys.modules, name[:end], ModuleType(name[:end]))
    vars(sys.modules[name]).update(values)


def test_llamaindex_keeps_an_exact_copy(
    newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, str] = {}

    class Index:
        def insert(self, document: SimpleNamespace) -> None:
            # As in the library: a second insert of the same id would be a second copy.
            assert document.id_ not in kept
            kept[document.id_] = document.metadata["title"]

        def delete_ref_doc(self, ref_doc_id: str, delete_from_docstore: bool = False) -> None:
            assert delete_from_docstore
            kept.pop(ref_doc_id, None)

    index = SimpleNamespace(from_documents=lambda documents: Index())
    stand_in(monkeypatch, "llama_index.core", Document=SimpleNamespace, VectorStoreIndex=index)
    keeps_an_exact_copy(newsroom, partial(run, "LlamaIndex"), lambda: kept)


def test_langchain_keeps_an_exact_copy(newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, str] = {}

    class Store:
        def __init__(self, embedding: Any) -> None: ...

        def add_documents(self, documents: list[SimpleNamespace], ids: list[str]) -> None:
            kept.update({key: one.metadata["title"] for key, one in zip(ids, documents, strict=True)})

        def delete(self, ids: list[str]) -> None:
            for key in ids:
                kept.pop(key, None)

    stand_in(monkeypatch, "langchain_core.documents", Document=SimpleNamespace)
    vectorstores = ModuleType("langchain_core.vectorstores")
    vars(vectorstores)["InMemoryVectorStore"] = Store
    monkeypatch.setitem(sys.modules, "langchain_core.vectorstores", vectorstores)
    keeps_an_exact_copy(newsroom, partial(run, "LangChain"), lambda: kept)


def test_dlt_keeps_an_exact_copy(newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, str] = {}
    state: dict[str, Any] = {}

    def resource(**hints: Any) -> Callable[[Any], Any]:
        assert hints["write_disposition"] == "merge"
        assert hints["primary_key"] == "key"
        assert hints["columns"] == {"gone": {"hard_delete": True}}
        return lambda function: function

    def load(rows_: Iterator[list[dict[str, Any]]]) -> None:
        for row in (row for batch in rows_ for row in batch):
            kept.pop(row["key"], None)
            if not row["gone"]:
                kept[row["key"]] = row["title"]

    stand_in(
        monkeypatch,
        "dlt",
        resource=resource,
        current=SimpleNamespace(resource_state=lambda: state),
        pipeline=lambda name, destination: SimpleNamespace(run=load),
    )
    keeps_an_exact_copy(newsroom, partial(run, "dlt"), lambda: kept)
