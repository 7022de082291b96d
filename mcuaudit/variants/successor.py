"""The certificate that takes the place of another: with the same names and purposes, and a new key."""

from __future__ import annotations

from mcuaudit.domain.certificate import TLS_PURPOSES, Certificate
from mcuaudit.variants.changes import CertificateDescription


def successor(former: Certificate, issuer: Certificate | None) -> CertificateDescription:
    """What a new certificate like the former one says; without an issuer it is self-signed."""
    usages = former.extended_key_usage
    return CertificateDescription(
        common_name=former.common_names[0] if former.common_names else "",
        dns_names=former.dns_names,
        uris=former.uris,
        ip_addresses=tuple(map(str, former.ip_addresses)),
        purposes=tuple(TLS_PURPOSES.get(one, one) for one in usages or ()),
        issuer=issuer.sha256 if issuer else "",
    )
