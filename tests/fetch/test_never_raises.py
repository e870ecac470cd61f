"""Whatever a link or a host contains, a request ends as a Reply or a Failure."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fetch.conftest import limits
from tests.servers import saying, serve_raw
from worker.fetch import Client, Failure, Reply
from worker.outcome import Reason

ASKED_FOR_NOTHING = {
    *(Reason.BAD_URL, Reason.FORBIDDEN_SCHEME, Reason.FORBIDDEN_PORT, Reason.FORBIDDEN_ADDRESS)
}
SAID = st.one_of(
    st.binary(max_size=80),
    st.builds(
        lambda status, headers, body: b"HTTP/1.1 %d X\r\n%b\r\n%b" % (status, b"".join(headers), body),
        st.integers(100, 999),
        st.lists(
            st.sampled_from(
                [
                    b"Content-Length: 5\r\n",
                    b"Transfer-Encoding: chunked\r\n",
                    b"Content-Encoding: gzip\r\n",
                    b"Content-Encoding: br, zstd\r\n",
                    b"Location: /\r\n",
                    b"Location: http://[\xff]/\r\n",
                    b"Retry-After: \xe9\r\n",
                    b"Connection: close\r\n",
                    b"Upgrade: websocket\r\nConnection: upgrade\r\n",
                ]
            ),
            max_size=3,
        ),
        st.binary(max_size=30),
    ),
)


def get(url: str, **changed: object) -> Reply | Failure:
    async def ask() -> Reply | Failure:
        async with Client("t", limits(**changed)) as client:
            return await client.get(url)

    return asyncio.run(ask())


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.text(max_size=30), st.text(max_size=30).map("http://".__add__)))
def test_any_text_as_a_link_is_a_reply_or_a_failure(text: str) -> None:
    # No port is allowed, so nobody is asked.
    got = get(text, ports=frozenset(), networks=())
    assert isinstance(got, Failure)
    assert got.refusal.reason in ASKED_FOR_NOTHING


@settings(deadline=None, max_examples=80)
@given(SAID)
def test_any_bytes_as_an_answer_are_a_reply_or_a_failure(said: bytes) -> None:
    with serve_raw(saying(said)) as base:
        got = get(f"{base}/", read=0.2, total=1.0)
    assert isinstance(got, Reply) or got.refusal.reason is not Reason.INTERNAL
