"""An incomplete chain of certificates is accepted for one host, if the operator says so."""

import asyncio
import hashlib
import ssl
from pathlib import Path

import pytest

from tests.fetch.conftest import limits
from tests.servers import saying, serve_raw
from worker.config.hosts_file import read_hosts
from worker.fetch.client import Client
from worker.fetch.host_book import NOTHING_SET, HostBook
from worker.fetch.reply import Failure, Reply
from worker.outcome import Reason

CHAIN = Path(__file__).with_name("chain")
"""A root, an intermediate certificate, and a host's, whose server sends only that (by openssl, 100 years)."""
SAYING = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def served(certificate: str) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CHAIN / certificate)
    return tls


def fingerprint(name: str) -> str:
    pem = (CHAIN / name).read_text().partition("-----BEGIN CERT")[1:]
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert("".join(pem))).hexdigest()


def asked(book: HostBook, *, host: str = "127.0.0.1", certificate: str = "host.pem") -> Reply | Failure:
    """One request to a server that sends an incomplete chain."""

    async def ask(url: str) -> Reply | Failure:
        async with Client("wiredesk-test", limits(), book) as client:
            return await client.get(url)

    with serve_raw(SAYING, tls=served(certificate)) as base:
        return asyncio.run(ask(base.replace("127.0.0.1", host)))


def book(line: str, host: str = "127.0.0.1") -> HostBook:
    return read_hosts(f'["{host}"]\n{line}\n'.encode(), {}, folder=CHAIN)


def refused(got: Reply | Failure) -> str:
    assert isinstance(got, Failure), got
    assert got.refusal.reason is Reason.TLS_FAILED
    return got.refusal.detail


def test_an_incomplete_chain_is_refused_and_the_failure_names_the_option() -> None:
    assert "tls_ca in hosts.toml" in refused(asked(NOTHING_SET))


@pytest.mark.parametrize("name", ["intermediate.pem", "host.pem"])
def test_a_host_is_trusted_by_the_certificate_that_the_operator_adds(name: str) -> None:
    assert isinstance(asked(book(f'tls_ca = "{name}"')), Reply)


def test_the_root_does_not_help_where_the_intermediate_is_missing() -> None:
    refused(asked(book('tls_ca = "root.pem"')))


def test_added_certificates_are_for_their_host_only() -> None:
    refused(asked(book('tls_ca = "intermediate.pem"', host="a.example")))


def test_an_added_certificate_does_not_excuse_a_wrong_name() -> None:
    # The server at "localhost" presents the certificate of 127.0.0.1.
    got = asked(book('tls_ca = "wrong.pem"', host="localhost"), host="localhost", certificate="wrong.pem")
    assert "mismatch" in refused(got)


def spelled(digits: str) -> list[str]:
    pairs = [digits[at : at + 2] for at in range(0, 64, 2)]
    return [digits, ":".join(pairs).upper(), f"sha256:{digits}", f"SHA256={digits}"]


@pytest.mark.parametrize("number", range(4))
def test_a_pinned_certificate_is_accepted_in_every_spelling_of_its_fingerprint(number: int) -> None:
    spelling = spelled(fingerprint("host.pem"))[number]
    assert isinstance(asked(book(f'tls_fingerprint = "{spelling}"')), Reply)


def test_another_certificate_than_the_pinned_one_is_refused_and_its_fingerprint_shown() -> None:
    detail = refused(asked(book(f'tls_fingerprint = "{fingerprint("root.pem")}"')))
    assert fingerprint("host.pem") in detail
    assert "tls_fingerprint" in detail


@pytest.mark.parametrize(
    "section,error",
    [
        ('["a.example"]\ntls_ca = "nowhere.pem"', "tls_ca: .*nowhere.pem cannot be read: No such file"),
        ('["a.example"]\ntls_ca = "."', "tls_ca: .* cannot be read: Is a directory"),
        ('["a.example"]\ntls_ca = "empty.pem"', "tls_ca: empty.pem holds no certificate in PEM form"),
        ('["a.example"]\ntls_fingerprint = "abc"', "tls_fingerprint: write the SHA-256"),
        ('["a.example"]\ntls_ca = "root.pem"\ntls_fingerprint = "abc"', "keep one of them"),
        ('["*"]\ntls_ca = "root.pem"', "tls_ca is for named hosts, and for https"),
        (
            '["http://a.example"]\ntls_fingerprint = "abc"',
            "tls_fingerprint is for named hosts",
        ),
        ('["a.example"]\ntls_verify = false', "unknown key tls_verify"),
        ('["a.example"]\ntls_ca = false', "tls_ca"),
    ],
)
def test_a_mistake_is_one_line(section: str, error: str, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_bytes(b"no certificate \xff")
    (tmp_path / "root.pem").write_bytes((CHAIN / "root.pem").read_bytes())
    with pytest.raises(ValueError, match=error) as raised:
        read_hosts(section.encode(), {}, folder=tmp_path)
    assert "\n" not in str(raised.value)
