"""Signing in through an OpenID Connect provider: authorization code flow with PKCE, state and nonce.

OpenID Connect Core 1.0 (sections 3.1.2 and 3.1.3), RFC 7636, RFC 9700. The browser carries the `Attempt` in a
cookie from its departure to its return, so that nobody can end in another browser what they began in theirs.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from worker.rows.accounts import TOKEN_BYTES
from worker.services.access.openid_attempt import Attempt, OpenIdProblem

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
"""Signatures with a public key. Not `none`, and not HS256: there the public key would pass for the secret."""

LEEWAY_SECONDS = 60
"""How far the provider's clock may differ. A guess; most libraries have the same."""

REQUEST_SECONDS = 10.0
"""How long a person waits for the provider at most. A guess."""

METADATA_SECONDS = 3600.0
"""How long the provider's description and keys are used; unknown keys are looked up at once."""

SCOPES = "openid profile email"
"""The subject, the name and the mail address, of which an account's name is made."""


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: Mapping[str, Any]
    keys: KeySet
    until: float


class Provider:
    """An OpenID provider, described by its issuer's metadata (OpenID Connect Discovery 1.0)."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, redirect_uri: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._known: _Known | None = None

    async def begin(self) -> tuple[str, Attempt]:
        """Return the provider's address for the browser, and what must come back. Raises `OpenIdProblem`."""
        known = await self._describe()
        attempt = Attempt(*(secrets.token_urlsafe(TOKEN_BYTES) for _ in range(3)))
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": SCOPES,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        address = str(known.metadata["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", attempt

    async def finish(self, attempt: Attempt, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the claims of the person who came back with this query. Raises `OpenIdProblem`."""
        if not secrets.compare_digest(query.get("state", "").encode(), attempt.state.encode()):
            raise OpenIdProblem("this login was not begun in this browser: begin again")
        if error := query.get("error"):
            raise OpenIdProblem(f"the provider says: {query.get('error_description') or error}")
        if query.get("iss", self._issuer) != self._issuer:  # RFC 9207
            raise OpenIdProblem("the answer is of another provider")
        known = await self._describe()
        return await self._verified(await self._exchange(known, query.get("code", ""), attempt), attempt)

    async def _exchange(self, known: _Known, code: str, attempt: Attempt) -> str:
        """Exchange the code for an ID token, in the way that the provider wants us to identify ourselves."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": attempt.verifier,
            "client_id": self._client_id,
        }
        methods = known.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        login = None
        if self._client_secret and "client_secret_basic" in methods:
            login = httpx.BasicAuth(self._client_id, self._client_secret)
        elif self._client_secret:
            form["client_secret"] = self._client_secret
        answer = await self._request("POST", str(known.metadata["token_endpoint"]), data=form, auth=login)
        if not isinstance(token := answer.get("id_token"), str):
            raise OpenIdProblem("the provider sent no ID token")
        return token

    async def _verified(self, token: str, attempt: Attempt) -> dict[str, Any]:
        try:
            try:
                read = jwt.decode(token, (await self._describe()).keys, list(ALGORITHMS))
            except (InvalidKeyIdError, ValueError):  # its keys have changed
                read = jwt.decode(token, (await self._describe(again=True)).keys, list(ALGORITHMS))
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": attempt.nonce},
            ).validate(read.claims)
        except (JoseError, ValueError) as error:
            raise OpenIdProblem(f"the provider's ID token is not valid: {error}") from None
        claims: dict[str, Any] = read.claims
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if len(audience) > 1 and claims.get("azp") != self._client_id:
            raise OpenIdProblem("the provider's ID token is for another service, too")
        return claims

    async def _describe(self, *, again: bool = False) -> _Known:
        if self._known and not again and monotonic() < self._known.until:
            return self._known
        metadata = await self._request("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if metadata.get("issuer") != self._issuer:
            raise OpenIdProblem(
                f"oidc_issuer is {self._issuer}, and the provider is {metadata.get('issuer')}"
            )
        missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - metadata.keys()
        if missing:
            raise OpenIdProblem(f"the provider's description lacks {', '.join(sorted(missing))}")
        try:
            keys = KeySet.import_key_set(await self._request("GET", str(metadata["jwks_uri"])))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise OpenIdProblem(f"the provider's keys cannot be read: {error}") from None
        self._known = _Known(metadata, keys, monotonic() + METADATA_SECONDS)
        return self._known

    async def _request(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        """Send a request to the provider, and return its JSON object. Redirects are not followed."""
        try:
            async with httpx.AsyncClient(timeout=REQUEST_SECONDS, trust_env=False) as client:
                answer = await client.request(method, url, **more)
            found = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise OpenIdProblem(
                f"{urlsplit(url).hostname} does not answer: {error or type(error).__name__}"
            ) from None
        if answer.is_error or not isinstance(found, dict):
            said = found.get("error_description") or found.get("error") if isinstance(found, dict) else None
            raise OpenIdProblem(
                f"{urlsplit(url).hostname} answers {answer.status_code}: {said or 'no reason'}"
            )
        return found
