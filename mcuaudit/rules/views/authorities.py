"""Which certificates of a fleet are public CAs, or were issued by one."""

from __future__ import annotations

from mcuaudit.decode.public_authorities import public_authorities
from mcuaudit.pkix.descent import descendants
from mcuaudit.rules.views.base import Views


def public_certificates(views: Views) -> frozenset[str]:
    """SHA-256 of the certificates that are a public CA's or were issued below one.

    Public are the CAs that certifi carries and those that the policy lists ([known] public_authorities).
    """
    if views.public is None:
        records = views.fleet.certificate_records
        listed = set(views.policy.known.public_authorities)
        named = [item for item in records.values() if {item.sha256, item.public_key_sha256} & listed]
        views.public = descendants((*public_authorities(), *named), records.values())
    return views.public
