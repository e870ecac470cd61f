"""Addresses as pages write them, taken apart without complaint."""

from urllib.parse import urlsplit


def host_and_path(address: str) -> tuple[str, str]:
    """The host without 'www.' and the path without its last slash; each empty where there is none."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:  # "http://[": taken for an IPv6 address
        return "", ""
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/")
