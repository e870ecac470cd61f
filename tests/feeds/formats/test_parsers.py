"""No document makes a parser read a file or fetch an address."""

import ast
import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from worker.extract import extract
from worker.feeds import opml, parse, websub
from worker.feeds.discover import discover

ROOT = Path(__file__).parents[3]
URL = "https://news.example/feed"
SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "worker").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                yield f"{path.relative_to(ROOT)}:{node.lineno} {name}", node


def test_every_xml_parser_is_configured_to_fetch_and_expand_nothing() -> None:
    found = [(where, node) for where, node in calls() if where.endswith((" XMLParser", " ETCompatXMLParser"))]
    assert found
    for where, node in found:
        said = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
        assert SAFE.items() <= said.items(), where
        assert not said.get("huge_tree"), where


def test_no_code_parses_files_or_uses_lxmls_default_parser() -> None:
    for where, node in calls():
        assert not where.endswith((" iterparse", " XSLT", " RelaxNG", " xinclude")), where
        if where.endswith((" fromstring", " document_fromstring")):
            assert len(node.args) + len(node.keywords) == 2, where


@pytest.mark.parametrize("read", [parse, discover, extract])
@pytest.mark.parametrize("reference", ["{0}", "file://{0}"])
def test_a_file_that_a_document_names_is_not_opened(
    read: Callable[..., object], reference: str, tmp_path: Path
) -> None:
    finished_with(documents(reference.format(pipe(tmp_path))), lambda body: read(body, url=URL), tmp_path)


def test_reading_opml_and_websub_links_opens_no_file(tmp_path: Path) -> None:
    def read(body: bytes) -> None:
        websub.links([], body, url=URL, content_type="text/xml")
        with contextlib.suppress(opml.OpmlError):
            opml.read(body)

    finished_with(documents(f"file://{pipe(tmp_path)}"), read, tmp_path)


def pipe(folder: Path) -> Path:
    """A file whose readers wait forever."""
    path = folder / "pipe"
    os.mkfifo(path)
    return path


def documents(place: str) -> Iterator[bytes]:
    for root in ("rss", "feed", "opml", "urlset", "html"):
        for kind in (
            f'<!DOCTYPE {root} SYSTEM "{place}">',
            f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "{place}">]>',
            f'<!DOCTYPE {root} [<!ENTITY % x SYSTEM "{place}"> %x;]>',
        ):
            yield (
                f"{kind}<{root} xmlns:xi='http://www.w3.org/2001/XInclude'><title>&x;</title>"
                f"<xi:include href='{place}' parse='text'/></{root}>"
            ).encode()


def finished_with(bodies: Iterator[bytes], read: Callable[[bytes], object], folder: Path) -> None:
    reader = threading.Thread(target=lambda: [read(body) for body in bodies], daemon=True)
    reader.start()
    reader.join(20)
    waits = reader.is_alive()
    if waits:
        os.close(os.open(folder / "pipe", os.O_WRONLY | os.O_NONBLOCK))
    assert not waits, "a parser opened the file"
