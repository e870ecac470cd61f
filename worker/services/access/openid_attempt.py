"""A login through a provider that has begun, and its failure; apart from the libraries of the extra `oidc`,
since the pages are served without them, too.
"""

from dataclasses import dataclass


class OpenIdProblem(Exception):
    """The provider does not answer as it should, or the person may not come in; one line."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that has begun."""

    state: str
    nonce: str
    verifier: str
