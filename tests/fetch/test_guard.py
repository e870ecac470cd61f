"""The hosts and addresses that a request may go to."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.guard import address_refusal, refusal

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1"),
        *("192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:0:7f00:1"),
        *("64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:20::1", "2001:db8::1"),
        *("2002:a00:1::", "3fff::1", "5f00::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1", "fe80::1%eth0"),
        *("4000::1", "::ffff:192.168.1.1", "", "example.org", "127.0.0.1\n"),
    ],
)
def test_a_private_address_is_refused_in_one_line(address: str) -> None:
    why = address_refusal(address)
    assert why
    assert "\n" not in why


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"]
)
def test_a_public_address_is_allowed(address: str) -> None:
    assert address_refusal(address) is None


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST.", "a.localhost", "printer.local", "db.internal", "ip6-loopback", "router"),
        *("127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "::1%lo", "[::ffff:7f00:1]", "0", ""),
        *(
            "１２７.０.０.１",
            "①②⑦.0.0.1",
            "๑๒๗.๐.๐.๑",
            "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
            "127.0.0.1%00.example.org",
            "127。0。0。1",
        ),
        *("1.2.3.4.5", "q.0.0.1", "a b", "a/b", "loc\u00adalhost"),
    ],
)
def test_no_spelling_of_a_private_host_passes(host: str) -> None:
    assert refusal(host)


@pytest.mark.parametrize(
    "host", ["example.org", "bücher.example", "8.8.8.8", "[2606:4700::1111]", "3com.example"]
)
def test_public_addresses_and_ordinary_names_pass(host: str) -> None:
    assert refusal(host) is None


def test_an_allowed_network_allows_only_its_addresses() -> None:
    assert refusal("127.0.0.1", LOOPBACK) is None
    assert refusal("[::1]", LOOPBACK) is None
    assert refusal("::ffff:127.0.0.1", LOOPBACK) is None
    assert refusal("10.0.0.1", LOOPBACK)
    assert refusal("0177.0.0.1", LOOPBACK)


def test_private_names_pass_until_resolved_if_a_network_is_allowed() -> None:
    assert refusal("localhost", LOOPBACK) is None
    assert refusal("db.internal", LOOPBACK) is None


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_addresses_that_python_calls_private_are_refused(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global and not getattr(address, "ipv4_mapped", None):
        assert address_refusal(str(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_in_every_spelling(address: IPv4Address) -> None:
    number = int(address)
    spellings = [str(number), hex(number), f"{number >> 24}.{number & 0xFFFFFF}", f"::ffff:{address}"]
    verdicts = {refusal(spelling) is None for spelling in [*spellings, str(address)]}
    assert len(verdicts) == 1
