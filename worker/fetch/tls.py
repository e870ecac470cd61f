"""What the operator trusts of a single host beyond the authorities of the system."""

import re
import ssl

import aiohttp

Trust = ssl.SSLContext | aiohttp.Fingerprint
_SHA256 = re.compile(r"(?:sha256[:=/ ]\s*)?([0-9a-f]{2}(?::?[0-9a-f]{2}){31})", re.IGNORECASE)
"""A fingerprint as openssl, browsers and ssh write it."""
_NO_ISSUER = frozenset({2, 18, 19, 20, 21})
"""OpenSSL's codes for a chain that does not lead to a trusted certificate (x509_vfy.h, X509_V_ERR)."""


def trusting(pem: bytes) -> ssl.SSLContext:
    """Return a context that trusts these certificates, too, each even without its issuer.

    Names and dates are verified as always. Raises ValueError.
    """
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(cadata=pem.decode("ascii"))
    except (ssl.SSLError, ValueError):
        raise ValueError("holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)") from None
    # An intermediate certificate is enough, since that is what incomplete chains lack.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.set_alpn_protocols(("http/1.1",))
    return context


def pinned(text: str) -> aiohttp.Fingerprint:
    """Return the only certificate that is accepted, by its SHA-256. Raises ValueError."""
    found = _SHA256.fullmatch(text.strip())
    if found is None:
        raise ValueError("write the SHA-256 of the host's certificate as 64 hexadecimal digits")
    return aiohttp.Fingerprint(bytes.fromhex(found[1].replace(":", "")))


def advice(error: BaseException) -> str:
    """Return what the operator can do about a certificate that is not trusted, '' for other errors."""
    if isinstance(error, aiohttp.ServerFingerprintMismatch):
        return f"its certificate has the SHA-256 {error.got.hex()}, not the tls_fingerprint in hosts.toml"
    inner = error.certificate_error if isinstance(error, aiohttp.ClientConnectorCertificateError) else error
    # Only OpenSSL sets the code.
    code = getattr(inner, "verify_code", None) if isinstance(inner, ssl.SSLCertVerificationError) else None
    if code in _NO_ISSUER:
        return "if you trust it, add the missing certificate for this host: tls_ca in hosts.toml"
    return ""
