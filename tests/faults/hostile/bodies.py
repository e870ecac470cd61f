"""Bodies that are not what their encoding says, or much more than it."""

import gzip

from tests.faults.hostile.case import Case, Talk, answering, head, saying
from tests.faults.hostile.documents import PACKERS, rss
from worker.outcome import Reason

HUGE = bytes(40_000_000)


def packed(data: bytes, *encodings: str) -> bytes:
    for encoding in encodings:
        data = PACKERS[encoding](data)
    return data


def encoded(data: bytes, *encodings: str) -> Talk:
    """`data` in these encodings, one within the other."""
    return answering(packed(data, *encodings), Content_Encoding=", ".join(encodings))


def _feed(name: str, does: str, talk: Talk, reason: Reason, says: str = "") -> Case:
    return Case(name=name, part="feed", does=does, talk=talk, outcome="failed", reason=reason, says=says)


def proportionate(home: str) -> bytes:
    return packed(rss(home, more="<description>" + " " * 900_000 + "</description>"), "gzip")


CASES = (
    *(
        _feed(f"bomb-{name}", f"sends a {name} bomb: 40 MB of zeros", encoded(HUGE, name), Reason.TOO_LARGE)
        for name in PACKERS
    ),
    _feed("bomb-nested", "sends a bomb of gzip in gzip", encoded(HUGE, "gzip", "gzip"), Reason.TOO_LARGE),
    _feed(
        "bomb-mixed",
        "sends a bomb of gzip in zstd in br",
        encoded(HUGE, "gzip", "zstd", "br"),
        Reason.TOO_LARGE,
    ),
    _feed(
        "bomb-hollow",
        "sends 40 MB of gzip in gzip that come to nothing",
        answering(gzip.compress(gzip.compress(b"") * 2_000_000), Content_Encoding="gzip, gzip"),
        Reason.TOO_LARGE,
    ),
    _feed(
        "bomb-members",
        "sends 20,000 empty gzip members",
        answering(gzip.compress(b"") * 20_000, Content_Encoding="gzip"),
        Reason.TOO_LARGE,
        "members",
    ),
    _feed(
        "bomb-ratio",
        "sends a small body that grows 500 times",
        encoded(b"<rss>" * 250_000, "gzip"),
        Reason.TOO_LARGE,
        "times",
    ),
    _feed(
        "bomb-file",
        "sends a bomb as a gzip file, with no encoding said",
        answering(packed(HUGE, "gzip")),
        Reason.TOO_LARGE,
    ),
    Case(
        name="half-ratio",
        part="feed",
        does="sends a feed that grows 300 times to 0.9 MB",
        talk=answering(proportionate, Content_Encoding="gzip"),
        outcome="new",
    ),
    _feed(
        "deep-encoding",
        "nests four encodings",
        encoded(b"<rss/>", "gzip", "br", "gzip", "br"),
        Reason.BAD_ENCODING,
        "4 encodings",
    ),
    _feed(
        "half-gzip",
        "sends half of a gzip body",
        answering(packed(b"<rss>" * 900, "gzip")[:-9], Content_Encoding="gzip"),
        Reason.BAD_ENCODING,
        "middle",
    ),
    _feed(
        "not-brotli",
        "says br and sends gzip",
        answering(packed(b"<rss>", "gzip"), Content_Encoding="br"),
        Reason.BAD_ENCODING,
    ),
    _feed(
        "zstd-window",
        "wants a zstd window of 2 GB",
        answering(b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x01\x00\x00", Content_Encoding="zstd"),
        Reason.BAD_ENCODING,
    ),
    _feed(
        "cut-gzip",
        "hangs up within a gzip body",
        saying(head(Content_Encoding="gzip", Content_Length="9999") + packed(b"<rss>", "gzip")),
        Reason.DISCONNECTED,
    ),
    Case(
        name="unknown-encoding",
        part="feed",
        does="names an unknown encoding for a plain feed",
        talk=answering(rss, Content_Encoding="x-secret"),
        outcome="new",
    ),
)
