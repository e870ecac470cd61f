"""The publisher's terms: rights, reservations, paywall."""

from worker.extract.terms.paywall import read_paywalled
from worker.extract.terms.rights import read_rights

__all__ = ["read_paywalled", "read_rights"]
