"""Which certificates of a fleet are public CAs, or were issued by one."""

from __future__ import annotations

from mcuaudit.devices import issuers
from mcuaudit.rules.views.base import Views


def public_certificates(views: Views) -> frozenset[str]:
    """SHA-256 of the certificates that are a public CA's or were issued below one.

    Public are the CAs that certifi carries and those that the policy lists ([known] public_authorities).
    """
    if views.public is None:
        listed = views.policy.known.public_authorities
        views.public = issuers.public_certificates(views.fleet.certificate_records, listed)
    return views.public
